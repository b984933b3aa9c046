public import Globus
public import SystemFiles

/// How one transfer ended, as facts. `OutcomeText.swift` has the words.
public enum Outcome: Equatable, Sendable {
    case archived(Archive)
    /// Proven by an earlier run; the source has not changed since, or is gone.
    case already(JournalRecord.Receipt, sourceIsGone: Bool, cleaned: SourceCleaner.Result? = nil)
    /// There was no file to send.
    case nothing(allowed: Bool)
    case source([SourceProblem])
    /// The service refused, or could not be reached.
    case service(GlobusError, during: Phase)
    /// Another live task, not ours, holds the same paths.
    case conflict(GlobusError, blocking: [TaskID])
    /// An earlier submission of this cycle is at work, which goes to another place than the description now says.
    case elsewhere(TaskID, JournalRecord.Plan.End)
    /// A task has this transfer's label, and does something else, or nobody knows what it did.
    case sameLabel(TaskID, doing: String?, hasEnded: Bool)
    /// An earlier submission was made by a login that is not the one in use, or not known, so that what became of it cannot be seen.
    case otherLogin(JournalRecord.Submission, asking: TaskOwner?)
    /// Files at the destination, which this journal did not send, would be replaced. Nothing was submitted.
    case exists(ExistingFiles)
    /// Another transfer of the run or of the journal writes the same destination files. Nothing was submitted.
    case shared(SharedFiles)
    case journal(JournalProblem)
    /// A collection from or to which nothing can be sent now, and why.
    case unusable(String)
    /// The limit of waiting was reached; the task goes on.
    case running(Condition, waited: Duration)
    case paused(messages: [String], waited: Duration)
    case inactive(Condition)
    /// An error of the kind that no patience cures lasted too long.
    case stuck(Condition, events: [String], cancelled: Bool)
    /// The same; its cancellation was accepted, and it has not ended yet.
    case cancelling(Condition, events: [String])
    case failed(code: String, description: String, events: [String])
    /// Files were changed or removed at the source after they were listed, so that what was sent is not what was meant.
    case sourceChanged([SourceChange], taskHasEnded: Bool)
    case cancelled(by: String?, message: String?)
    case expired(TaskFigures)
    /// Paths were given up because of errors at the source.
    case partial([SkippedError], count: Int64)
    case mismatch([Difference])
    /// All that an earlier run had proven is still there.
    case verified(JournalRecord.Receipt)
    /// Some of it is not.
    case lost([Difference], JournalRecord.Receipt)
    /// A list for the destination, and a job that reads the files back there: of these files, in this directory.
    case asked(FarEndRequest)
    /// Every file was read back at the destination.
    case readBack(JournalRecord.Receipt)
    /// What the job there reports proves nothing.
    case unreported(ReportProblem)
    /// There is no proof of it that could be repeated.
    case notArchived
    /// Every file has its size, but not for every one does Globus attest its digest. It may yet, where its list is late.
    case undigested(Archive, isLate: Bool = false)
    /// Sent, but what arrived could not be listed. Of so many files Globus says that it sent them whole; `nil` if it does not tell.
    case unverified(GlobusError, sent: Int?, of: Int)
    /// The limit of waiting was reached while nobody answered; the task continues.
    case unreached(waited: Duration)
    /// The batch job that this process runs in is about to end; the task, if there is one, continues.
    case jobEnds(TaskID?)
    /// Source and destination are one place, although their names differ: nothing is archived.
    case samePlace(String)
    /// A signal ended our waiting; the task, if there is one, goes on.
    case interrupted(signal: Int32)

    public var status: ExitStatus {
        switch self {
        case .archived(let archive): ExitStatus(cleaned: archive.cleaned)
        case .already(_, _, let cleaned): ExitStatus(cleaned: cleaned)
        case .verified, .readBack, .asked, .nothing(allowed: true): .ok
        case .nothing(allowed: false): .nothing
        case .source(let problems): ExitStatus.mostSerious(of: problems.map(\.status))
        case .service(let error, let phase): ExitStatus(error, during: phase)
        case .conflict, .sameLabel: .conflict
        case .otherLogin: .auth
        case .exists: .exists
        case .shared(let files): files.status
        case .journal(let problem): problem.status
        case .running, .unreached, .jobEnds: .running
        case .paused: .paused
        case .inactive: .session
        case .stuck(let condition, _, _), .cancelling(let condition, _): ExitStatus(taskError: condition.code ?? "")
        case .failed(let code, _, _): ExitStatus(taskError: code)
        case .elsewhere: .conflict
        case .unusable: .collection
        case .sourceChanged: .sourceChanged
        case .cancelled: .cancelled
        case .expired: .expired
        case .partial: .partial
        case .mismatch, .lost: .mismatch
        case .notArchived, .undigested, .unreported, .samePlace: .unverified
        case .unverified(let error, _, _): ExitStatus(unproven: error)
        case .interrupted(let signal): .signal(signal)
        }
    }
}

extension Outcome {
    /// Whether running again helps. What is found to be lost is sent by another command than the one that found it.
    package var again: ExitStatus.Again {
        switch self {
        case .lost: .act
        // An archive does not end by itself.
        case .shared(let files): if case .archived = files.other { .act } else { status.again }
        default: status.again
        }
    }

    /// Whether every file was sent and found.
    var isProven: Bool {
        switch self {
        case .archived, .already, .verified, .readBack: true
        default: false
        }
    }

    /// Whether another login than the one in use is needed, which may itself be sound.
    var isOfAnotherLogin: Bool { if case .otherLogin = self { true } else { false } }

    /// Whether the Globus task is over and did not do its work: a later run submits again.
    var taskHasFailed: Bool {
        switch self {
        case .failed, .cancelled, .expired, .partial, .mismatch, .lost, .samePlace, .undigested(_, isLate: false),
            .stuck(_, _, cancelled: true), .sourceChanged(_, taskHasEnded: true), .sameLabel(_, _, hasEnded: true):
            true
        case .archived, .already, .verified, .asked, .readBack, .unreported, .undigested(_, isLate: true), .notArchived, .nothing, .source,
            .service, .conflict, .exists, .shared, .elsewhere, .journal, .unusable,
            .running, .unreached, .jobEnds, .paused,
            .inactive, .unverified,
            .interrupted, .stuck(_, _, cancelled: false), .sourceChanged(_, taskHasEnded: false), .cancelling,
            .otherLogin, .sameLabel(_, _, hasEnded: false):
            false
        }
    }
}

/// A file that is at the source no longer as it was listed.
public struct SourceChange: Sendable, Hashable {
    @Bytewise public var path: String
    /// Bytes.
    public var listed: Int64
    /// `nil`: it is gone.
    public var now: Int64?

    /// The errors of a task that a changing source may be behind.
    static let causes: Set<String> = ["FILE_SIZE_CHANGED", "VERIFY_CHECKSUM", "FILE_NOT_FOUND"]

    /// - Returns: what has changed since `manifest` was made; files that are new do not count.
    static func all(since manifest: Manifest, now: Manifest) -> [SourceChange] {
        manifest.entries.compactMap { entry in
            let there = now.entries.entry(at: entry.path)
            if let there, Sameness(entry, there).isUnchanged { return nil }
            return SourceChange(path: entry.path, listed: entry.size, now: there?.size)
        }
    }
}

extension ExitStatus {
}
