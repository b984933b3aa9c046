import Foundation
import Globus
import Synchronization
import Testing

/// Answers as it was told, one result a request, and records an issue for a request too many.
final class ScriptedTransport: HTTPTransport {
    private let state: Mutex<(results: [Result<HTTPResponse, TransportError>], requests: [HTTPRequest])>

    init(_ results: Result<HTTPResponse, TransportError>...) { state = Mutex((results, [])) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let result: Result<HTTPResponse, TransportError>? = state.withLock { state in
            state.requests.append(request)
            return state.results.isEmpty ? nil : state.results.removeFirst()
        }
        guard let result else {
            Issue.record("unexpected request \(request.name)")
            throw .cancelled
        }
        return try result.get()
    }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
    static func answer(_ status: Int, _ body: String = "{}", _ headers: [String: String] = [:]) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Data(body.utf8)))
    }

    static func failure(_ failure: TransportError, times: Int) -> [Self] { Array(repeating: .failure(failure), count: times) }
}

/// A sample reply of the service.
func sample(_ name: String) throws -> Data {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Samples"))
    return try Data(contentsOf: url)
}

func sample<Document: Decodable>(_ name: String, as type: Document.Type = Document.self) throws -> Document {
    try JSONDecoder().decode(Document.self, from: sample(name))
}

extension HTTPRequest {
    static func example(_ method: Method = .get, repetition: Repetition = .harmless) throws -> HTTPRequest {
        HTTPRequest(
            method, try ServiceURL(base: "https://transfer.api.globus.org/").appending("/v0.10/submission_id"), repetition: repetition)
    }
}

extension GlobusError {
    var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}
