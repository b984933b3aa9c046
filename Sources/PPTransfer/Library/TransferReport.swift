public import Globus
import SystemFiles

/// The account of how a transfer ended, or how it stands: facts, and words for people.
///
/// Encoded as a flat document that later versions extend.
public struct TransferReport: Sendable, Hashable, Identifiable {
    /// Whether running the same plan again helps. These five answers will stay; a `switch` over them is safe.
    public enum Retry: String, Sendable, Hashable, Codable {
        /// It ends the same.
        case never
        /// It succeeded.
        case needless
        /// It may help once the cause has passed by itself.
        case later
        /// It helps after somebody has done what `remedy` says.
        case afterAction
        /// The next run resumes this transfer, at any time.
        case resumes
    }

    /// The transfer.
    public let id: TransferID
    /// The latest Globus task; `nil` if none was submitted or found.
    public let task: TaskID?
    /// The id of the request that was refused, else of the submission: the first thing that Globus support asks for.
    public let requestID: String?
    /// The time of the report.
    public let finished: Timestamp
    /// How it ended.
    public let result: ResultCode
    /// The proof of what is at the destination; `nil` where there is none.
    public let proof: ArchiveProof?
    /// The files that are not at the destination as they were sent.
    public let differences: [Difference]
    /// The number of files that were left for a later run, because they were written to shortly before (`Plan.Selection.settled`).
    public let unsettledFiles: Int
    /// The figures of the run's tasks together, as they were last seen.
    public let counts: TransferCounts?
    /// Whether running again helps.
    public let retry: Retry
    /// Whether all that the plan asks for is proven to be at the destination. `false` for a plan without verification.
    public let isProven: Bool
    /// Whether a Globus task of the transfer is still at work, as far as is known.
    public let transferContinues: Bool
    /// What happened, in one sentence without a full stop.
    public let summary: String
    /// The particulars, one a line: files, errors, events.
    public let details: [String]
    /// What to do; `nil` where nothing is.
    public let remedy: String?

    init(_ ended: FinishedTransfer, at time: Timestamp) {
        let (outcome, plan) = (ended.outcome, ended.plan)
        id = TransferID(plan)
        (task, requestID) = (ended.task, outcome.requestID ?? ended.requestID)
        (finished, result) = (time, ResultCode(outcome))
        proof = ArchiveProof(outcome)
        differences = outcome.differences.map { Difference($0) }
        unsettledFiles = ended.unsettled?.count ?? 0
        counts = ended.figures.map { TransferCounts($0) } ?? ended.document.map { TransferCounts(TaskFigures($0)) }
        retry = Retry(outcome.again)
        isProven = outcome.isProven && proof?.unproven == 0
        transferContinues = outcome.leavesTask && ended.task != nil
        (summary, details, remedy) = (
            outcome.whatHappened(plan, leaving: ended.unsettled, ended.unread), outcome.details, ended.remedy(in: .library)?.oneLine
        )
    }

    /// A transfer that has not ended, for a waiter that was cancelled.
    init(unfinished id: TransferID, task: TaskID?, at time: Timestamp) {
        (self.id, self.task, requestID, finished, result) = (id, task, nil, time, .running)
        (proof, differences, unsettledFiles, counts, retry) = (nil, [], 0, nil, .resumes)
        (isProven, transferContinues) = (false, true)
        (summary, details, remedy) = ("the wait for this report was cancelled; the transfer continues", [], nil)
    }
}

extension TransferReport: Codable {
    private enum CodingKeys: String, CodingKey {
        case task, requestID, finished, result, proof, differences, unsettledFiles, counts, retry, isProven, transferContinues, summary,
            details, remedy
    }

    /// Decodes a report of this or another version.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try TransferID(from: decoder)
        task = try values.decodeIfPresent(TaskID.self, forKey: .task)
        requestID = try values.decodeIfPresent(String.self, forKey: .requestID)
        guard let time = Timestamp(wire: try values.decode(String.self, forKey: .finished)) else {
            throw DecodingError.dataCorruptedError(forKey: .finished, in: values, debugDescription: "not a time")
        }
        finished = time
        result = try values.decode(ResultCode.self, forKey: .result)
        proof = try values.decodeIfPresent(ArchiveProof.self, forKey: .proof)
        differences = try values.decodeIfPresent([Difference].self, forKey: .differences) ?? []
        unsettledFiles = try values.decodeIfPresent(Int.self, forKey: .unsettledFiles) ?? 0
        counts = try values.decodeIfPresent(TransferCounts.self, forKey: .counts)
        retry = try values.decode(Retry.self, forKey: .retry)
        isProven = try values.decode(Bool.self, forKey: .isProven)
        transferContinues = try values.decode(Bool.self, forKey: .transferContinues)
        summary = try values.decode(String.self, forKey: .summary)
        details = try values.decodeIfPresent([String].self, forKey: .details) ?? []
        remedy = try values.decodeIfPresent(String.self, forKey: .remedy)
    }

    /// Encodes the report; `workflow`, `cycle` and `name` of its id are members of its own.
    public func encode(to encoder: any Encoder) throws {
        try id.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(task, forKey: .task)
        try values.encodeIfPresent(requestID, forKey: .requestID)
        try values.encode(finished.description, forKey: .finished)
        try values.encode(result, forKey: .result)
        try values.encodeIfPresent(proof, forKey: .proof)
        try values.encode(differences, forKey: .differences)
        try values.encode(unsettledFiles, forKey: .unsettledFiles)
        try values.encodeIfPresent(counts, forKey: .counts)
        try values.encode(retry, forKey: .retry)
        try values.encode(isProven, forKey: .isProven)
        try values.encode(transferContinues, forKey: .transferContinues)
        try values.encode(summary, forKey: .summary)
        try values.encode(details, forKey: .details)
        try values.encodeIfPresent(remedy, forKey: .remedy)
    }
}

extension TransferReport: CustomStringConvertible {
    /// The report in one line: `u-ab123 19880901T0000Z atmos: archived: 2 files, …`.
    public var description: String { "\(id): \(result): \(summary)" }
}

extension TransferReport.Retry {
    init(_ again: ExitStatus.Again) {
        self =
            switch again {
            case .needless: .needless
            case .no: .never
            case .later, .laterResumes: .later
            case .act, .actThenResumes: .afterAction
            case .resumes: .resumes
            }
    }
}

/// The figures of one or several Globus tasks, as Globus counts them.
public struct TransferCounts: Sendable, Hashable, Codable {
    /// The number of files that were sent.
    public let filesSent: Int64
    /// The number of files that the comparison found equal.
    public let filesSkipped: Int64
    /// The number of bytes that were sent.
    public let bytesSent: Int64
    /// The number of errors that Globus met, also those that passed.
    public let faults: Int64

    init(_ figures: TaskFigures) {
        (filesSent, filesSkipped) = (figures.filesTransferred, figures.filesSkipped)
        (bytesSent, faults) = (figures.bytesTransferred, figures.faults)
    }
}

/// A proof of what is at the destination. Each file counts once, by its strictest proof.
public struct ArchiveProof: Sendable, Hashable, Codable {
    /// The number of files of the transfer.
    public let files: Int
    /// Their bytes.
    public let bytes: Int64
    /// The number of files whose digest is confirmed, by Globus or by a job that has read them at the destination.
    public let byDigest: Int
    /// The number of files that were found at the destination with their size.
    public let bySize: Int
    /// The number of files that are not proven.
    public let unproven: Int

    init(files: Int, bytes: Int64, _ tally: Tally) {
        (self.files, self.bytes) = (files, bytes)
        (byDigest, bySize, unproven) = (tally.byDigest, tally.bySize, tally.unproven)
    }

    init(_ receipt: JournalRecord.Receipt) { self.init(files: receipt.files, bytes: receipt.bytes, receipt.tally) }

    init?(_ outcome: Outcome) {
        switch outcome {
        case .archived(let archive), .undigested(let archive, _):
            self.init(files: archive.files, bytes: archive.bytes, archive.tally)
        case .already(let receipt, _, _), .rechecked(.lost(_, let receipt)), .rechecked(.gone(_, let receipt)),
            .rechecked(.verified(let receipt)), .rechecked(.readBack(let receipt)):
            self.init(receipt)
        default: return nil
        }
    }
}

extension Outcome {
    /// The files that are not as they were sent.
    fileprivate var differences: [FileDifference] {
        switch self {
        case .mismatch(let differences), .rechecked(.lost(let differences, _)),
            .rechecked(.gone(let differences, _)):
            differences
        default: []
        }
    }
}
