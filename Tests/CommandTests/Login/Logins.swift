import Foundation
import Globus
import TestSupport
import Testing

@testable import Rehearsal

extension Desk {
    var globusStore: String { path("home/.globus/cli/storage.db") }
    var ownLogin: String { path("home/.config/pptransfer/login.json") }
}

/// A login as `pptransfer login` keeps it.
struct OwnLoginDocument {
    /// Which Globus Auth it is good for.
    var authority: String
    var client = StandInConfiguration.nativeClientID
    var tokens: [CommandLineDatabase.Token]

    var text: String {
        let entries = tokens.map {
            #""\#($0.server)":{"access_token":"\#($0.access)","refresh_token":"\#($0.refresh ?? "")","#
                + #""expires_at_seconds":\#($0.expires),"scope":"\#($0.scope)"}"#
        }
        return
            #"{"pptransfer_login":1,"environments":{"\#(authority)":{"client":"\#(client)","identity":"me","tokens":{\#(entries.joined(separator: ","))}}}}"#
    }

    func write(to desk: Desk) throws {
        try desk.write("home/.config/pptransfer/login.json", text)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: desk.ownLogin)
    }
}

extension StandIn {
    static let loginScopes =
        "openid profile email urn:globus:auth:scope:auth.globus.org:view_identity_set "
        + "urn:globus:auth:scope:transfer.api.globus.org:all"

    /// What a browser login at the stand-in brings.
    func tokens(as identity: String = "me@safe.archer2.ac.uk", lasting seconds: Int64 = 172_800, client: String? = nil) async throws
        -> [CommandLineDatabase.Token]
    {
        let answer = try #require(
            await login(as: identity, scope: Self.loginScopes, client: client))
        return try ([answer.first] + answer.others).map { token in
            CommandLineDatabase.Token(
                try #require(token.resourceServer), access: token.accessToken.withSecret { $0 },
                refresh: token.refreshToken?.withSecret { $0 }, expires: SystemTimekeeper().now.secondsSince1970 + seconds,
                scope: token.scope)
        }
    }

    /// Logs in as `globus login` does, and `globus session update` with the other identities.
    /// - Returns: the secrets that the database holds.
    @discardableResult
    func logIn(_ desk: Desk, as identities: [String] = ["me@safe.archer2.ac.uk"], lasting seconds: Int64 = 172_800) async throws -> [String]
    {
        let variables = Dictionary(environment.map { ($0.name, $0.value) }) { _, last in last }
        let client = try (#require(variables["GLOBUS_CLI_CLIENT_ID"]), #require(variables["GLOBUS_CLI_CLIENT_SECRET"]))
        var tokens: [CommandLineDatabase.Token] = []
        for identity in identities { tokens = try await self.tokens(as: identity, lasting: seconds, client: client.0) }
        try CommandLineDatabase(desk.globusStore).logIn(tokens, client: client, user: identities.last.map { Identity.person($0).id })
        return tokens.flatMap { [$0.access, $0.refresh ?? $0.access] } + [client.1]
    }
}

extension LocalService {
    static let loginScopes = StandIn.loginScopes

    /// What points the program at the stand-in, and nothing to log in with.
    var addresses: [String: String] { environment.filter { $0.key.hasPrefix("GLOBUS_SDK_") } }

    func tokens(as identity: String = "me@safe.archer2.ac.uk", lasting seconds: Int64 = 172_800, client: String? = nil) async throws
        -> [CommandLineDatabase.Token]
    {
        try await standIn.tokens(as: identity, lasting: seconds, client: client)
    }

    @discardableResult
    func logIn(_ desk: Desk, as identities: [String] = ["me@safe.archer2.ac.uk"], lasting seconds: Int64 = 172_800) async throws -> [String]
    {
        try await standIn.logIn(desk, as: identities, lasting: seconds)
    }
}
