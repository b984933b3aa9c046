public import Globus
import SystemFiles

/// A proven transfer.
public struct Archive: Sendable, Equatable {
    public var files: Int
    public var bytes: Int64
    public var figures: TaskFigures
    public var level: TaskDescription.VerifyOptions.Level
    /// What else lies in the destination's directories.
    public var extra: [String]
    /// How many files' digests Globus attests; `nil` where none was asked for.
    public var byDigest: Int?
    /// How many files are proven in which way.
    public var tally: Tally {
        let digested = byDigest ?? 0
        return level == .none
            ? Tally(byDigest: 0, bySize: 0, unproven: files)
            : Tally(byDigest: digested, bySize: files.clampedDifference(digested), unproven: 0)
    }
    /// Files that Globus found at the destination without comparing their contents, and did not send.
    public var unsent = 0
    /// What was deleted at the source, where that was asked for.
    public var cleaned: SourceCleaner.Result?

    public init(
        files: Int, bytes: Int64, figures: TaskFigures, level: TaskDescription.VerifyOptions.Level, extra: [String] = [],
        byDigest: Int? = nil
    ) {
        (self.files, self.bytes, self.figures, self.level, self.extra) = (files, bytes, figures, level, extra)
        self.byDigest = byDigest
    }
}

/// How many files are proven in which way; each counts once, by its strictest proof.
public struct Tally: Sendable, Hashable, CustomStringConvertible {
    public var byDigest: Int
    public var bySize: Int
    public var unproven: Int

    public var description: String { "\(byDigest) by digest, \(bySize) by size, \(unproven) unproven" }
}

/// What a task's document counts.
public struct TaskFigures: Sendable, Equatable {
    public var filesTransferred: Int64
    /// Equal already, by the sync comparison.
    public var filesSkipped: Int64
    public var bytesTransferred: Int64
    public var bytesPerSecond: Int64
    public var faults: Int64
    /// When the service took the task.
    public var requested: Timestamp?
    /// From request to completion, as the service has it.
    public var duration: Duration?

    public init(_ task: TaskDocument) {
        (filesTransferred, filesSkipped, bytesTransferred) = (task.filesTransferred, task.filesSkipped, task.bytesTransferred)
        (bytesPerSecond, faults) = (task.bytesPerSecond, task.faults)
        requested = task.requestTime.flatMap { Timestamp(wire: $0) }
        if let begin = requested, let end = task.completionTime.flatMap({ Timestamp(wire: $0) }) {
            duration = end - begin
        }
    }
}

/// A file that is not at the destination as the manifest has it.
public enum Difference: Sendable, Hashable {
    case missing(String)
    case size(String, expected: Int64, found: Int64)
    /// Something of that name is there, but it is not a file.
    case notAFile(String)
    /// Globus accounts for it neither as sent nor as equal already, whatever lies at the destination.
    case unsent(String)
    /// Globus sent other bytes than the source's producer made.
    case digest(String, expected: Digest, found: Digest)
    /// It was read at the destination, and has other bytes: those of another file, if one is known that has them.
    case contents(String, expected: Digest, found: Digest, of: String?)
    /// It does not belong there; only if the description minds (`verify: {extra: fail}`).
    case extra(String)
}
