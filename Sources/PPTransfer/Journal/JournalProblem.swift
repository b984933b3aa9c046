/// Why the journal cannot be relied on. Nothing is submitted that cannot be recorded.
public enum JournalProblem: Error, Hashable, Sendable {
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
    /// Another process works on this cycle.
    case held(by: LockHolder)
}

extension JournalProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unwritable(let path, let reason): "the journal \(path) cannot be written: \(reason)"
        case .unreadable(let path, let reason): "the journal record \(path) cannot be read: \(reason)"
        case .newer(let path, let version):
            "the journal record \(path) was written by a later pptransfer (record version \(version); this one knows \(JournalRecord.version))"
        case .inSource(let path): "the journal \(path) would lie inside the directory that is sent"
        case .unlisted(let path, let reason): "all is proven, but the list of the files, \(path), cannot be written: \(reason)"
        case .noPlace: "there is no place for the journal: HOME is not set"
        case .held(let holder): "another process works on this cycle: \(holder)"
        }
    }

    public var remedy: String {
        switch self {
        case .unwritable: "make room there or make it writable, or name another place (--journal, PPTRANSFER_JOURNAL)"
        case .unreadable: "move it aside; a task that still runs is found again through Globus"
        case .newer: "use that version for this workflow"
        case .inSource: "name another place (--journal, PPTRANSFER_JOURNAL)"
        case .unlisted: "mend that, or name another place in after.filelist; the next run sends nothing, and writes it"
        case .noPlace: "set HOME, or name a place (--journal, PPTRANSFER_JOURNAL)"
        case .held: "let it end"
        }
    }

    var status: ExitStatus { if case .held = self { .busy } else { .journal } }
}
