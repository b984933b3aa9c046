/// Why no whole answer arrived: what a transport throws.
public struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of a transport's error. Later versions may add kinds.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind, as its constant is called.
        public let description: String

        private init(_ name: String) { description = name }

        /// The host's name has no address.
        public static let unresolved = Kind("unresolved")
        /// No connection came about.
        public static let unconnected = Kind("unconnected")
        /// The certificate was not accepted, or no secure connection came about.
        public static let insecure = Kind("insecure")
        /// The proxy refused the connection.
        public static let proxyRefused = Kind("proxyRefused")
        /// Nothing arrived in time.
        public static let timedOut = Kind("timedOut")
        /// The answer arrived too slowly to be whole in time.
        public static let tooSlow = Kind("tooSlow")
        /// No time was left for the request. Nothing was sent.
        public static let outOfTime = Kind("outOfTime")
        /// The connection ended before the answer did.
        public static let interrupted = Kind("interrupted")
        /// The answer is larger than any document of the service.
        public static let tooLarge = Kind("tooLarge")
        /// The file that the request should send cannot be read, or is no longer whole.
        public static let bodyLost = Kind("bodyLost")
        /// The calling task was cancelled.
        public static let cancelled = Kind("cancelled")
        /// Anything else.
        public static let other = Kind("other")
    }

    package enum Cause: Hashable, Sendable {
        case unresolved(host: String)
        case unconnected(host: String, detail: String)
        case insecure(host: String, detail: String)
        case proxyRefused(status: Int, proxy: String?)
        case proxyUnreached(proxy: String, detail: String)
        case timedOut(host: String, after: Duration)
        case tooSlow(host: String, after: Duration, received: Int)
        case outOfTime(host: String)
        case interrupted(host: String, detail: String)
        case tooLarge(limit: Int)
        case other(host: String, detail: String)
        case bodyLost
        case cancelled
    }

    package let cause: Cause

    private init(_ cause: Cause) { self.cause = cause }

    /// The name of `host` has no address.
    public static func unresolved(host: String) -> Self { Self(.unresolved(host: host)) }

    /// No connection to `host` came about. `detail` is for people.
    public static func unconnected(host: String, detail: String) -> Self { Self(.unconnected(host: host, detail: detail)) }

    /// The certificate of `host` was not accepted, or no secure connection came about.
    public static func insecure(host: String, detail: String) -> Self { Self(.insecure(host: host, detail: detail)) }

    /// The proxy refused the connection with an HTTP status.
    public static func proxyRefused(status: Int) -> Self { refused(by: nil, status: status) }

    /// The same of a proxy that has a name: `proxy.example.org:8080 (HTTPS_PROXY)`.
    package static func refused(by proxy: String?, status: Int) -> Self { Self(.proxyRefused(status: status, proxy: proxy)) }

    /// No connection to the proxy came about.
    package static func unreached(proxy: String, detail: String) -> Self { Self(.proxyUnreached(proxy: proxy, detail: detail)) }

    /// Nothing at all arrived for so long.
    public static func timedOut(host: String, after limit: Duration) -> Self { Self(.timedOut(host: host, after: limit)) }

    /// The answer arrived, but too slowly to be whole within `limit`: so many bytes of it had been received.
    public static func tooSlow(host: String, after limit: Duration, received: Int) -> Self {
        Self(.tooSlow(host: host, after: limit, received: received))
    }

    /// Whoever waits for the answer had no time left. Nothing was sent.
    public static func outOfTime(host: String) -> Self { Self(.outOfTime(host: host)) }

    /// The connection ended before the answer did.
    public static func interrupted(host: String, detail: String) -> Self { Self(.interrupted(host: host, detail: detail)) }

    /// The answer is larger than `limit` bytes.
    public static func tooLarge(limit: Int) -> Self { Self(.tooLarge(limit: limit)) }

    /// Anything else. It counts as something that may pass, and after which the service may have acted.
    public static func other(host: String, detail: String) -> Self { Self(.other(host: host, detail: detail)) }

    /// The file that the request should send cannot be read, or is no longer whole.
    public static let bodyLost = Self(.bodyLost)

    /// The calling task was cancelled.
    public static let cancelled = Self(.cancelled)

    /// The kind.
    public var kind: Kind {
        switch cause {
        case .unresolved: .unresolved
        case .unconnected, .proxyUnreached: .unconnected
        case .insecure: .insecure
        case .proxyRefused: .proxyRefused
        case .timedOut: .timedOut
        case .tooSlow: .tooSlow
        case .outOfTime: .outOfTime
        case .interrupted: .interrupted
        case .tooLarge: .tooLarge
        case .bodyLost: .bodyLost
        case .cancelled: .cancelled
        case .other: .other
        }
    }

    /// The host that the request was for; `nil` where the error does not depend on it.
    public var host: String? {
        switch cause {
        case .unresolved(let host), .unconnected(let host, _), .insecure(let host, _), .timedOut(let host, _), .tooSlow(let host, _, _),
            .outOfTime(let host), .interrupted(let host, _), .other(let host, _):
            host
        case .proxyRefused, .proxyUnreached, .tooLarge, .bodyLost, .cancelled: nil
        }
    }

    /// The transport's own words, if it has any.
    public var detail: String? {
        switch cause {
        case .unconnected(_, let detail), .insecure(_, let detail), .interrupted(_, let detail), .other(_, let detail),
            .proxyUnreached(_, let detail):
            detail
        case .unresolved, .proxyRefused, .timedOut, .tooSlow, .outOfTime, .tooLarge, .bodyLost, .cancelled: nil
        }
    }

    public var description: String {
        switch cause {
        case .unresolved(let host):
            "the name \(host) cannot be resolved (DNS); check that this machine is online, and whether it needs a proxy (HTTPS_PROXY)"
        case .unconnected(let host, let detail): "\(host) cannot be reached: \(detail)"
        case .insecure(let host, let detail) where concernsClock:
            "no trusted TLS connection to \(host): \(detail); this machine's clock says \(SystemTimekeeper().now)"
        case .insecure(let host, let detail):
            "no trusted TLS connection to \(host): \(detail); if a proxy inspects TLS here, put its CA bundle in GLOBUS_SDK_VERIFY_SSL"
        case .proxyRefused(407, let proxy):
            "the proxy\(proxy.map { " " + $0 } ?? "") requires a login (407); write its address as http://USER:PASSWORD@HOST:PORT, or ask for "
                + "an exception"
        case .proxyRefused(let status, let proxy): "the proxy\(proxy.map { " " + $0 } ?? "") refused the connection (\(status))"
        case .proxyUnreached(let proxy, let detail): "the proxy \(proxy) cannot be reached: \(detail)"
        case .timedOut(let host, let limit): "no answer from \(host) within \(limit.components.seconds) s"
        case .tooSlow(let host, let limit, let received):
            "the answer from \(host) was not complete within \(limit.components.seconds) s: \(received) bytes had arrived"
        case .outOfTime(let host): "no time was left for a request to \(host)"
        case .interrupted(let host, let detail): "the connection to \(host) broke off: \(detail)"
        case .tooLarge(let limit): "the answer is larger than \(limit / 1_048_576) MiB"
        case .other(let host, let detail): "the exchange with \(host) failed: \(detail)"
        case .bodyLost: "the file to send can no longer be read completely"
        case .cancelled: "cancelled"
        }
    }

    /// Whether the same request may fare better later without anyone's doing: all but a certificate that is not trusted, a proxy that
    /// knows us and refuses, and what is wrong with the request itself.
    public var mayPass: Bool {
        switch cause {
        case .unresolved, .unconnected, .proxyUnreached, .timedOut, .tooSlow, .outOfTime, .interrupted, .other: true
        case .proxyRefused(let status, _): status >= 500 || status == 429 || status == 408
        case .insecure, .tooLarge, .bodyLost, .cancelled: false
        }
    }

    /// Whether the service may have acted on the request although no answer arrived.
    public var mayHaveActed: Bool {
        switch cause {
        case .unresolved, .unconnected, .insecure, .proxyRefused, .proxyUnreached, .outOfTime, .bodyLost: false
        case .timedOut, .tooSlow, .interrupted, .tooLarge, .other, .cancelled: true
        }
    }

    /// Whether the proxy itself could not be reached.
    package var concernsProxy: Bool { if case .proxyUnreached = cause { true } else { false } }

    /// Whether a certificate was refused for its dates, which a wrong clock does too.
    package var concernsClock: Bool {
        guard case .insecure(_, let detail) = cause else { return false }
        return detail.contains("expired") || detail.contains("not yet valid")
    }
}

extension TransportError {
    /// An error that a transport threw, as one of this type.
    package init(thrown error: any Error, host: String) {
        if let error = error as? TransportError {
            self = error
        } else if error is CancellationError || Task.isCancelled {
            // A transport's own word for a cancellation is not known here; but nobody waits for the answer any more.
            self = .cancelled
        } else {
            self = .other(host: host, detail: Secrets.inUse.redacted("\(error)"))
        }
    }
}

extension HTTPTransport {
    /// `send`, with whatever the transport throws as a `TransportError`.
    package func attempt(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        do {
            return try await send(request)
        } catch {
            throw TransportError(thrown: error, host: request.url.host)
        }
    }
}
