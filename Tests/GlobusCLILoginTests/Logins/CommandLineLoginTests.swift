import Foundation
import GlobusTesting
import TestSupport
import Testing

@testable import Globus
@testable import GlobusCLILogin

/// The login that `globus login` left, as other programs use it.
struct CommandLineLoginTests {
    private let home: Home

    init() throws { home = try Home() }

    private func client(_ login: Login, _ script: ScriptedTransport) -> GlobusClient {
        GlobusClient(login: login, configuration: GlobusClient.Configuration(), transport: script, clock: home.time)
    }

    @Test func `its access token goes with the requests`() async throws {
        try home.database().logIn(home.tokens("stored"))
        let script = ScriptedTransport(.answer(200, #"{"value":"\#(SubmissionID.example(1))"}"#))
        _ = try await client(.commandLine(home: home.path), script).newSubmissionID()
        guard case .bearer(let token) = script.requests.first?.authorization else {
            Issue.record("the request has no token")
            return
        }
        #expect(token.withSecret { $0.contains("stored") })
    }

    @Test func `a home without it is no reason to stop looking`() async throws {
        let login = Login.firstOf(.commandLine(home: home.path), .token(AccessToken("another")))
        let script = ScriptedTransport(.answer(200, #"{"value":"\#(SubmissionID.example(1))"}"#))
        _ = try await client(login, script).newSubmissionID()
        guard case .bearer(let token) = script.requests.first?.authorization else {
            Issue.record("the request has no token")
            return
        }
        #expect(token == AccessToken("another"))
    }

    @Test func `one that is there but of no use is an error, and no other steps in`() async throws {
        try FileManager.default.createDirectory(atPath: home.path + "/.globus", withIntermediateDirectories: true)
        let login = Login.firstOf(.commandLine(home: home.path), .token(AccessToken("another")))
        let error = await #expect(throws: GlobusError.self) { try await client(login, ScriptedTransport()).newSubmissionID() }
        #expect("\(try #require(error))".contains("\(home.path)/.globus"))
    }
}
