import Dispatch
import Synchronization

/// Tells a mover, which works synchronously on a thread of its own, to leave off.
final class StopSignal: Sendable {
    enum Reason: Sendable, Equatable {
        case canceled, expired, held, shutDown
        /// Something is to happen to the task at this point.
        case scripted
    }

    private let state = Mutex<Reason?>(nil)
    private let bell = DispatchSemaphore(value: 0)

    var reason: Reason? { state.withLock { $0 } }

    func raise(_ reason: Reason) {
        let isFirst = state.withLock { state in
            // A hold can still become an end.
            guard state == nil || state == .held || state == .scripted else { return false }
            state = reason
            return true
        }
        if isFirst { bell.signal() }
    }

    /// Lets a held task run again.
    func clearHold() { clear(.held) }

    /// Takes `reason` back, unless another has come since.
    func clear(_ reason: Reason) { state.withLock { if $0 == reason { $0 = nil } } }

    /// Waits, at most until something is raised.
    func pause(for duration: Duration) {
        guard reason == nil else { return }
        let (seconds, attoseconds) = duration.components
        _ = bell.wait(timeout: .now() + .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)))
    }
}
