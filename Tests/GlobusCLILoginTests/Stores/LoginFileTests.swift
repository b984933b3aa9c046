import Foundation
import GlobusTesting
import TestSupport
import Testing

@testable import Globus
@testable import GlobusCLILogin

/// The file of a program's own login.
struct LoginFileTests {
    private let home: Home

    init() throws { home = try Home() }

    private func file(_ environment: String = "production") throws -> LoginFile {
        try #require(LoginFile(LoginVariables(["HOME": home.path, "GLOBUS_SDK_ENVIRONMENT": environment], .test)))
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `what is written is read again, by its owner alone`() throws {
        try home.writeOwn("mine")
        #expect(try file().read() == home.own("mine"))
        #expect(try mode(home.login) == 0o600)
        #expect(try mode(home.path + "/.config/my-tool") == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/.config/my-tool") == ["login.json"])
    }

    @Test func `each environment of Globus has its login, and the last takes the file with it`() throws {
        try home.writeOwn("mine")
        try home.writeOwn("trial", environment: "sandbox")
        #expect(try file().read() == home.own("mine"))
        #expect(try file("sandbox").read() == home.own("trial"))
        #expect(try file("preview").login() == nil)
        try file().remove()
        #expect(try file().login() == nil)
        #expect(try file("sandbox").read() == home.own("trial"))
        try file("sandbox").remove()
        #expect(!FileManager.default.fileExists(atPath: home.login))
    }

    @Test func `a login at another address, as a stand-in's, leaves the real one alone`() throws {
        try home.writeOwn("mine")
        let other = try #require(
            LoginFile(LoginVariables(["HOME": home.path, "GLOBUS_SDK_SERVICE_URL_AUTH": "http://127.0.0.1:9"], .test)))
        #expect(try other.login() == nil)
        try other.write(home.own("played"))
        #expect(try file().read() == home.own("mine"))
        #expect(try other.read() == home.own("played"))
    }

    @Test func `it lies where XDG or our own variable says`() throws {
        func path(_ variables: [String: String]) -> String? { LoginFile(LoginVariables(variables, .test))?.path }
        #expect(path(["HOME": "/h"]) == "/h/.config/my-tool/login.json")
        #expect(path(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == "/x/my-tool/login.json")
        #expect(path(["HOME": "/h", "XDG_CONFIG_HOME": "x"]) == "/h/.config/my-tool/login.json")
        #expect(path(["XDG_CONFIG_HOME": "/x", "MY_TOOL_LOGIN": "/l.json"]) == "/l.json")
        #expect(path([:]) == nil)
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o601])
    func `a file that others may read or write is refused`(mode: Int) throws {
        try home.writeOwn("mine")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: home.login)
        let problem = LoginProblem.stored(StoredLoginProblem(.own(.test), home.login, .exposed(mode: UInt32(mode))))
        #expect(throws: problem) { try file().read() }
    }

    @Test func `a link is neither read nor written`() throws {
        try home.writeOwn("mine")
        try FileManager.default.moveItem(atPath: home.login, toPath: home.path + "/elsewhere.json")
        try FileManager.default.createSymbolicLink(atPath: home.login, withDestinationPath: home.path + "/elsewhere.json")
        let problem = LoginProblem.stored(StoredLoginProblem(.own(.test), home.login, .symbolicLink))
        #expect(throws: problem) { try file().read() }
        #expect(throws: problem) { try file().write(home.own("other")) }
        #expect(throws: StoredLoginProblem.Fault.symbolicLink) { try SecretFile.write(Data(), to: home.login) }
    }

    @Test func `a pipe or a directory in its place is refused, not waited for`() throws {
        try SecretFile.makeDirectory(for: home.login)
        #expect(mkfifo(home.login, 0o600) == 0)
        #expect(throws: StoredLoginProblem.Fault.notAFile) { try SecretFile.read(home.login) }
        #expect(throws: StoredLoginProblem.Fault.notAFile) { try SecretFile.write(Data(), to: home.login) }
        #expect(throws: StoredLoginProblem.Fault.notAFile) { try SecretFile.write(Data(), to: home.path) }
    }

    @Test func `half a file at every length is refused`() throws {
        try home.writeOwn("mine")
        let whole = try Data(contentsOf: URL(fileURLWithPath: home.login))
        for length in 0..<whole.count - 1 {
            try whole.prefix(length).write(to: URL(fileURLWithPath: home.login))
            #expect(throws: LoginProblem.stored(StoredLoginProblem(.own(.test), home.login, .notJSON(entry: "the login")))) {
                try file().read()
            }
        }
    }

    @Test func `a renewal is written down, and the next process needs none`() async throws {
        try home.writeOwn("mine", lasts: 30, refresh: "one")
        let script = ScriptedTransport(.renewed("renewed", refresh: "two"))
        #expect(try await home.find(script).tokens.token().text == "renewed")
        #expect(script.requests.map(\.form) == ["refresh_token=one&grant_type=refresh_token&client_id=native-client"])
        #expect(script.requests.map(\.proof) == [nil])
        let stored = try file().read()
        #expect(stored.tokens["transfer.api.globus.org"]?.refreshToken?.text == "two")
        #expect(stored.tokens["auth.globus.org"]?.accessToken.text == "mine-a")
        #expect(try mode(home.login) == 0o600)
        #expect(try await home.find(ScriptedTransport()).tokens.token().text == "renewed")
    }

    @Test func `of two that renew at once, with one refresh token each time, both end well`() async throws {
        try home.writeOwn("mine", lasts: 30, refresh: "one")
        let first = try home.find(ScriptedTransport(.renewed("first", refresh: "two"))).tokens
        // The second has asked with the same refresh token, and hears of it only after the first was answered.
        let second = try home.find(ActingFirst(first, then: .invalidGrant)).tokens
        #expect(try await second.token().text == "first")
        #expect(try await first.token().text == "first")
    }

    @Test func `a renewal does not take the place of a login that was made meanwhile`() async throws {
        try home.writeOwn("mine", lasts: 30, refresh: "one")
        let home = home
        let script = ActingTransport([.renewed("late", refresh: "one-b")]) { _ in try? home.writeOwn("new", refresh: "other") }
        #expect(try await home.find(script).tokens.token().text == "late")
        #expect(try file().read() == home.own("new", refresh: "other"))
    }

    @Test func `many writers at once leave one whole file`() async throws {
        try home.writeOwn("mine")
        let (file, logins) = (try file(), (0..<8).map { home.own("mine-\($0)") })
        await withTaskGroup { group in
            for login in logins {
                group.addTask {
                    for _ in 0..<20 { try? file.write(login) }
                }
            }
        }
        #expect(logins.contains(try file.read()))
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/.config/my-tool") == ["login.json"])
    }

    @Test func `a renewal that cannot be written is lost only if the refresh token is another`() async throws {
        let token = try #require(home.own("mine", refresh: "one").tokens["transfer.api.globus.org"])
        try home.writeOwn("mine", refresh: "one")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: home.login)
        #expect(try file().keep(token, for: "transfer.api.globus.org", insteadOf: AccessToken("one")) == nil)
        let warning = try file().keep(token, for: "transfer.api.globus.org", insteadOf: AccessToken("zero"))
        guard case .notKept(home.login, _) = warning else {
            Issue.record("\(String(describing: warning))")
            return
        }
    }
}

/// Lets another process renew before it answers.
private struct ActingFirst: HTTPTransport {
    let other: any LoginTokens
    let result: Result<HTTPResponse, TransportError>

    init(_ other: any LoginTokens, then result: Result<HTTPResponse, TransportError>) { (self.other, self.result) = (other, result) }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        _ = try? await other.token()
        return try result.get()
    }
}
