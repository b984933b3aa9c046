import Foundation
import TestSupport
import Testing

/// A person's transfers, which have neither a workflow nor a cycle: the name that `status` prints is enough.
struct NoCycleTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe("pptransfer: 1\nfrom: {collection: archer2, path: \(desk.data)}\nto: {collection: jasmin, path: /gws/b}\n")
    }

    @Test func `every command needs the name alone, or a hyphen for the cycle`() async throws {
        try await LocalService.with(desk) { service in
            let environment = service.environment.merging(["PPTRANSFER_JOURNAL": desk.path("journal")]) { $1 }
            let run = try await desk.run("run", "task.yaml", with: environment)
            #expect(run.status == 0, "\(run.everything)")
            let status = try await desk.run("status", with: environment)
            #expect(status.output.contains("archer2:\(desk.data)"), "\(status.output)")
            let line = try #require(status.outputLines.last)
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: desk.path("journal/rehearsal")).first { $0.hasPrefix("task-") })
            #expect(line.contains("jasmin:/gws/b"))
            for arguments in [
                ["receipt", name], ["receipt", name, "-"], ["verify", name], ["clean", name, "--cycle", "-"], ["cancel", name],
            ] {
                let end = try await desk.start(arguments, environment).completed()
                #expect(end.status == 0, "\(arguments): \(end.everything)")
            }
            let rerun = try await desk.run("rerun", name, with: environment)
            #expect(rerun.status == 0, "\(rerun.everything)")
        }
    }

    @Test func `who names too little is told what is missing, without the program's usage`() async throws {
        let receipt = try await desk.run("receipt")
        #expect(receipt.status == 64)
        #expect(receipt.errors.hasPrefix("error: no workflow and no cycle is named; write "), "\(receipt.errors)")
        #expect(!receipt.errors.contains("USAGE"))
        let rehearsal = try await desk.run("rehearse", "task.yaml")
        #expect(rehearsal.status == 0, "\(rehearsal.everything)")
        try desk.describe(desk.description())
        #expect(try await desk.run("rehearse", "task.yaml").status == 0)
        for command in ["receipt", "cancel", "verify", "clean", "rerun"] {
            let end = try await desk.run(command, "u-ab123", "--journal", "rehearsal/journal")
            #expect(end.status == 64, "\(command): \(end.everything)")
            #expect(end.errors.contains("error: workflow 'u-ab123' has the cycle 19880901T0000Z; select cycles with --"), "\(end.errors)")
        }
    }
}
