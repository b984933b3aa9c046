import FoundationEssentials

/// What a client asks of the person at the browser: the query of `authorize`, found to be in order.
struct AuthorizationRequest: Sendable {
    let client: ClientBook.Client
    let redirect: String
    /// Whether the code is shown for copying, instead of being sent to a program that listens.
    let isShown: Bool
    let scopes: ScopeList
    let state: String?
    /// Of PKCE.
    let challenge: String?
    let wantsRefreshTokens: Bool
    let session: SessionWishes

    /// Whom the person is to log in as, anew.
    struct SessionWishes: Sendable, Equatable {
        var identities: [String] = []
        var domains: [String] = []
        var policies: [String] = []
        var forcesLogin = false
        var needsSecondFactor = false

        init(_ query: Query) {
            func list(_ name: String) -> [String] {
                (query[name] ?? "").split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
            }
            identities = list("session_required_identities")
            domains = list("session_required_single_domain")
            policies = list("session_required_policies")
            forcesLogin = query["prompt"] == "login"
            needsSecondFactor = query["session_required_mfa"].map { ["true", "1"].contains($0.lowercased()) } ?? false
        }
    }

    /// - Throws: a refusal whose words the page shows; nothing is sent to an address that may be wrong.
    init(_ request: Request, clients: ClientBook) throws(Refusal) {
        func required(_ name: String) throws(Refusal) -> String {
            guard let value = request.query[name], !value.isEmpty else {
                throw .auth(400, "invalid_request", "Missing required parameter '\(name)'")
            }
            return value
        }
        let id = try required("client_id")
        guard let client = clients.client(id) else { throw .auth(400, "invalid_client", "Unknown client '\(id)'") }
        guard client.kind != .serviceAccount else {
            throw .auth(400, "unauthorized_client", "The client '\(id)' is a service account; it does not log anybody in")
        }
        redirect = try required("redirect_uri")
        isShown = AuthorizationRequest.codePages(request.base).contains(redirect)
        guard isShown || AuthorizationRequest.isLoopback(redirect) else {
            throw .auth(400, "invalid_request", "The redirect_uri '\(redirect)' is not registered for this client")
        }
        guard try required("response_type") == "code" else { throw .auth(400, "unsupported_response_type", "Only 'code' is supported") }
        scopes = ScopeList(try required("scope"))
        challenge = request.query["code_challenge"]
        guard challenge == nil || request.query["code_challenge_method"] == "S256" else {
            throw .auth(400, "invalid_request", "The code_challenge_method must be 'S256'")
        }
        guard client.kind != .native || challenge?.isEmpty == false else {
            throw .auth(400, "invalid_request", "A native client must send a code_challenge")
        }
        self.client = client
        state = request.query["state"]
        wantsRefreshTokens = request.query["access_type"] == "offline"
        session = SessionWishes(request.query)
    }

    /// Addresses that stand for the page with the code.
    private static func codePages(_ base: String?) -> [String] {
        let page = "/v2/web/auth-code"
        return ["https://auth.globus.org\(page)"] + (base.map { ["\($0)\(page)"] } ?? [])
    }

    private static func isLoopback(_ address: String) -> Bool {
        guard let parts = URLComponents(string: address), parts.scheme == "http" else { return false }
        return ["localhost", "127.0.0.1", "[::1]", "::1"].contains(parts.host ?? "")
    }

    /// Where the browser is sent with the code.
    func address(withCode code: String) -> String {
        let pairs = [("code", code)] + (state.map { [("state", $0)] } ?? [])
        let query = pairs.map { "\($0.0)=\(AuthorizationRequest.encoded($0.1))" }.joined(separator: "&")
        return redirect + (redirect.contains("?") ? "&" : "?") + query
    }

    private static func encoded(_ text: String) -> String {
        Query.encoded(text)
    }
}
