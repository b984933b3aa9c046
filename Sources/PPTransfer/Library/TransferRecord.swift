public import Globus

/// The journal's record of one transfer: how it stands, by what is proven and by how the latest run ended.
public struct TransferRecord: Sendable, Hashable, Identifiable, CustomStringConvertible {
    /// The transfer.
    public let id: TransferID
    /// The source, with the collection's id and path.
    public let from: Place
    /// The destination, likewise.
    public let to: Place
    /// The latest Globus task; `nil` if none was submitted.
    public let task: TaskID?
    /// How the latest run ended, as its report says; `archived` also if it found everything archived. `running` while a run is at work, and
    /// after one that could not record its end.
    public let result: TransferReport.ResultCode
    /// What that run's report says in one sentence; `nil` if no run has ended.
    public let summary: String?
    /// When that run ended; `nil` likewise.
    public let finished: Timestamp?
    /// When the record was last written.
    public let updated: Timestamp
    /// The proof of what is at the destination, by all runs; `nil` before the first.
    public let proof: ArchiveProof?
    /// Whether everything that the transfer had to bring is proven, and no later run found otherwise.
    public let isArchived: Bool
    /// Whether Globus has, or may have, a task of the transfer at work.
    public let transferContinues: Bool
    /// Whether the record is damaged, and this is the one before it: what happened since is not in it.
    public let isOutdated: Bool

    init(_ record: JournalRecord, isOutdated: Bool) {
        id = TransferID(record)
        from = Place(record.plan.source, local: record.plan.localSource)
        to = Place(record.plan.destination)
        task = record.submission?.task
        result =
            record.outcome.map {
                $0.stopped == true ? .interrupted : .init(ExitStatus(number: $0.exitStatus), isProven: record.receipt != nil)
            } ?? .running
        (summary, finished) = (record.outcome?.message, record.outcome.flatMap { Timestamp(wire: $0.time) })
        updated = Timestamp(wire: record.updated) ?? Timestamp(secondsSince1970: 0)
        proof = record.receipt.map { ArchiveProof($0) }
        (isArchived, transferContinues) = (record.standing == .archived && !isOutdated, record.standing == .submitted)
        self.isOutdated = isOutdated
    }

    /// The record in one line: `u-ab123 19880901T0000Z atmos: archived: 2 files, …`.
    public var description: String {
        "\(id): \(result)" + (summary.map { ": \($0)" } ?? "")
    }
}

extension Journal {
    /// Returns the record of a transfer; `nil` if there is none.
    ///
    /// - Throws: `PPTransferError` of the code `journal` if it cannot be read, or was written by a later version.
    public func record(of id: TransferID) throws(PPTransferError) -> TransferRecord? {
        do throws(JournalProblem) {
            return try record(workflow: id.workflow, cycle: id.cycle, name: id.name).map {
                TransferRecord($0.record, isOutdated: $0.isPrevious)
            }
        } catch {
            throw PPTransferError(error)
        }
    }

    /// Returns the records of a workflow, or of all workflows, in the order of workflow, cycle and name.
    ///
    /// ```swift
    /// for record in try journal.records(of: "u-ab123") { print(record.id, record.result) }
    /// ```
    ///
    /// - Throws: `PPTransferError` of the code `journal`, with an issue for each record that cannot be read: none is left out silently.
    ///   `readableRecords(of:)` returns the others.
    public func records(of workflow: String? = nil) throws(PPTransferError) -> [TransferRecord] {
        let found = storedRecords(of: workflow)
        let errors = found.problems.filter { !$0.isWarning }
        guard errors.isEmpty else { throw PPTransferError(errors) }
        return found.records.map { TransferRecord($0, isOutdated: isDamaged($0, found.problems)) }
    }

    /// Returns the records that can be read, as `records(of:)` does, and an issue for each that cannot.
    public func readableRecords(of workflow: String? = nil) -> (records: [TransferRecord], issues: [Issue]) {
        let found = storedRecords(of: workflow)
        return (
            found.records.map { TransferRecord($0, isOutdated: isDamaged($0, found.problems)) }, found.problems.map { Issue($0) }
        )
    }
}
