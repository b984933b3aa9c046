import FoundationEssentials
import Globus

/// Who people are and what they consented to, and what clients must know of the service itself.
struct IdentityRoutes: Sendable {
    let service: Service

    var routes: [Route] {
        [
            Route("GET", "/v2/oauth2/userinfo", userinfo),
            Route("GET", "/v2/api/identities", identities),
            Route("GET", "/v2/api/identities/:id", identity),
            Route("GET", "/v2/api/identities/:id/consents", consents),
            Route("GET", "/.well-known/openid-configuration", discovery),
            Route("GET", "/jwk.json", keys),
        ]
    }

    @Sendable private func userinfo(_ request: Request, _: [String]) async throws -> Reply {
        let grant = try await grant(request)
        let scopes = Set(grant.scope.split(separator: " "))
        guard scopes.contains("openid") else { throw Refusal.auth(403, "forbidden", "The token lacks the scope 'openid'") }
        let identity = grant.identity
        var fields: [String: JSONValue] = ["sub": .string(identity.id)]
        if scopes.contains("profile") {
            let profile: [String: JSONValue] = [
                "name": .string(identity.name), "preferred_username": .string(identity.username),
                "organization": .string(identity.provider), "identity_provider": .string(identity.providerID),
                "identity_provider_display_name": .string(identity.provider),
            ]
            fields.merge(profile) { _, last in last }
        }
        if scopes.contains("email") { fields["email"] = .init(identity.email) }
        if scopes.contains(Substring(ScopeList.viewIdentitySet)) {
            let person = service.people.person(of: identity)
            let times = service.sessions.latestTimes(of: person)
            fields["identity_set"] = .array(person.identities.map { .object($0.member(lastAuthentication: times[$0.id])) })
        }
        return try Reply(fields)
    }

    @Sendable private func identities(_ request: Request, _: [String]) async throws -> Reply {
        _ = try await grant(request)
        let wanted = [request.query["ids"], request.query["usernames"]].compactMap { $0 }.flatMap { $0.split(separator: ",") }
        guard !wanted.isEmpty else { throw Refusal.auth(400, "bad_request", "Either ids or usernames must be given") }
        let found = wanted.compactMap { service.people.identity(String($0)).map { JSONValue.object($0.document) } }
        return try Reply(["identities": JSONValue.array(found)])
    }

    @Sendable private func identity(_ request: Request, _ parameters: [String]) async throws -> Reply {
        _ = try await grant(request)
        guard let identity = service.people.identity(parameters[0]) else { throw Refusal.auth(404, "not_found", "No such identity") }
        return try Reply(["identity": JSONValue.object(identity.document)])
    }

    /// Those given to the client that asks, or with `all` to any.
    @Sendable private func consents(_ request: Request, _ parameters: [String]) async throws -> Reply {
        let grant = try await grant(request)
        guard grant.identity.id == parameters[0].lowercased() else { throw Refusal.auth(403, "forbidden", "Forbidden") }
        let showsAll = ["1", "true"].contains(request.query["all"]?.lowercased() ?? "")
        let consents = service.consents.consents(of: grant.identity).filter { showsAll || $0.client == grant.client }
        let list: [JSONValue] = consents.map { consent in
            let name = consent.path.last ?? ""
            return [
                "id": .integer(consent.id), "client": .init(consent.client), "scope_name": .string(name),
                "scope": .string(Identity.uuid(for: "scope \(name)")),
                "dependency_path": .array(consent.dependencyPath.map { .integer($0) }),
                "status": "approved", "allows_refresh": true, "atomically_revocable": .bool(consent.isOptional), "auto_approved": false,
                "effective_identity": .string(grant.identity.id), "created": .string(WireTime.stamp(consent.created)),
                "updated": .string(WireTime.stamp(consent.updated)), "last_used": .string(WireTime.stamp(consent.updated)),
            ]
        }
        return try Reply(["consents": JSONValue.array(list)])
    }

    @Sendable private func discovery(_ request: Request, _: [String]) async throws -> Reply {
        let base = request.base ?? ""
        func address(_ path: String) -> JSONValue { .string(base + path) }
        return try Reply(
            [
                "issuer": "https://auth.globus.org", "authorization_endpoint": address("/v2/oauth2/authorize"),
                "token_endpoint": address("/v2/oauth2/token"), "userinfo_endpoint": address("/v2/oauth2/userinfo"),
                "revocation_endpoint": address("/v2/oauth2/token/revoke"), "jwks_uri": address("/jwk.json"),
                "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
                "response_types_supported": ["code"], "scopes_supported": ["openid", "email", "profile"],
                "code_challenge_methods_supported": ["S256"], "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "id_token_signing_alg_values_supported": [.string(IDTokenSigner.algorithm)], "subject_types_supported": ["public"],
            ] as JSONValue)
    }

    @Sendable private func keys(_: Request, _: [String]) async throws -> Reply {
        let signer = service.signer
        return try Reply(try await Blocking.run { () throws(any Error) in try signer.keySet() })
    }

    private func grant(_ request: Request) async throws -> TokenStore.Grant {
        guard let token = request.credentials("Bearer"), let grant = await service.tokens.grant(for: token), !grant.isRefreshToken else {
            throw Refusal.auth(401, "unauthorized", "Call must be authenticated")
        }
        guard grant.server == ScopeList.authServer else { throw Refusal.auth(403, "forbidden", "The token was not issued for Globus Auth") }
        return grant
    }
}
