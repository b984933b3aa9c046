import SystemFiles

/// A line of what a client does beside answering: repetitions, the end of patience, a clock that is wrong, a login that will not last.
public struct GlobusLogMessage: Hashable, Sendable, CustomStringConvertible {
    /// How much a message matters. An open set.
    public struct Level: Hashable, Sendable, CustomStringConvertible {
        /// The level as one word: `notice`.
        public let description: String

        /// Something that passes by itself.
        public static let notice = Level(description: "notice")
        /// Something that a person should know.
        public static let warning = Level(description: "warning")
    }

    /// How much the message matters.
    public let level: Level
    /// One sentence, without any secret.
    public let text: String
    /// The id of the request that it is about, where the service gave one.
    public let requestID: String?

    package init(_ level: Level, _ text: String, requestID: String? = nil) {
        (self.level, self.text, self.requestID) = (level, Secrets.inUse.redacted(text), requestID)
    }

    public var description: String { "\(level): \(text)" }
}

extension GlobusLogMessage {
    init(_ notice: RetryNotice) {
        var id: String?
        if case .status(_, _, let found) = notice.cause { id = found }
        self.init(
            .notice, "\(notice.request): \(notice.cause); asking again in \(Self.seconds(notice.delay))", requestID: id)
    }

    static func givenUp(_ notice: RetryNotice) -> GlobusLogMessage {
        GlobusLogMessage(.warning, "\(notice.request): \(notice.cause); given up after \(seconds(notice.outage))")
    }

    static func clock(ahead: Duration) -> GlobusLogMessage {
        let side = ahead < .zero ? "behind" : "ahead of"
        return GlobusLogMessage(.warning, "this machine's clock is \(seconds(ahead < .zero ? .zero - ahead : ahead)) \(side) Globus's")
    }

    private static func seconds(_ duration: Duration) -> String {
        duration < .seconds(10) ? "\(duration.milliseconds) ms" : "\(duration.components.seconds) s"
    }
}
