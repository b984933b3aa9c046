import Crypto
import Foundation
import GlobusTesting
import TestSupport
import Testing

@testable import Globus
@testable import GlobusCLILogin

/// Logging in by a browser, and out again.
struct LoginFlowTests {
    private static let archer2 = "3e90d018-0d05-461a-bbaf-aab605283d21"

    private let home: Home

    init() throws { home = try Home() }

    private func flow(_ script: ScriptedTransport, _ session: LoginFlow.Session = .init()) throws -> LoginFlow {
        LoginFlow(
            application: "app", scopes: LoginScopes.all(for: [try #require(CollectionID(Self.archer2))]), session: session,
            auth: try ServiceURL(base: "https://auth.globus.org/"), transport: script, time: home.time)
    }

    /// The fields of an address or a form.
    private func fields(_ text: String) -> [String: String] {
        let pairs = (text.split(separator: "?").last ?? "").split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        return Dictionary(pairs.map { (String($0[0]), $0.count > 1 ? String($0[1]).removingPercentEncoding ?? "" : "") }) { _, last in last
        }
    }

    @Test func `the page is asked for a code, with consents and a proof`() throws {
        var session = LoginFlow.Session()
        let known = ["safe.archer2.ac.uk", "accounts.jasmin.ac.uk", Self.archer2].map { session.add($0) }
        #expect(known == [true, true, true])
        let unknown = ["someone@safe.archer2.ac.uk", "archer2", "a. b"].map { session.add($0) }
        #expect(unknown == [false, false, false])
        let flow = try flow(ScriptedTransport(), session)
        #expect(flow.address.hasPrefix("https://auth.globus.org/v2/oauth2/authorize?"))
        var found = fields(flow.address)
        #expect(found.removeValue(forKey: "code_challenge")?.count == 43)
        #expect(
            found == [
                "client_id": "app", "redirect_uri": "https://auth.globus.org/v2/web/auth-code", "state": "_default",
                "scope": "openid profile email urn:globus:auth:scope:auth.globus.org:view_identity_set "
                    + "urn:globus:auth:scope:transfer.api.globus.org:all[*https://auth.globus.org/scopes/\(Self.archer2)/data_access]",
                "response_type": "code", "access_type": "offline", "code_challenge_method": "S256",
                "session_required_identities": Self.archer2,
                "session_required_single_domain": "safe.archer2.ac.uk,accounts.jasmin.ac.uk",
            ])
    }

    @Test func `the code is exchanged with the proof that the page was asked for, once, and the tokens are kept`() async throws {
        let answer =
            #"{"access_token":"a","refresh_token":"ra","expires_in":100,"resource_server":"auth.globus.org","scope":"openid","other_tokens":["#
            + #"{"access_token":"t","refresh_token":"rt","expires_in":100,"resource_server":"transfer.api.globus.org","#
            + #""scope":"urn:globus:auth:scope:transfer.api.globus.org:all"}]}"#
        let script = ScriptedTransport(.answer(200, answer))
        let flow = try flow(script)
        try await flow.finish(code: "the code", variables: ["HOME": home.path], names: .test)
        let form = fields(try #require(script.requests.first).form)
        #expect(form["grant_type"] == "authorization_code")
        #expect(form["code"] == "the code")
        #expect(form["client_id"] == "app")
        #expect(form["redirect_uri"] == "https://auth.globus.org/v2/web/auth-code")
        let digest = Data(SHA256.hash(data: Data(try #require(form["code_verifier"]).utf8))).base64EncodedString()
        let challenge = digest.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        #expect(fields(flow.address)["code_challenge"] == challenge)
        #expect(script.requests[0].repetition == .unsafe, "a code is good once")
        let login = try home.find(ScriptedTransport())
        #expect(login.kind == .own(path: home.login))
        #expect(try await login.tokens.token().text == "t")
        #expect(login.identities != nil)
    }

    @Test func `each login has a proof of its own`() throws {
        let flows = try (0..<3).map { _ in try flow(ScriptedTransport()) }
        #expect(Set(flows.map(\.address)).count == 3)
    }

    @Test func `a login that does not extend to Transfer is not kept`() async throws {
        let answer = #"{"access_token":"a","refresh_token":"r","expires_in":100,"resource_server":"auth.globus.org","scope":"openid"}"#
        let flow = try flow(ScriptedTransport(.answer(200, answer)))
        await #expect(throws: GlobusError.notLoggedIn(.stored(StoredLoginProblem(.own(.test), home.login, .noTransfer)))) {
            try await flow.finish(code: "c", variables: ["HOME": home.path], names: .test)
        }
        #expect(!FileManager.default.fileExists(atPath: home.login))
    }

    @Test func `a code that is no good changes nothing`() async throws {
        try home.writeOwn("mine")
        let flow = try flow(ScriptedTransport(.invalidGrant))
        let error = await #expect(throws: GlobusError.self) {
            try await flow.finish(code: "c", variables: ["HOME": home.path], names: .test)
        }
        let refusal = try #require(error?.refusal)
        #expect(refusal.isInvalidGrant)
        #expect(try await home.find(ScriptedTransport()).tokens.token().text == "mine-t")
    }

    private func endpoint(_ script: ScriptedTransport) throws -> TokenEndpoint {
        TokenEndpoint(auth: try ServiceURL(base: "https://auth.globus.org/"), transport: script)
    }

    @Test func `logging out takes every token back, then removes the file`() async throws {
        try home.writeOwn("mine")
        let gone = Result<HTTPResponse, TransportError>.answer(200, #"{"active":false}"#)
        let script = ScriptedTransport(gone, gone, gone, gone)
        let own = try #require(OwnLogin(["HOME": home.path], names: .test))
        #expect(try await own.end(endpoint(script)))
        #expect(script.requests.map { fields($0.form)["token"] } == ["refresh", "refresh", "mine-a", "mine-t"])
        #expect(script.requests.allSatisfy { $0.name == "POST /v2/oauth2/token/revoke" && fields($0.form)["client_id"] == "native-client" })
        #expect(!FileManager.default.fileExists(atPath: home.login))
        #expect(try await own.end(endpoint(ScriptedTransport())) == false)
    }

    @Test func `a login that Globus could not be told of stays`() async throws {
        try home.writeOwn("mine")
        let own = try #require(OwnLogin(["HOME": home.path], names: .test))
        let error = TransportError.unconnected(host: "auth.globus.org", detail: "refused")
        await #expect(throws: GlobusError.self) { try await own.end(endpoint(ScriptedTransport(.failure(error)))) }
        #expect(FileManager.default.fileExists(atPath: home.login))
    }
}
