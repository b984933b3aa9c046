public import Globus
import PositionedYAML

/// A step of a transfer as its progress shows it, from waiting for its turn to the end.
public struct TransferStep: Sendable, Hashable {
    /// The kind of a step. Later versions may add kinds, so that a `switch` needs a `default`.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// The name of the kind, as its constant is called.
        public let description: String

        private init(_ name: String) { description = name }

        /// The transfer waits for its turn.
        public static let waiting = Kind("waiting")
        /// The source is listed, or its files are read for their digests, which `amounts` shows.
        public static let scanning = Kind("scanning")
        /// Globus has the transfer, as `task`.
        public static let submitted = Kind("submitted")
        /// The task waits in Globus's queue.
        public static let queued = Kind("queued")
        /// The task sends files; `amounts` has its figures.
        public static let moving = Kind("moving")
        /// The task met an error, which `reason` names, and Globus tries again.
        public static let retrying = Kind("retrying")
        /// An administrator has paused the task; `reason` has their words.
        public static let paused = Kind("paused")
        /// The task waits for a login.
        public static let loginNeeded = Kind("loginNeeded")
        /// The task is in a state that this version does not know, which `reason` names.
        public static let unrecognised = Kind("unrecognised")
        /// The task has ended, and the files at the destination are compared with those that were sent.
        public static let verifying = Kind("verifying")
        /// Files that are proven are deleted at the source, as the plan says.
        public static let cleaning = Kind("cleaning")
        /// The transfer is over, and its report is there. The last step.
        public static let ended = Kind("ended")
    }

    /// How much of a piece of work is done.
    public struct Amounts: Sendable, Hashable {
        /// The number of files that are done.
        public let files: Int64
        /// The number of bytes that are done.
        public let bytes: Int64
        /// The number of files there are to do; `nil` where it is not known.
        public let totalFiles: Int64?
        /// The number of bytes there are to do; `nil` where it is not known, also if some files turned out to need no sending.
        public let totalBytes: Int64?
        /// The rate in bytes per second; 0 where it is not known.
        public let bytesPerSecond: Int64
        /// The time until all is done at this rate; `nil` where it cannot be told.
        public let timeLeft: Duration?
    }

    /// The kind of the step.
    public let kind: Kind
    /// The Globus task, once there is one.
    public let task: TaskID?
    /// The figures, where the kind has any.
    public let amounts: Amounts?
    /// A short text on what stands in the way; `nil` while all is well.
    public let reason: String?

    init(_ kind: Kind, task: TaskID? = nil, amounts: Amounts? = nil, reason: String? = nil) {
        (self.kind, self.task, self.amounts, self.reason) = (kind, task, amounts, reason)
    }
}

extension TransferStep {
    init(_ work: WorkProgress, task: TaskID?) {
        let amounts = Amounts(
            files: work.done.files, bytes: work.done.bytes, totalFiles: work.totalFiles, totalBytes: work.totalBytes,
            bytesPerSecond: work.bytesPerSecond, timeLeft: work.timeLeft)
        self.init(Kind(work.phase), task: task, amounts: amounts, reason: work.words)
    }
}

extension TransferStep.Kind {
    fileprivate init(_ phase: WorkProgress.Phase) {
        self =
            switch phase {
            case .reading: .scanning
            case .moving: .moving
            case .queued: .queued
            case .paused: .paused
            case .inactive: .loginNeeded
            case .retrying: .retrying
            case .unrecognised: .unrecognised
            }
    }
}

extension TransferStep: CustomStringConvertible {
    /// The step in a few words: `moving: 14 of 31 files and 9.2 GB of 20.4 GB`.
    public var description: String {
        var text = kind.description
        if let task, kind == .submitted { text += " as Globus task \(task)" }
        if let amounts, kind == .moving || kind == .scanning { text += ": \(amounts)" }
        if let reason { text += " (\(reason))" }
        return text
    }
}

extension TransferStep.Amounts: CustomStringConvertible {
    /// The figures for people: `14 of 31 files and 9.2 GB of 20.4 GB`.
    public var description: String {
        let files = totalFiles.map { "\(self.files) of \(Quantity.count($0, "file"))" } ?? Quantity.count(self.files, "file")
        return "\(files) and \(Quantity.bytes(bytes))" + (totalBytes.map { " of \(Quantity.bytes($0))" } ?? "")
    }
}
