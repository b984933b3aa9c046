import Foundation
import GlobusTesting
import Synchronization
import Testing

@testable import Globus

struct WatchedTransportTests {
    private func seen(_ result: Result<HTTPResponse, TransportError>) async throws -> [String] {
        let notices = Mutex<[String]>([])
        let watched = WatchedTransport(ScriptedTransport(result), time: SteppedTimekeeper()) { notice in
            notices.withLock { $0.append("\(notice)") }
        }
        var request = try HTTPRequest.example()
        request.authorization = .bearer(AccessToken("a-secret"))
        request.url = try ServiceURL(base: "https://h/").appending("/v0.10/task_list", query: [.init("filter", "a-secret")])
        _ = try? await watched.send(request)
        return notices.withLock { $0 }
    }

    @Test func `an exchange is told with its status and the service's id of it`() async throws {
        let body = #"{"code":"Accepted","request_id":"oUAA6Sq2P"}"#
        #expect(try await seen(.answer(202, body)) == ["GET /v0.10/task_list: 202 in 0 ms (request id oUAA6Sq2P)"])
        #expect(try await seen(.answer(200, "<html>")) == ["GET /v0.10/task_list: 200 in 0 ms"])
    }

    @Test func `an exchange without an answer is told with its reason`() async throws {
        let told = try await seen(.failure(.unconnected(host: "h", detail: "refused")))
        #expect(told == ["GET /v0.10/task_list: h cannot be reached: refused in 0 ms"])
    }

    @Test func `whoever watches changes nothing`() async throws {
        let (answer, failure) = (ScriptedTransport(.answer(418, "tea")), ScriptedTransport(.failure(.cancelled)))
        let response = try await WatchedTransport(answer, time: SteppedTimekeeper()) { _ in }.send(.example())
        #expect(response.status == 418)
        #expect(response.body == Data("tea".utf8))
        #expect(answer.requests.count == 1)
        let error = await #expect(throws: TransportError.self) {
            try await WatchedTransport(failure, time: SteppedTimekeeper()) { _ in }.send(.example())
        }
        #expect(error == .cancelled)
    }
}
