/// Something that happens to a task.
public struct TaskFault: Sendable, Hashable {
    /// Which tasks a rule means.
    public enum Selection: Sendable, Hashable {
        /// The n-th that was accepted since the faults were set, counted from 1. Repeated submissions do not count.
        case ordinal(Int)
        /// Those whose label matches; `*` also matches tasks without a label.
        case label(String)
    }

    public var selection: Selection
    /// How much of the task's bytes have been sent when it happens, from 0 to 1: 0 is before the first, 1 is when all is done.
    /// If so many are never sent, since the destination has them already, it happens when all is done.
    public var at: Double
    public var effect: Effect
    /// Of the matching tasks.
    public var count: FaultCount

    public init(_ selection: Selection, at: Double = 0, _ effect: Effect, _ count: FaultCount = .forever) {
        (self.selection, self.at, self.effect, self.count) = (selection, at, effect, count)
    }

    public static func task(_ ordinal: Int, at: Double = 0, _ effect: Effect) -> TaskFault { TaskFault(.ordinal(ordinal), at: at, effect) }

    public static func label(_ pattern: String, at: Double = 0, _ effect: Effect, _ count: FaultCount = .forever) -> TaskFault {
        TaskFault(.label(pattern), at: at, effect, count)
    }

    public enum Effect: Sendable, Hashable {
        /// It ends as FAILED, with this as its fatal error.
        case fail(code: String, details: String? = nil)
        /// Somebody cancels it: its owner, or an administrator, who says why.
        case cancel(byAdministrator: Bool = false, message: String? = nil)
        /// Its deadline has passed.
        case expire
        /// An administrator pauses it. Like the next four: for so long, or until `StandIn.resume` or its deadline.
        case pause(message: String, for: Duration? = nil)
        /// It is INACTIVE, as with expired credentials.
        case deactivate(for: Duration? = nil)
        /// It waits for a slot.
        case queue(for: Duration? = nil)
        /// It stands still, with a status that today's service does not have.
        case status(String, for: Duration? = nil)
        /// It stands still, with this as its `nice_status`.
        case niceStatus(String, for: Duration? = nil)
        /// It cannot be asked for any more, though it goes on.
        case forget
        /// Its files meet an error that the service retries.
        case fault(FileFault)
        /// Its files that match are given up and listed as skipped errors.
        case skip(files: [String], code: String = "FILE_NOT_FOUND")
        /// Its files that match are not sent and nobody says so.
        case omit(files: [String])
        /// Its files that match are sent, and the check of each finds another checksum, so that it is sent again: as a file that is being
        /// written to, for as long as the rule lasts.
        case resend(files: [String], times: Int? = nil)
    }

    /// An error of files.
    public struct FileFault: Sendable, Hashable {
        /// `FILE_NOT_FOUND`, `PERMISSION_DENIED`, `ENDPOINT_TOO_BUSY`, …
        public var code: String
        /// Patterns for names or, with a slash, for source paths; empty for all.
        public var files: [String]
        /// From the first time on.
        public var duration: Duration?
        /// How often, over all files; `nil` for ever.
        public var times: Int?

        public init(_ code: String, files: [String] = [], for duration: Duration? = nil, times: Int? = nil) {
            (self.code, self.files, self.duration, self.times) = (code, files, duration, times)
        }
    }
}

extension TaskFault.Effect {
    public static func fault(_ code: String, files: [String] = [], for duration: Duration? = nil, times: Int? = nil) -> Self {
        .fault(TaskFault.FileFault(code, files: files, for: duration, times: times))
    }

    /// Whether it meets single files while the task goes on.
    var isOfFiles: Bool {
        switch self {
        case .fault, .skip, .omit, .resend: true
        case .fail, .cancel, .expire, .pause, .deactivate, .queue, .status, .niceStatus, .forget: false
        }
    }
}
