package import Globus
import PositionedYAML
import SystemFiles

/// Why the journal cannot be relied on. Nothing is submitted that cannot be recorded.
package enum JournalProblem: Error, Hashable, Sendable {
    case unwritable(path: String, reason: String)
    case unreadable(path: String, reason: String)
    /// Written by a later version of this program, which knows things that we would lose.
    case newer(path: String, version: Int)
    /// The journal would lie in the directory that is being sent.
    case inSource(path: String)
    /// The list of `after.filelist`: the step that follows would go without.
    case unlisted(path: String, reason: String)
    /// Neither an option nor a variable says where it is, and there is no `HOME`.
    case noPlace
    /// A file that was asked for beside the journal.
    case output(OutputProblem)
    /// The record cannot be read; the one before it can.
    case damaged(path: String)
    /// The list of what is proven is not the one that the receipt speaks of: cut off, edited, or another cycle's.
    case foreignProof(path: String)
    /// The list of what is proven is gone, or too short for its files; the receipt is there.
    case listLost(path: String, reason: String)
    /// The record is of another transfer.
    case foreign(path: String, title: String)
    /// The cycle is archived, or so many files of it are, and its plan now names other ends.
    case archivedElsewhere(of: RemedyStep.TransferWords, part: Int?, ends: String, now: String, proven: String)
    /// Another process works on this cycle.
    case held(by: LockHolder)
    /// The lock that this process held is gone: another process may have worked since.
    case lockLost(path: String)
    /// Another process has written the record since this one read it.
    case superseded(path: String)
    /// What stands in the lock's place does not say who holds it: it is neither free nor to be deleted.
    case lockUnreadable(path: String, reason: String)
    /// A signal came while the lock was waited for.
    case waitEnded(path: String)
}

extension JournalProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unwritable(let path, let reason): "the journal \(path) cannot be written: \(reason)"
        case .unreadable(let path, let reason): "the journal record \(path) cannot be read: \(reason)"
        case .newer(let path, let version):
            "the journal record \(path) was written by a later pptransfer (record version \(version); this one knows \(JournalRecord.version))"
        case .inSource(let path): "the journal \(path) would be inside the directory that is sent"
        case .unlisted(let path, let reason): "all files are verified, but the list of the files, \(path), cannot be written: \(reason)"
        case .noPlace: "HOME is not set, and no other journal directory is given"
        case .output(let problem): problem.description
        case .damaged(let path): "the journal record \(path) is damaged; the record before it is older and does not count as proof"
        case .foreignProof(let path):
            "the list of verified files \(path) is not the one that the receipt names: it is damaged, or of another time or cycle"
        case .listLost(let path, let reason):
            "the list of verified files \(path) cannot be used: \(reason); the archived files cannot be verified again without it"
        case .foreign(let path, let title): "the journal record \(path) belongs to another transfer (\(title))"
        case .archivedElsewhere(_, let part, let ends, let now, let proven):
            (part.map { "a part of this cycle, \(Quantity.count($0, "file")), is archived" } ?? "this cycle is archived")
                + ": from \(ends), verified at \(proven); the description now says from \(now)"
        case .held(let holder): "another process works on this cycle: \(holder)"
        case .lockLost(let path): "this process no longer holds the lock \(path), which was removed: another process may work on this cycle"
        case .superseded(let path): "another process has written the journal record \(path) since this process read it"
        case .lockUnreadable(let path, let reason): "the lock \(path) does not say which process holds it: \(reason)"
        case .waitEnded(let path): "a signal ended the wait for the lock \(path)"
        }
    }

    /// What to do about it.
    package func remedy(in words: RemedyWording) -> Remedy {
        switch self {
        case .unwritable: "make room there or make it writable, or \(words[.moveJournal])"
        case .unreadable: "move it aside; a task that still runs is found again through Globus"
        case .newer: "use that version for this workflow"
        case .inSource: words[.moveJournal]
        case .unlisted: "correct that, or name another file in after.filelist; the next run sends nothing, and writes the list"
        case .noPlace: words[.nameJournal]
        case .output: "free some space, or name another directory, and run the same command again"
        case .damaged: "run the cycle again: it compares the files with the destination, and writes a new record"
        case .listLost:
            "restore it; or run the cycle again while all of its files are at the source: it compares them with the destination, and writes a new list"
        case .foreignProof(let path):
            "restore it; or run the cycle again after you have removed it and the record beside it: \(command: "rm \(ShellWord.plainOrQuoted(path)) \(ShellWord.plainOrQuoted(path.dropLast("proven".count) + "json"))")"
        case .foreign: "move it aside; a task that still runs is found again through Globus"
        case .archivedElsewhere(let transfer, _, _, _, _):
            "correct the path; to archive the cycle there as well, use \(words[.archivingAgain]); if the archive is no longer needed, \(words[.forgetRecord(transfer)])"
        case .held, .waitEnded: "wait until it has ended"
        case .lockLost, .superseded: "wait until the other process has ended, then run again: nothing is sent twice"
        case .lockUnreadable(let path, _):
            "\(words[.endOtherRuns]), then remove the lock and run again: \(command: "rm \(ShellWord.plainOrQuoted(path))")"
        }
    }

    /// Of a receipt whose list is not there, or is not the one that it speaks of.
    ///
    /// - Parameter stem: of the record's files.
    static func noProof(beside stem: String) -> JournalProblem {
        let path = stem + ".proven"
        return access(path, F_OK) == 0 ? .foreignProof(path: path) : .listLost(path: path, reason: "it does not exist")
    }

    /// Whether the list of what is proven cannot be used.
    var isUnusableProof: Bool {
        switch self {
        case .foreignProof, .listLost: true
        default: false
        }
    }

    /// There is a record to show nevertheless: an older one, or one whose list is lost.
    package var isWarning: Bool {
        switch self {
        case .damaged, .listLost: true
        default: false
        }
    }

    package var status: ExitStatus {
        switch self {
        case .unlisted, .output: .output
        case .held, .lockLost, .superseded, .waitEnded: .busy
        case .archivedElsewhere: .conflict
        case .unwritable, .unreadable, .newer, .inSource, .lockUnreadable, .noPlace, .damaged, .foreignProof, .listLost, .foreign: .journal
        }
    }

    /// It ended a wait for the lock.
    var isWait: Bool {
        switch self {
        case .held, .waitEnded: true
        default: false
        }
    }

    /// Another process has this cycle, or may have it: this one must stop.
    var isLoss: Bool {
        switch self {
        case .held, .lockLost, .superseded, .waitEnded: true
        case .unwritable, .unreadable, .newer, .inSource, .unlisted, .lockUnreadable, .noPlace, .output, .damaged, .foreignProof, .listLost,
            .foreign, .archivedElsewhere:
            false
        }
    }
}
