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
    /// - Throws: `TransportError` if no whole answer arrived, with the kind `cancelled` when the calling task was cancelled. The client takes
    ///   a `CancellationError` for that too, and every other error for a `TransportError` of the kind `other`: it repeats what is harmless.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
