import FoundationEssentials

/// Globus Auth, where tokens are given out and taken back. Every call throws `GlobusError`.
package struct TokenEndpoint: Sendable {
    package let auth: ServiceURL
    package let transport: any HTTPTransport

    package init(auth: ServiceURL, transport: any HTTPTransport) { (self.auth, self.transport) = (auth, transport) }

    /// Asks for tokens by the grant that `items` describe.
    ///
    /// - Throws: `.refused` whenever the service does not give them.
    package func tokens(
        _ items: [ServiceURL.QueryItem], as client: LoginClient, repetition: HTTPRequest.Repetition = .harmless
    ) async throws(GlobusError) -> TokenResponse {
        try await document(form(items, to: "/v2/oauth2/token", as: client, repetition))
    }

    private func document<Document: Decodable & Sendable>(_ request: HTTPRequest) async throws(GlobusError) -> Document {
        let reading = Reading<Document>(clean: false)
        let response = try await transport.exchange(reading.understanding(request))
        guard response.isSuccess else { throw .refused(Refusal(response, to: request)) }
        return try reading.document(in: response, of: request)
    }

    /// Takes a token back; one that is unknown or was taken back before makes no difference.
    package func revoke(_ token: AccessToken, as client: LoginClient) async throws(GlobusError) {
        let request = form([token.withSecret { .init("token", $0) }], to: "/v2/oauth2/token/revoke", as: client, .harmless)
        let response = try await transport.exchange(request)
        guard response.isSuccess else { throw .refused(Refusal(response, to: request)) }
    }

    /// What is known of a token, with the session that it belongs to. Only a client with a secret may ask.
    package func introspection(of token: AccessToken, as client: LoginClient) async throws(GlobusError) -> IntrospectionDocument {
        let items: [ServiceURL.QueryItem] = [token.withSecret { .init("token", $0) }, .init("include", "session_info,identity_set")]
        return try await document(form(items, to: "/v2/oauth2/token/introspect", as: client, .harmless))
    }

    private func form(
        _ items: [ServiceURL.QueryItem], to path: String, as client: LoginClient, _ repetition: HTTPRequest.Repetition
    ) -> HTTPRequest {
        var items = items
        var authorization: HTTPRequest.Authorization?
        switch client {
        case .native(let id): items.append(.init("client_id", id))
        case .confidential(let id, let secret): authorization = .basic(id, secret)
        }
        var request = HTTPRequest(.post, auth.appending(path), body: Data(ServiceURL.form(items).utf8), repetition: repetition)
        request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
        request.authorization = authorization
        return request
    }
}
