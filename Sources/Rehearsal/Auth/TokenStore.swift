import Crypto
import FoundationEssentials
import Globus

/// The codes and tokens that were issued, and what they are good for.
actor TokenStore {
    struct Grant: Sendable {
        let identity: Identity
        /// The client it was issued to; `nil` for one that any client may use.
        let client: String?
        let server: String
        let scope: String
        let issued: Date
        var expires: Date
        let isRefreshToken: Bool
    }

    /// A login that was approved in the browser, for the client to collect.
    struct Approval: Sendable {
        let request: AuthorizationRequest
        let identity: Identity
        let expires: Date
    }

    /// Unused for so long, about six months, a refresh token lapses.
    static let idleLimit: TimeInterval = 183 * 86_400
    private static let codeLifetime: TimeInterval = 600

    private let lifetime: Int
    private let clock: ServiceClock
    private var grants: [String: Grant] = [:]
    private var approvals: [String: Approval] = [:]

    init(_ configuration: StandInConfiguration, clock: ServiceClock) {
        (lifetime, self.clock) = (configuration.tokenLifetime, clock)
    }

    // MARK: Codes

    /// - Returns: a code that is good once, for ten minutes.
    func newCode(_ request: AuthorizationRequest, as identity: Identity) -> String {
        let code = RandomText.secret()
        approvals[code] = Approval(request: request, identity: identity, expires: clock.now.addingTimeInterval(TokenStore.codeLifetime))
        return code
    }

    /// - Returns: `nil` unless `client` began the login with this address and can prove it. The code is used up either way.
    func redeem(_ code: String, client: String, redirect: String?, verifier: String?) -> Approval? {
        guard let approval = approvals.removeValue(forKey: code), approval.expires > clock.now, approval.request.client.id == client,
            approval.request.redirect == redirect
        else { return nil }
        if let challenge = approval.request.challenge {
            guard let verifier, challenge == TokenStore.challenge(for: verifier) else { return nil }
        }
        return approval
    }

    /// PKCE's S256.
    static func challenge(for verifier: String) -> String { Base64URL.text(Data(SHA256.hash(data: Data(verifier.utf8)))) }

    // MARK: Tokens

    /// One access token per resource server.
    /// - Returns: `nil` if no scope is asked for.
    func issue(to identity: Identity, client: String?, _ scopes: ScopeList, withRefreshTokens: Bool) -> TokenResponse? {
        let tokens = scopes.byServer.map { server, scope in
            var token = accessToken(for: identity, client: client, server: server, scope: scope)
            if withRefreshTokens {
                let grant = Grant(
                    identity: identity, client: client, server: server, scope: scope, issued: clock.now,
                    expires: clock.now.addingTimeInterval(TokenStore.idleLimit), isRefreshToken: true)
                token.refreshToken = AccessToken(store(grant))
            }
            return token
        }
        guard let first = tokens.first else { return nil }
        return TokenResponse(first: first, others: Array(tokens.dropFirst()))
    }

    /// - Returns: `nil` if the refresh token is unknown, lapsed or revoked, or was issued to another client.
    func refresh(_ refreshToken: String, client: String?) -> TokenResponse? {
        guard let grant = grant(for: refreshToken), grant.isRefreshToken, grant.client == nil || grant.client == client else { return nil }
        grants[refreshToken]?.expires = clock.now.addingTimeInterval(TokenStore.idleLimit)
        var token = accessToken(for: grant.identity, client: grant.client, server: grant.server, scope: grant.scope)
        token.refreshToken = AccessToken(refreshToken)
        return TokenResponse(first: token, others: [])
    }

    private func accessToken(for identity: Identity, client: String?, server: String, scope: String) -> TokenResponse.Token {
        let issued = clock.now
        let text = store(
            Grant(
                identity: identity, client: client, server: server, scope: scope, issued: issued,
                expires: issued.addingTimeInterval(Double(lifetime)), isRefreshToken: false))
        return TokenResponse.Token(accessToken: AccessToken(text), scope: scope, expiresIn: lifetime, resourceServer: server)
    }

    private func store(_ grant: Grant) -> String {
        let text = (grant.isRefreshToken ? "Rh" : "Ag") + RandomText.secret()
        grants[text] = grant
        return text
    }

    /// The grant behind a token that is known, not revoked and not expired.
    func grant(for token: String) -> Grant? {
        guard let grant = grants[token], grant.expires > clock.now else { return nil }
        return grant
    }

    func revoke(_ token: String) { grants[token] = nil }

    func expireAccessTokens() {
        for token in grants.keys where grants[token]?.isRefreshToken == false { grants[token]?.expires = .distantPast }
    }

    func revokeEverything() { (grants, approvals) = ([:], [:]) }
}

/// Base 64 for addresses, without padding.
enum Base64URL {
    static func text(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
