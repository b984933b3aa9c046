import Foundation
import Globus

/// The tokens that were issued, and what they are good for.
actor TokenStore {
    struct Grant: Sendable {
        let identity: Identity
        let server: String
        let scope: String
        let issued: Date
        var expires: Date
        let isRefreshToken: Bool
        /// Of the login the token belongs to.
        let sessionID: String
    }

    private let clientID: String
    private let clientSecret: AccessToken
    private let lifetime: Int
    private let clock: ServiceClock
    private var grants: [String: Grant] = [:]
    /// Who consented to what: the ids of collections, by identity.
    private var consents: [String: Set<String>] = [:]

    init(_ configuration: StandInConfiguration, clock: ServiceClock) {
        self.clock = clock
        (clientID, clientSecret, lifetime) = (configuration.clientID, configuration.clientSecret, configuration.tokenLifetime)
    }

    /// Whether `Basic` credentials are those of the service account.
    func isClient(_ credentials: String) -> Bool {
        guard let data = Data(base64Encoded: credentials) else { return false }
        let halves = String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return halves.count == 2 && Query.percentDecoded(halves[0]).lowercased() == clientID.lowercased()
            && clientSecret.withSecret { $0 == Query.percentDecoded(halves[1]) }
    }

    func clientCredentials(_ scopes: ScopeList) -> TokenResponse? {
        issue(to: .serviceAccount(clientID), scopes, withRefreshTokens: false)
    }

    func login(_ identity: Identity, scope: ScopeList) -> TokenResponse? {
        issue(to: identity, scope, withRefreshTokens: true)
    }

    /// - Returns: `nil` if no scope is asked for.
    private func issue(to identity: Identity, _ scopes: ScopeList, withRefreshTokens: Bool) -> TokenResponse? {
        consents[identity.id, default: []].formUnion(scopes.consentedCollections)
        let session = RandomText.uuid()
        let tokens = scopes.byServer.map { server, scope in
            var token = accessToken(for: identity, server: server, scope: scope, session: session)
            if withRefreshTokens {
                token.refreshToken = AccessToken(
                    store(
                        Grant(
                            identity: identity, server: server, scope: scope, issued: clock.now, expires: .distantFuture,
                            isRefreshToken: true,
                            sessionID: session)))
            }
            return token
        }
        guard let first = tokens.first else { return nil }
        return TokenResponse(first: first, others: Array(tokens.dropFirst()))
    }

    /// - Returns: `nil` if the refresh token is unknown or revoked.
    func refresh(_ refreshToken: String) -> TokenResponse? {
        guard let grant = grants[refreshToken], grant.isRefreshToken else { return nil }
        var token = accessToken(for: grant.identity, server: grant.server, scope: grant.scope, session: grant.sessionID)
        token.refreshToken = AccessToken(refreshToken)
        return TokenResponse(first: token, others: [])
    }

    private func accessToken(for identity: Identity, server: String, scope: String, session: String) -> TokenResponse.Token {
        let issued = clock.now
        let text = store(
            Grant(
                identity: identity, server: server, scope: scope, issued: issued, expires: issued.addingTimeInterval(Double(lifetime)),
                isRefreshToken: false, sessionID: session))
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

    func hasConsented(_ identity: Identity, to collection: CollectionID) -> Bool {
        consents[identity.id, default: []].contains(collection.description)
    }

    func consentedCollections(of identityID: String) -> [String] { consents[identityID, default: []].sorted() }

    func revoke(_ token: String) { grants[token] = nil }

    func expireAccessTokens() {
        for token in grants.keys where grants[token]?.isRefreshToken == false { grants[token]?.expires = .distantPast }
    }

    func revokeEverything() { grants = [:] }

    func identity(_ idOrName: String) -> Identity? {
        let account = Identity.serviceAccount(clientID)
        let known = [account] + grants.values.map(\.identity)
        return known.first { $0.id == idOrName.lowercased() || $0.username == idOrName }
    }
}
