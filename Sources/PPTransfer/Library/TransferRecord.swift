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
    /// How the latest run ended, with `running` also for one that was stopped; `nil` while a run is at work, and if none has ended.
    public let result: TransferReport.ResultCode?
    /// What that run's report says in one sentence.
    public let summary: String?
    /// When that run ended.
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
        result = record.outcome.map { .init(ExitStatus(number: $0.exitStatus), isProven: record.receipt != nil) }
        (summary, finished) = (record.outcome?.message, record.outcome.flatMap { Timestamp(wire: $0.time) })
        updated = Timestamp(wire: record.updated) ?? Timestamp(secondsSince1970: 0)
        proof = record.receipt.map { ArchiveProof($0) }
        (isArchived, transferContinues) = (record.standing == .archived && !isOutdated, record.standing == .submitted)
        self.isOutdated = isOutdated
    }

    /// The record in one line: `u-ab123 19880901T0000Z atmos: archived: 2 files, …`.
    public var description: String {
        "\(id): \(result?.name ?? "under way")" + (summary.map { ": \($0)" } ?? "")
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

    /// Returns the records of a workflow, or of all, in the order of workflow, cycle and name; and what keeps others from being read.
    ///
    /// A record that cannot be read does not keep the others from being returned.
    public func records(of workflow: String?) -> (records: [TransferRecord], issues: [Issue]) {
        let found = storedRecords(of: workflow)
        return (
            found.records.map { TransferRecord($0, isOutdated: isDamaged($0, found.problems)) }, found.problems.map { Issue($0) }
        )
    }
}
