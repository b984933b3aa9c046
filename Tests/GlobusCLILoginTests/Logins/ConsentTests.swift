import Foundation
import GlobusTesting
import Testing

@testable import Globus
@testable import GlobusCLILogin

/// A service account consents for itself.
struct ConsentTests {
    private static let scope = "urn:globus:auth:scope:transfer.api.globus.org:all[*https://auth.globus.org/scopes/x/data_access]"
    private static let missing = Result<HTTPResponse, TransportError>.answer(
        403, #"{"code":"ConsentRequired","message":"Missing required data_access consent","required_scopes":["\#(scope)"]}"#)
    private static let done = Result<HTTPResponse, TransportError>.answer(200, #"{"value":"00000000-0000-4000-b000-000000000001"}"#)

    private func client(_ script: ScriptedTransport) throws -> TransferClient {
        let tokens = ClientCredentials(
            id: "client", secret: AccessToken("secret"), auth: try ServiceURL(base: "https://auth.globus.org/"), transport: script,
            time: SteppedTimekeeper())
        return TransferClient(base: try ServiceURL(base: "https://transfer.api.globus.org/"), transport: script, tokens: tokens)
    }

    @Test func `it asks for a token with the missing scopes, and repeats the request with the token that it has`() async throws {
        let script = ScriptedTransport(.renewed("a"), Self.missing, .renewed("with consent"), Self.done)
        #expect(try await client(script).newSubmissionID() == .example(1))
        #expect(script.requests.map(\.proof) == ["client:secret", "a", "client:secret", "a"])
        #expect(
            script.requests[2].form
                == ServiceURL.form([.init("grant_type", "client_credentials"), .init("scope", Self.scope)]))
    }

    @Test func `once is enough: a consent that does not help is told of`() async throws {
        let script = ScriptedTransport(.renewed("a"), Self.missing, .renewed("with consent"), Self.missing)
        let error = await #expect(throws: GlobusError.self) { try await client(script).newSubmissionID() }
        let refusal = try #require(error?.refusal)
        #expect(refusal.kind == .consent)
        #expect(script.requests.count == 4)
    }

    @Test func `a consent that Auth does not give leaves the first refusal`() async throws {
        let script = ScriptedTransport(.renewed("a"), Self.missing, .answer(400, #"{"error":"unknown_scope"}"#))
        let error = await #expect(throws: GlobusError.self) { try await client(script).newSubmissionID() }
        let refusal = try #require(error?.refusal)
        #expect(refusal.kind == .consent)
        #expect(refusal.authorization?.requiredScopes == [Self.scope])
    }

    @Test func `a person's consent, given meanwhile, counts with the token that came with it`() async throws {
        let home = try Home()
        try home.database().logIn(home.tokens("old"))
        let script = ActingTransport([Self.missing, Self.done]) { _ in try? home.database().logIn(home.tokens("new")) }
        let client = TransferClient(
            base: try ServiceURL(base: "https://transfer.api.globus.org/"), transport: script, tokens: try home.find(script).tokens)
        #expect(try await client.newSubmissionID() == .example(1))
        #expect(script.requests.map(\.proof) == ["old-t", "new-t"])
    }

    @Test func `who cannot consent does not repeat the request`() async throws {
        let script = ScriptedTransport(Self.missing)
        let client = TransferClient(
            base: try ServiceURL(base: "https://t.example"), transport: script, tokens: FixedToken(AccessToken("x"), from: "X"))
        await #expect(throws: GlobusError.self) { try await client.newSubmissionID() }
        #expect(script.requests.count == 1)
    }
}
