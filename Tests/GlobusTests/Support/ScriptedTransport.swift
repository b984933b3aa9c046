import Foundation
import Globus
import GlobusTesting
import Synchronization
import Testing

extension ScriptedTransport {
    /// A request too many is an issue of the test.
    convenience init(_ answers: Answer...) {
        self.init(answers) { Issue.record("unexpected request \($0.name)") }
    }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
    static func answer(_ status: Int, _ body: String = "{}", _ headers: [String: String]) -> Self {
        .answer(status, body, headers: headers)
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
