import Foundation
import Rehearsal
import Testing

/// `rehearse --serve`: a stand-in that other programs use.
struct ServeTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "fields")
        try desk.describe(desk.description())
    }

    @Test(arguments: [SIGTERM, SIGINT]) func `other processes transfer through it, until a signal ends it`(number: Int32) async throws {
        let ready = desk.path("ready.sh")
        let server = try desk.start(["rehearse", "--serve", "--ready", ready, "--root", desk.path("played"), "--local", "archer2"])
        try await until(server) { desk.exists("ready.sh") }
        let attributes = try FileManager.default.attributesOfItem(atPath: ready)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let text = String(decoding: try #require(desk.contents("ready.sh")), as: UTF8.self)

        // As a user's shell reads it.
        #expect(text.split(separator: "\n").allSatisfy { $0.wholeMatch(of: /export [A-Z_]+=[!-~]+/) != nil })
        #expect(text.contains("export PPTRANSFER_CLIENT_ID=\(StandInConfiguration.nativeClientID)\n"))
        let shell = ["/bin/sh", "-c", #". "$READY"; exec "$0" "$@""#]
        let end = try await desk.run("run", "task.yaml", with: ["READY": ready], wrapper: shell)
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.output.hasPrefix("REHEARSAL u-ab123 19880901T0000Z: ok (0): 1 file, 6 B"))
        #expect(desk.contents("played/jasmin/gws/canari/19880901T0000Z/a.pp") == Data("fields".utf8))

        server.signal(number)
        let stopped = await server.completed()
        #expect(stopped.status == 0)
        #expect(stopped.output == "")
        #expect(stopped.errors.hasSuffix("the simulator has ended (\(number == SIGTERM ? "SIGTERM" : "SIGINT"))\n"))
        // Neither what it says nor what its users say tells anybody the secrets; the log of a job is for all to read.
        for secret in [try #require(text.firstMatch(of: /CLIENT_SECRET=(.+)/)?.1), try Self.pathSecret(text)] {
            #expect(!stopped.errors.contains(secret))
            #expect(!end.everything.contains(secret))
        }
    }

    private static func pathSecret(_ exports: String) throws -> Substring {
        try #require(exports.firstMatch(of: /URL_TRANSFER=http:\/\/127\.0\.0\.1:[0-9]+\/([A-Za-z0-9]{48})\n/)?.1)
    }

    @Test func `the secret of the addresses stays out of what commands print and keep, also when the stand-in is gone`() async throws {
        let ready = desk.path("ready.sh")
        let server = try desk.start(["rehearse", "--serve", "--ready", ready, "--root", desk.path("played"), "--local", "archer2"])
        try await until(server) { desk.exists("ready.sh") }
        let secret = try Self.pathSecret(String(decoding: try #require(desk.contents("ready.sh")), as: UTF8.self))
        let shell = ["/bin/sh", "-c", #". "$READY"; exec "$0" "$@""#]
        func silent(_ arguments: String...) async throws {
            let end = try await desk.start(arguments, ["READY": ready], wrapper: shell).completed()
            #expect(!end.everything.contains(secret), "\(arguments): \(end.everything)")
        }
        for _ in 0..<2 {
            try await silent("doctor")
            try await silent("whoami")
            try await silent("check", "task.yaml")
            try await silent("collections", "ls", "jasmin", "/nowhere")
            try await silent("run", "task.yaml", "--log-format", "json")
            try await silent("status")
            server.signal(SIGTERM)
            #expect(await server.completed().status == 0)
        }
        for path in try FileManager.default.subpathsOfDirectory(atPath: desk.path("")) where path != "ready.sh" {
            let content = FileManager.default.contents(atPath: desk.path(path)) ?? Data()
            #expect(content.firstRange(of: Data(secret.utf8)) == nil, "\(path)")
        }
    }

    @Test func `without a ready file the addresses are on standard output, and a request without the secret gets nothing`() async throws {
        let server = try desk.start(["rehearse", "--serve"])
        try await until(server) { server.outputSoFar.contains("CLIENT_SECRET") }
        let address = try #require(server.outputSoFar.firstMatch(of: /URL_TRANSFER=(http:\/\/127\.0\.0\.1:[0-9]+)\/[A-Za-z0-9]{48}\n/)?.1)
        let request = "silent\nshow-error\ninclude\nurl = \(address)/rehearsal/advance\ndata = seconds=1\n"
        try desk.write("curl", request)
        let end = try await desk.run("-K", desk.path("curl"), wrapper: ["/bin/sh", "-c", #"exec curl --noproxy '*' "$@""#])
        #expect(end.output.hasPrefix("HTTP/1.1 404 Not Found"))
        #expect(end.output.hasSuffix("\r\n\r\n"))
        server.signal(SIGTERM)
        #expect(await server.completed().status == 0)
    }

    @Test func `where a login is required, no secret is given away and the way to log in is told`() async throws {
        let ready = desk.path("ready.sh")
        let server = try desk.start(["rehearse", "--serve", "--login-required", "--ready", ready, "--root", desk.path("played")])
        try await until(server) { desk.exists("ready.sh") }
        let text = String(decoding: try #require(desk.contents("ready.sh")), as: UTF8.self)
        #expect(text.contains("export GLOBUS_SDK_SERVICE_URL_AUTH=http://127.0.0.1:"))
        #expect(!text.contains("GLOBUS_CLI_CLIENT"))
        let shell = ["/bin/sh", "-c", #". "$READY"; exec "$0" "$@""#]
        let end = try await desk.run("run", "task.yaml", with: ["READY": ready], wrapper: shell)
        #expect(end.status == 20, "\(end.everything)")
        server.signal(SIGTERM)
        let stopped = await server.completed()
        #expect(stopped.status == 0)
        #expect(
            stopped.errors.contains(
                "log in as scientist@globusid.org (linked: scientist@safe.archer2.ac.uk, scientist@accounts.jasmin.ac.uk): "))
    }

    @Test func `a port that is taken is told in a line`() async throws {
        let first = try desk.start(["rehearse", "--serve", "--ready", desk.path("ready.sh")])
        try await until(first) { desk.exists("ready.sh") }
        let port = try #require(
            String(decoding: desk.contents("ready.sh") ?? Data(), as: UTF8.self).firstMatch(of: /TRANSFER=http:\/\/127\.0\.0\.1:([0-9]+)/)?
                .1)
        let second = try await desk.run("rehearse", "--serve", "--port", String(port))
        #expect(second.status == 64)
        #expect(
            second.errors
                == "error: the simulator cannot start, because port \(port) of 127.0.0.1 is not available; leave --port out to let the system choose\n"
        )
        first.signal(SIGTERM)
        #expect(await first.completed().status == 0)
    }

    @Test func `a ready file that cannot be written is told in a line`() async throws {
        let end = try await desk.run("rehearse", "--serve", "--ready", desk.path("nowhere/ready.sh"))
        #expect(end.status == 73)
        #expect(end.errors == "error: cannot write '\(desk.path("nowhere/ready.sh"))': no such file or directory\n")
    }
}
