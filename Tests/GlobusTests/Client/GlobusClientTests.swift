import Foundation
import Globus
import GlobusTesting
import Synchronization
import TestSupport
import Testing

/// A client made of what it is given, and of nothing else.
struct GlobusClientTests {
    private struct Vault: TokenSource {
        struct Closed: Error {}

        func token() async throws -> AccessToken { AccessToken("from-the-vault") }
        func replacement(for refused: AccessToken) async throws -> AccessToken { throw Closed() }
    }

    private func configuration(_ server: LoopbackServer) throws -> GlobusClient.Configuration {
        var configuration = GlobusClient.Configuration(product: ClientInfo(known: "test", version: "1"))
        let url = try ServiceURL(base: server.base)
        configuration.endpoints = GlobusClient.Endpoints(transfer: url, auth: url)
        return configuration
    }

    @Test func `the first of several logins that is there is used`() async throws {
        let script = ScriptedTransport(.answer(200, #"{"value":"00000000-0000-4000-b000-000000000001"}"#))
        let login = Login.firstOf(.serviceAccount(in: [:]), .token(AccessToken("mine")), .custom(Vault()))
        let client = GlobusClient(login: login, configuration: .init(), transport: script, clock: SteppedTimekeeper())
        _ = try await client.transfer.newSubmissionID()
        guard case .bearer(let token) = script.requests.first?.authorization else {
            Issue.record("no token was sent")
            return
        }
        #expect(token == AccessToken("mine"))
    }

    @Test func `half a service account is an error, also with another login behind it`() async throws {
        let login = Login.firstOf(.serviceAccount(in: ["GLOBUS_CLI_CLIENT_ID": "id"]), .token(AccessToken("mine")))
        let client = GlobusClient(login: login, configuration: .init(), transport: ScriptedTransport(), clock: SteppedTimekeeper())
        await #expect(throws: GlobusError.notLoggedIn(.halfAClient(missing: "GLOBUS_CLI_CLIENT_SECRET"))) {
            try await client.transfer.newSubmissionID()
        }
    }

    @Test func `what a supplied source throws is not being logged in`() async throws {
        let script = ScriptedTransport(.answer(401, #"{"code":"AuthenticationFailed"}"#))
        let client = GlobusClient(login: .custom(Vault()), configuration: .init(), transport: script, clock: SteppedTimekeeper())
        await #expect(throws: GlobusError.notLoggedIn(.supplied("Closed()"))) { try await client.transfer.newSubmissionID() }
    }

    @Test func `each repetition is logged, and the end of patience`() async throws {
        let script = ScriptedTransport(.answer(503), .answer(503, "{}", ["retry-after": "3600"]))
        let lines = Mutex<[GlobusLogMessage]>([])
        let client = GlobusClient(
            login: .token(AccessToken("mine")), configuration: .init(), transport: script, clock: SteppedTimekeeper()
        ) { line in lines.withLock { $0.append(line) } }
        await #expect(throws: GlobusError.self) { try await client.transfer.newSubmissionID() }
        let texts = lines.withLock { $0.map(\.description) }
        try #require(texts.count == 2)
        #expect(texts[0].hasPrefix("notice: GET /v0.10/submission_id: Globus answered 503; asking again in "))
        #expect(texts[1].hasPrefix("warning: GET /v0.10/submission_id: Globus answered 503; given up after "))
    }

    @Test func `many calls at once share the connections that are allowed, and leave none behind`() async throws {
        let server = try LoopbackServer(.respond(200, body: #"{"value":"00000000-0000-4000-b000-000000000001"}"#))
        var configuration = try configuration(server)
        configuration.maximumConnections = 5
        let client = GlobusClient(login: .token(AccessToken("mine")), configuration: configuration)
        let answers = await withTaskGroup(of: Bool.self, returning: Int.self) { group in
            for _ in 0..<200 { group.addTask { (try? await client.transfer.newSubmissionID()) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers == 200)
        #expect(server.requests.count == 200)
        #expect(Set(server.requests.map(\.connection)).count <= 5)
    }

    @Test func `a call that waits for its turn can be cancelled`() async throws {
        let server = try LoopbackServer(.stall)
        var configuration = try configuration(server)
        configuration.maximumConnections = 1
        let client = GlobusClient(login: .token(AccessToken("mine")), configuration: configuration)
        let first = Task { try await client.transfer.newSubmissionID() }
        while server.requests.isEmpty { await Task.yield() }
        let second = Task { try await client.transfer.newSubmissionID() }
        second.cancel()
        await #expect(throws: GlobusError.cancelled) { try await second.value }
        #expect(server.requests.count == 1)
        first.cancel()
        await #expect(throws: GlobusError.cancelled) { try await first.value }
    }

    /// In a process of its own the variable would be seen by libcurl; here it is enough that it is set while the request is made.
    @Test func `a proxy is the one that is given`() async throws {
        let server = try LoopbackServer(.respond(200, body: #"{"value":"00000000-0000-4000-b000-000000000001"}"#))
        var configuration = GlobusClient.Configuration()
        configuration.proxy = .address("http://user:hunter-two@127.0.0.1:\(server.port)")
        configuration.retry = RetryPolicy(budget: .zero)
        #expect("\(configuration)".contains("hunter-two") == false)
        let client = GlobusClient(login: .token(AccessToken("mine")), configuration: configuration)
        // An honest proxy would open a tunnel; this one answers for itself.
        await #expect(throws: GlobusError.self) { try await client.transfer.newSubmissionID() }
        #expect(server.requests.first?.line == "CONNECT transfer.api.globus.org:443 HTTP/1.1")
        #expect(server.requests.first?.header("Proxy-Authorization") == "Basic " + Data("user:hunter-two".utf8).base64EncodedString())
    }

    @Test func `variables of proxies are read as libcurl reads them`() {
        #expect(ProxyAddress([:]) == nil)
        #expect(ProxyAddress(["http_proxy": "http://p:1"]) == nil)
        #expect(
            ProxyAddress(["https_proxy": "", "HTTPS_PROXY": "http://p:1", "all_proxy": "http://q:2", "NO_PROXY": "x"])
                == ProxyAddress(address: "http://p:1", exceptions: "x", variable: "HTTPS_PROXY"))
    }

    @Test func `only the named constructor looks at an environment`() throws {
        let error = #expect(throws: GlobusError.self) {
            try GlobusClient.fromEnvironment(["GLOBUS_SDK_VERIFY_SSL": "no"], product: ClientInfo(known: "test", version: "1"))
        }
        #expect("\(try #require(error))".contains("GLOBUS_SDK_VERIFY_SSL"))
    }
}
