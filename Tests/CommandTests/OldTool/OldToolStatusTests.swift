import Foundation
import Globus
import PPTransfer
import Rehearsal
import Testing

/// What users of the script that came before could not tell from how it ended.
struct OldToolStatusTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "fields")
        try desk.describe(desk.description())
    }

    /// Runs once for each of these faults of the task.
    private func ends(_ faults: [TaskFault.Effect]) async throws -> [Completed] {
        var ends: [Completed] = []
        for (number, fault) in faults.enumerated() {
            try desk.describe(desk.description(cycle: "\(number)"))
            try await LocalService.with(desk) { service in
                await service.standIn.setFaults(StandInFaults(tasks: [.label("*", fault)]))
                ends.append(try await desk.run("run", "task.yaml", with: service.environment))
            }
        }
        return ends
    }

    @Test func `different causes leave with different statuses`() async throws {
        let ends = try await ends([.fail(code: "ENDPOINT_ERROR"), .cancel(), .expire, .fail(code: "QUOTA_EXCEEDED"), .deactivate()])
        #expect(ends.map(\.status) == [50, 51, 52, 40, 22])
    }

    @Test func `a task that is INACTIVE or FAILED tells its cause, not that of the network`() async throws {
        let ends = try await ends([.deactivate(), .fail(code: "QUOTA_EXCEEDED")])
        #expect(ends[0].output.contains("it is INACTIVE, and continues after the login"))
        #expect(ends[0].output.contains("credentials expired"))
        #expect(ends[1].output.contains("the Globus task failed: quota exceeded (QUOTA_EXCEEDED)"))
        #expect(ends.allSatisfy { !$0.everything.lowercased().contains("network") })
    }

    @Test func `nothing on standard error can get into the result`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(http: [HTTPFault(.submit, .status(503))]))
            let end = try await desk.run("run", "--json", "task.yaml", with: service.environment)
            let report = try JSONValue(text: end.output)
            let task = try #require(try await service.tasks().first?.id)
            #expect(end.errors.contains("WARN "))
            #expect(end.status == 0)
            #expect(report["transfers"][0]["task_id"] == .string(task.description))
        }
    }

    @Test func `no globus program is needed on PATH`() async throws {
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment.merging(["PATH": "/nowhere"]) { $1 })
            #expect(end.status == 0, "\(end.everything)")
        }
    }

    @Test func `every failure says its number and its name`() async throws {
        let ends = try await ends([.fail(code: "A_CODE_OF_NEXT_YEAR"), .cancel(), .expire])
        for (end, name) in zip(ends, ["failed (50)", "cancelled (51)", "expired (52)"]) {
            #expect(end.output.contains(": \(name): "))
            #expect(end.errors.contains(" ERROR u-ab123 "))
            #expect(end.errors.contains(name))
        }
        #expect(ends[0].output.contains("A_CODE_OF_NEXT_YEAR"))
    }

    @Test func `one table holds every status, each number and name once`() {
        let all = PPTransfer.ExitStatus.all
        #expect(Set(all.map(\.number)).count == all.count)
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(all.allSatisfy { 0...127 ~= $0.number && PPTransfer.ExitStatus(number: $0.number) == $0 })
    }

    @Test(arguments: [("task.yaml", 0), ("missing.yaml", 10), ("wrong.yaml", 65)] as [(String, Int32)])
    func `a shell sees the status that the program reports`(file: String, status: Int32) async throws {
        try desk.describe(desk.description(from: desk.path("none")), as: "missing.yaml")
        try desk.describe("emty: x", as: "wrong.yaml")
        let shell = ["/bin/sh", "-c", #""$0" "$@"; echo "the shell sees $?""#]
        let end = try await desk.run("rehearse", "--json", file, wrapper: shell)
        let lines = end.output.split(separator: "\n")
        #expect(lines.last == "the shell sees \(status)")
        #expect(try JSONValue(text: lines.dropLast().joined(separator: "\n"))["exit_status"] == .integer(Int64(status)))
    }
}
