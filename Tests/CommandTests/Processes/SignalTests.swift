import Foundation
import Globus
import TestSupport
import Testing

/// A signal ends our waiting; the Globus task goes on.
struct SignalTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 600_000))
        try desk.describe(desk.description())
    }

    @Test(arguments: [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT"), (SIGHUP, "SIGHUP"), (SIGXCPU, "SIGXCPU"), (SIGUSR2, "SIGUSR2")])
    func `a signal during the wait leaves with 128 and its number, and the task goes on`(number: Int32, name: String) async throws {
        try await LocalService.with(desk, rate: 500_000) { service in
            let program = try desk.start(["run", "--json", "task.yaml"], service.environment)
            await service.request(for: "/v0.10/task/", of: program)
            program.signal(number)
            let end = await program.completed()
            #expect(end.status == 128 + number)
            let report = try JSONValue(text: end.output)
            #expect(report["exit_status"].int == Int64(128 + number))
            #expect(report["status"] == "signal")
            #expect(
                end.errors.contains(
                    "signal (\(128 + number)): ended by a signal (\(name)); a submitted Globus task continues"))
            #expect(end.errors.hasSuffix("    Run again: it resumes this transfer.\n"))

            // The record has the very signal.
            let record = try JSONValue(text: await desk.run("status", "--json", with: service.environment).output)
            #expect(record["transfers"][0]["message"].string?.contains("(\(name))") == true)

            let task = try #require(report["transfers"][0]["task_id"].string.flatMap { TaskID($0) })
            #expect(end.errors.contains("Globus task \(task), \(task.webPage)\n"))
            #expect(try await service.end(of: task).status == .succeeded)
            #expect(desk.contents("jasmin/gws/canari/19880901T0000Z/a.pp") == Data(count: 600_000))
        }
    }

    @Test func `a signal before anything is submitted submits nothing`() async throws {
        let server = try LoopbackServer(.stall)
        defer { server.stop() }
        let program = try desk.start(["run", "task.yaml"], Desk.service(server.base))
        try await until(program) { !server.requests.isEmpty }
        program.signal(SIGTERM)
        let end = await program.completed()
        #expect(end.status == 143)
        #expect(server.requests.count == 1)
        #expect(server.submissions.isEmpty)
    }

    @Test func `of two signals the first decides`() async throws {
        try await LocalService.with(desk, rate: 100_000) { service in
            let program = try desk.start(["run", "task.yaml"], service.environment)
            await service.request(for: "/v0.10/task/", of: program)
            program.signal(SIGUSR2)
            try await until(program) { program.errorsSoFar.contains("SIGUSR2") }
            program.signal(SIGTERM)
            #expect(await program.completed().status == 140)
        }
    }

    @Test func `a program under nohup outlives the terminal`() async throws {
        try await LocalService.with(desk, rate: 500_000) { service in
            let program = try desk.start(["run", "task.yaml"], service.environment, wrapper: ["/usr/bin/nohup"])
            await service.request(for: "/v0.10/task/", of: program)
            program.signal(SIGHUP)
            let end = await program.completed()
            #expect(end.status == 0, "\(end.errors)")
        }
    }

    @Test func `a rehearsal that is signalled ends with its stand-in`() async throws {
        let program = try desk.start(["rehearse", "--rate", "10kB", "task.yaml"])
        try await until(program) { program.errorsSoFar.contains("submitted as Globus task") }
        program.signal(SIGINT)
        let end = await program.completed()
        #expect(end.status == 130)
        #expect(end.output.hasPrefix("REHEARSAL u-ab123 19880901T0000Z: signal (130): "))
    }

    @Test func `an expired token is renewed during the wait`() async throws {
        try await LocalService.with(desk, rate: 500_000) { service in
            let program = try desk.start(["run", "task.yaml"], service.environment)
            await service.request(for: "/v0.10/task/", of: program)
            await service.standIn.expireAccessTokens()
            let end = await program.completed()
            #expect(end.status == 0, "\(end.errors)")
            #expect(service.standIn.requests.count { $0.path == "/v2/oauth2/token" } == 2)
        }
    }

    @Test func `a token that dies during the wait and cannot be renewed is a dead login, and the task is named`() async throws {
        try await LocalService.with(desk, rate: 500_000) { service in
            let scope = "urn:globus:auth:scope:transfer.api.globus.org:all"
            let login = try #require(await service.standIn.login(as: "someone@example.org", scope: scope))
            let token = try #require(login.token(for: "transfer.api.globus.org")).accessToken.withSecret { $0 }
            let program = try desk.start(["run", "task.yaml"], service.environment.merging(["PPTRANSFER_ACCESS_TOKEN": token]) { $1 })
            await service.request(for: "/v0.10/task/", of: program)
            await service.standIn.revokeTokens()
            let end = await program.completed()
            #expect(end.status == 20)
            #expect(end.output.contains("does not accept the access token of PPTRANSFER_ACCESS_TOKEN"))
            #expect(end.output.hasSuffix("; the Globus task continues\n"))
            #expect(end.errors.contains("Globus task "))
            #expect(!end.everything.contains(token))
        }
    }
}
