import Foundation
import Globus
import TestSupport
import Testing

/// Every message about logins, word for word, from the built program: `messages.txt` holds a situation and what is said of it in a line.
struct LoginMessageTests {
    private typealias Token = CommandLineDatabase.Token

    private static let transfer = Token("transfer.api.globus.org", access: "a", refresh: "r")
    private static let application = ["PPTRANSFER_CLIENT_ID": "5F1D2A6E-0000-4000-8000-000000000001"]

    /// A situation: what is prepared, and the command that meets it.
    private struct Situation: Sendable {
        var name: String
        var arguments = ["whoami"]
        var input = Program.Input.nothing
        /// What a login of our own holds, if there is one.
        var own: Token?
        /// What Globus Auth answers.
        var answer = LoopbackServer.Action.respond(401, body: #"{"error":"invalid_grant"}"#)
        var prepare: @Sendable (Desk) throws -> [String: String]
    }

    /// A database of the CLI's, after `change`.
    private static func store(
        _ name: String, answer: LoopbackServer.Action? = nil, _ variables: [String: String] = [:],
        _ change: @escaping @Sendable (Desk, CommandLineDatabase) throws -> Void
    ) -> Situation {
        var situation = Situation(name: name) { desk in
            try change(desk, CommandLineDatabase(desk.globusStore))
            return variables
        }
        if let answer { situation.answer = answer }
        return situation
    }

    /// A login of our own, after `change`.
    private static func own(
        _ name: String, lapsed: Bool = false, arguments: [String] = ["whoami"], answer: LoopbackServer.Action? = nil,
        _ change: @escaping @Sendable (Desk) throws -> Void = { _ in }
    ) -> Situation {
        var situation = Situation(name: name, arguments: arguments) { desk in
            try change(desk)
            return application
        }
        situation.own = Token("transfer.api.globus.org", access: "a", refresh: "r", expires: lapsed ? 0 : 4_000_000_000)
        if let answer { situation.answer = answer }
        return situation
    }

    private static func lapsed(refresh: String? = "r") -> Token {
        Token("transfer.api.globus.org", access: "a", refresh: refresh, expires: 0)
    }

    private static let situations: [Situation] = [
        Situation(name: "nothing to log in with") { _ in [:] },
        Situation(name: "half a service account") { _ in ["GLOBUS_CLI_CLIENT_ID": "id"] },
        Situation(name: "a token of two words") { _ in ["PPTRANSFER_ACCESS_TOKEN": "two words"] },
        Situation(name: "a service account that Auth does not know", answer: .respond(401, body: #"{"error":"invalid_client"}"#)) { _ in
            ["GLOBUS_CLI_CLIENT_ID": "id", "GLOBUS_CLI_CLIENT_SECRET": "a-secret-of-no-account"]
        },
        Situation(name: "CLI: .globus is a dangling link") { desk in
            try desk.write("home/file", "")
            try FileManager.default.createSymbolicLink(atPath: desk.path("home/.globus"), withDestinationPath: "/home/n02/n02/me/.globus")
            return [:]
        },
        Situation(name: "CLI: .globus is a directory of its own") { desk in
            try desk.write("home/.globus/config", "")
            return [:]
        },
        Situation(name: "CLI: .globus leads to a directory without a login") { desk in
            try desk.write("other/.globus/config", "")
            try FileManager.default.createSymbolicLink(atPath: desk.path("home/.globus"), withDestinationPath: desk.path("other/.globus"))
            return [:]
        },
        Situation(name: "CLI: .globus is a file") { desk in
            try desk.write("home/.globus", "")
            return [:]
        },
        Situation(name: "CLI: the database is a dangling link") { desk in
            try desk.write("home/.globus/cli/file", "")
            try FileManager.default.createSymbolicLink(atPath: desk.globusStore, withDestinationPath: "/nowhere/storage.db")
            return [:]
        },
        Situation(name: "CLI: the database is a directory") { desk in
            try desk.write("home/.globus/cli/storage.db/file", "")
            return [:]
        },
        Situation(name: "CLI: a variable names no database") { desk in ["PPTRANSFER_GLOBUS_STORE": desk.path("none.db")] },
        Situation(name: "CLI: the database cannot be reached") { desk in
            ["PPTRANSFER_GLOBUS_STORE": desk.path(String(repeating: "x", count: 300))]
        },
        Situation(name: "CLI: no database") { desk in
            try desk.write("home/.globus/cli/storage.db", String(repeating: "no database ", count: 100))
            return [:]
        },
        Situation(name: "CLI: an empty database") { desk in
            try desk.write("home/.globus/cli/storage.db", "")
            return [:]
        },
        Situation(name: "CLI: half a database") { desk in
            try CommandLineDatabase(desk.globusStore).logIn([transfer])
            let whole = try #require(desk.contents("home/.globus/cli/storage.db"))
            try desk.write("home/.globus/cli/storage.db", whole.prefix(whole.count / 2))
            return [:]
        },
        Situation(name: "CLI: a database of another program") { desk in
            _ = try CommandLineDatabase(desk.globusStore, schema: "CREATE TABLE token_storage (key, value)")
            return [:]
        },
        store("CLI: nobody has logged in") { _, _ in },
        store("CLI: nobody has logged in under this profile", ["GLOBUS_PROFILE": "night"]) { _, database in
            for name in ["userprofile/production", "userprofile/production/day", "userprofile/sandbox", "clientprofile/production/x"] {
                try database.logIn([transfer], namespace: name)
            }
        },
        store("CLI: a login for Auth alone") { _, database in try database.logIn([Token("auth.globus.org", access: "a", refresh: "r")]) },
        store("CLI: a login with less of Transfer") { _, database in
            try database.logIn([Token("transfer.api.globus.org", access: "a", refresh: "r", scope: "urn:globus:auth:scope:transfer:ls")])
        },
        store("CLI: a token that is no JSON") { _, database in
            try database.execute("INSERT INTO token_storage VALUES ('userprofile/production', 'transfer.api.globus.org', '{\"access')")
        },
        store("CLI: a client that is no JSON") { _, database in
            try database.logIn([transfer])
            try database.execute("UPDATE config_storage SET config_data_json = 'null'")
        },
        store("CLI: lapsed, without a refresh token") { _, database in try database.logIn([lapsed(refresh: nil)]) },
        store("CLI: lapsed, without the client") { _, database in try database.logIn([lapsed()], client: nil) },
        store("CLI: a dead refresh token") { _, database in try database.logIn([lapsed()]) },
        store("CLI: a dead refresh token of a profile", ["GLOBUS_PROFILE": "night"]) { _, database in
            try database.logIn([lapsed()], namespace: "userprofile/production/night")
        },
        store("CLI: a forgotten client", answer: .respond(401, body: #"{"error":"invalid_client"}"#)) { _, database in
            try database.logIn([lapsed()])
        },
        store("CLI: others may read it") { desk, database in
            try database.logIn([transfer])
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: desk.globusStore)
        },
        own("own: others may read it") { desk in
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: desk.ownLogin)
        },
        own("own: a link") { desk in
            try FileManager.default.moveItem(atPath: desk.ownLogin, toPath: desk.path("elsewhere"))
            try FileManager.default.createSymbolicLink(atPath: desk.ownLogin, withDestinationPath: desk.path("elsewhere"))
        },
        own("own: a directory") { desk in
            try FileManager.default.removeItem(atPath: desk.ownLogin)
            try desk.write("home/.config/pptransfer/login.json/file", "")
        },
        Situation(name: "own: it cannot be reached") { desk in ["PPTRANSFER_LOGIN": desk.path(String(repeating: "x", count: 300))] },
        own("own: half written") { desk in
            try desk.write("home/.config/pptransfer/login.json", "{\"pptransfer_lo")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: desk.ownLogin)
        },
        own("own: of a newer version") { desk in
            try desk.write("home/.config/pptransfer/login.json", "{\"pptransfer_login\": 2}")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: desk.ownLogin)
        },
        own("own: a dead refresh token", lapsed: true),
        own("own: a forgotten application", lapsed: true, answer: .respond(401, body: #"{"error":"unauthorized_client"}"#)),
        Situation(name: "login: no application", arguments: ["login"]) { _ in [:] },
        Situation(name: "login: an application that is no UUID", arguments: ["login"]) { _ in ["PPTRANSFER_CLIENT_ID": "mine"] },
        Situation(name: "login: a site file's application that is no UUID", arguments: ["login"]) { desk in
            try desk.write("home/.config/pptransfer/sites.yaml", "login: {client: mine}\n")
            return [:]
        },
        Situation(name: "login: an alias called login", arguments: ["login"]) { desk in
            try desk.write("home/.config/pptransfer/sites.yaml", "login: {collection: \(Desk.vault)}\n")
            return [:]
        },
        Situation(name: "login: an unknown collection", arguments: ["login", "--collection", "jasmine"]) { _ in application },
        Situation(name: "login: no session", arguments: ["login", "--session", "me@jasmin"]) { _ in application },
        Situation(name: "login: a code as an argument", arguments: ["login", "--code", "x"]) { _ in application },
        Situation(name: "login: no terminal", arguments: ["login"]) { _ in application },
        Situation(name: "login: no home", arguments: ["login"]) { _ in application.merging(["HOME": ""]) { $1 } },
        Situation(name: "login: no code", arguments: ["login", "--code", "-"], input: .text("\n")) { _ in application },
        Situation(name: "login: no code, with a collection", arguments: ["login", "--collection", "jasmin", "--code", "-"]) { _ in
            application
        },
        Situation(name: "login: a wrong code", arguments: ["login", "--code", "-"], input: .text("x\n")) { _ in application },
        Situation(
            name: "login: not for Transfer", arguments: ["login", "--code", "-"], input: .text("x\n"),
            answer: .respond(200, body: #"{"access_token":"a","resource_server":"auth.globus.org","expires_in":9}"#)
        ) { _ in application },
        Situation(
            name: "login: nowhere to write", arguments: ["login", "--code", "-"], input: .text("x\n"), answer: .respond(200, body: granted)
        ) { _ in application.merging(["PPTRANSFER_LOGIN": "/dev/null/login.json"]) { $1 } },
        Situation(name: "login: done", arguments: ["login", "--code", "-"], input: .text("x\n"), answer: .respond(200, body: granted)) {
            _ in
            application
        },
        Situation(name: "logout: nothing there", arguments: ["logout"]) { _ in [:] },
        own("logout: done", arguments: ["logout"], answer: .respond(200, body: #"{"active":false}"#)),
        own("logout: refused", arguments: ["logout"], answer: .respond(403, body: #"{"error":"forbidden"}"#)),
    ]

    private static let granted =
        #"{"access_token":"a","refresh_token":"r","expires_in":9,"resource_server":"transfer.api.globus.org","#
        + #""scope":"urn:globus:auth:scope:transfer.api.globus.org:all"}"#

    /// What the program says, with its status; what differs from run to run is named instead.
    private func line(_ situation: Situation) async throws -> String {
        let (desk, server) = (try Desk(), try LoopbackServer(situation.answer))
        defer { server.stop() }
        if let token = situation.own { try OwnLoginDocument(authority: server.base, tokens: [token]).write(to: desk) }
        let variables = try situation.prepare(desk).merging([
            "GLOBUS_SDK_SERVICE_URL_TRANSFER": server.base, "GLOBUS_SDK_SERVICE_URL_AUTH": server.base,
        ]) { $1 }
        let program = try desk.start(situation.arguments, variables, input: situation.input)
        let end = await program.completed()
        return Messages.line(situation.name, end, desk)
    }

    @Test func `every message is as it is written down`() async throws {
        var lines: [String] = []
        for situation in Self.situations { lines.append(try await line(situation)) }
        try Messages().expect(lines)
    }

    @Test func `a database that another program keeps locked is told of`() async throws {
        let desk = try Desk()
        let database = try CommandLineDatabase(desk.globusStore)
        try database.logIn([Self.transfer])
        try database.execute("BEGIN EXCLUSIVE")
        let end = try await desk.run("whoami")
        #expect(end.status == 20, "\(end.everything)")
        #expect(end.output.contains("\(desk.globusStore) is kept locked by another program\n"), "\(end.everything)")
    }
}
