import FoundationEssentials
public import Globus
import Synchronization

/// A transport that answers what a script says, without a network, and keeps the requests for the test to look at.
///
///     let transport = ScriptedTransport(.document(TransferTask.example(.active)), .document(TransferTask.example(.succeeded)))
///
/// A request for which the script has no answer fails like a connection that cannot be made.
public final class ScriptedTransport: HTTPTransport {
    /// What one request meets.
    public typealias Answer = Result<HTTPResponse, TransportError>

    private struct State {
        var answers: ArraySlice<Answer>
        var requests: [HTTPRequest] = []
        var unexpected: [HTTPRequest] = []
    }

    private let state: Mutex<State>
    private let onUnexpected: @Sendable (HTTPRequest) -> Void

    /// - Parameters:
    ///   - answers: one for each request, in the order in which requests are sent.
    ///   - onUnexpected: called with each request for which no answer is left. Swift Testing's `Issue.record` belongs here.
    public init(_ answers: [Answer], onUnexpected: @escaping @Sendable (HTTPRequest) -> Void = { _ in }) {
        state = Mutex(State(answers: answers[...]))
        self.onUnexpected = onUnexpected
    }

    /// - Parameter answers: one for each request, in the order in which requests are sent.
    public convenience init(_ answers: Answer...) { self.init(answers) }

    /// All requests so far, oldest first. They hold access tokens, which do not print.
    public var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// The requests for which no answer was left.
    public var unexpected: [HTTPRequest] { state.withLock { $0.unexpected } }

    /// How many answers nobody has asked for yet.
    public var answersLeft: Int { state.withLock { $0.answers.count } }

    /// Returns or throws the next answer of the script.
    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let answer: Answer? = state.withLock { state in
            state.requests.append(request)
            if state.answers.isEmpty { state.unexpected.append(request) }
            return state.answers.popFirst()
        }
        guard let answer else {
            onUnexpected(request)
            throw .unconnected(host: request.url.host, detail: "the script has no answer for \(request.name)")
        }
        return try answer.get()
    }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
    /// An answer with `status`, `body` (JSON text) and `headers`.
    public static func answer(_ status: Int, _ body: String = "{}", headers: [String: String] = [:]) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Data(body.utf8)))
    }

    /// A document of the service, such as `TransferTask.example(.active)`.
    public static func document(_ document: some Encodable) -> Self {
        .success(HTTPResponse(status: 200, body: (try? JSONEncoder().encode(document)) ?? Data()))
    }

    /// The only page of a list: of entries, tasks, collections, sent files, skipped files or events.
    public static func page<Element: Encodable>(_ elements: [Element]) -> Self { .document(Page(elements)) }

    /// A refusal in the words of Globus Transfer: `code` such as `ClientError.NotFound`.
    public static func refusal(_ status: Int, code: String, message: String = "refused by the script") -> Self {
        let document: [String: JSONValue] = [
            "code": .string(code), "message": .string(message), "request_id": "scripted", "resource": "/",
        ]
        return .success(HTTPResponse(status: status, body: (try? JSONEncoder().encode(document)) ?? Data()))
    }
}

/// The fields of all lists.
private struct Page<Element: Encodable>: Encodable {
    let elements: [Element]

    init(_ elements: [Element]) { self.elements = elements }

    enum CodingKeys: String, CodingKey {
        case elements = "DATA", length, total
        case hasNextPage = "has_next_page"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(elements, forKey: .elements)
        try container.encode(elements.count, forKey: .length)
        try container.encode(elements.count, forKey: .total)
        try container.encode(false, forKey: .hasNextPage)
    }
}
