import Foundation
import TestSupport
import Testing

/// What is secret stays in the environment: no run prints it, whether it goes well or not.
struct SecretTests {
    private static let token = "AgTokenThatNobodyMaySee0123456789"
    private static let secret = "SecretThatNobodyMaySee9876543210"
    private static let forms = [token, secret, Data("\(Desk.clientID):\(secret)".utf8).base64EncodedString()]

    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description("wait: {outage: 1s}"))
    }

    private func environment(_ base: String, account: Bool) -> [String: String] {
        var environment = Desk.service(base, token: account ? "" : Self.token)
        environment["GLOBUS_CLI_CLIENT_ID"] = Desk.clientID
        environment["GLOBUS_CLI_CLIENT_SECRET"] = Self.secret
        return environment
    }

    @Test(arguments: [
        LoopbackServer.Action.respond(401, body: #"{"code":"AuthenticationFailed","message":"Token is not active"}"#),
        .respond(403, body: #"{"code":"PermissionDenied","message":"no"}"#), .respond(200, body: "<html>"), .respond(503, body: "{}"),
        .promise(length: 100, body: "{"), .raw("nonsense\r\n\r\n"),
    ])
    func `failing runs print no secret`(action: LoopbackServer.Action) async throws {
        for account in [false, true] {
            let server = try LoopbackServer(action)
            defer { server.stop() }
            for arguments in [["run", "task.yaml"], ["run", "--json", "task.yaml"]] {
                let end = try await desk.start(arguments, environment(server.base, account: account)).completed()
                #expect(end.status != 0)
                #expect(Self.forms.allSatisfy { !end.everything.contains($0) })
            }
            #expect(
                server.requests.contains {
                    $0.head.contains("Authorization: \(account ? "Basic \(Self.forms[2])" : "Bearer \(Self.token)")")
                })
        }
    }

    @Test func `a rehearsal neither prints nor uses what the user logs in with`() async throws {
        for arguments in [["rehearse", "task.yaml"], ["rehearse", "--json", "task.yaml"], ["run", "--dry-run", "task.yaml"]] {
            let end = try await desk.start(arguments, environment("", account: false)).completed()
            #expect(end.status == 0)
            #expect(Self.forms.allSatisfy { !end.everything.contains($0) })
        }
    }

    @Test func `the command line holds no secret for others to see`() async throws {
        let server = try LoopbackServer(.stall)
        defer { server.stop() }
        let program = try desk.start(["run", "task.yaml"], environment(server.base, account: false))
        try await until(program) { !server.requests.isEmpty }
        let line = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(program.pid)/cmdline"))
        #expect(line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) } == [Program.path, "run", "task.yaml"])
        program.signal(SIGTERM)
        #expect(await program.completed().status == 143)
    }
}
