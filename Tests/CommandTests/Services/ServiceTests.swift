import Foundation
import TestSupport
import Testing

/// A service that is out of reach, refuses, or does not make sense.
struct ServiceTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description("wait: {outage: 1s}"))
    }

    @Test func `a service that nobody serves is unavailable once the outage has lasted`() async throws {
        // A privileged port, which no other test's service can have.
        let end = try await desk.run("run", "task.yaml", with: Desk.service("http://127.0.0.1:1"))
        #expect(end.status == 30)
        #expect(end.output.contains(/: unavailable \(30\): GET \/v0.10\/\w+: 127.0.0.1 cannot be reached:/))
        #expect(end.errors.contains(/WARN  GET \/v0.10\/\S+: 127.0.0.1 cannot be reached:/))
        #expect(
            end.advice == "check whether Globus is up (status.globus.org) and this machine can reach it Running again later may help.")
    }

    @Test func `answers that make no sense are unavailability, never success`() async throws {
        let page = "<html><body>Welcome to the hotel's network</body></html>"
        let nonsense: [(LoopbackServer.Action, String)] = [
            (
                .respond(200, headers: ["Content-Type: text/html"], body: page),
                "the answer is not a JSON document (text/html); a proxy's page, or cut off"
            ),
            (
                .respond(200, headers: ["Content-Type: application/json"], body: #"{"DATA_TYPE": "submission_id", "val"#),
                "the answer is not a JSON document (application/json); a proxy's page, or cut off"
            ),
            (.promise(length: 1000, body: #"{"DATA_TYPE""#), "the connection to 127.0.0.1 broke off: "),
            (.close, "the connection to 127.0.0.1 broke off: "),
        ]
        for (action, text) in nonsense {
            let server = try LoopbackServer(action)
            defer { server.stop() }
            let end = try await desk.run("run", "task.yaml", with: Desk.service(server.base))
            #expect(end.status == 30, "\(end.errors)")
            #expect(end.errors.contains(text), "\(end.errors)")
            #expect(server.requests.count >= 2)
        }
    }

    @Test func `a service that never answers is given up after the time that the SDK's variable gives`() async throws {
        let server = try LoopbackServer(.stall)
        defer { server.stop() }
        let end = try await desk.run("run", "task.yaml", with: Desk.service(server.base).merging(["GLOBUS_SDK_HTTP_TIMEOUT": "1"]) { $1 })
        #expect(end.status == 30)
        #expect(end.output.contains("no answer from 127.0.0.1 within 1 s"))
    }

    @Test func `a token that is refused names the variable it came from`() async throws {
        let server = try LoopbackServer(
            .respond(401, body: #"{"code":"AuthenticationFailed","message":"Token is not active","request_id":"r7Xq"}"#))
        defer { server.stop() }
        let end = try await desk.run("run", "task.yaml", with: Desk.service(server.base))
        // The source is looked at, the submission is refused; neither is asked again.
        #expect(end.status == 20)
        #expect(server.requests.count == 2)
        #expect(
            end.output
                == "REHEARSAL u-ab123 19880901T0000Z: auth (20): Globus does not accept the access token of PPTRANSFER_ACCESS_TOKEN (request id r7Xq); it may have expired (access tokens are valid for 48 hours)\n"
        )
    }

    @Test func `a service account that Globus Auth refuses is a dead login`() async throws {
        let server = try LoopbackServer(.respond(401, body: #"{"error":"invalid_client"}"#))
        defer { server.stop() }
        var environment = Desk.service(server.base, token: "")
        environment["GLOBUS_CLI_CLIENT_ID"] = Desk.clientID
        environment["GLOBUS_CLI_CLIENT_SECRET"] = "wrong"
        let end = try await desk.run("run", "task.yaml", with: environment)
        #expect(end.status == 20)
        #expect(end.output.contains("Globus Auth does not accept GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET"))
    }

    @Test(arguments: [
        (
            [:],
            "not logged in: no login of the Globus CLI or of 'pptransfer login' in the home directory '<home>', and none in the environment",
            "log in: globus login or: pptransfer login or put a service account into GLOBUS_CLI_CLIENT_ID and GLOBUS_CLI_CLIENT_SECRET"
        ),
        (
            ["GLOBUS_CLI_CLIENT_ID": Desk.clientID],
            "GLOBUS_CLI_CLIENT_SECRET is not set, and the other half of the service account is; set both or neither",
            "set both for the service account, or unset both for your own login"
        ),
        (
            ["GLOBUS_CLI_CLIENT_SECRET": "x", "GLOBUS_CLI_CLIENT_ID": ""],
            "GLOBUS_CLI_CLIENT_ID is not set, and the other half of the service account is; set both or neither",
            "set both for the service account, or unset both for your own login"
        ),
    ])
    func `without a login nothing is sent`(environment: [String: String], text: String, remedy: String) async throws {
        let end = try await desk.run("run", "task.yaml", with: environment)
        #expect(end.output == "u-ab123 19880901T0000Z: auth (20): \(text.replacing("<home>", with: desk.path("home")))\n")
        #expect(end.status == 20)
        #expect(
            end.advice == "\(remedy) Run again once that is done.")
    }

    @Test func `a missing consent comes with the command that gives it`() async throws {
        let scope = "urn:globus:auth:scope:transfer.api.globus.org:all[*https://auth.globus.org/scopes/\(Desk.jasmin)/data_access]"
        let server = try LoopbackServer.refusing(
            .respond(
                403,
                body:
                    #"{"code":"ConsentRequired","message":"Missing required data_access consent","request_id":"r1","required_scopes":["\#(scope)"]}"#
            ))
        defer { server.stop() }
        let end = try await desk.run("run", "task.yaml", with: Desk.service(server.base))
        #expect(end.status == 21)
        #expect(end.advice == "give the consent: globus session consent '\(scope)' Run again once that is done.")
        #expect(end.errors.contains("    request id r1\n"))
    }

    @Test func `a refusal is told with the service's words and its request id`() async throws {
        let server = try LoopbackServer.refusing(
            .respond(403, body: #"{"code":"PermissionDenied","message":"No effective ACL rules","request_id":"pQ2"}"#))
        defer { server.stop() }
        let end = try await desk.run("run", "task.yaml", with: Desk.service(server.base))
        #expect(end.status == 23)
        #expect(
            end.output
                == "REHEARSAL u-ab123 19880901T0000Z: denied (23): no permission for this path, or it has ended: "
                + "refused by Globus (403 PermissionDenied): No effective ACL rules\n"
        )
    }

    @Test func `a source that is absent here is looked for on its collection, and missed there`() async throws {
        try desk.describe(desk.description(from: desk.path("none")))
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 10, "\(end.errors)")
            // A near miss is seen at once.
            #expect(end.errors.contains("\(desk.path("").dropLast()) exists, and holds: data, "), "\(end.errors)")
            #expect(!service.standIn.requests.contains { $0.path == "/v0.10/transfer" })
        }
    }

    @Test func `a source that may not be read is denied, and nothing is sent`() async throws {
        let isRoot = geteuid() == 0
        let nobody = isRoot ? ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : []
        chmod(desk.path("home"), 0o777)
        chmod(desk.data, 0o000)
        defer { chmod(desk.data, 0o755) }
        let server = try LoopbackServer(.respond(500))
        defer { server.stop() }
        let end = try await desk.run("run", "task.yaml", with: Desk.service(server.base), wrapper: nobody)
        #expect(end.status == 23)
        #expect(end.output.hasSuffix(": denied (23): \(desk.data) may not be read by this user\n"))
        #expect(end.advice == "make it readable, or run as a user who may read it Run again once that is done.")
        #expect(server.requests.isEmpty)
        let dry = try await desk.run("run", "--dry-run", "task.yaml", wrapper: nobody)
        #expect(dry.status == 23)
        #expect(dry.output.contains("  problem   \(desk.data) may not be read by this user\n"))
        #expect(!dry.output.contains("0 files"))
    }
}
