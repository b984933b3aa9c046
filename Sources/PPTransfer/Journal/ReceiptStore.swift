import FoundationEssentials
import SystemFiles

/// Second copies of receipts, in the user's own directory: what a journal has proven is known after its workflow was removed.
///
/// A copy is the record without what only a run needs: the description, past submissions, the request. It never serves a run, `verify` or a
/// deletion, only people who ask what was archived. One file for each transfer and destination:
/// `<directory>/<workflow>/<cycle>.<name>.<mark of the destination>.json`.
package struct ReceiptStore: Sendable, Hashable {
    package let directory: String

    /// The most copies of one workflow; the oldest go first.
    static let most = 5000
    /// No copy is longer. A message can be.
    static let longest = 1 << 16
    private static let longestMessage = 1000
    private static let mostTasks = 20
    /// No workflow's directory begins with a dot.
    private static let rehearsals = ".rehearsal"

    package init(directory: String) { self.directory = directory.withoutEndingSlashes }

    /// `PPTRANSFER_RECEIPTS`, else the user's state directory.
    ///
    /// - Parameter isRehearsal: what a simulator proved is kept apart.
    /// - Returns: `nil` if the variable is empty or `none`, or if there is no such directory.
    package init?(environment: [String: String], isRehearsal: Bool) {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

        let base: String
        if let given = environment["PPTRANSFER_RECEIPTS"] {
            guard !given.isEmpty, given != "none" else { return nil }
            base = Journal.absolute(given)
        } else {
            let state = set("XDG_STATE_HOME") ?? set("HOME").map { $0 + "/.local/state" }
            guard let state, state.begins(with: "/") else { return nil }
            base = state + "/pptransfer/receipts"
        }
        self.init(directory: isRehearsal ? base + "/" + Self.rehearsals : base)
    }

    private func folder(_ workflow: String) -> String { directory + "/" + RecordName.fileName(workflow) }

    /// The place of a record's copy.
    private func path(of record: JournalRecord) -> String {
        let end = record.receipt?.destination ?? record.plan.destination
        let mark = TransferLabel.fingerprint(of: [end.collection.description, end.path]).prefix(8)
        return directory + "/" + RecordName.stem(workflow: record.workflow, cycle: record.cycle, name: record.name) + "." + mark + ".json"
    }

    /// Writes the copy of a record that has a receipt; of one whose receipt was withdrawn, if it has a copy.
    ///
    /// - Throws: if that is not possible. Nothing depends on it.
    func keep(_ record: JournalRecord) throws(FileProblem) {
        let path = path(of: record)
        var status = stat()
        let isThere = stat(path, &status) == 0
        guard record.receipt != nil || isThere else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record.copied(Self.longestMessage, Self.mostTasks)), data.count < Self.longest else {
            throw FileProblem(.write, path, reason: "it is longer than \(Self.longest) bytes")
        }
        let folder = folder(record.workflow)
        try DurableFile.makeDirectory(folder, isPrivate: true)
        try DurableFile.write(data, to: path)
        if !isThere { prune(folder) }
    }

    /// The workflows that have copies.
    var workflows: Set<String> {
        Set(DurableFile.names(in: directory).filter { $0 != Self.rehearsals }.map(\.percentDecoded))
    }

    /// Removes the copies of a transfer's receipts, whatever their destinations were.
    func remove(_ record: JournalRecord) {
        let own = path(of: record)
        guard let folder = own.directory else { return }
        // The mark of the destination is as long in each.
        let stem = own.lastName.dropLast("12345678.json".count)
        for name in DurableFile.names(in: folder, ending: ".json")
        where name.begins(with: String(stem)) && name.utf8.count == own.lastName.utf8.count { unlink(folder + "/" + name) }
    }

    /// Removes the oldest copies of a workflow that has too many.
    private func prune(_ folder: String) {
        let paths = DurableFile.names(in: folder, ending: ".json").map { folder + "/" + $0 }
        guard paths.count > Self.most else { return }
        let dated = paths.map { path -> (time: Int, path: String) in
            var status = stat()
            return (stat(path, &status) == 0 ? Int(status.st_mtim.tv_sec) : .max, path)
        }
        for old in dated.sorted(by: { $0 < $1 }).prefix(paths.count - Self.most) { unlink(old.path) }
    }

    /// The copies of a workflow's receipts, or of all workflows': of each transfer the one that was written last.
    func records(of workflow: String?) -> [JournalRecord] {
        let all = { DurableFile.names(in: directory).filter { $0 != Self.rehearsals }.map { directory + "/" + $0 } }
        let folders = workflow.map { [folder($0)] } ?? all()
        var latest: [[String?]: JournalRecord] = [:]
        for path in folders.flatMap({ folder in DurableFile.names(in: folder, ending: ".json").map { folder + "/" + $0 } }) {
            // A copy from another place says nothing of the transfer whose name it bears.
            guard let record = (try? Journal.read(path))?.record, self.path(of: record) == path else { continue }
            let key = [record.workflow, record.cycle, record.name]
            if let known = latest[key], known.updated >= record.updated { continue }
            latest[key] = record
        }
        return latest.values.sorted { one, other in
            if one.workflow != other.workflow { return one.workflow < other.workflow }
            let (first, second) = (one.cycle ?? "", other.cycle ?? "")
            if first != second { return RecordSelection.isEarlier(first, second) }
            return (one.name ?? "") < (other.name ?? "")
        }
    }
}

extension JournalRecord {
    /// What a second copy of the receipt holds.
    fileprivate func copied(_ longestMessage: Int, _ mostTasks: Int) -> JournalRecord {
        var copy = self
        copy.plan.description = ""
        (copy.earlier, copy.unsettled, copy.asked, copy.mounted, copy.rounds, copy.generation) = ([], nil, nil, nil, nil, nil)
        copy.submission?.fault = nil
        copy.submission?.listed = nil
        if let message = outcome?.message, message.utf8.count > longestMessage {
            copy.outcome?.message = String(message.prefix(longestMessage)) + "…"
        }
        if let tasks = receipt?.tasks, tasks.count > mostTasks { copy.receipt?.tasks = Array(tasks.suffix(mostTasks)) }
        return copy
    }
}

extension Journal {
    /// As `summaries`. Of a workflow of which the journal has nothing, the second copies of its receipts.
    ///
    /// - Returns: also the directory of the copies, if the summaries are made from them.
    package func summariesOrCopies(
        of workflow: String?
    ) -> (summaries: [JournalRecord.Summary], problems: [JournalProblem], copies: String?) {
        let found = summaries(of: workflow)
        guard found.summaries.isEmpty, found.problems.isEmpty, let receipts else { return (found.summaries, found.problems, nil) }
        let copies = receipts.records(of: workflow)
        return (copies.map { JournalRecord.Summary($0) }, [], copies.isEmpty ? nil : receipts.directory)
    }

    /// The workflows that have second copies of receipts.
    package var workflowsWithCopies: Set<String> { receipts?.workflows ?? [] }

    /// Removes the second copies of a transfer's receipts. Of what another run of the workflow has on record they are written again.
    func removeCopies(of record: JournalRecord) {
        guard let receipts else { return }
        receipts.remove(record)
        for other in ofOtherRuns {
            let present = try? other.record(workflow: record.workflow, cycle: record.cycle, name: record.name)?.record
            if let present { try? receipts.keep(present) }
        }
    }

    /// The second copies of a workflow's receipts, if the journal has nothing of it.
    package func copies(of workflow: String?) -> [JournalRecord] {
        guard let receipts, summaries(of: workflow).summaries.isEmpty else { return [] }
        return receipts.records(of: workflow)
    }
}

extension CycleJournal {
    /// Writes the second copy of the receipt, as the record has it now.
    ///
    /// - Returns: why it could not be written.
    func copyReceipt() -> FileProblem? {
        do throws(FileProblem) { try receipts?.keep(record) } catch { return error }
        return nil
    }
}
