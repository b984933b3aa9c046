extension TransferReport {
    /// How a transfer ended. An open set: later versions may add results, so that a `switch` needs a `default`.
    ///
    /// Encoded as its name; a name that this version does not know is kept.
    public struct ResultCode: Sendable, Hashable, Codable, CustomStringConvertible {
        /// The name, as the constant is called.
        public let name: String

        private init(_ name: String) { self.name = name }

        /// Everything is at the destination, proven as the plan asks.
        public static let archived = ResultCode("archived")
        /// The same since an earlier run; nothing was sent.
        public static let alreadyArchived = ResultCode("alreadyArchived")
        /// There was no file to send.
        public static let nothing = ResultCode("nothing")
        /// A required source is absent, or cannot be sent as it is.
        public static let sourceMissing = ResultCode("sourceMissing")
        /// The source changed while it was sent.
        public static let sourceChanged = ResultCode("sourceChanged")
        /// There is no login, or it is no longer valid.
        public static let notLoggedIn = ResultCode("notLoggedIn")
        /// A collection asks for the `data_access` consent.
        public static let consent = ResultCode("consent")
        /// A collection asks for a newer login.
        public static let session = ResultCode("session")
        /// A path or a collection may not be read or written.
        public static let denied = ResultCode("denied")
        /// Globus could not be reached for as long as the plan allows.
        public static let unreachable = ResultCode("unreachable")
        /// The waiting ended, and the transfer continues.
        public static let running = ResultCode("running")
        /// An administrator has paused the task.
        public static let paused = ResultCode("paused")
        /// Another task or transfer holds the same paths.
        public static let conflict = ResultCode("conflict")
        /// Globus limits the number of tasks or requests.
        public static let limit = ResultCode("limit")
        /// The destination is full.
        public static let noSpace = ResultCode("noSpace")
        /// The destination path is missing or no directory.
        public static let path = ResultCode("path")
        /// A collection cannot be used.
        public static let collection = ResultCode("collection")
        /// Files at the destination, which this journal did not send, would be replaced.
        public static let exists = ResultCode("exists")
        /// The Globus task failed.
        public static let failed = ResultCode("failed")
        /// The transfer or its Globus task was cancelled.
        public static let cancelled = ResultCode("cancelled")
        /// The task's deadline passed.
        public static let expired = ResultCode("expired")
        /// Every file is proven, and some have another group or mode than the plan says.
        public static let permissions = ResultCode("permissions")
        /// The task gave up some paths.
        public static let partial = ResultCode("partial")
        /// Files at the destination are not as they were sent.
        public static let mismatch = ResultCode("mismatch")
        /// It was sent, and the proof could not be made.
        public static let unverified = ResultCode("unverified")
        /// The plan is wrong.
        public static let invalid = ResultCode("invalid")
        /// Another process works on this transfer.
        public static let busy = ResultCode("busy")
        /// The journal cannot be read or written.
        public static let journal = ResultCode("journal")
        /// A file that the plan asks for, as its file list, cannot be written.
        public static let output = ResultCode("output")
        /// The waiting was stopped by the calling program or a signal; a Globus task continues.
        public static let interrupted = ResultCode("interrupted")
        /// A request was refused as wrong: a defect of this library.
        public static let `internal` = ResultCode("internal")

        /// The name.
        public var description: String { name }

        /// Decodes a result; any name is accepted.
        public init(from decoder: any Decoder) throws { name = try decoder.singleValueContainer().decode(String.self) }

        /// Encodes the name.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(name)
        }
    }
}

extension TransferReport.ResultCode {
    init(_ outcome: Outcome) {
        self =
            switch outcome {
            case .archived: .archived
            case .already: .alreadyArchived
            case .nothing: .nothing
            case .stopped, .interrupted: .interrupted
            default: Self(outcome.status, isProven: outcome.isProven)
            }
    }

    /// - Parameter isProven: whether success means an archive, rather than that there was nothing to send.
    init(_ status: ExitStatus, isProven: Bool) {
        let results: [ExitStatus: Self] = [
            .ok: isProven ? .archived : .nothing, .sourceMissing: .sourceMissing, .sourceChanged: .sourceChanged, .nothing: .nothing,
            .auth: .notLoggedIn, .consent: .consent, .session: .session, .denied: .denied, .unavailable: .unreachable, .running: .running,
            .paused: .paused, .conflict: .conflict, .limit: .limit, .noSpace: .noSpace, .path: .path, .collection: .collection,
            .permissions: .permissions, .exists: .exists, .failed: .failed, .cancelled: .cancelled, .expired: .expired, .partial: .partial,
            .mismatch: .mismatch,
            .unverified: .unverified, .description: .invalid, .busy: .busy, .journal: .journal, .output: .output,
        ]
        self = status.isSignal ? .interrupted : results[status] ?? .internal
    }
}
