package import Globus
import SystemFiles

/// A proven transfer.
package struct Archive: Sendable, Equatable {
    package var files: Int
    package var bytes: Int64
    package var figures: TaskFigures
    package var level: TaskDescription.VerifyOptions.Level
    /// What else lies in the destination's directories.
    package var extra: [String]
    /// How many files' digests Globus attests; `nil` where none was asked for.
    package var byDigest: Int?
    /// How many files are proven in which way.
    package var tally: Tally {
        let digested = byDigest ?? 0
        return level == .none
            ? Tally(byDigest: 0, bySize: 0, unproven: files)
            : Tally(byDigest: digested, bySize: files.clampedDifference(digested), unproven: 0)
    }
    /// When the reading of the files on this machine began, after they had arrived; `nil` if they were not read here.
    package var readHere: Timestamp?
    package var isReadHere: Bool { readHere != nil }
    /// Files that were read here, or could have been, and of which nothing but the size is known.
    package var sizeOnly: [String] = []
    /// Files that Globus found at the destination without comparing their contents, and did not send.
    package var unsent = 0
    /// What was deleted at the source, where that was asked for.
    package var cleaned: SourceCleaner.Result?

    package init(
        files: Int, bytes: Int64, figures: TaskFigures, level: TaskDescription.VerifyOptions.Level, extra: [String] = [],
        byDigest: Int? = nil
    ) {
        (self.files, self.bytes, self.figures, self.level, self.extra) = (files, bytes, figures, level, extra)
        self.byDigest = byDigest
    }
}

/// How many files are proven in which way; each counts once, by its strictest proof.
package struct Tally: Sendable, Hashable, CustomStringConvertible {
    package var byDigest: Int
    package var bySize: Int
    package var unproven: Int

    package var description: String { "\(byDigest) by digest, \(bySize) by size, \(unproven) not verified" }
}

/// What a task's document counts.
package struct TaskFigures: Sendable, Equatable {
    package var filesTransferred: Int64
    /// Equal already, by the sync comparison.
    package var filesSkipped: Int64
    package var bytesTransferred: Int64
    package var bytesPerSecond: Int64
    package var faults: Int64
    /// By what the task compared files, if it says so and that is less than their contents.
    package var comparedOnly: SyncLevel?
    /// When the service took the task.
    package var requested: Timestamp?
    /// From request to completion, as the service has it.
    package var duration: Duration?

    package init(_ task: TransferTask) {
        (filesTransferred, filesSkipped, bytesTransferred) = (task.filesTransferred, task.filesSkipped, task.bytesTransferred)
        (bytesPerSecond, faults) = (task.bytesPerSecond, task.faults)
        requested = task.requestTime
        let level = task[field: "sync_level"]?.int.flatMap { Int(exactly: $0) }.flatMap { SyncLevel(rawValue: $0) }
        comparedOnly = level == .checksum ? nil : level
        if let begin = requested, let end = task.completionTime {
            duration = end - begin
        }
    }
}

extension TaskFigures {
    /// The figures of several tasks of one transfer together.
    ///
    /// - Parameter figures: those of each task, in the order in which the tasks ran; `nil` is returned for none.
    package init?(_ figures: [TaskFigures]) {
        guard var sum = figures.first else { return nil }
        for next in figures.dropFirst() {
            sum.filesTransferred = sum.filesTransferred.clampedSum(next.filesTransferred)
            sum.filesSkipped = sum.filesSkipped.clampedSum(next.filesSkipped)
            sum.bytesTransferred = sum.bytesTransferred.clampedSum(next.bytesTransferred)
            sum.faults = sum.faults.clampedSum(next.faults)
            // The time between two tasks is no time of sending.
            sum.duration = if let before = sum.duration, let more = next.duration { before + more } else { nil }
        }
        if figures.count > 1, let duration = sum.duration {
            sum.bytesPerSecond = Int64(clamping: Double(sum.bytesTransferred) / max(1, duration.inSeconds))
        }
        self = sum
    }

    /// Without the files that a later task found equal because an earlier one had sent them.
    ///
    /// - Parameter files: how many files there are in all.
    func counting(files: Int) -> TaskFigures {
        var figures = self
        figures.filesSkipped = min(filesSkipped, max(0, Int64(files).clampedDifference(filesTransferred)))
        return figures
    }
}

/// A file that is not at the destination as the manifest has it.
package enum FileDifference: Sendable, Hashable {
    case missing(String)
    case size(String, expected: Int64, found: Int64)
    /// Something of that name is there, but it is not a file.
    case notAFile(String)
    /// Globus accounts for it neither as sent nor as equal already, whatever lies at the destination.
    case unsent(String)
    /// Globus sent other bytes than the source's producer made.
    case digest(String, expected: Digest, found: Digest)
    /// It was read at the destination, and has other content: those of another file, if one is known that has them.
    case contents(String, expected: Digest, found: Digest, of: String?)
    /// It had other content when it was last read at the destination, and was only listed since.
    case unread(String)
    /// It does not belong there; only if the description minds (`verify: {extra: fail}`).
    case extra(String)

    var isMissing: Bool { if case .missing = self { true } else { false } }
}
