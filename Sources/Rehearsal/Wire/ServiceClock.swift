import FoundationEssentials
import Synchronization

/// The service's clock, which may differ from this machine's.
final class ServiceClock: Sendable {
    private struct State {
        /// What is wrong with the clock.
        var shift: TimeInterval
        /// Time that has passed in the rehearsal alone.
        var advance: TimeInterval = 0
    }

    private let state: Mutex<State>

    init(shift: Duration = .zero) { state = Mutex(State(shift: shift / .seconds(1))) }

    var now: Date { Date().addingTimeInterval(state.withLock { $0.shift + $0.advance }) }

    /// As if no time had passed in the rehearsal alone.
    var unadvanced: Date { Date().addingTimeInterval(state.withLock { $0.shift }) }

    /// When this machine's clock shows what the service's shows at `date`.
    func local(_ date: Date) -> Date { date.addingTimeInterval(-state.withLock { $0.shift + $0.advance }) }

    func set(shift: Duration) { state.withLock { $0.shift = shift / .seconds(1) } }

    func advance(by duration: Duration) { state.withLock { $0.advance += duration / .seconds(1) } }
}
