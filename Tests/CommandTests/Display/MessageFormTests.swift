import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// A failure is one message: what happened, particulars, what to do, whether running again helps.
struct MessageFormTests {
    private let desk: Desk

    init() throws { desk = try Desk() }

    @Test func `a failure is one ERROR line with its explanation below it`() async throws {
        try FileManager.default.removeItem(atPath: desk.data)
        try desk.describe(desk.description())
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 10)
        let lines = end.errorLines.map { $0.replacing(/^REHEARSAL (?:\S+Z )?/, with: "") }
        #expect(lines.count { $0.hasPrefix("ERROR ") } == 1)
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    ") }, "\(lines)")
        #expect(lines.contains("    To fix this:"))
        #expect(lines.last?.hasPrefix("    Run") == true)
    }

    @Test func `a log for programs has the explanation as a list`() async throws {
        try FileManager.default.removeItem(atPath: desk.data)
        try desk.describe(desk.description())
        let end = try await desk.run("rehearse", "--log-format", "json", "task.yaml")
        let failure = try #require(
            try end.errorLines.map { try JSONValue(text: String($0)) }.first { (line: JSONValue) in line["level"] == "error" })
        #expect(failure["details"].strings?.contains("To fix this:") == true, "\(failure)")
        #expect(failure["message"].string?.contains("\n") == false)
    }

    @Test func `where both streams are one, no sentence comes twice`() async throws {
        try FileManager.default.removeItem(atPath: desk.data)
        try desk.describe(desk.description())
        let both = try await Program(
            ["/bin/sh", "-c", "exec \(Program.path) rehearse task.yaml 2>&1"], in: desk.suite, environment: desk.environment
        ).completed()
        #expect(both.status == 10)
        #expect(both.output.components(separatedBy: "source-missing (10)").count == 2, "\(both.output)")
        let apart = try await desk.run("rehearse", "task.yaml")
        #expect(apart.output.contains("source-missing (10)"))
    }

    @Test func `a run that was told not to wait has not failed`() async throws {
        try desk.write("data/a.pp", "x")
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            // Held, so that it has not ended when somebody looks.
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*", .queue())]))
            let end = try await desk.run("run", "--no-wait", "task.yaml", with: service.environment)
            #expect(end.status == 31)
            #expect(!end.errors.contains("ERROR"), "\(end.errors)")
            #expect(end.errors.contains("pptransfer status u-ab123 --refresh"))
            #expect(end.errors.contains("pptransfer cancel u-ab123 --cycle 19880901T0000Z"))
        }
    }
}
