import Foundation
import GlobusTesting
import TestSupport
import Testing

@testable import Globus
@testable import GlobusCLILogin

/// Which login is used.
struct CredentialsTests {
    private let home: Home

    init() throws { home = try Home() }

    private static let token = ["MY_TOOL_ACCESS_TOKEN": "x"]
    private static let account = ["GLOBUS_CLI_CLIENT_ID": "id", "GLOBUS_CLI_CLIENT_SECRET": "secret"]

    @Test func `the first of four is used, and the others are known of`() throws {
        try home.database().logIn(home.tokens("stored"), client: nil)
        try home.writeOwn("mine")
        let all: [LoginKind] = [
            .token(variable: "MY_TOOL_ACCESS_TOKEN"), .serviceAccount(id: "id"), .own(path: home.login),
            .commandLine(path: home.store, namespace: "userprofile/production"),
        ]
        var variables = ["HOME": home.path].merging(Self.token) { $1 }.merging(Self.account) { $1 }
        #expect(Credentials.survey(variables, names: .test).map(\.kind) == all)
        #expect(try home.find(ScriptedTransport(), variables).kind == all[0])
        variables["MY_TOOL_ACCESS_TOKEN"] = ""
        #expect(try home.find(ScriptedTransport(), variables).kind == all[1])
        #expect(Credentials.survey(variables, names: .test).map(\.kind) == Array(all[1...]))
        for name in Self.account.keys { variables[name] = nil }
        #expect(try home.find(ScriptedTransport(), variables).kind == all[2])
        try FileManager.default.removeItem(atPath: home.login)
        #expect(try home.find(ScriptedTransport(), variables).kind == all[3])
        #expect(throws: GlobusError.notLoggedIn(.none(.test))) { try home.find(ScriptedTransport(), ["HOME": ""]) }
    }

    @Test func `a program without names of its own has the Globus CLI's logins alone`() throws {
        try home.writeOwn("mine")
        var variables = ["HOME": home.path, "MY_TOOL_GLOBUS_STORE": home.path + "/none.db"].merging(Self.token) { $1 }
        #expect(throws: GlobusError.notLoggedIn(.none(nil, home: home.path))) { try home.find(ScriptedTransport(), variables, names: nil) }
        try home.database().logIn(home.tokens("stored"), client: nil)
        variables.merge(Self.account) { $1 }
        let both: [LoginKind] = [
            .serviceAccount(id: "id"), .commandLine(path: home.store, namespace: "userprofile/production"),
        ]
        #expect(Credentials.survey(variables).map(\.kind) == both)
        #expect(try home.find(ScriptedTransport(), variables, names: nil).kind == both[0])
    }

    @Test func `a login that is there but of no use is not passed over in silence`() throws {
        try home.database().logIn(home.tokens("stored"), client: nil)
        try home.writeOwn("mine")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: home.login)
        let problem = LoginProblem.stored(StoredLoginProblem(.own(.test), home.login, .exposed(mode: 0o644)))
        #expect(throws: GlobusError.notLoggedIn(problem)) { try home.find(ScriptedTransport()) }
        #expect(Credentials.survey(["HOME": home.path], names: .test).map(\.problem) == [problem, nil])
        let half = LoginProblem.halfAClient(missing: "GLOBUS_CLI_CLIENT_SECRET")
        #expect(throws: GlobusError.notLoggedIn(half)) { try home.find(ScriptedTransport(), ["GLOBUS_CLI_CLIENT_ID": "id"]) }
    }

    @Test func `environment and profile choose the CLI's login, as they do for the CLI`() async throws {
        let database = try home.database()
        for namespace in ["userprofile/production", "userprofile/production/work", "userprofile/sandbox", "userprofile/sandbox/work"] {
            try database.logIn(home.tokens(namespace), namespace: namespace, client: nil)
        }
        for (variables, namespace) in [
            ([:], "userprofile/production"), (["GLOBUS_PROFILE": "work"], "userprofile/production/work"),
            (["GLOBUS_SDK_ENVIRONMENT": "sandbox", "GLOBUS_PROFILE": ""], "userprofile/sandbox"),
            (["GLOBUS_SDK_ENVIRONMENT": "sandbox", "GLOBUS_PROFILE": "work"], "userprofile/sandbox/work"),
        ] {
            let login = try home.find(ScriptedTransport(), variables)
            #expect(login.kind == .commandLine(path: home.store, namespace: namespace))
            #expect(try await login.tokens.token().text == namespace + "-t")
        }
    }

    @Test func `our own login of another environment does not stand in the way`() throws {
        try home.writeOwn("trial", environment: "sandbox")
        try home.database().logIn(home.tokens("stored"), client: nil)
        #expect(try home.find(ScriptedTransport()).kind == .commandLine(path: home.store, namespace: "userprofile/production"))
    }

    @Test func `a variable names the database, also one with odd letters in its path`() async throws {
        let path = home.path + "/a b%41?x#y/storage.db"
        try CommandLineDatabase(path).logIn(home.tokens("there"), client: nil)
        let login = try home.find(ScriptedTransport(), ["MY_TOOL_GLOBUS_STORE": path])
        #expect(try await login.tokens.token().text == "there-t")
    }

    @Test func `the CLI's directory may be a link`() async throws {
        let other = try Home()
        try other.database().logIn(other.tokens("there"), client: nil)
        try FileManager.default.createSymbolicLink(atPath: home.path + "/.globus", withDestinationPath: other.path + "/.globus")
        #expect(try await home.find(ScriptedTransport()).tokens.token().text == "there-t")
    }
}
