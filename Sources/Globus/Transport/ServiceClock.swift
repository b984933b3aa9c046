import Synchronization

/// How far this machine's clock is from the service's, by the `Date` of its answers.
///
/// A wrong clock makes deadlines that have passed already and logins that seem to have lapsed; whoever reads of those must be told.
public final class ServiceClock: Sendable {
    /// What a slow answer and a service of many machines may explain.
    public static let tolerance = Duration.seconds(300)

    private let known = Mutex<Duration?>(nil)
    private let tell: @Sendable (Duration) -> Void

    /// - Parameter tell: called once, with how far this machine is ahead, when the clocks are found to differ.
    public init(tell: @escaping @Sendable (Duration) -> Void = { _ in }) { self.tell = tell }

    /// How far this machine is ahead of the service, below zero if it is behind; `nil` while the clocks agree, or nothing is known.
    public var skew: Duration? { known.withLock { $0 } }

    func note(_ response: HTTPResponse, at now: Timestamp) {
        // A proxy's page has the proxy's time, and a stored answer an old one.
        guard response.looksLikeJSON, response.headers["age"] == nil,
            let there = response.headers["date"].flatMap({ Timestamp(httpDate: $0) })
        else { return }
        let ahead = now - there
        let differs = ahead > Self.tolerance || ahead < .zero - Self.tolerance
        let isNews = known.withLock { known in
            defer { known = differs ? ahead : nil }
            return differs && known == nil
        }
        if isNews { tell(ahead) }
    }
}
