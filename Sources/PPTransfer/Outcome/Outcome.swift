package import Globus
package import PositionedYAML

/// How one transfer ended, as facts. `OutcomeText.swift` has the words.
package enum Outcome: Equatable, Sendable {
    case archived(Archive)
    /// Proven by an earlier run; the source has not changed since, or is gone.
    case already(JournalRecord.Receipt, sourceIsGone: Bool, cleaned: SourceCleaner.Result? = nil)
    /// There was no file to send.
    case nothing(allowed: Bool)
    /// Every file that could be sent was written to shortly before, and is left for a later run.
    case unsettled(Unsettled)
    case source([SourceProblem])
    /// The service refused, or could not be reached.
    case service(GlobusError, during: Phase)
    /// Another Globus task or transfer uses the same destination paths.
    case conflict(GlobusError, blocking: [TaskID])
    /// An earlier submission of this cycle is at work, which goes to another place than the description now says.
    case elsewhere(TaskID, JournalRecord.Plan.End)
    /// A task has this transfer's label, and does something else, or nobody knows what it did.
    case sameLabel(TaskID, doing: String?, hasEnded: Bool)
    /// An earlier submission was made by a login that is not the one in use, or not known, so that what became of it cannot be seen.
    case otherLogin(JournalRecord.Submission, asking: TaskOwner?)
    /// Files at the destination, which this journal did not send, would be replaced. Nothing was submitted.
    case exists(ExistingFiles)
    /// Most of the files at the destination would be deleted there, because the source does not have them. Nothing was submitted.
    case surplus(Surplus)
    /// Another transfer of the run or of the journal writes the same destination files. Nothing was submitted.
    case shared(SharedFiles)
    case journal(JournalProblem)
    /// A collection from or to which nothing can be sent now, and why.
    case unusable(String)
    /// This machine, which is an end of the transfer, cannot read, take or prove the files.
    case localDisk(LocalDiskProblem)
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
    case partial([SkippedFile], count: Int64)
    /// What this user may not read was left out, as the description says, and so much of the rest is verified; `nil` if nothing was sent.
    case skipped(Unread, there: Amount?)
    case mismatch([FileDifference])
    /// Every file is proven, and the description minds that some have another group or mode than it says, or that nobody can tell.
    case permissions(ArrivedRights)
    /// What was proven by an earlier run was looked at once more.
    case rechecked(Recheck)
    /// Every file has its size, but not for every one does Globus attest its digest. It may yet, where its list is late.
    case undigested(Archive, isLate: Bool = false)
    /// Sent, but what arrived could not be listed. Of so many files Globus says that it sent them whole; `nil` if it does not tell.
    case unverified(GlobusError, sent: Int?, of: Int)
    /// The limit of waiting was reached while nobody answered; the task continues.
    case unreached(waited: Duration)
    /// The batch job that this process runs in is about to end; the task, if there is one, continues.
    case jobEnds(TaskID?)
    /// The program that uses the library stopped waiting; the task, if there is one, continues.
    case stopped(TaskID?)
    /// The program that uses the library cancelled the transfer, and its task has ended; `nil` if nothing was submitted.
    case calledOff(TaskID?)
    /// The same; Globus accepted the task's cancellation, and it has not ended yet.
    case callingOff(TaskID)
    /// The plan cannot be carried out as it is.
    case invalid(Problems)
    /// Source and destination are one place, although their names differ: nothing is archived.
    case samePlace(String)
    /// Our waiting was ended from outside; the task, if there is one, goes on. Only who received a signal knows its number.
    case interrupted(signal: Int32? = nil)

    package var status: ExitStatus {
        switch self {
        case .archived(let archive): ExitStatus(cleaned: archive.cleaned)
        case .already(_, _, let cleaned): ExitStatus(cleaned: cleaned)
        case .nothing(allowed: true), .unsettled: .ok
        case .nothing(allowed: false): .nothing
        case .source(let problems): ExitStatus.mostSerious(of: problems.map(\.status))
        case .service(let error, let phase): ExitStatus(error, during: phase)
        case .conflict, .sameLabel: .conflict
        case .otherLogin: .auth
        case .exists, .surplus: .exists
        case .shared(let files): files.status
        case .journal(let problem): problem.status
        case .running, .unreached, .jobEnds, .stopped, .callingOff: .running
        case .calledOff: .cancelled
        case .invalid(let problems): problems.errors.allSatisfy { $0.kind == .collection } ? .collection : .description
        case .paused: .paused
        case .inactive: .session
        case .stuck(let condition, _, _), .cancelling(let condition, _): ExitStatus(taskError: condition.code ?? "")
        case .failed(let code, _, _): ExitStatus(taskError: code)
        case .elsewhere: .conflict
        case .unusable: .collection
        case .localDisk(let problem): problem.status
        case .sourceChanged: .sourceChanged
        case .cancelled: .cancelled
        case .expired: .expired
        case .partial, .skipped: .partial
        case .mismatch: .mismatch
        case .permissions(let rights): rights.problem == nil ? .permissions : .unverified
        case .rechecked(let recheck): recheck.status
        case .undigested, .samePlace: .unverified
        case .unverified(let error, _, _): ExitStatus(unproven: error)
        case .interrupted(let signal): .signal(signal ?? Signal.assumed)
        }
    }
}

extension Outcome {
    /// Whether running again helps. What is found to be lost is sent by another command than the one that found it.
    package var again: ExitStatus.Again {
        switch self {
        case .rechecked(.lost), .rechecked(.gone), .skipped: .act
        // An archive does not end by itself.
        case .shared(let files): if case .archived = files.other { .act } else { status.again }
        // An archive does not end by itself, and its description does not correct itself.
        case .journal(.archivedElsewhere): .act
        // What is still being written will be whole.
        case .source(let problems) where problems.allSatisfy(\.passes): .later
        // What could not be listed may be listed later.
        case .permissions(let rights) where rights.problem != nil: .later
        default: status.again
        }
    }

    /// Whether every file was sent and found.
    var isProven: Bool {
        switch self {
        case .archived, .already: true
        case .rechecked(let recheck): recheck.isProven
        default: false
        }
    }

    /// What is verified at the destination, as far as this is known here.
    var there: Amount? {
        switch self {
        case .archived(let archive): Amount(files: Int64(archive.files), bytes: archive.bytes)
        case .already(let receipt, _, _): Amount(files: Int64(receipt.files), bytes: receipt.bytes)
        default: nil
        }
    }

    /// Whether a Globus task of the transfer may be at work after it.
    package var leavesTask: Bool {
        switch self {
        case .running, .unreached, .jobEnds, .stopped, .callingOff, .paused, .inactive, .cancelling, .interrupted,
            .service(_, during: .waiting),
            .stuck(_, _, cancelled: false), .sourceChanged(_, taskHasEnded: false):
            true
        default: false
        }
    }

    /// Whether there may be a task that can be cancelled, also one of a submission whose answer was lost.
    var mayLeaveTask: Bool { if case .service(_, during: .submission) = self { true } else { leavesTask } }

    /// Whether another login than the one in use is needed, which may itself be sound.
    var isOfAnotherLogin: Bool { if case .otherLogin = self { true } else { false } }

    /// Whether the Globus task is over and did not do its work: a later run submits again.
    var taskHasFailed: Bool {
        switch self {
        case .failed, .cancelled, .expired, .partial, .mismatch, .samePlace, .undigested(_, isLate: false),
            .calledOff(.some), .stuck(_, _, cancelled: true), .sourceChanged(_, taskHasEnded: true), .sameLabel(_, _, hasEnded: true):
            true
        case .archived, .already, .permissions, .rechecked, .undigested(_, isLate: true), .nothing, .unsettled, .source, .skipped,
            .service, .conflict, .exists, .surplus, .shared, .elsewhere, .journal, .unusable, .localDisk,
            .running, .unreached, .jobEnds, .stopped, .calledOff(nil), .callingOff, .invalid, .paused,
            .inactive, .unverified,
            .interrupted, .stuck(_, _, cancelled: false), .sourceChanged(_, taskHasEnded: false), .cancelling,
            .otherLogin, .sameLabel(_, _, hasEnded: false):
            false
        }
    }
}

extension TransferPlan {
    /// Reads the list of the files to send.
    ///
    /// - Returns: the outcome of a run whose list is wrong.
    package mutating func requireList() -> Outcome? {
        let problems = readList()
        return problems.isEmpty ? nil : .source(problems)
    }
}
