import Foundation
import Globus
import TestSupport
import Testing

/// What `whoami` tells of a login that works.
struct WhoAmITests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write(
            "home/.config/pptransfer/sites.yaml",
            """
            archer2: {collection: \(Desk.archer2), identity: safe.archer2.ac.uk, session: 30d}
            jasmin: {collection: \(Desk.jasmin), identity: accounts.jasmin.ac.uk, session: 30d}
            lab: {collection: 22222222-2222-4333-8444-555555555555, identity: lab.example}
            vault: {collection: \(Desk.vault), identity: vault.example, session: 7d}
            old: {collection: 33333333-2222-4333-8444-555555555555, identity: safe.archer2.ac.uk, retired: gone}
            """)
    }

    private static let now = SystemTimekeeper().now.secondsSince1970
    private static let day: Int64 = 86_400

    private static let userinfo = #"""
        {"sub":"a","preferred_username":"me@safe.archer2.ac.uk","identity_set":[
          {"sub":"b","username":"me@accounts.jasmin.ac.uk","identity_provider_display_name":"JASMIN","last_authentication":\#(now - 31 * day)},
          {"sub":"a","username":"me@safe.archer2.ac.uk","last_authentication":\#(now - 2 * day - 3600)},
          {"sub":"c","username":"me@vault.example"}]}
        """#
    private static let introspection = #"""
        {"active":true,"session_info":{"session_id":"s","authentications":{"a":{"auth_time":\#(now - 2 * day - 3600).25},
          "b":{"auth_time":\#(now - 31 * day)}}}}
        """#

    private func serve() throws -> LoopbackServer {
        try LoopbackServer(.respond(200, body: Self.userinfo)) { request in
            request.line.hasPrefix("POST /v2/oauth2/token/introspect ") ? .respond(200, body: Self.introspection) : nil
        }
    }

    private let tokens = ["transfer.api.globus.org", "auth.globus.org"].map {
        CommandLineDatabase.Token($0, access: "AccessThatNobodyMaySee-\($0)", refresh: "RefreshThatNobodyMaySee")
    }

    private func environment(_ server: LoopbackServer) -> [String: String] { Desk.service(server.base, token: "") }

    private func day(_ offset: Int64) -> String { Timestamp(secondsSince1970: Self.now + offset).description }

    @Test func `the CLI's login: whose it is, and how long each site will be content`() async throws {
        let server = try serve()
        defer { server.stop() }
        try CommandLineDatabase(desk.globusStore).logIn(tokens, client: ("id", "SecretThatNobodyMaySee"))
        let end = try await desk.run("whoami", with: environment(server))
        #expect(
            end.output.replacing("REHEARSAL ", with: "") == """
                login     the Globus CLI's, \(desk.globusStore) (userprofile/production)
                identity  me@safe.archer2.ac.uk, last logged in with at \(day(-2 * Self.day - 3600))
                linked    me@accounts.jasmin.ac.uk (JASMIN), last logged in with at \(day(-31 * Self.day))
                linked    me@vault.example
                site      archer2 requires an identity of safe.archer2.ac.uk: me@safe.archer2.ac.uk, valid until \(day(28 * Self.day - 3600)) (27 days left)
                site      jasmin requires an identity of accounts.jasmin.ac.uk: me@accounts.jasmin.ac.uk was valid until \(day(-Self.day)); log in again: globus session update accounts.jasmin.ac.uk
                site      lab requires an identity of lab.example: none is linked; link it at app.globus.org/account/identities
                site      vault requires an identity of vault.example: me@vault.example is linked, but not part of this login's session; log in again: globus session update vault.example

                """)
        #expect(end.status == 0)
        #expect(end.errors.isEmpty)
        #expect(!end.everything.contains("ThatNobodyMaySee"))
    }

    @Test func `our own login comes first, and the CLI's is known of`() async throws {
        let server = try serve()
        defer { server.stop() }
        try CommandLineDatabase(desk.globusStore).logIn(tokens)
        try OwnLoginDocument(authority: server.base, tokens: tokens).write(to: desk)
        let end = try await desk.run("whoami", with: environment(server))
        #expect(end.output.contains("login     pptransfer's own, \(desk.ownLogin)\n"))
        #expect(end.output.contains("not used  the Globus CLI's, \(desk.globusStore) (userprofile/production)\n"))
        #expect(end.output.contains("log in again: pptransfer login --session accounts.jasmin.ac.uk\n"))
        #expect(end.status == 0)
        #expect(!end.everything.contains("ThatNobodyMaySee"))
        // A native application may not ask for the session.
        #expect(!server.requests.contains { $0.line.contains("introspect") })
    }

    @Test func `the same for programs`() async throws {
        let server = try serve()
        defer { server.stop() }
        try CommandLineDatabase(desk.globusStore).logIn(tokens, client: ("id", "SecretThatNobodyMaySee"))
        try desk.write("home/.config/pptransfer/login.json", "not ours")
        let variables = environment(server).merging(["PPTRANSFER_LOGIN": desk.path("none.json"), "GLOBUS_PROFILE": ""]) { $1 }
        let end = try await desk.run("whoami", "--json", with: variables)
        let report = try JSONValue(text: end.output)
        #expect(report["pptransfer"] == "whoami")
        #expect(report["status"] == "ok")
        #expect(report["exit_status"] == 0)
        #expect(report["login"]["kind"] == "globus-cli")
        #expect(report["login"]["namespace"] == "userprofile/production")
        #expect(report["identities"][0]["username"] == "me@safe.archer2.ac.uk")
        #expect(report["identities"][2]["last_login"] == .null)
        #expect(report["sites"].array?.map { $0["state"].string } == ["good", "expired", "not-linked", "not-in-session"])
        #expect(report["sites"].array?.map { $0["days_left"].int } == [27, 0, nil, nil])
        #expect(report["not_used"].array?.isEmpty == true)
        #expect(!end.everything.contains("ThatNobodyMaySee"))
    }

    @Test func `a service account has no session that could end`() async throws {
        let granted = #"{"access_token":"x","expires_in":9,"resource_server":"transfer.api.globus.org"}"#
        let server = try LoopbackServer(.respond(200, body: granted))
        defer { server.stop() }
        let account = ["GLOBUS_CLI_CLIENT_ID": Desk.clientID, "GLOBUS_CLI_CLIENT_SECRET": "SecretThatNobodyMaySee"]
        let end = try await desk.run("whoami", with: environment(server).merging(account) { $1 })
        #expect(end.output.contains("identity  \(Desk.clientID)@clients.auth.globus.org (Globus Auth)\n"))
        #expect(!end.output.contains("site "))
        #expect(end.status == 0)
        #expect(!end.everything.contains("ThatNobodyMaySee"))
    }

    @Test func `an outage is told as one, and the login as it stands`() async throws {
        try CommandLineDatabase(desk.globusStore).logIn(tokens)
        let server = try LoopbackServer(.respond(403, body: #"{"error":"forbidden"}"#))
        defer { server.stop() }
        let end = try await desk.run("whoami", with: environment(server))
        #expect(end.output.contains("login    the Globus CLI's"))
        #expect(end.output.contains("problem  refused by Globus (403"))
        #expect(end.status == 23)
    }
}
