import Foundation
import GlobusTesting
import TestSupport
import Testing

@testable import Globus
@testable import GlobusCLILogin

/// Whom Globus takes us for.
struct IdentityTests {
    private let home: Home

    init() throws { home = try Home() }

    private static let userinfo = #"""
        {"sub":"b","preferred_username":"me@safe.archer2.ac.uk","name":"Me","identity_set":[
          {"sub":"a","username":"me@accounts.jasmin.ac.uk","identity_provider_display_name":"JASMIN","last_authentication":1799990000.5},
          {"sub":"b","username":"me@safe.archer2.ac.uk","last_authentication":1799000000},
          {"sub":"c","username":"me@example.org","last_authentication":null}]}
        """#

    @Test func `the CLI's session is asked for with the CLI's own client`() async throws {
        try home.database().logIn(home.tokens("stored"))
        let script = try ScriptedTransport(
            .answer(200, Self.userinfo), .answer(200, String(decoding: sample("introspect_session_info"), as: UTF8.self)))
        let service = try #require(home.find(script).identities)
        let linked = try await service.linkedIdentities()
        #expect(linked.map(\.username) == ["me@safe.archer2.ac.uk", "me@accounts.jasmin.ac.uk", "me@example.org"])
        #expect(linked.map(\.domain) == ["safe.archer2.ac.uk", "accounts.jasmin.ac.uk", "example.org"])
        #expect(linked[1].provider == "JASMIN")
        #expect(
            try await service.sessionTimes() == ["7d2c9f04-61be-4e8a-a3d5-18b7f0c4529e": Timestamp(secondsSince1970: 1_771_406_047)])
        #expect(script.requests.map(\.name) == ["GET /v2/oauth2/userinfo", "POST /v2/oauth2/token/introspect"])
        #expect(script.requests.map(\.proof) == ["stored-a", "cli-client:cli-secret"])
        #expect(script.requests[1].form == "token=stored-a&include=session_info%2Cidentity_set")
    }

    @Test func `a native application, which may not ask that, knows the latest logins`() async throws {
        try home.writeOwn("mine")
        let script = ScriptedTransport(.answer(200, Self.userinfo))
        let times = try await #require(home.find(script).identities).sessionTimes()
        #expect(times == ["a": Timestamp(secondsSince1970: 1_799_990_000), "b": Timestamp(secondsSince1970: 1_799_000_000)])
    }

    @Test func `a token for Auth that is refused or has lapsed is renewed like the other`() async throws {
        try home.writeOwn("mine")
        let script = ScriptedTransport(
            .answer(401, #"{"error":"unauthorized"}"#), .renewed("renewed", server: "auth.globus.org"), .answer(200, Self.userinfo))
        #expect(try await #require(home.find(script).identities).linkedIdentities().count == 3)
        #expect(script.requests.map(\.proof) == ["mine-a", nil, "renewed"])

        let cli = try Home()
        try cli.database().logIn(cli.tokens("stored"))
        let second = ScriptedTransport(
            .answer(200, #"{"active":false}"#), .renewed("renewed", server: "auth.globus.org"), .answer(200, #"{"active":true}"#))
        #expect(try await #require(cli.find(second).identities).sessionTimes() == [:])
        #expect(second.requests.last?.form.hasPrefix("token=renewed&") == true)
    }

    @Test func `without the scope for the set there is one identity`() throws {
        let document = UserInformationDocument(fields: ["sub": "b", "preferred_username": "me@safe.archer2.ac.uk"])
        #expect(document.identities == [LinkedIdentity(id: "b", username: "me@safe.archer2.ac.uk")])
        #expect(document.latestLogins.isEmpty)
    }

    @Test func `a service account is its own only identity, and has no session`() async throws {
        let login = try home.find(ScriptedTransport(), ["GLOBUS_CLI_CLIENT_ID": "id", "GLOBUS_CLI_CLIENT_SECRET": "secret"])
        let service = try #require(login.identities)
        #expect(try await service.linkedIdentities().map(\.username) == ["id@clients.auth.globus.org"])
        #expect(try await service.sessionTimes().isEmpty)
    }
}
