import Synchronization

/// How far this machine's clock is from the service's, by the `Date` of its answers.
///
/// A wrong clock makes deadlines that have passed already and logins that seem to have lapsed; whoever reads of those must be told.
package final class ServiceClock: Sendable {
    /// What a slow answer and a service of many machines may explain.
    package static let tolerance = Duration.seconds(300)

    private struct Known {
        var skew: Duration?
        /// The last answer's time, and when it came by the clock that never goes back.
        var answer: (date: Timestamp, elapsed: Duration)?
    }

    /// A wall clock that is the service's, once that is known.
    ///
    /// By it, how long a token is good does not depend on what this machine's clock has been set to.
    package struct Time: Timekeeper {
        private let time: any Timekeeper
        private let clock: ServiceClock

        package init(_ time: any Timekeeper, by clock: ServiceClock) { (self.time, self.clock) = (time, clock) }

        package var now: Timestamp { clock.skew == nil ? time.now : clock.now(time) ?? time.now }
        package var elapsed: Duration { time.elapsed }
        package func sleep(for duration: Duration) async { await time.sleep(for: duration) }
    }

    private let known = Mutex(Known())
    private let tell: @Sendable (Duration) -> Void

    /// - Parameter tell: called once, with how far this machine is ahead, when the clocks are found to differ.
    package init(tell: @escaping @Sendable (Duration) -> Void = { _ in }) { self.tell = tell }

    /// How far this machine is ahead of the service, below zero if it is behind; `nil` while the clocks agree, or nothing is known.
    package var skew: Duration? { known.withLock { $0.skew } }

    /// The service's time by its last answer, whatever this machine's clock has been set to since; `nil` if nothing is known.
    func now(_ time: any Timekeeper) -> Timestamp? {
        known.withLock { $0.answer }.map { $0.date + (time.elapsed - $0.elapsed) }
    }

    /// Learns from an answer.
    ///
    /// - Parameter took: from the request to the answer, of which half is taken as the answer's way.
    func note(_ response: HTTPResponse, _ time: any Timekeeper, took: Duration = .zero) {
        // A proxy's page has the proxy's time, and a stored answer an old one.
        guard response.looksLikeJSON, response.headers["age"] == nil,
            let there = response.headers["date"].flatMap({ Timestamp(httpDate: $0) })
        else { return }
        let (ahead, elapsed) = (time.now - there - took / 2, time.elapsed - took / 2)
        let differs = ahead > Self.tolerance || ahead < .zero - Self.tolerance
        let isNews = known.withLock { known in
            defer { known = Known(skew: differs ? ahead : nil, answer: (there, elapsed)) }
            return differs && known.skew == nil
        }
        if isNews { tell(ahead) }
    }
}
