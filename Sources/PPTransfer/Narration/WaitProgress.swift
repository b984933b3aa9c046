import Globus
import PositionedYAML

/// What there is to tell of a task that is waited for.
package struct WaitProgress: Sendable {
    /// How often the job log gets a line when nothing changes.
    package static let heartbeat = Duration.seconds(600)

    var condition: Condition
    var document: TransferTask
    var work: WorkProgress
    var messages: [String] = []
    /// Nothing has changed; only a sign of life.
    var isHeartbeat = false
}

extension WaitProgress {
    var sentence: String {
        let there = document.filesSkipped > 0 ? " (\(Quantity.count(document.filesSkipped, "file")) there already)" : ""
        let figures = "\(work.amounts) sent\(there), \(Quantity.count(document.faults, "fault"))"
        let state =
            switch condition.kind {
            case .queued: "queued by Globus (it works on three of your tasks at once)"
            case .moving:
                "moving: \(figures), \(Quantity.rate(document.bytesPerSecond))"
                    + (work.timeLeft.map { ", \(Quantity.timeLeft($0)) left" } ?? "")
            case .paused: "paused by an administrator" + (messages.isEmpty ? "" : ": " + messages.joined(separator: "; "))
            case .inactive: "inactive: Globus needs a login" + (condition.text.map { " (\($0))" } ?? "")
            case .faulting:
                condition.isChecksumFault
                    ? "checksums at the destination differ again and again (\(condition.cause)): a source that changes, or bad storage: \(figures)"
                    : condition.needsAPerson
                        ? "Globus reports \(condition.cause), which seldom passes by itself: \(figures)"
                        : "retrying after \(condition.cause): \(figures)"
            case .unrecognised(let word): "in a state that this version does not know (\(word)): \(figures)"
            }
        guard isHeartbeat else { return state }
        switch condition.kind {
        case .queued, .paused, .inactive: return "still " + state + (work.done.files > 0 ? "; \(figures)" : "")
        case .moving, .faulting, .unrecognised: return "still " + state
        }
    }
}
