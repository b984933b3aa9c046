import Foundation
import Globus
import PositionedYAML
import Testing

/// The proof of a cycle, as housekeeping asks for it.
@Suite struct ReceiptTests {
    private let desk: Desk
    private let job: CylcJob

    init() throws {
        desk = try Desk()
        job = try CylcJob(desk)
        try desk.write("data/ab123a.pm1988sep.pp", "field")
        try desk.describe(desk.description("name: atmos"))
    }

    private func served(rate: Int64? = nil, _ body: ([String: String]) async throws -> Void) async throws {
        try await LocalService.with(desk, rate: rate) { service in
            try await body(service.environment.merging(job.environment) { $1 })
        }
    }

    @Test func `an archived cycle shows its proof and passes`() async throws {
        try await served { (environment) async throws in
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 0)
            let shown = try await desk.run("receipt", with: environment)
            #expect(shown.status == 0)
            #expect(shown.errors.isEmpty)
            #expect(shown.output.hasPrefix("REHEARSAL u-ab123 19880901T0000Z atmos: archived\nREHEARSAL   files    1, 5 B (5 bytes)\n"))
            #expect(shown.output.contains("\nREHEARSAL   to       jasmin:/gws/canari/19880901T0000Z\n"))
            #expect(shown.output.contains(", each file by size\n"))
            #expect(shown.output.contains("\nREHEARSAL   task     "))
        }
    }

    @Test func `the same proof lies among the job's logs`() async throws {
        try await served { (environment) async throws in
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 0)
            let shown = try await desk.run("receipt", with: environment)
            #expect(desk.contents("log/pptransfer-receipt-atmos.txt") == Data(shown.output.utf8))
        }
    }

    @Test func `for programs it is one object`() async throws {
        try await served { (environment) async throws in
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 0)
            let shown = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", "--json", with: environment)
            let report = try JSONValue(text: shown.output)
            #expect(report["pptransfer"] == "receipt")
            #expect(report["exit_status"].int == 0)
            #expect(report["status"] == "ok")
            let receipt = report["transfers"][0]["receipt"]
            #expect(receipt["files"].int == 1)
            #expect(receipt["bytes"].int == 5)
            #expect(receipt["level"] == "size")
            #expect(receipt["tasks"].array?.count == 1)
        }
    }

    @Test func `a cycle that is only under way does not pass`() async throws {
        try await served(rate: 1) { (environment) async throws in
            #expect(try await desk.run("run", "task.yaml", "--no-wait", with: environment).status == 31)
            let shown = try await desk.run("receipt", with: environment)
            #expect(shown.status == 61)
            #expect(shown.output.isEmpty)
            #expect(shown.errors.hasPrefix("REHEARSAL error: u-ab123 19880901T0000Z atmos: not archived (submitted)"))
        }
    }

    @Test func `what was sent without a proof does not pass`() async throws {
        try desk.describe(desk.description("name: atmos\nverify: {level: none}"))
        try await served { (environment) async throws in
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 0)
            let shown = try await desk.run("receipt", with: environment)
            #expect(shown.status == 61)
            #expect(shown.errors == "REHEARSAL error: u-ab123 19880901T0000Z atmos: sent, but never verified (verify: {level: none})\n")
        }
    }

    @Test func `neither does a cycle of which nothing is known, nor one that lacks a transfer`() async throws {
        try await served { (environment) async throws in
            let unknown = try await desk.run("receipt", with: environment)
            #expect(unknown.status == 61)
            #expect(unknown.errors.hasPrefix("REHEARSAL error: u-ab123 19880901T0000Z: no record in "))
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 0)
            #expect(try await desk.run("receipt", "--name", "atmos", with: environment).status == 0)
            let lacking = try await desk.run("receipt", "--name", "atmos", "--name", "ocean", with: environment)
            #expect(lacking.status == 61)
            #expect(lacking.errors == "REHEARSAL error: u-ab123 19880901T0000Z ocean: no record\n")
        }
    }

    @Test func `at Cylc 7 the suite's name says which workflow`() async throws {
        try await served { (environment) async throws in
            #expect(try await desk.run("run", "task.yaml", with: environment).status == 0)
            var seven = environment
            (seven["CYLC_WORKFLOW_ID"], seven["CYLC_WORKFLOW_NAME"], seven["CYLC_SUITE_NAME"]) = (nil, nil, "u-ab123")
            #expect(try await desk.run("receipt", with: seven).status == 0)
            seven["CYLC_SUITE_NAME"] = "u-xy999"
            #expect(try await desk.run("receipt", with: seven).status == 61)
        }
    }

    @Test func `without a cycle the question makes no sense`() async throws {
        #expect(try await desk.run("receipt", "u-ab123").status == 13)
        // A cycle below zero is none of the options.
        let negative = try await desk.run("receipt", "u-ab123", "--cycle", "-2")
        #expect(negative.status == 61, "\(negative.everything)")
        #expect(negative.errors.contains("u-ab123 -2: no record"), "\(negative.everything)")
    }
}
