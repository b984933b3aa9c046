import FoundationEssentials
import Globus

/// What clients ask of `auth.globus.org` about tokens.
struct TokenRoutes: Sendable {
    let service: Service

    var routes: [Route] {
        [
            Route("POST", "/v2/oauth2/token", token),
            Route("POST", "/v2/oauth2/token/introspect", introspect),
            Route("POST", "/v2/oauth2/token/validate", validate),
            Route("POST", "/v2/oauth2/token/revoke", revoke),
        ]
    }

    private static let invalidGrant = Refusal.auth(401, "invalid_grant", "invalid_grant")

    @Sendable private func token(_ request: Request, _: [String]) async throws -> Reply {
        let form = try request.form()
        switch form["grant_type"] {
        case "client_credentials": return try await clientCredentials(request, form)
        case "refresh_token":
            let client = try service.client(asking: request, form)
            guard let tokens = await service.tokens.refresh(form["refresh_token"] ?? "", client: client.id) else {
                throw TokenRoutes.invalidGrant
            }
            return try answered(TokenReply(tokens: tokens))
        case "authorization_code": return try await authorizationCode(request, form)
        case let other:
            throw Refusal.auth(400, "unsupported_grant_type", "Unsupported grant type '\(other ?? "")'")
        }
    }

    /// A service account grants its own consents by asking.
    private func clientCredentials(_ request: Request, _ form: Query) async throws -> Reply {
        let client = try service.client(asking: request, form)
        guard client.kind == .serviceAccount, let identity = service.people.identity(client.id) else {
            throw Refusal.auth(400, "unauthorized_client", "The client logs people in; it cannot act for itself")
        }
        let scopes = ScopeList(form["scope"] ?? ScopeList.transfer)
        try service.requireKnown(scopes)
        guard let tokens = await service.tokens.issue(to: identity, client: client.id, scopes, withRefreshTokens: false) else {
            throw Refusal.auth(400, "invalid_scope", "No scope was asked for")
        }
        service.consents.grant(scopes, by: identity, to: client.id, at: service.clock.now)
        return try answered(TokenReply(tokens: tokens))
    }

    private func authorizationCode(_ request: Request, _ form: Query) async throws -> Reply {
        let client = try service.client(asking: request, form)
        let approval = await service.tokens.redeem(
            form["code"] ?? "", client: client.id, redirect: form["redirect_uri"], verifier: form["code_verifier"])
        guard let approval else { throw TokenRoutes.invalidGrant }
        let (asked, identity) = (approval.request, approval.identity)
        let tokens = await service.tokens.issue(
            to: identity, client: client.id, asked.scopes, withRefreshTokens: asked.wantsRefreshTokens)
        guard let tokens else { throw TokenRoutes.invalidGrant }
        var reply = TokenReply(tokens: tokens, state: asked.state)
        if asked.scopes.scopes.contains(where: { $0.name == "openid" }) {
            reply.idToken = try await idToken(of: identity, for: client)
        }
        return try answered(reply)
    }

    /// Readers hold its times against their own clock, so it has this machine's, not that of a rehearsal which is days ahead.
    private func idToken(of identity: Identity, for client: ClientBook.Client) async throws -> String {
        let now = Int64(service.clock.unadvanced.timeIntervalSince1970)
        let claims: [String: JSONValue] = [
            "iss": "https://auth.globus.org", "sub": .string(identity.id), "aud": .string(client.id), "iat": .integer(now),
            "exp": .integer(now + 172_800), "name": .string(identity.name), "preferred_username": .string(identity.username),
            "email": .init(identity.email), "identity_provider": .string(identity.providerID),
            "identity_provider_display_name": .string(identity.provider), "organization": .string(identity.provider),
        ]
        let signer = service.signer
        return try await Blocking.run { () throws(any Error) in try signer.sign(claims) }
    }

    private func answered(_ tokens: TokenReply) throws -> Reply {
        var reply = try Reply(tokens)
        reply.headers["Cache-Control"] = "no-store"
        return reply
    }

    @Sendable private func introspect(_ request: Request, _: [String]) async throws -> Reply {
        let form = try request.form()
        let client = try service.client(asking: request, form)
        guard client.kind != .native else { throw Refusal.auth(401, "invalid_client", "Client authentication failed") }
        guard let grant = await service.tokens.grant(for: form["token"] ?? ""), grant.client == nil || grant.client == client.id else {
            return try Reply(["active": false])
        }
        let include = (form["include"] ?? "").split(separator: ",")
        let (identity, person) = (grant.identity, service.people.person(of: grant.identity))
        var fields: [String: JSONValue] = [
            "active": true, "scope": .string(grant.scope), "client_id": .string(grant.client ?? client.id),
            "sub": .string(identity.id), "username": .string(identity.username), "name": .string(identity.name),
            "email": .init(identity.email), "iat": grant.issued.seconds, "nbf": grant.issued.seconds, "exp": grant.expires.seconds,
            "iss": "https://auth.globus.org", "aud": [.string(grant.server), .string(grant.client ?? client.id)],
            "token_type": "Bearer",
        ]
        if include.contains("identity_set") { fields["identity_set"] = .array(person.identities.map { .string($0.id) }) }
        if include.contains("session_info") { fields["session_info"] = sessionInfo(person, grant.client) }
        return try Reply(fields)
    }

    /// A service account never logged in, so it has no authentications.
    private func sessionInfo(_ person: Person, _ client: String?) -> JSONValue {
        let session = service.sessions.session(of: person, client: client)
        var authentications: [String: JSONValue] = [:]
        for identity in person.identities {
            guard let time = session.times[identity.id] else { continue }
            authentications[identity.id] = [
                "idp": .string(identity.providerID), "auth_time": time.seconds, "acr": nil, "amr": nil, "custom_claims": [:],
            ]
        }
        return ["session_id": .string(session.id), "authentications": .object(authentications)]
    }

    @Sendable private func validate(_ request: Request, _: [String]) async throws -> Reply {
        let form = try request.form()
        let client = try service.client(asking: request, form)
        let grant = await service.tokens.grant(for: form["token"] ?? "")
        return try Reply(["active": grant.map { $0.client == nil || $0.client == client.id } ?? false])
    }

    @Sendable private func revoke(_ request: Request, _: [String]) async throws -> Reply {
        let form = try request.form()
        _ = try service.client(asking: request, form)
        await service.tokens.revoke(form["token"] ?? "")
        return try Reply(["active": false])
    }
}

/// The tokens of a login, with what only a login's answer has.
private struct TokenReply: Encodable {
    let tokens: TokenResponse
    var state: String?
    var idToken: String?

    enum CodingKeys: String, CodingKey {
        case state
        case idToken = "id_token"
    }

    func encode(to encoder: any Encoder) throws {
        try tokens.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(state, forKey: .state)
        try container.encodeIfPresent(idToken, forKey: .idToken)
    }
}

extension Date {
    fileprivate var seconds: JSONValue { .integer(Int64(timeIntervalSince1970)) }
}

extension Request {
    /// The pairs of a form.
    func form() throws(Refusal) -> Query {
        let type = contentType?.lowercased() ?? ""
        guard type.isEmpty || type.hasPrefix("application/x-www-form-urlencoded") else {
            throw .auth(400, "invalid_request", "The body must be application/x-www-form-urlencoded")
        }
        return Query(String(decoding: body, as: UTF8.self))
    }
}

extension Service {
    /// Who asks for or about tokens: a client by its credentials, or a native one, which has none, by its id in the form.
    func client(asking request: Request, _ form: Query) throws(Refusal) -> ClientBook.Client {
        if request.authorization != nil {
            if let client = request.credentials("Basic").flatMap({ clients.client(credentials: $0) }) { return client }
        } else if let client = form["client_id"].flatMap({ clients.client($0) }), client.kind == .native {
            return client
        }
        throw .auth(401, "invalid_client", "Client authentication failed")
    }

    /// - Throws: `unknown_scope`, also for the `data_access` of a collection that has none.
    func requireKnown(_ scopes: ScopeList) throws(Refusal) {
        for name in scopes.names {
            let collection = ScopeList.collection(of: name).flatMap { try? self.collection($0) }
            guard ScopeList.isScope(name), collection?.settings.hasDataAccess != false else {
                throw .auth(400, "unknown_scope", "Unknown Scope: '\(name)'")
            }
        }
    }
}
