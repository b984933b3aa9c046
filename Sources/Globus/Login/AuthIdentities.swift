/// Globus Auth's word on a person's login.
package struct AuthIdentities: IdentityService {
    private let endpoint: TokenEndpoint
    /// For `auth.globus.org`.
    private let tokens: any LoginTokens
    /// One with a secret may ask for the session that the login belongs to.
    private let client: LoginClient?

    package init(endpoint: TokenEndpoint, tokens: any LoginTokens, client: LoginClient?) {
        (self.endpoint, self.tokens, self.client) = (endpoint, tokens, client)
    }

    package func linkedIdentities() async throws(GlobusError) -> [LinkedIdentity] { try await userInformation().identities }

    package func sessionTimes() async throws(GlobusError) -> [String: Timestamp] {
        guard let client, case .confidential = client else { return try await userInformation().latestLogins }
        let token = try await tokens.token()
        var document = try await endpoint.introspection(of: token, as: client)
        if !document.isActive {
            document = try await endpoint.introspection(of: try await tokens.replacement(for: token, requestID: nil), as: client)
        }
        return document.authentications
    }

    private func userInformation() async throws(GlobusError) -> UserInformationDocument {
        try await AuthorizedRequests(transport: endpoint.transport, tokens: tokens).answer(
            to: HTTPRequest(.get, endpoint.auth.appending("/v2/oauth2/userinfo")))
    }
}

/// A service account is its own only identity.
package struct ServiceAccountIdentity: IdentityService {
    private let id: String

    package init(id: String) { self.id = id }

    package func linkedIdentities() async throws(GlobusError) -> [LinkedIdentity] {
        [LinkedIdentity(id: id, username: "\(id)@clients.auth.globus.org", provider: "Globus Auth")]
    }

    package func sessionTimes() async throws(GlobusError) -> [String: Timestamp] { [:] }
}
