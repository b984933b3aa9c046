/// Sends requests in the name of a login.
///
/// A 401 is answered by one other token and one repetition, a missing consent by the login's own consent, where it can give one, and one
/// repetition; everything else that is repeated is the transport's business.
struct AuthorizedRequests: Sendable {
    let transport: any HTTPTransport
    let tokens: any LoginTokens

    func answer<Document: Decodable & Sendable>(to request: HTTPRequest) async throws(GlobusError) -> Document {
        let reading = Reading<Document>(clean: true)
        let request = reading.understanding(request)
        let token = try await tokens.token()
        var response = try await send(request, with: token)
        if response.status == 401 {
            let refusal = Refusal(response, to: request)
            // A 401 that asks for a login session is not about the token.
            guard refusal.kind == .authentication else { throw .refused(refusal) }
            let other = try await tokens.replacement(for: token, requestID: refusal.requestID)
            response = try await send(request, with: other)
        }
        if !response.isSuccess, let scopes = missingConsent(response, request), try await tokens.consent(to: scopes) {
            response = try await send(request, with: try await tokens.token())
        }
        guard response.isSuccess else { throw .refused(Refusal(response, to: request)) }
        return try reading.document(in: response, of: request)
    }

    private func missingConsent(_ response: HTTPResponse, _ request: HTTPRequest) -> [String]? {
        let refusal = Refusal(response, to: request)
        guard refusal.kind == .consent, let scopes = refusal.authorization?.requiredScopes, !scopes.isEmpty else { return nil }
        return scopes
    }

    private func send(_ request: HTTPRequest, with token: AccessToken) async throws(GlobusError) -> HTTPResponse {
        var request = request
        request.authorization = .bearer(token)
        var response = try await transport.exchange(request)
        // What the service sends back of what it was given goes no further.
        if !response.isSuccess { response.body = Secrets.inUse.redacted(response.body) }
        return response
    }
}
