public import FoundationEssentials

/// One request to Globus, as text and bytes.
public struct HTTPRequest: Sendable {
    /// The HTTP methods that the services use: `GET`, `POST` and `PUT`.
    public enum Method: String, Sendable {
        /// `GET`.
        case get = "GET"
        /// `POST`.
        case post = "POST"
        /// `PUT`.
        case put = "PUT"
    }

    /// Whether sending the request twice may have an effect that sending it once has not.
    public enum Repetition: Sendable {
        /// Reads, token requests, and submissions that carry their own id: the service acts at most once.
        case harmless
        /// Anything else: an answer that was lost may have been a success.
        case unsafe
    }

    /// The HTTP method.
    public var method: Method
    /// The address, with its query.
    public var url: ServiceURL
    /// The headers of this request, in order. `authorization` is not among them.
    public var headers: [(name: String, value: String)] = []
    /// The contents to send; `nil` for a request without a body.
    public var body: RequestBody?
    /// Whether the request may be sent again after a failure.
    public var repetition: Repetition
    /// Authorises the request; kept apart from the headers, which may be logged.
    public var authorization: Authorization?
    /// How long an outage may last before this request is given up, if less than the policy's budget: for answers that one can do without.
    public var patience: Duration?
    /// The most that one exchange may take, if less than the transport would give it: what repeats requests sets it, from what is left.
    public var allowance: Duration?
    /// Whether a success is the document that was asked for; `nil` accepts any JSON document.
    var understands: (@Sendable (HTTPResponse) -> Bool)?

    /// The contents of an `Authorization` header.
    public enum Authorization: Sendable {
        /// An access token (`Bearer`).
        case bearer(AccessToken)
        /// A confidential client's id and secret.
        case basic(String, AccessToken)
    }

    /// Makes a request without headers and authorisation.
    ///
    /// - Parameter repetition: `nil` stands for `harmless` if the method is GET, and for `unsafe` otherwise.
    public init(_ method: Method, _ url: ServiceURL, body: Data? = nil, repetition: Repetition? = nil) {
        (self.method, self.url, self.body) = (method, url, body.map { .bytes($0) })
        self.repetition = repetition ?? (method == .get ? .harmless : .unsafe)
    }

    /// `POST /v0.10/transfer`: what errors and logs call it. Queries are left out.
    public var name: String { "\(method.rawValue) \(url.path)" }
}

/// An answer that arrived whole.
public struct HTTPResponse: Sendable {
    /// The HTTP status: 200.
    public var status: Int
    /// Names in lower case; a repeated header keeps its last value.
    public var headers: [String: String]
    /// The bytes of the body; empty if there is none.
    public var body: Data

    /// Makes an answer, for a transport of your own. Of two headers whose names differ in their case only, one is kept.
    public init(status: Int, headers: [String: String] = [:], body: Data = Data()) {
        (self.status, self.body) = (status, body)
        self.headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
    }

    /// Whether the status is between 200 and 299.
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
