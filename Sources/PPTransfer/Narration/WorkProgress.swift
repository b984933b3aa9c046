package import Globus
import PositionedYAML
import SystemFiles

/// How far a piece of work is: a Globus task that moves files, or files that are read for their digests.
package struct WorkProgress: Sendable, Hashable {
    package enum Phase: String, Sendable, CaseIterable {
        /// Files are read on this machine.
        case reading
        case moving, queued, paused, inactive, retrying, unrecognised

        /// Whether figures say more than words.
        var isAtWork: Bool { self == .reading || self == .moving }
    }

    package var phase: Phase
    package var done: Amount
    /// `nil` where it is not known.
    package var totalFiles: Int64?
    /// `nil` where it is not known: also if some of the files turned out to need no sending, since their sizes are in no figure then.
    package var totalBytes: Int64?
    package var bytesPerSecond: Int64
    /// What people should know of it beside the figures.
    package var words: String?

    /// Work of this machine.
    package init(
        _ phase: Phase, done: Amount, of total: Amount? = nil, bytesPerSecond: Int64 = 0, words: String? = nil
    ) {
        (self.phase, self.done, self.bytesPerSecond, self.words) = (phase, done, bytesPerSecond, words)
        (totalFiles, totalBytes) = (total?.files, total?.bytes)
    }

    /// A Globus task, by its own figures.
    ///
    /// - Parameters:
    ///   - expected: what it is to bring, as far as that is known.
    ///   - there: what of that is at the destination already, by all that is known, so that it is not sent.
    ///   - messages: what the administrators who paused it say.
    package init(_ task: TransferTask, expected: Amount? = nil, there: Amount? = nil, messages: [String] = []) {
        let condition = Condition(task)
        (phase, words) = (Phase(condition.kind), condition.words(messages))
        done = Amount(files: task.filesTransferred, bytes: task.bytesTransferred)
        bytesPerSecond = task.bytesPerSecond
        // The service's own count is below ours while it still looks at what there is to do.
        let files = expected.map { max($0.files, task.files) } ?? (task.files > 0 ? task.files : nil)
        let there = there ?? Amount(files: 0, bytes: 0)
        totalFiles = files.map { max(task.filesTransferred, $0.clampedDifference(max(task.filesSkipped, there.files))) }
        totalBytes = nil
        guard let expected, task.files <= expected.files else { return }
        // What is sent again is not more than there is.
        done.bytes = min(done.bytes, expected.bytes)
        let toSend = expected.bytes.clampedDifference(there.bytes)
        // Of other files than those that were foreseen to be there the sizes are in no figure.
        totalBytes = task.filesSkipped <= there.files && done.bytes <= toSend ? toSend : nil
    }

    /// 0 to 1, by bytes if their number is known, else by files. Files that are sent again do not make it more than all.
    package var fraction: Double? {
        if let totalBytes, totalBytes > 0 { return min(1, max(0, Double(done.bytes) / Double(totalBytes))) }
        guard let totalFiles, totalFiles > 0 else { return nil }
        return min(1, max(0, Double(done.files) / Double(totalFiles)))
    }

    /// Until it is done, if it goes on at this rate; `nil` where that cannot be told.
    package var timeLeft: Duration? {
        guard phase.isAtWork, bytesPerSecond > 0, let totalBytes, done.bytes < totalBytes else { return nil }
        let left = Double(totalBytes.clampedDifference(done.bytes)) / Double(bytesPerSecond)
        // What would take a century is no estimate.
        return left < Duration.longest.inSeconds ? .seconds(left) : nil
    }

    /// `14 of 31 files and 9.2 GB of 20.4 GB`
    package var amounts: String {
        let files = totalFiles.map { "\(done.files) of \(Quantity.count($0, "file"))" } ?? Quantity.count(done.files, "file")
        return "\(files) and \(Quantity.bytes(done.bytes))" + (totalBytes.map { " of \(Quantity.bytes($0))" } ?? "")
    }
}

extension WorkProgress.Phase {
    init(_ kind: Condition.Kind) {
        self =
            switch kind {
            case .queued: .queued
            case .moving: .moving
            case .paused: .paused
            case .inactive: .inactive
            case .faulting: .retrying
            case .unrecognised: .unrecognised
            }
    }
}

extension Condition {
    /// In few words; `nil` while all is well.
    fileprivate func words(_ messages: [String]) -> String? {
        switch kind {
        case .moving: nil
        case .queued: "queued by Globus"
        case .paused: "paused" + (messages.isEmpty ? " by an administrator" : ": " + messages.joined(separator: "; "))
        case .inactive: "needs a login" + (text.map { " (\($0))" } ?? "")
        case .faulting: needsAPerson ? "Globus reports \(cause)" : "retrying after \(cause)"
        case .unrecognised(let word): "unknown state \(word)"
        }
    }
}

/// Where progress is shown while it is made.
package protocol ProgressDisplay: Sendable {
    /// Called as often as there is news; the display decides how much of it is shown.
    ///
    /// - Parameters:
    ///   - progress: `nil` once there is nothing more to show.
    ///   - title: what the progress is of; one line is shown for each.
    func show(_ progress: WorkProgress?, of title: String)
}
