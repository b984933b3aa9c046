import Foundation
import Globus
import Testing

@testable import Rehearsal

/// A program without a secret that logs people in, by the page that shows the code.
struct NativeLogin: Sendable {
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    /// Of that verifier, by RFC 7636's appendix B.
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    let world: World
    var client = StandInConfiguration.nativeClientID
    var redirect = "https://auth.globus.org/v2/web/auth-code"
    var scope = "openid profile email \(ScopeList.viewIdentitySet) \(ScopeList.transfer)"
    var more: [String: String] = [:]

    var query: [String: String] {
        [
            "client_id": client, "redirect_uri": redirect, "scope": scope, "response_type": "code", "access_type": "offline",
            "code_challenge": NativeLogin.challenge, "code_challenge_method": "S256", "state": "a state",
        ].merging(more) { _, last in last }
    }

    func page() async throws -> WireReply { try await page(query) }

    func page(_ query: [String: String]) async throws -> WireReply {
        let text = query.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
        return try await WireClient(world.standIn).get("/v2/oauth2/authorize?\(text)")
    }

    /// What the page shows.
    func code() async throws -> String {
        let page = try await page()
        try #require(page.status == 200, "\(page.text)")
        return String(try #require(page.text.firstMatch(of: /<code id="auth-code">(\w+)<\/code>/)?.1))
    }

    func exchange(_ code: String, verifier: String = NativeLogin.verifier, client: String? = nil) async throws -> WireReply {
        let form =
            "grant_type=authorization_code&code=\(code)&redirect_uri=\(encoded(redirect))&code_verifier=\(verifier)"
            + "&client_id=\(client ?? self.client)"
        return try await world.client.form("/v2/oauth2/token", form)
    }

    /// The access tokens and refresh tokens by resource server.
    func tokens() async throws -> [String: (access: String, refresh: String?)] {
        let reply = try await exchange(try await code())
        try #require(reply.status == 200, "\(reply.json)")
        let all = [reply.json] + (reply["other_tokens"].array ?? []).compactMap(\.object)
        return Dictionary(
            all.map { token in
                (token["resource_server"]?.string ?? "", (token["access_token"]?.string ?? "", token["refresh_token"]?.string))
            }
        ) { $1 }
    }

    /// A client that speaks for the person to one of the services.
    func client(for server: String = ScopeList.transferServer) async throws -> WireClient {
        var client = world.client
        client.token = try #require(try await tokens()[server]?.access)
        return client
    }

    /// Logs in again, for the sake of the session.
    func renew(_ parameters: [String: String]) async throws {
        var login = self
        login.more = parameters
        _ = try await login.code()
    }
}

extension WireReply {
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension World {
    static let jasminDomain = "accounts.jasmin.ac.uk"

    /// JASMIN as it is: consent, an identity of its own, and logins that last for 30 days.
    static func withGuardedJasmin(
        _ change: (inout StandInCollection) -> Void = { _ in }, _ body: (World) async throws -> Void
    ) async throws {
        try await World.with(
            { configuration in
                configuration.collections[1].requiresConsent = true
                configuration.collections[1].identityDomain = jasminDomain
                configuration.collections[1].sessionLifetime = .seconds(30 * 86_400)
                change(&configuration.collections[1])
            }, body)
    }

    static let jasminConsent = "\(ScopeList.transfer)[*\(ScopeList.dataAccess(jasmin))]"
}
