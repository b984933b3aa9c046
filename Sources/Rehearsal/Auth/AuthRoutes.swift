import Foundation
import Globus

/// `auth.globus.org`, as far as service accounts and stored logins need it. Browser logins are not played.
struct AuthRoutes: Sendable {
    let service: Service

    var routes: [Route] {
        [
            Route("POST", "/v2/oauth2/token", token),
            Route("POST", "/v2/oauth2/token/introspect", introspect),
            Route("POST", "/v2/oauth2/token/validate", validate),
            Route("POST", "/v2/oauth2/token/revoke", revoke),
            Route("GET", "/v2/oauth2/authorize", authorize),
            Route("GET", "/v2/oauth2/userinfo", userinfo),
            Route("GET", "/v2/api/identities", identities),
            Route("GET", "/v2/api/identities/:id", identity),
            Route("GET", "/v2/api/identities/:id/consents", consents),
            Route("GET", "/.well-known/openid-configuration", discovery),
        ]
    }

    @Sendable private func token(_ request: Request, _: [String]) async throws -> Reply {
        let form = try form(of: request)
        switch form["grant_type"] {
        case "client_credentials":
            try await requireClient(request)
            guard let tokens = await service.tokens.clientCredentials(ScopeList(form["scope"] ?? ScopeList.transfer)) else {
                throw Refusal.auth(400, "invalid_scope", "No scope was asked for")
            }
            return try answered(tokens)
        case "refresh_token":
            // A confidential client shows its credentials; a native one has none to show.
            if request.authorization != nil { try await requireClient(request) }
            guard let refreshToken = form["refresh_token"], let tokens = await service.tokens.refresh(refreshToken) else {
                throw Refusal.auth(401, "invalid_grant", "invalid_grant")
            }
            return try answered(tokens)
        case "authorization_code":
            // Codes come from a browser login, which is not played, so none can be valid.
            throw Refusal.auth(401, "invalid_grant", "invalid_grant")
        case let other:
            throw Refusal.auth(400, "unsupported_grant_type", "Unsupported grant type '\(other ?? "")'")
        }
    }

    private func answered(_ tokens: TokenResponse) throws -> Reply {
        var reply = try Reply(tokens)
        reply.headers["Cache-Control"] = "no-store"
        return reply
    }

    @Sendable private func introspect(_ request: Request, _: [String]) async throws -> Reply {
        try await requireClient(request)
        let form = try form(of: request)
        guard let grant = await service.tokens.grant(for: form["token"] ?? "") else { return try Reply(["active": JSONValue.bool(false)]) }
        let include = (form["include"] ?? "").split(separator: ",")
        let identity = grant.identity
        let issued = Int64(grant.issued.timeIntervalSince1970)
        let lifetime = Int64(service.configuration.tokenLifetime)
        var fields: [String: JSONValue] = [
            "active": true, "scope": .string(grant.scope), "client_id": .string(service.configuration.clientID),
            "sub": .string(identity.id),
            "username": .string(identity.username), "name": .string(identity.name), "email": identity.email.map { .string($0) } ?? .null,
            "iat": .integer(issued), "nbf": .integer(issued), "exp": .integer(issued + lifetime), "iss": "https://auth.globus.org",
            "aud": [.string(grant.server), .string(service.configuration.clientID)], "token_type": "Bearer",
        ]
        if include.contains("identity_set") { fields["identity_set"] = [.string(identity.id)] }
        if include.contains("session_info") {
            // A service account never logged in, so it has no authentications.
            let authentication: JSONValue = [
                "idp": .string(identity.providerID), "auth_time": .integer(issued), "acr": nil, "amr": nil, "custom_claims": [:],
            ]
            fields["session_info"] = [
                "session_id": .string(grant.sessionID),
                "authentications": .object(identity.isServiceAccount ? [:] : [identity.id: authentication]),
            ]
        }
        return try Reply(fields)
    }

    @Sendable private func validate(_ request: Request, _: [String]) async throws -> Reply {
        let token = try form(of: request)["token"] ?? ""
        return try Reply(["active": await service.tokens.grant(for: token) != nil])
    }

    @Sendable private func revoke(_ request: Request, _: [String]) async throws -> Reply {
        await service.tokens.revoke(try form(of: request)["token"] ?? "")
        return try Reply(["active": false])
    }

    @Sendable private func authorize(_: Request, _: [String]) async throws -> Reply {
        throw Refusal.auth(501, "unsupported_response_type", "The rehearsal has no browser login; use the service account it printed")
    }

    @Sendable private func userinfo(_ request: Request, _: [String]) async throws -> Reply {
        let grant = try await grant(request)
        let scopes = Set(grant.scope.split(separator: " "))
        guard scopes.contains("openid") else { throw Refusal.auth(403, "forbidden", "The token lacks the scope 'openid'") }
        let identity = grant.identity
        var fields: [String: JSONValue] = ["sub": .string(identity.id)]
        if scopes.contains("profile") {
            fields.merge(
                ["name": .string(identity.name), "preferred_username": .string(identity.username), "organization": "Rehearsal"]
            ) { _, last in last }
        }
        if scopes.contains("email") { fields["email"] = identity.email.map { .string($0) } ?? .null }
        if scopes.contains("urn:globus:auth:scope:auth.globus.org:view_identity_set") {
            fields["identity_set"] = [.object(identity.member)]
        }
        return try Reply(fields)
    }

    @Sendable private func identities(_ request: Request, _: [String]) async throws -> Reply {
        _ = try await grant(request)
        let wanted = [request.query["ids"], request.query["usernames"]].compactMap { $0 }.flatMap { $0.split(separator: ",") }
        guard !wanted.isEmpty else { throw Refusal.auth(400, "bad_request", "Either ids or usernames must be given") }
        var found: [JSONValue] = []
        for text in wanted { if let identity = await service.tokens.identity(String(text)) { found.append(.object(identity.document)) } }
        return try Reply(["identities": JSONValue.array(found)])
    }

    @Sendable private func identity(_ request: Request, _ parameters: [String]) async throws -> Reply {
        _ = try await grant(request)
        guard let identity = await service.tokens.identity(parameters[0]) else { throw Refusal.auth(404, "not_found", "No such identity") }
        return try Reply(["identity": JSONValue.object(identity.document)])
    }

    @Sendable private func consents(_ request: Request, _ parameters: [String]) async throws -> Reply {
        let grant = try await grant(request)
        guard grant.identity.id == parameters[0].lowercased() else { throw Refusal.auth(403, "forbidden", "Forbidden") }
        // Numbers stand for consents in `dependency_path`; the first is the one for Transfer itself.
        let names =
            [ScopeList.transfer]
            + (await service.tokens.consentedCollections(of: grant.identity.id)).map {
                "https://auth.globus.org/scopes/\($0)/data_access"
            }
        let list: [JSONValue] = names.enumerated().map { index, name in
            [
                "id": .integer(Int64(index) + 1), "client": .string(service.configuration.clientID), "scope_name": .string(name),
                "scope": .string(Identity.person(name).id), "dependency_path": .array(index == 0 ? [1] : [1, .integer(Int64(index) + 1)]),
                "status": "approved", "allows_refresh": true, "atomically_revocable": .bool(index > 0), "auto_approved": false,
                "effective_identity": .string(grant.identity.id), "created": .string(WireTime.stamp(grant.issued)),
                "updated": .string(WireTime.stamp(grant.issued)), "last_used": .string(WireTime.stamp(grant.issued)),
            ]
        }
        return try Reply(["consents": JSONValue.array(list)])
    }

    @Sendable private func discovery(_: Request, _: [String]) async throws -> Reply {
        try Reply(
            [
                "issuer": "https://auth.globus.org", "authorization_endpoint": "/v2/oauth2/authorize", "token_endpoint": "/v2/oauth2/token",
                "userinfo_endpoint": "/v2/oauth2/userinfo", "revocation_endpoint": "/v2/oauth2/token/revoke",
                "grant_types_supported": ["client_credentials", "refresh_token"], "response_types_supported": ["code"],
                "scopes_supported": ["openid", "email", "profile"], "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            ] as JSONValue)
    }

    private func form(of request: Request) throws(Refusal) -> Query {
        let type = request.contentType?.lowercased() ?? ""
        guard type.isEmpty || type.hasPrefix("application/x-www-form-urlencoded") else {
            throw .auth(400, "invalid_request", "The body must be application/x-www-form-urlencoded")
        }
        return Query(String(decoding: request.body, as: UTF8.self))
    }

    private func requireClient(_ request: Request) async throws {
        guard let credentials = request.credentials("Basic"), await service.tokens.isClient(credentials) else {
            throw Refusal.auth(401, "invalid_client", "Client authentication failed")
        }
    }

    private func grant(_ request: Request) async throws -> TokenStore.Grant {
        guard let token = request.credentials("Bearer"), let grant = await service.tokens.grant(for: token), !grant.isRefreshToken else {
            throw Refusal.auth(401, "unauthorized", "Call must be authenticated")
        }
        guard grant.server == ScopeList.authServer else { throw Refusal.auth(403, "forbidden", "The token was not issued for Globus Auth") }
        return grant
    }
}

extension Service {
    /// Who asks, by a token for Transfer.
    func caller(_ request: Request) async throws -> Identity {
        guard let token = request.credentials("Bearer"), let grant = await tokens.grant(for: token), !grant.isRefreshToken,
            grant.server == ScopeList.transferServer
        else { throw Refusal.notAuthenticated }
        return grant.identity
    }

    /// - Throws: `ConsentRequired` where the collection asks for a consent that `identity` has not given.
    func requireConsent(_ identity: Identity, _ collection: PlayedCollection) async throws {
        guard collection.settings.requiresConsent, await !tokens.hasConsented(identity, to: collection.id) else { return }
        throw Refusal.consentRequired(collection.id)
    }
}
