import Globus
import GlobusTesting
import Synchronization

/// The client's clock: passes only by being slept through, lets things happen at their moments, and waits for the stand-in, whose own
/// work takes real time, before it passes.
final class FaultClock: Timekeeper {
    private struct Event {
        var at: Duration
        var action: @Sendable () async -> Void
    }

    private struct State {
        var events: [Event] = []
        var settle: @Sendable () async -> Void = {}
        var look: @Sendable () -> Void = {}
        var isOver: @Sendable () -> Void = {}
    }

    /// Longer than any case may take.
    private static let bound = Duration.seconds(86_400)

    private let clock = SteppedTimekeeper(from: SystemTimekeeper().now)
    private let state = Mutex(State())

    /// - Parameters:
    ///   - settle: returns when the stand-in does nothing more by itself.
    ///   - isOver: called when so much time has passed that the run must be taken to hang.
    func wire(settle: @escaping @Sendable () async -> Void, isOver: @escaping @Sendable () -> Void) {
        state.withLock { ($0.settle, $0.isOver) = (settle, isOver) }
    }

    /// Lets something happen once so much more time has passed.
    func after(_ delay: Duration, _ action: @escaping @Sendable () async -> Void) {
        let at = elapsed + delay
        state.withLock { state in
            state.events.append(Event(at: at, action: action))
            state.events.sort { $0.at < $1.at }
        }
    }

    /// Forgets whatever would still happen.
    func clear() { state.withLock { $0 = State() } }

    /// Called whenever somebody looks at the clock, which every record does before it is written.
    func onLook(_ look: @escaping @Sendable () -> Void) { state.withLock { $0.look = look } }

    var now: Timestamp {
        state.withLock { $0.look }()
        return clock.now
    }

    var elapsed: Duration { clock.elapsed }

    func sleep(for duration: Duration) async {
        let (settle, isOver) = state.withLock { ($0.settle, $0.isOver) }
        await settle()
        let end = elapsed + duration
        while let event = takeEvent(until: end) {
            await clock.sleep(for: max(.zero, event.at - elapsed))
            await event.action()
            await settle()
        }
        await clock.sleep(for: max(.zero, end - elapsed))
        if elapsed > Self.bound { isOver() }
    }

    private func takeEvent(until end: Duration) -> Event? {
        state.withLock { state in
            guard let first = state.events.first, first.at <= end else { return nil }
            return state.events.removeFirst()
        }
    }
}
