import Foundation
import Rehearsal
import Testing

/// What a workflow learns of a run, by `cylc message`.
@Suite struct SuiteMessageTests {
    private func inJob(
        rate: Int64? = nil, _ body: (Desk, CylcJob, LocalService, [String: String]) async throws -> Void
    ) async throws {
        let desk = try Desk()
        let job = try CylcJob(desk)
        try desk.write("data/ab123a.pm1988sep.pp", "field")
        try desk.describe(desk.description())
        try await LocalService.with(desk, rate: rate) { service in
            try await body(desk, job, service, service.environment.merging(job.environment) { $1 })
        }
    }

    @Test func `once Globus has it and once it is proven`() async throws {
        try await inJob { (desk, job, _, environment) async throws in
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 0)
            #expect(job.messages == ["INFO:pptransfer submitted", "INFO:pptransfer archived"])
        }
    }

    @Test func `a cycle that is archived already says the same again, without a second transfer`() async throws {
        try await inJob { (desk, job, service, environment) async throws in
            for _ in 1...2 { #expect(try await desk.run("run", "task.yaml", with: environment).status == 0) }
            let once = ["INFO:pptransfer submitted", "INFO:pptransfer archived"]
            #expect(job.messages == once + once)
            #expect(try await service.tasks().count == 1)
        }
    }

    @Test func `a group that the files do not have is a warning, of which the workflow hears`() async throws {
        try await inJob { (desk, job, _, environment) async throws in
            try desk.describe(desk.description().replacing("{cycle}\"}", with: "{cycle}\", group: gws_canari}"))
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 0)
            #expect(job.messages.first == "INFO:pptransfer submitted" && job.messages.last == "INFO:pptransfer archived")
            #expect(job.messages.contains { $0.hasPrefix("WARNING:") && $0.hasSuffix("do not have group 'gws_canari'") }, "\(job.messages)")
        }
    }

    @Test func `what was never submitted does not claim it`() async throws {
        try await inJob { (desk, job, service, environment) async throws in
            // The service account consents itself, which is of no use here.
            await service.standIn.setFaults(StandInFaults(http: [HTTPFault(.submit, .consentRequired, .forever)]))
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 21)
            #expect(job.messages == ["WARNING:pptransfer consent"])
        }
    }

    @Test func `of several transfers each speaks for itself, and archived means all of them`() async throws {
        try await inJob { (desk, job, _, environment) async throws in
            func part(_ name: String, from: String) -> String { desk.description("name: \(name)", from: from, to: "/gws/\(name)") }
            try desk.describe(part("atmos", from: desk.data) + "---\n" + part("ocean", from: desk.path("nothing-here")))
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 10)
            // Each is told when it ends; what is said of all of them comes last.
            #expect(job.messages.last == "WARNING:pptransfer source-missing")
            #expect(
                job.messages.filter { $0.hasSuffix(" atmos") } == ["INFO:pptransfer submitted atmos", "INFO:pptransfer archived atmos"])
            #expect(job.messages.filter { $0.hasSuffix(" ocean") } == ["WARNING:pptransfer source-missing ocean"])
            #expect(job.messages.count == 4)
        }
    }

    @Test func `leaving without waiting is submitted, then running`() async throws {
        try await inJob(rate: 1) { (desk, job, _, environment) async throws in
            #expect(try await desk.run("run", "task.yaml", "--no-wait", with: environment).status == 31)
            #expect(job.messages == ["INFO:pptransfer submitted", "INFO:pptransfer running"])
        }
    }

    @Test func `a description that is refused is told as well`() async throws {
        try await inJob { (desk, job, _, environment) async throws in
            try desk.describe("pptransfer: 1\n")
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 65)
            #expect(job.messages == ["WARNING:pptransfer description"])
        }
    }

    @Test func `silence if the description asks for it, in a dry run, in a re-run, and outside of Cylc`() async throws {
        try await inJob { (desk, job, service, environment) async throws in
            try desk.describe(desk.description("cylc: {messages: false}"), as: "silent.yaml")
            #expect(try await desk.run("run", "task.yaml", "--dry-run", with: environment).status == 0)
            #expect(try await desk.run("run", "silent.yaml", with: environment).status == 0)
            #expect(try await desk.run("rerun", "--cycle", "19880901T0000Z", with: environment).status == 0)
            #expect(
                try await desk.run("run", "task.yaml", with: service.environment.merging(["PATH": environment["PATH"] ?? ""]) { $1 })
                    .status == 0)
            #expect(job.messages.isEmpty)
        }
    }

    @Test func `a signal ends the run without a last message`() async throws {
        try await inJob(rate: 1) { (desk, job, _, environment) async throws in
            let program = try desk.start(["run", "task.yaml"], environment)
            try await until(program) { job.messages == ["INFO:pptransfer submitted"] }
            program.signal(SIGTERM)
            #expect(await program.completed().status == 143)
            #expect(job.messages == ["INFO:pptransfer submitted"])
        }
    }

    @Test func `a signal that comes when the work is done ends the telling, and the result stands`() async throws {
        try await inJob { (desk, job, _, environment) async throws in
            // A scheduler that does not answer to the last message.
            try desk.write(
                "bin/cylc", "#!/bin/sh\nprintf '%s\\n' \"$@\" >> '\(desk.path("told"))'\ncase \"$*\" in *archived*) exec sleep 600;; esac\n"
            )
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: desk.path("bin/cylc"))
            let program = try desk.start(["run", "task.yaml"], environment)
            try await until(program) { job.messages.contains("INFO:pptransfer archived") }
            program.signal(SIGTERM)
            let end = await program.completed()
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.output.contains(": ok (0): "), "\(end.everything)")
            #expect(!end.errors.contains("did not end within"), "\(end.errors)")
            #expect(try await desk.run("receipt", with: environment).status == 0)
        }
    }
}
