import Synchronization

/// The time since which no request of a session has been answered. All requests share it, so that a budget for outages is spent once and
/// not once per request.
final class Outage: Sendable {
    private struct Silence {
        var began: Duration
        var latest: Duration
    }

    /// After this time without an attempt nothing is known of the time between.
    private static let memory = Duration.seconds(600)

    private let silence = Mutex<Silence?>(nil)

    /// Notes a failed attempt.
    ///
    /// - Returns: when the outage began.
    func failed(at now: Duration) -> Duration {
        silence.withLock { silence in
            var known = silence ?? Silence(began: now, latest: now)
            if now - known.latest > Self.memory { known.began = now }
            known.latest = now
            silence = known
            return known.began
        }
    }

    func answered() { silence.withLock { $0 = nil } }
}
