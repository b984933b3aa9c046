import Foundation
import GlobusTesting
import Synchronization
import TestSupport
import Testing

@testable import Globus
@testable import GlobusCLILogin

/// A person's login, as long as it lasts and beyond.
struct RenewedTokensTests {
    private let home: Home

    init() throws { home = try Home() }

    private func logIn(_ name: String, lasts seconds: Int64 = 172_800, refresh: String? = "refresh") throws {
        try home.database().logIn(home.tokens(name, lasts: seconds, refresh: refresh))
    }

    @Test func `the CLI's access token serves until a minute before it lapses, then it is renewed in memory alone`() async throws {
        try logIn("stored", lasts: 600)
        let before = try Data(contentsOf: URL(fileURLWithPath: home.store))
        let script = ScriptedTransport(.renewed("renewed"))
        let tokens = try home.find(script).tokens
        #expect(try await tokens.token().text == "stored-t")
        await home.time.sleep(for: .seconds(539))
        #expect(try await tokens.token().text == "stored-t")
        await home.time.sleep(for: .seconds(1))
        #expect(try await tokens.token().text == "renewed")
        #expect(try await tokens.token().text == "renewed")
        #expect(script.requests.map(\.name) == ["POST /v2/oauth2/token"])
        #expect(script.requests.map(\.proof) == ["cli-client:cli-secret"])
        #expect(script.requests.map(\.form) == ["refresh_token=refresh&grant_type=refresh_token"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: home.store)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/.globus/cli") == ["storage.db"])
    }

    @Test func `a token that is refused is looked for in the file before it is renewed`() async throws {
        try logIn("first")
        let script = ScriptedTransport(.renewed("renewed"))
        let tokens = try home.find(script).tokens
        let first = try await tokens.token()
        try logIn("second")
        let second = try await tokens.replacement(for: first, requestID: nil)
        #expect(second.text == "second-t")
        #expect(script.requests.isEmpty)
        let third = try await tokens.replacement(for: second, requestID: nil)
        #expect(third.text == "renewed")
        #expect(script.requests.count == 1)
    }

    @Test func `a token that was refused is not taken from the file again`() async throws {
        try logIn("stored")
        let tokens = try home.find(ScriptedTransport(.renewed("one"), .renewed("two"))).tokens
        let one = try await tokens.replacement(for: try await tokens.token(), requestID: nil)
        #expect(one.text == "one")
        #expect(try await tokens.replacement(for: one, requestID: nil).text == "two")
    }

    @Test func `of two who met the same refusal, the second gets what the first has renewed`() async throws {
        try logIn("stored")
        let script = ScriptedTransport(.renewed("renewed"))
        let tokens = try home.find(script).tokens
        let stored = try await tokens.token()
        #expect(try await tokens.replacement(for: stored, requestID: nil).text == "renewed")
        #expect(try await tokens.replacement(for: stored, requestID: nil).text == "renewed")
        #expect(script.requests.count == 1)
    }

    @Test(arguments: [
        (401, #"{"error":"invalid_grant"}"#), (400, #"{"error":"invalid_request","error_description":"invalid_grant"}"#),
        (401, #"{"errors":[{"code":"INVALID_GRANT","status":"401"}]}"#),
        (400, #"{"errors":[{"code":"BAD","title":"invalid_grant"}],"error":"bad"}"#),
        (400, #"{"errors":[{"code":"BAD","detail":"invalid_grant"}],"error":"bad"}"#),
    ])
    func `a refresh token that is good no more is recognised wherever the answer says so`(status: Int, body: String) async throws {
        try logIn("stored", lasts: 30)
        let tokens = try home.find(ScriptedTransport(.answer(status, body))).tokens
        let dead = GlobusError.notLoggedIn(
            .stored(StoredLoginProblem(.commandLine(namespace: "userprofile/production"), home.store, .dead(code: "invalid_grant"))))
        await #expect(throws: dead) { try await tokens.token() }
    }

    @Test func `a client that Auth has forgotten is told apart from a dead login`() async throws {
        try logIn("stored", lasts: 30)
        let tokens = try home.find(ScriptedTransport(.answer(401, #"{"error":"invalid_client"}"#))).tokens
        let forgotten = GlobusError.notLoggedIn(
            .stored(
                StoredLoginProblem(.commandLine(namespace: "userprofile/production"), home.store, .clientRefused(code: "invalid_client"))))
        await #expect(throws: forgotten) { try await tokens.token() }
    }

    @Test func `whoever logs in again while the old login is found dead goes on with the new one`() async throws {
        try logIn("old", lasts: 30, refresh: "dead")
        let home = home
        let script = ActingTransport([.invalidGrant]) { _ in
            try? home.database().logIn(home.tokens("new", refresh: "alive"))
        }
        #expect(try await home.find(script).tokens.token().text == "new-t")
    }

    @Test func `a new login whose access token has lapsed already is renewed in its turn, once`() async throws {
        try logIn("old", lasts: 30, refresh: "dead")
        let home = home
        let script = ActingTransport([.invalidGrant, .renewed("renewed", refresh: "alive")]) { _ in
            try? home.database().logIn(home.tokens("new", lasts: 1, refresh: "alive"))
        }
        #expect(try await home.find(script).tokens.token().text == "renewed")
        #expect(script.requests.map(\.form) == ["dead", "alive"].map { "refresh_token=\($0)&grant_type=refresh_token" })
    }

    @Test func `an outage while renewing is an outage, not a dead login`() async throws {
        try logIn("stored", lasts: 30)
        let error = TransportError.unconnected(host: "auth.globus.org", detail: "refused")
        let tokens = try home.find(ScriptedTransport(.failure(error), .answer(503), .renewed("renewed"))).tokens
        await #expect(throws: GlobusError.unreachable(request: "POST /v2/oauth2/token", error)) { try await tokens.token() }
        let renewal = await #expect(throws: GlobusError.self) { try await tokens.token() }
        let found = try #require(renewal?.refusal)
        #expect(found.kind == .unavailable)
        #expect(try await tokens.token().text == "renewed")
    }

    @Test func `a proxy that forbids the renewal does not make the login dead`() async throws {
        try logIn("stored", lasts: 30)
        let tokens = try home.find(ScriptedTransport(.answer(403, "<html>forbidden</html>"))).tokens
        let error = await #expect(throws: GlobusError.self) { try await tokens.token() }
        let refusal = try #require(error?.refusal)
        #expect(refusal.status == 403)
        #expect(!refusal.isOfGlobus)
    }

    @Test func `a refresh token that Globus replaces is used from then on, and told of because the file keeps the old one`() async throws {
        try logIn("stored", lasts: 30, refresh: "one")
        let told = Mutex<[LoginWarning]>([])
        let script = ScriptedTransport(.renewed("a", refresh: "two"), .renewed("b", refresh: nil), .renewed("c", refresh: "two"))
        let tokens = try home.find(script) { warning in told.withLock { $0.append(warning) } }.tokens
        for _ in 0..<3 {
            _ = try await tokens.token()
            await home.time.sleep(for: .seconds(172_800))
        }
        #expect(script.requests.map(\.form) == ["one", "two", "two"].map { "refresh_token=\($0)&grant_type=refresh_token" })
        #expect(told.withLock { $0 } == [.notKept(path: home.store, reason: "the file is the Globus CLI's")])
    }

    @Test func `a login that was removed goes on in memory until Globus says that it is dead`() async throws {
        try logIn("stored", lasts: 30)
        let tokens = try home.find(ScriptedTransport(.renewed("renewed"), .invalidGrant)).tokens
        try FileManager.default.removeItem(atPath: home.path + "/.globus")
        let renewed = try await tokens.token()
        #expect(renewed.text == "renewed")
        let dead = GlobusError.notLoggedIn(
            .stored(StoredLoginProblem(.commandLine(namespace: "userprofile/production"), home.store, .dead(code: "invalid_grant"))))
        await #expect(throws: dead) { try await tokens.replacement(for: renewed, requestID: nil) }
    }

    @Test func `without a refresh token or a client the access token serves out its time`() async throws {
        for client in [nil, ("cli-client", "cli-secret")] {
            let home = try Home()
            try home.database().logIn(home.tokens("stored", lasts: 600, refresh: client == nil ? "refresh" : nil), client: client)
            let tokens = try home.find(ScriptedTransport()).tokens
            #expect(try await tokens.token().text == "stored-t")
            await home.time.sleep(for: .seconds(600))
            let problem = GlobusError.notLoggedIn(
                .stored(StoredLoginProblem(.commandLine(namespace: "userprofile/production"), home.store, .unrenewable)))
            await #expect(throws: problem) { try await tokens.token() }
        }
    }

    @Test func `a consent given meanwhile counts once the file holds newer tokens`() async throws {
        try logIn("first")
        let tokens = try home.find(ScriptedTransport()).tokens
        #expect(try await tokens.consent(to: ["x"]) == false)
        try logIn("second")
        #expect(try await tokens.consent(to: ["x"]))
        #expect(try await tokens.token().text == "second-t")
    }
}

/// Does something at each request, before it answers.
final class ActingTransport: HTTPTransport {
    private let script: Mutex<(results: [Result<HTTPResponse, TransportError>], requests: [HTTPRequest])>
    private let act: @Sendable (HTTPRequest) -> Void

    init(_ results: [Result<HTTPResponse, TransportError>], act: @escaping @Sendable (HTTPRequest) -> Void) {
        script = Mutex((results, []))
        self.act = act
    }

    var requests: [HTTPRequest] { script.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        act(request)
        let result: Result<HTTPResponse, TransportError>? = script.withLock { script in
            script.requests.append(request)
            return script.results.isEmpty ? nil : script.results.removeFirst()
        }
        guard let result else {
            Issue.record("unexpected request \(request.name)")
            throw .cancelled
        }
        return try result.get()
    }
}
