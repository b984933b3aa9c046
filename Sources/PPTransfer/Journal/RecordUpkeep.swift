package import Globus
import PositionedYAML
import SystemFiles

/// Changes records on somebody's word, without a network: forgets them, gives their workflow another name, notes where the files are now.
package struct RecordUpkeep: Sendable {
    package struct Result: Sendable {
        /// `u-ab123 19880901T0000Z atmos`
        package var title: String
        package var message: String
        package var exitStatus: Int32

        package init(_ title: String, _ message: String, _ status: ExitStatus = .ok) {
            (self.title, self.message, exitStatus) = (title, message, status.number)
        }

        init(_ record: JournalRecord, _ message: String, _ status: ExitStatus = .ok) { self.init(record.title, message, status) }
    }

    private let journal: Journal
    /// Whether records are changed; otherwise the changes are only reported.
    private let changes: Bool
    private let forgetsTask: Bool
    private let words: RemedyWording
    private let time: any Timekeeper

    /// - Parameters:
    ///   - changes: `false` only reports what would be changed.
    ///   - forgetsTask: records of which a Globus task may be at work are changed, too.
    package init(
        _ journal: Journal, changes: Bool, forgetsTask: Bool = false, words: RemedyWording, time: any Timekeeper = SystemTimekeeper()
    ) {
        (self.journal, self.changes, self.forgetsTask, self.words, self.time) = (journal, changes, forgetsTask, words, time)
    }

    private func stem(_ record: JournalRecord) -> String {
        journal.stem(record.workflow, cycle: record.cycle, name: record.name)
    }

    /// - Returns: why a record must stay as it is, as long as a Globus task may be at work; `nil` if none is.
    private func obstacle(_ record: JournalRecord) -> Result? {
        guard let submission = record.submission, submission.state == .accepted || submission.state == .intended, !forgetsTask else {
            return nil
        }
        let task = submission.task.map { "Globus task \($0) may be at work" } ?? "Globus may have its last submission"
        return Result(
            record,
            "\(task): run the cycle until it has ended, or add \(words[.forgettingTask]) if you know that it has; the record is unchanged",
            .running)
    }

    /// The record as it is now, held by this process while `body` works on it.
    private func holding(
        _ record: JournalRecord, _ body: (JournalRecord) throws(JournalProblem) -> Result
    ) async -> Result {
        do throws(JournalProblem) {
            let lock = try await CycleLock(path: stem(record) + ".lock")
            defer { lock.release() }
            guard let present = try journal.record(workflow: record.workflow, cycle: record.cycle, name: record.name)?.record else {
                return Result(record, "the record is gone", .nothing)
            }
            if let obstacle = obstacle(present) { return obstacle }
            return try body(present)
        } catch {
            return Result(record, "\(error)", error.status)
        }
    }

    // MARK: forget

    /// Takes records out of the journal. Each is kept under another name, until the next one of the same cycle is forgotten.
    package func forget(_ records: [JournalRecord]) async -> [Result] {
        var results: [Result] = []
        for record in records {
            guard changes else {
                results.append(obstacle(record) ?? Result(record, "would be forgotten: \(Self.standing(of: record))"))
                continue
            }
            let stem = stem(record)
            results.append(
                await holding(record) { record throws(JournalProblem) in
                    // Before the record itself: an older one must not take its place.
                    unlink(stem + ".json.previous")
                    guard rename(stem + ".json", stem + ".json.forgotten") == 0 else { throw JournalFile.failure(stem + ".json") }
                    rename(stem + ".proven", stem + ".proven.forgotten")
                    for ending in CycleJournal.endings + [JournalRecord.Receipt.listBefore] { unlink(stem + ending) }
                    journal.removeCopies(of: record)
                    return Result(record, "forgotten (\(Self.standing(of: record))); a copy is in \(stem).json.forgotten")
                })
        }
        return results
    }

    private static func standing(of record: JournalRecord) -> String {
        guard let receipt = record.receipt else { return "nothing verified at \(record.plan.destination.text)" }
        return "\(Quantity.count(receipt.files, "file")), \(Quantity.bytes(receipt.bytes)), verified at \(receipt.destination.text)"
    }

    // MARK: rename

    /// Moves records to another workflow of the same journal.
    ///
    /// - Parameter plans: of each record, as it was made.
    package func changeWorkflow(
        of records: [JournalRecord], _ plans: [TransferPlan], to workflow: String
    ) async -> [Result] {
        guard RecordName.isWorkflow(workflow) else {
            return records.map { Result($0, "\(shown(workflow)) is not a workflow's name, such as u-ab123", .usage) }
        }
        var results: [Result] = []
        for (record, plan) in zip(records, plans) {
            guard workflow != record.workflow else {
                results.append(Result(record, "has that name already", .usage))
                continue
            }
            var plan = plan
            plan.rename(workflow)
            var renamed = record
            (renamed.workflow, renamed.plan) = (workflow, JournalRecord.Plan(plan))
            guard RecordName.length(workflow: workflow, cycle: record.cycle, name: record.name) <= RecordName.longest else {
                results.append(Result(record, "the record's file name would be longer than \(RecordName.longest) bytes", .usage))
                continue
            }
            if changes {
                results.append(await replace(record, by: renamed))
            } else {
                results.append(obstacle(record) ?? Result(record, "would become \(renamed.title)"))
            }
        }
        return results
    }

    private func replace(_ record: JournalRecord, by renamed: JournalRecord) async -> Result {
        let (from, to) = (stem(record), stem(renamed))
        do throws(JournalProblem) {
            try JournalFile.makeDirectory(journal.workflowDirectory(renamed.workflow))
            let lock = try await CycleLock(path: to + ".lock")
            defer { lock.release() }
            let other = try Journal.read(to + ".json")?.record
            let result = await holding(record) { present throws(JournalProblem) in
                var renamed = renamed
                let (workflow, plan) = (renamed.workflow, renamed.plan)
                renamed = present
                (renamed.workflow, renamed.plan, renamed.generation) = (workflow, plan, (present.generation ?? 0).clampedSum(1))
                // One that was killed before it removed the old record has made just this one.
                guard other == nil || other == renamed else {
                    return Result(present, "\(renamed.title) has a record of its own; the record is unchanged", .conflict)
                }
                for ending in CycleJournal.endings where ending != ".json" {
                    unlink(to + ending)
                    guard link(from + ending, to + ending) == 0 || errno == ENOENT else { throw JournalFile.failure(to + ending) }
                }
                try DurableFile.write(
                    try JournalFile.encode(renamed, for: to + ".json"), to: to + ".json", token: lock.token,
                    check: { () throws(JournalProblem) in try lock.check() })
                unlink(from + ".json.previous")
                for ending in CycleJournal.endings + [JournalRecord.Receipt.listBefore] { unlink(from + ending) }
                journal.removeCopies(of: present)
                // Nothing depends on it, and the next run or look writes it.
                try? journal.receipts?.keep(renamed)
                return Result(present, "is \(renamed.title) now")
            }
            // Only if nothing is left in it.
            rmdir(journal.workflowDirectory(record.workflow))
            return result
        } catch {
            return Result(record, "\(error)", error.status)
        }
    }

    // MARK: note

    /// Notes where the archived files of records are now.
    ///
    /// - Parameters:
    ///   - plans: of each record, as it was made.
    ///   - text: one line; `nil` takes the note back.
    package func note(_ text: String?, on records: [JournalRecord], _ plans: [TransferPlan]) async -> [Result] {
        var results: [Result] = []
        for (record, plan) in zip(records, plans) {
            guard record.receipt != nil || text == nil else {
                results.append(Result(record, "is not archived; the record is unchanged", .unverified))
                continue
            }
            let message = text.map { "lies elsewhere now: \($0)" } ?? "has no note"
            guard changes else {
                results.append(Result(record, text == nil ? "the note would be taken back" : "would be noted: \(message)"))
                continue
            }
            do throws(JournalProblem) {
                let cycle = try await CycleJournal(journal, plan, time: time)
                cycle.record.elsewhere = text
                try cycle.save()
                _ = cycle.copyReceipt()
                cycle.release()
                results.append(Result(record, message))
            } catch {
                results.append(Result(record, "\(error)", error.status))
            }
        }
        return results
    }
}
