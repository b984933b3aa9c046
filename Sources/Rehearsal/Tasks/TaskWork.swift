import FoundationEssentials

/// How a pass over a task's work ended.
enum PassEnd: Sendable {
    case finished
    /// Something failed and is to be tried again later.
    case again
    /// The stop signal was heeded.
    case stopped
    case fatal(TaskProgress.Fatality, details: String)
}

/// What a task still has to do.
protocol TaskWork: Sendable {
    /// Does what can be done now, on the calling thread, and keeps the rest for another pass.
    mutating func pass(_ record: TaskRecord) -> PassEnd
}
