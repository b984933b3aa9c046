import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct LoginTests {
    @Test func `the page shows a code that is good once, with the verifier that it was asked for with`() async throws {
        try await World.with { world in
            let login = NativeLogin(world: world)
            #expect(try await login.exchange(try await login.code(), verifier: "another").json["error"] == "invalid_grant")
            #expect(try await login.exchange(try await login.code(), client: ClientBook.template)["error"] == "invalid_grant")
            let code = try await login.code()
            let reply = try await login.exchange(code)
            #expect(reply.status == 200)
            #expect(reply["state"] == "a state")
            #expect(reply["refresh_token"].string?.hasPrefix("Rh") == true)
            #expect(reply["other_tokens"].array?.compactMap { $0.object?["resource_server"]?.string } == [ScopeList.transferServer])
            #expect(try await login.exchange(code)["error"] == "invalid_grant")
        }
    }

    @Test func `a code is forgotten after ten minutes`() async throws {
        try await World.with { world in
            let login = NativeLogin(world: world)
            let code = try await login.code()
            await world.standIn.advance(by: .seconds(601))
            #expect(try await login.exchange(code)["error"] == "invalid_grant")
        }
    }

    @Test func `a program that listens is sent the code and its state`() async throws {
        try await World.with { world in
            let login = NativeLogin(world: world, redirect: "http://localhost:4711/callback")
            let page = try await login.page()
            #expect(page.status == 302)
            let address = try #require(page.headers["location"].flatMap { URLComponents(string: $0) })
            #expect(address.host == "localhost")
            #expect(address.port == 4711)
            #expect(address.path == "/callback")
            #expect(address.queryItems?.first { $0.name == "state" }?.value == "a state")
            let code = try #require(address.queryItems?.first { $0.name == "code" }?.value)
            #expect(try await login.exchange(code).status == 200)
        }
    }

    @Test func `without offline access there is no refresh token`() async throws {
        try await World.with { world in
            let tokens = try await NativeLogin(world: world, more: ["access_type": "online"]).tokens()
            #expect(tokens.count == 2)
            #expect(tokens.values.allSatisfy { $0.refresh == nil })
        }
    }

    @Test(arguments: [
        ("client_id", "nobody", "invalid_client"), ("client_id", nil, "invalid_request"), ("redirect_uri", nil, "invalid_request"),
        ("redirect_uri", "http://example.org/v2/web/auth-code", "invalid_request"),
        ("redirect_uri", "http://localhost.example.org/", "invalid_request"), ("scope", nil, "invalid_request"),
        ("scope", "urn:nothing", "unknown_scope"), ("response_type", "token", "unsupported_response_type"),
        ("code_challenge", nil, "invalid_request"), ("code_challenge_method", "plain", "invalid_request"),
        ("session_required_identities", "someone@else.example", "access_denied"),
        ("session_required_single_domain", "else.example", "access_denied"), ("session_required_policies", "none", "invalid_request"),
    ])
    func `a request that is not in order is answered with a page, and nobody is sent anywhere`(
        name: String, value: String?, error: String
    ) async throws {
        try await World.with { world in
            let login = NativeLogin(world: world)
            var query = login.query
            query[name] = value
            let page = try await login.page(query)
            #expect([400, 403].contains(page.status))
            #expect(page.headers["content-type"]?.hasPrefix("text/html") == true)
            #expect(page.headers["location"] == nil)
            #expect(page.text.contains("<p id=\"error\">\(error)</p>"))
        }
    }

    @Test func `what a page repeats is not taken for part of the page`() async throws {
        try await World.with { world in
            let page = try await NativeLogin(world: world, client: "<script>").page()
            #expect(page.text.contains("Unknown client &apos;&lt;script&gt;") || page.text.contains("Unknown client '&lt;script&gt;'"))
            #expect(!page.text.contains("<script>"))
        }
    }

    @Test func `a service account logs nobody in`() async throws {
        try await World.with { world in
            let page = try await NativeLogin(world: world, client: world.clientID).page()
            #expect(page.text.contains("unauthorized_client"))
        }
    }

    @Test(arguments: [EntityType.guestCollection, .personalMappedCollection, .mappedCollection])
    func `there is no data access scope for guest, personal and high assurance collections`(type: EntityType) async throws {
        try await World.with({
            $0.collections[1].entityType = type
            $0.collections[1].isHighAssurance = type == .mappedCollection
        }) { world in
            let page = try await NativeLogin(world: world, scope: World.jasminConsent).page()
            #expect(page.status == 400)
            #expect(page.text.contains("Unknown Scope"))
            #expect(try await world.tokens(World.jasminConsent)["error"] == "unknown_scope")
        }
    }

    @Test func `an installation of the Globus CLI has a client of its own`() async throws {
        try await World.with { world in
            let wanted: JSONValue = ["client": ["template_id": .string(ClientBook.template), "name": "Globus CLI"]]
            let made = try await WireClient(world.standIn).post("/v2/api/clients", wanted)
            #expect(made.status == 201)
            let credential = try #require(made["included"].object?["client_credential"]?.object)
            let basic = (try #require(credential["client"]?.string), try #require(credential["secret"]?.string))
            var login = NativeLogin(world: world, client: basic.0)
            // It has a secret and so needs no challenge.
            login.more = ["code_challenge_method": ""]
            var query = login.query
            (query["code_challenge"], query["code_challenge_method"]) = (nil, nil)
            let page = try await login.page(query)
            let code = try #require(page.text.firstMatch(of: /<code id="auth-code">(\w+)/)?.1)
            let form = "grant_type=authorization_code&code=\(code)&redirect_uri=\(encoded(login.redirect))"
            let reply = try await world.client.form("/v2/oauth2/token", form, basic: basic)
            #expect(reply.status == 200)
            #expect(
                try await world.client.form("/v2/oauth2/token", "grant_type=client_credentials", basic: basic)["error"]
                    == "unauthorized_client")

            // Nobody else can use its refresh token, nor see what its tokens are.
            let refresh = "grant_type=refresh_token&refresh_token=\(try #require(reply["refresh_token"].string))"
            let native = "&client_id=\(StandInConfiguration.nativeClientID)"
            #expect(try await world.client.form("/v2/oauth2/token", refresh + native)["error"] == "invalid_grant")
            #expect(try await world.client.form("/v2/oauth2/token", refresh, basic: basic).status == 200)
            let token = "token=\(try #require(reply["access_token"].string))"
            let other = (world.clientID, world.secret)
            #expect(try await world.client.form("/v2/oauth2/token/introspect", token, basic: other).json == ["active": false])
            #expect(try await world.client.form("/v2/oauth2/token/introspect", token, basic: basic)["active"] == true)
            let unknown: JSONValue = ["client": ["template_id": "00000000-0000-0000-0000-000000000000"]]
            #expect(try await WireClient(world.standIn).post("/v2/api/clients", unknown).status == 404)
        }
    }

    @Test func `a refresh token lapses after half a year without use`() async throws {
        try await World.with { world in
            let refresh = try #require(try await NativeLogin(world: world).tokens()[ScopeList.transferServer]?.refresh)
            let form = "grant_type=refresh_token&refresh_token=\(refresh)&client_id=\(StandInConfiguration.nativeClientID)"
            for _ in 0..<2 {
                await world.standIn.advance(by: .seconds(150 * 86_400))
                #expect(try await world.client.form("/v2/oauth2/token", form).status == 200)
            }
            await world.standIn.advance(by: .seconds(190 * 86_400))
            #expect(try await world.client.form("/v2/oauth2/token", form)["error"] == "invalid_grant")
        }
    }

    @Test func `the identity token is signed with the key that is published, by the clock of those who read it`() async throws {
        try await World.with { world in
            await world.standIn.advance(by: .seconds(40 * 86_400))
            let login = NativeLogin(world: world)
            let parts = try #require(try await login.exchange(try await login.code())["id_token"].string).split(separator: ".")
            #expect(parts.count == 3)
            let claims = try JSONDecoder().decode([String: JSONValue].self, from: try #require(Base64URL.data(parts[1])))
            #expect(claims["aud"]?.string == StandInConfiguration.nativeClientID)
            #expect(claims["preferred_username"] == "scientist@globusid.org")
            let issued = try #require(claims["iat"]?.int)
            #expect(Double(issued) < Date().timeIntervalSince1970 + 1)
            let configuration = try await world.client.get("/.well-known/openid-configuration")
            #expect(configuration["jwks_uri"].string == world.standIn.baseURL + "/jwk.json")
            let key = try #require(try await world.client.get("/jwk.json")["keys"].array?.first?.object)
            let (modulus, exponent) = (Base64URL.data(key["n"]?.string ?? ""), Base64URL.data(key["e"]?.string ?? ""))
            let isSigned = try IDTokenSigner.isSigned(
                parts[0] + "." + parts[1], by: try #require(Base64URL.data(parts[2])), modulus: try #require(modulus),
                exponent: try #require(exponent))
            #expect(isSigned)
        }
    }
}
