import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct AuthTests {
    @Test func `a service account gets one token per resource server`() async throws {
        try await World.with { world in
            let reply = try await world.tokens("openid \(ScopeList.transfer) urn:globus:auth:scope:groups.api.globus.org:all")
            #expect(reply.status == 200)
            #expect(reply["resource_server"] == "auth.globus.org")
            #expect(reply["expires_in"] == 172_800)
            #expect(reply["token_type"] == "Bearer")
            #expect(reply["refresh_token"] == .null)
            let others = reply["other_tokens"].array?.compactMap { $0.object?["resource_server"]?.string }
            #expect(others == ["transfer.api.globus.org", "groups.api.globus.org"])
        }
    }

    @Test func `a wrong secret is refused`() async throws {
        try await World.with { world in
            let reply = try await world.client.form(
                "/v2/oauth2/token", "grant_type=client_credentials&scope=openid", basic: (world.clientID, "guess"))
            #expect(reply.status == 401)
            #expect(reply["error"] == "invalid_client")
        }
    }

    @Test func `a refresh token brings a new access token, until it is revoked`() async throws {
        try await World.with { world in
            let login = try #require(await world.standIn.login(as: "scientist@safe.archer2.ac.uk", scope: ScopeList.transfer))
            let refreshToken = try #require(login.first.refreshToken).withSecret { $0 }
            let form = "grant_type=refresh_token&refresh_token=\(refreshToken)"
            let first = try await world.client.form("/v2/oauth2/token", form, basic: (world.clientID, world.secret))
            #expect(first.status == 200)
            #expect(first["refresh_token"].string == refreshToken)
            #expect(first["resource_server"] == "transfer.api.globus.org")
            // A native client has no secret; it names itself in the form.
            let native = "&client_id=\(StandInConfiguration.nativeClientID)"
            #expect(try await world.client.form("/v2/oauth2/token", form + native).status == 200)
            #expect(try await world.client.form("/v2/oauth2/token", form + "&client_id=unknown")["error"] == "invalid_client")
            #expect(try await world.client.form("/v2/oauth2/token", form)["error"] == "invalid_client")
            #expect(try await world.client.form("/v2/oauth2/token/revoke", "token=\(refreshToken)" + native)["active"] == false)
            let last = try await world.client.form("/v2/oauth2/token", form, basic: (world.clientID, world.secret))
            #expect(last.status == 401)
            #expect(last["error"] == "invalid_grant")
        }
    }

    @Test(arguments: [
        ("grant_type=authorization_code&code=x", 401, "invalid_grant"), ("grant_type=refresh_token&refresh_token=x", 401, "invalid_grant"),
        ("grant_type=password", 400, "unsupported_grant_type"), ("", 400, "unsupported_grant_type"),
    ])
    func `a grant that cannot be had is refused by its name`(form: String, status: Int, error: String) async throws {
        try await World.with { world in
            let reply = try await world.client.form("/v2/oauth2/token", form + "&client_id=\(StandInConfiguration.nativeClientID)")
            #expect(reply.status == status)
            #expect(reply["error"].string == error)
            #expect(reply["errors"].array?.first?.object?["code"]?.string == error.uppercased())
        }
    }

    @Test func `an access token is refused when it is missing, unknown, expired, revoked, or another service's`() async throws {
        try await World.with { world in
            var client = world.client
            func isRefused(_ token: String?) async throws -> Bool {
                client.token = token
                let reply = try await client.get("/v0.10/submission_id")
                return reply.status == 401 && reply.code == "ClientError.AuthenticationFailed" && reply["request_id"].string?.count == 9
            }
            #expect(try await !isRefused(world.client.token))
            #expect(try await isRefused(nil))
            #expect(try await isRefused("invented"))
            #expect(try await isRefused(try await world.newToken("openid")))
            await world.standIn.expireAccessTokens()
            #expect(try await isRefused(world.client.token))
            let token = try await world.newToken()
            #expect(try await !isRefused(token))
            await world.standIn.revokeTokens()
            #expect(try await isRefused(token))
        }
    }

    @Test func `a token expires when its lifetime is over`() async throws {
        try await World.with({ $0.tokenLifetime = 0 }) { world in
            let reply = try await world.client.get("/v0.10/task_list")
            #expect(reply.status == 401)
        }
    }

    @Test func `introspection tells whose token it is, and when the session began`() async throws {
        try await World.with { world in
            let login = try #require(await world.standIn.login(as: "someone@accounts.jasmin.ac.uk", scope: "openid"))
            let token = login.first.accessToken.withSecret { $0 }
            let basic = (world.clientID, world.secret)
            let reply = try await world.client.form("/v2/oauth2/token/introspect", "token=\(token)&include=session_info", basic: basic)
            #expect(reply["active"] == true)
            #expect(reply["username"] == "someone@accounts.jasmin.ac.uk")
            let authentications = reply["session_info"].object?["authentications"]?.object
            #expect(authentications?.keys.first == reply["sub"].string)
            #expect(try await world.client.form("/v2/oauth2/token/introspect", "token=x", basic: basic).json == ["active": false])
            #expect(try await world.client.form("/v2/oauth2/token/introspect", "token=x").status == 401)
            #expect(try await world.client.form("/v2/oauth2/token/validate", "token=\(token)", basic: basic)["active"] == true)
        }
    }

    @Test func `userinfo needs a token with openid`() async throws {
        try await World.with { world in
            var client = world.client
            #expect(try await client.get("/v2/oauth2/userinfo").status == 403)
            client.token = try await world.newToken("openid profile email urn:globus:auth:scope:auth.globus.org:view_identity_set")
            let reply = try await client.get("/v2/oauth2/userinfo")
            #expect(reply["preferred_username"].string == "\(world.clientID)@clients.auth.globus.org")
            #expect(reply["identity_set"].array?.count == 1)
            let found = try await client.get("/v2/api/identities?ids=\(world.clientID),\(World.jasmin)")
            #expect(found["identities"].array?.count == 1)
            client.token = nil
            #expect(try await client.get("/v2/oauth2/userinfo").status == 401)
        }
    }

    @Test func `a collection that asks for consent opens once a token with that scope was asked for`() async throws {
        try await World.with({ $0.collections[1].requiresConsent = true }) { world in
            let refused = try await world.client.get("/v0.10/operation/endpoint/\(World.jasmin)/ls?path=/")
            #expect(refused.status == 403)
            #expect(refused.code == "ConsentRequired")
            let document = ErrorDocument(fields: refused.json)
            let scopes = try #require(document.authorization?.requiredScopes)
            let posted = try await world.client.post("/v0.10/transfer", try await world.document([World.item("/a", "/b")]))
            #expect(posted.code == "ConsentRequired")
            _ = try await world.tokens(scopes.joined(separator: " "))
            #expect(try await world.client.get("/v0.10/operation/endpoint/\(World.jasmin)/ls?path=/").status == 200)
        }
    }

    @Test func `no log of requests holds a token`() async throws {
        try await World.with { world in
            _ = try await world.client.get("/v0.10/task_list?limit=1")
            let text = String(describing: world.standIn.requests)
            #expect(!text.contains(try #require(world.client.token)))
            #expect(!text.contains(world.secret))
            #expect(world.standIn.requests.last == StandInRequest(method: "GET", path: "/v0.10/task_list", query: "limit=1", status: 200))
        }
    }
}
