import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct IdentityTests {
    private static let usernames = ["scientist@globusid.org", "scientist@safe.archer2.ac.uk", "scientist@accounts.jasmin.ac.uk"]

    @Test func `userinfo lists the linked identities, itself first, and when each logged in`() async throws {
        try await World.with { world in
            let client = try await NativeLogin(world: world).client(for: ScopeList.authServer)
            let reply = try await client.get("/v2/oauth2/userinfo")
            let members = (reply["identity_set"].array ?? []).compactMap(\.object)
            try #require(members.count == 3)
            #expect(members.compactMap { $0["username"]?.string } == Self.usernames)
            #expect(members.map { $0["identity_provider_display_name"] } == ["Globus ID", "ARCHER2 SAFE", "JASMIN"])
            #expect(members.map { $0["last_authentication"] == .null } == [false, true, true])
            #expect(reply["sub"] == members[0]["sub"])
            let found = try await client.get("/v2/api/identities?usernames=\(encoded(Self.usernames[2]))")
            #expect(found["identities"].array?.first?.object?["id"] == members[2]["sub"])
        }
    }

    @Test func `consents are those given to the client that asks, as a forest`() async throws {
        try await World.with { world in
            let login = NativeLogin(world: world)
            let client = try await login.client(for: ScopeList.authServer)
            _ = try await NativeLogin(world: world, scope: World.jasminConsent).tokens()
            _ = try #require(await world.standIn.login(as: Self.usernames[0], scope: "urn:globus:auth:scope:x:all", client: "other"))
            let identity = try #require(try await client.get("/v2/oauth2/userinfo")["sub"].string)
            func consents(_ query: String) async throws -> [[String: JSONValue]] {
                try await client.get("/v2/api/identities/\(identity)/consents\(query)")["consents"].array?.compactMap(\.object) ?? []
            }
            let mine = try await consents("")
            #expect(mine.allSatisfy { $0["client"]?.string == StandInConfiguration.nativeClientID })
            let transfer = try #require(mine.first { $0["scope_name"]?.string == ScopeList.transfer })
            let access = try #require(mine.first { $0["scope_name"]?.string == ScopeList.dataAccess(World.jasmin) })
            #expect(transfer["dependency_path"] == .array([transfer["id"] ?? .null]))
            #expect(access["dependency_path"] == .array([transfer["id"] ?? .null, access["id"] ?? .null]))
            #expect(access["atomically_revocable"] == true)
            #expect(transfer["atomically_revocable"] == false)
            #expect(try await consents("?all=true").count == mine.count + 1)
            #expect(try await client.get("/v2/api/identities/\(World.jasmin)/consents").status == 403)
        }
    }

    /// Who is in session after a login with these parameters.
    @Test(
        arguments: [
            ([:], [0]), (["prompt": "login"], [0]), (["session_required_single_domain": "safe.archer2.ac.uk"], [1]),
            (["session_required_single_domain": "elsewhere.example,accounts.jasmin.ac.uk", "prompt": "login"], [2]),
            (["session_required_identities": usernames[1] + "," + usernames[2]], [1, 2]),
        ] as [([String: String], [Int])])
    func `a first login puts the identities in session that it was asked for`(parameters: [String: String], expected: [Int]) async throws {
        try await World.with { world in
            _ = try await NativeLogin(world: world, more: parameters).tokens()
            let client = try #require(world.standIn.sessionTimes(of: StandInConfiguration.nativeClientID))
            #expect(client.keys.sorted() == expected.map { Identity.person(Self.usernames[$0]).id }.sorted())
        }
    }

    @Test func `a session's times are those of the last login with each identity, and a refresh changes none`() async throws {
        try await World.with { world in
            let made = try await WireClient(world.standIn)
                .post("/v2/api/clients", ["client": ["template_id": .string(ClientBook.template)]])
            let credential = try #require(made["included"].object?["client_credential"]?.object)
            let basic = (try #require(credential["client"]?.string), try #require(credential["secret"]?.string))
            let login = try #require(await world.standIn.login(as: Self.usernames[0], scope: "openid", client: basic.0))
            func times() async throws -> [String: JSONValue] {
                let refresh = try #require(login.first.refreshToken).withSecret { $0 }
                let form = "grant_type=refresh_token&refresh_token=\(refresh)"
                let token = try #require(try await world.client.form("/v2/oauth2/token", form, basic: basic)["access_token"].string)
                let reply = try await world.client.form(
                    "/v2/oauth2/token/introspect", "token=\(token)&include=session_info,identity_set", basic: basic)
                #expect(reply["identity_set"].array?.count == 3)
                return try #require(reply["session_info"].object?["authentications"]?.object)
            }
            let first = try await times()
            #expect(first.count == 1)
            await world.standIn.advance(by: .seconds(86_400))
            #expect(try await times() == first)
            _ = await world.standIn.login(as: Self.usernames[2], scope: "openid", client: basic.0)
            let later = try await times()
            #expect(later.count == 2)
            let (one, two) = (Identity.person(Self.usernames[0]).id, Identity.person(Self.usernames[2]).id)
            #expect(later[one] == first[one])
            let gap = try #require(later[two]?.object?["auth_time"]?.int) - (try #require(first[one]?.object?["auth_time"]?.int))
            #expect((86_400...86_460).contains(gap))
        }
    }
}

extension StandIn {
    func sessionTimes(of client: String) -> [String: Date]? { sessions.session(of: visitor, client: client).times }
}
