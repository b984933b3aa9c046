import FoundationEssentials
import SystemFiles

/// Where access tokens for Transfer come from, as the client uses them.
package protocol LoginTokens: Sendable {
    /// The token to use now.
    func token() async throws(GlobusError) -> AccessToken
    /// Another token, because the service answered 401 to `refused`.
    ///
    /// - Throws: `.notLoggedIn` if there is no other.
    func replacement(for refused: AccessToken, requestID: String?) async throws(GlobusError) -> AccessToken
    /// Told that the service asks for the consent to these scopes.
    ///
    /// - Returns: whether something was done about it, so that the request is worth one repetition with `token()`.
    func consent(to scopes: [String]) async throws(GlobusError) -> Bool
}

extension LoginTokens {
    /// Only a person can consent.
    package func consent(to scopes: [String]) async throws(GlobusError) -> Bool { false }
}

/// One token that somebody else obtained. It cannot be renewed.
package struct FixedToken: LoginTokens {
    private let fixed: AccessToken
    private let source: String

    /// - Parameter source: where it came from, for messages: the name of a variable.
    package init(_ token: AccessToken, from source: String) { (fixed, self.source) = (token, source) }

    package func token() async throws(GlobusError) -> AccessToken { fixed }

    package func replacement(for refused: AccessToken, requestID: String?) async throws(GlobusError) -> AccessToken {
        throw .notLoggedIn(.tokenRefused(source: source, requestID: requestID))
    }
}

/// A service account: tokens by the client credentials grant, renewed a minute before they lapse or when one is refused.
package actor ClientCredentials: LoginTokens {
    package static let transferScope = "urn:globus:auth:scope:transfer.api.globus.org:all"
    package static let transferServer = "transfer.api.globus.org"
    package static let authServer = "auth.globus.org"

    private let client: LoginClient
    private let endpoint: TokenEndpoint
    private let time: any Timekeeper
    private var current: (token: AccessToken, lapses: Timestamp)?

    package init(id: String, secret: AccessToken, auth: ServiceURL, transport: any HTTPTransport, time: any Timekeeper = SystemTimekeeper())
    {
        client = .confidential(id: id, secret: secret)
        (endpoint, self.time) = (TokenEndpoint(auth: auth, transport: transport), time)
    }

    package func token() async throws(GlobusError) -> AccessToken {
        if let current, time.now < current.lapses { return current.token }
        return try await renew()
    }

    package func replacement(for refused: AccessToken, requestID: String?) async throws(GlobusError) -> AccessToken {
        // Somebody who waited for the same renewal already has the new one.
        if let current, current.token != refused { return current.token }
        return try await renew()
    }

    /// A service account grants its own consents by asking for a token with their scopes. The consent counts for the tokens that it
    /// already has, so the answer itself is not needed.
    package func consent(to scopes: [String]) async throws(GlobusError) -> Bool {
        do {
            _ = try await endpoint.tokens(grant(scopes.joined(separator: " ")), as: client)
            return true
        } catch {
            // The refusal that asked for the consent says more than this one.
            guard error.refusal != nil else { throw error }
            return false
        }
    }

    private func renew() async throws(GlobusError) -> AccessToken {
        let answer: TokenResponse
        do {
            answer = try await endpoint.tokens(grant(Self.transferScope), as: client)
        } catch {
            guard case .refused(let refusal) = error.cause, 400...403 ~= refusal.status else { throw error }
            throw .notLoggedIn(.clientRefused(code: refusal.code))
        }
        guard let token = answer.token(for: Self.transferServer) else {
            throw .unreadableReply(request: "POST /v2/oauth2/token", detail: "it holds no token for \(Self.transferServer)")
        }
        current = (token.accessToken, time.now + .clamped(seconds: Int64(token.expiresIn ?? 0).clampedDifference(60)))
        return token.accessToken
    }

    private func grant(_ scope: String) -> [ServiceURL.QueryItem] {
        [.init("grant_type", "client_credentials"), .init("scope", scope)]
    }
}

extension HTTPResponse {
}
