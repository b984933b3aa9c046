public import FoundationEssentials

/// One request to Globus, as text and bytes.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable { case get = "GET", post = "POST", put = "PUT" }

    /// Whether sending the request twice may have an effect that sending it once has not.
    public enum Repetition: Sendable {
        /// Reads, token requests, and submissions that carry their own id: the service acts at most once.
        case harmless
        /// Anything else: an answer that was lost may have been a success.
        case unsafe
    }

    public var method: Method
    public var url: ServiceURL
    public var headers: [(name: String, value: String)] = []
    public var body: RequestBody?
    public var repetition: Repetition
    /// Authorises the request; kept apart from the headers, which may be logged.
    public var authorization: Authorization?
    /// How long an outage may last before this request is given up, if less than the policy's budget: for answers that one can do without.
    public var patience: Duration?
    /// The most that one exchange may take, if less than the transport would give it: what repeats requests sets it, from what is left.
    public var allowance: Duration?
    /// Whether a success is the document that was asked for; `nil` accepts any JSON document.
    var understands: (@Sendable (HTTPResponse) -> Bool)?

    public enum Authorization: Sendable {
        case bearer(AccessToken)
        /// A confidential client's id and secret.
        case basic(String, AccessToken)
    }

    public init(_ method: Method, _ url: ServiceURL, body: Data? = nil, repetition: Repetition = .harmless) {
        (self.method, self.url, self.body, self.repetition) = (method, url, body.map { .bytes($0) }, repetition)
    }

    /// `POST /v0.10/transfer`: what errors and logs call it. Queries are left out.
    public var name: String { "\(method.rawValue) \(url.path)" }
}

/// An answer that arrived whole.
public struct HTTPResponse: Sendable {
    public var status: Int
    /// Names in lower case; a repeated header keeps its last value.
    public var headers: [String: String]
    public var body: Data

    public init(status: Int, headers: [String: String] = [:], body: Data = Data()) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    public var isSuccess: Bool { 200..<300 ~= status }

    /// Whether this is a refusal in the words of Globus: a proxy's page, or its JSON, is not.
    var isWordOfGlobus: Bool {
        guard looksLikeJSON, let document = try? readable() as ErrorDocument else { return false }
        return document.isOfGlobus
    }

    /// Whether the body begins and ends as a JSON document does: an HTML page of a proxy, or half a document, does not.
    public var looksLikeJSON: Bool {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        guard let first = body.first(where: { !blanks.contains($0) }), let last = body.last(where: { !blanks.contains($0) }) else {
            return false
        }
        return (first == UInt8(ascii: "{") && last == UInt8(ascii: "}")) || (first == UInt8(ascii: "[") && last == UInt8(ascii: "]"))
    }
}

/// Carries requests. The seam at which tests put a scripted service.
public protocol HTTPTransport: Sendable {
    /// Sends `request` and returns whatever was answered, also refusals (status 400 and above).
    ///
    /// - Throws: `TransportError` if no whole answer arrived. `.cancelled` when the calling task was cancelled.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}

/// Why no whole answer arrived.
public enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    case unresolved(host: String)
    case unconnected(host: String, detail: String)
    /// The certificate was not accepted, or no secure connection came about.
    case insecure(host: String, detail: String)
    case proxyRefused(status: Int)
    /// Nothing at all arrived for so long.
    case timedOut(host: String, after: Duration)
    /// The answer arrived, but too slowly to be whole within this time.
    case tooSlow(host: String, after: Duration, received: Int)
    /// Whoever waits for the answer had no time left; nothing was sent.
    case outOfTime(host: String)
    /// The connection ended before the answer did.
    case interrupted(host: String, detail: String)
    /// The answer is larger than any of the service's documents may be.
    case tooLarge(limit: Int)
    case other(host: String, detail: String)
    /// The file that the request should bring cannot be read, or is no longer whole.
    case bodyLost
    case cancelled

    public var description: String {
        switch self {
        case .unresolved(let host): "the name \(host) cannot be resolved (DNS); is this machine online, may it use a proxy (HTTPS_PROXY)?"
        case .unconnected(let host, let detail): "\(host) cannot be reached: \(detail)"
        case .insecure(let host, let detail) where concernsClock:
            "no trusted TLS connection to \(host): \(detail); this machine's clock says \(SystemTimekeeper().now)"
        case .insecure(let host, let detail):
            "no trusted TLS connection to \(host): \(detail); if a proxy inspects TLS here, put its CA bundle in GLOBUS_SDK_VERIFY_SSL"
        case .proxyRefused(407): "the proxy asks for a login (407); put the user and password in HTTPS_PROXY, or ask for an exception"
        case .proxyRefused(let status): "the proxy refused the connection (\(status))"
        case .timedOut(let host, let limit): "no answer from \(host) within \(limit.components.seconds) s"
        case .tooSlow(let host, let limit, let received):
            "the answer from \(host) was not complete within \(limit.components.seconds) s: \(received) bytes had arrived"
        case .outOfTime(let host): "no time was left for a request to \(host)"
        case .interrupted(let host, let detail): "the connection to \(host) broke off: \(detail)"
        case .tooLarge(let limit): "the answer is larger than \(limit / 1_048_576) MiB"
        case .other(let host, let detail): "talking to \(host) failed: \(detail)"
        case .bodyLost: "the file that should be sent can no longer be read whole"
        case .cancelled: "cancelled"
        }
    }

    /// Whether the same request may fare better later without anyone's doing: all but a certificate that is not trusted, a proxy that
    /// knows us and refuses, and what is wrong with the request itself.
    public var mayPass: Bool {
        switch self {
        case .unresolved, .unconnected, .timedOut, .tooSlow, .outOfTime, .interrupted, .other: true
        case .proxyRefused(let status): status >= 500 || status == 429 || status == 408
        case .insecure, .tooLarge, .bodyLost, .cancelled: false
        }
    }

    /// Whether the service may have acted on the request although no answer arrived.
    public var mayHaveActed: Bool {
        switch self {
        case .unresolved, .unconnected, .insecure, .proxyRefused, .outOfTime, .bodyLost: false
        case .timedOut, .tooSlow, .interrupted, .tooLarge, .other, .cancelled: true
        }
    }

    /// Whether a certificate was refused for its dates, which a wrong clock does too.
    public var concernsClock: Bool {
        guard case .insecure(_, let detail) = self else { return false }
        return detail.contains("expired") || detail.contains("not yet valid")
    }
}
