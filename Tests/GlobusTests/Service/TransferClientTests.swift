import Foundation
import Globus
import GlobusTesting
import Testing

struct TransferClientTests {
    private let time = SteppedTimekeeper()

    private func token(_ text: String, lasts seconds: Int = 172_800) -> Result<HTTPResponse, TransportError> {
        .answer(
            200, #"{"access_token":"\#(text)","expires_in":\#(seconds),"resource_server":"transfer.api.globus.org","other_tokens":[]}"#)
    }

    private func client(_ script: ScriptedTransport) throws -> TransferClient {
        let tokens = ClientCredentials(
            id: "client", secret: AccessToken("secret"), auth: try ServiceURL(base: "https://auth.globus.org/"), transport: script,
            time: time)
        return TransferClient(base: try ServiceURL(base: "https://transfer.api.globus.org/"), transport: script, tokens: tokens)
    }

    private func bearer(_ request: HTTPRequest) -> String? {
        if case .bearer(let token) = request.authorization { token.withSecret { $0 } } else { nil }
    }

    private let id = #"{"value":"00000000-0000-4000-b000-000000000001"}"#

    @Test func `one token serves until a minute before it lapses`() async throws {
        let script = ScriptedTransport(token("a", lasts: 600), .answer(200, id), .answer(200, id), token("b"), .answer(200, id))
        let client = try client(script)
        _ = try await client.newSubmissionID()
        await time.sleep(for: .seconds(530))
        _ = try await client.newSubmissionID()
        await time.sleep(for: .seconds(20))
        _ = try await client.newSubmissionID()
        #expect(script.requests.compactMap(bearer) == ["a", "a", "b"])
    }

    @Test func `a token that is refused is renewed once and the request repeated`() async throws {
        let script = ScriptedTransport(
            token("a"), .answer(401, #"{"code":"ClientError.AuthenticationFailed"}"#), token("b"), .answer(200, id))
        #expect(try await client(script).newSubmissionID() == .example(1))
        #expect(script.requests.compactMap(bearer) == ["a", "b"])
    }

    @Test func `a new token that is refused too is the end`() async throws {
        let refusal = Result<HTTPResponse, TransportError>.answer(401, #"{"code":"AuthenticationFailed","request_id":"r"}"#)
        let script = ScriptedTransport(token("a"), refusal, token("b"), refusal)
        let error = await #expect(throws: GlobusError.self) { try await client(script).newSubmissionID() }
        let found = try #require(error?.refusal)
        #expect(found.kind == .authentication)
        #expect(found.requestID == "r")
    }

    @Test func `a client that Auth does not know is not logged in`() async throws {
        let script = ScriptedTransport(.answer(401, #"{"error":"invalid_client"}"#))
        await #expect(throws: GlobusError.notLoggedIn(.clientRefused(code: "invalid_client"))) {
            try await client(script).newSubmissionID()
        }
    }

    @Test func `a token that somebody else made cannot be renewed`() async throws {
        let script = ScriptedTransport(.answer(401, #"{"code":"AuthenticationFailed","request_id":"r"}"#))
        let client = TransferClient(
            base: try ServiceURL(base: "https://t.example"), transport: script,
            tokens: FixedToken(AccessToken("x"), from: "PPTRANSFER_ACCESS_TOKEN"))
        await #expect(throws: GlobusError.notLoggedIn(.tokenRefused(source: "PPTRANSFER_ACCESS_TOKEN", requestID: "r"))) {
            try await client.newSubmissionID()
        }
    }

    @Test func `a 401 that asks for a session is not taken for a lapsed token`() async throws {
        let body = #"{"code":"AuthorizationRequired","authorization_parameters":{"session_required_single_domain":["jasmin"]}}"#
        let script = ScriptedTransport(token("a"), .answer(401, body))
        let error = await #expect(throws: GlobusError.self) { try await client(script).newSubmissionID() }
        let refusal = try #require(error?.refusal)
        #expect(refusal.kind == .session)
    }

    @Test func `a submission carries its id, and the same again is the same bytes`() async throws {
        let accepted = try String(decoding: sample("transfer_result_accepted"), as: UTF8.self)
        let script = ScriptedTransport(token("a"), .answer(202, accepted), .answer(200, accepted))
        let client = try client(script)
        let collection = try #require(CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21"))
        var document = TransferDocument(
            from: collection, to: collection, items: [TransferItem(sourcePath: "/a", destinationPath: "/b", recursive: false)])
        document.submissionID = .example(9)
        _ = try await client.submit(.bytes(document.encoded()))
        _ = try await client.submit(.bytes(document.encoded()))
        let bodies = script.requests.dropFirst().compactMap(\.body?.data)
        try #require(bodies.count == 2)
        #expect(bodies[0] == bodies[1])
        #expect(try JSONDecoder().decode(TransferDocument.self, from: bodies[0]).submissionID == .example(9))
    }

    @Test func `a success that cannot be read is no success`() async throws {
        let script = ScriptedTransport(token("a"), .answer(200, #"{"values":"00000000-0000-4000-b000-000000000001"}"#))
        await #expect(throws: GlobusError.unreadableReply(request: "GET /v0.10/submission_id", detail: "value is missing")) {
            try await client(script).newSubmissionID()
        }
    }

    @Test func `questions are asked as the service expects them`() async throws {
        let script = ScriptedTransport(
            token("a"), .answer(200, #"{"DATA":[]}"#), .answer(200, #"{"DATA":[]}"#), .answer(200, #"{"DATA":[],"next_marker":null}"#),
            .answer(200, #"{"name":"x","type":"file"}"#), .answer(200, #"{"DATA":[]}"#))
        let client = try client(script)
        let collection = try #require(CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21"))
        _ = try await client.tasks(matching: "task_id:a,b")
        _ = try await client.events(of: .example(1), limit: 5, errorsOnly: true)
        _ = try await client.successfulTransfers(of: .example(1), from: 12)
        _ = try await client.stat(CollectionPath("/~/x y"), on: collection)
        _ = try await client.list(CollectionPath("/a"), on: collection, offset: 5, limit: 10)
        #expect(
            script.requests.dropFirst().map(\.url.description) == [
                "https://transfer.api.globus.org/v0.10/task_list?filter=task_id%3Aa%2Cb&orderby=request_time%20DESC&limit=1000",
                "https://transfer.api.globus.org/v0.10/task/\(TaskID.example(1))/event_list?limit=5&filter=is_error%3A1",
                "https://transfer.api.globus.org/v0.10/task/\(TaskID.example(1))/successful_transfers?marker=12",
                "https://transfer.api.globus.org/v0.10/operation/endpoint/\(collection)/stat?path=%2F~%2Fx%20y",
                "https://transfer.api.globus.org/v0.10/operation/endpoint/\(collection)/ls?path=%2Fa%2F&orderby=name&show_hidden=1&offset=5&limit=10",
            ])
    }
}
