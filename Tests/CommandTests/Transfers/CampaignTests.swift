import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Many cycles, looked after outside of their workflow.
struct CampaignTests {
    private let desk: Desk
    private let cycles = ["19880901T0000Z", "19881001T0000Z", "19881101T0000Z", "19881201T0000Z"]

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 1000))
    }

    /// Runs every cycle without waiting for it.
    private func submitAll(_ service: LocalService) async throws {
        for cycle in cycles {
            try desk.describe(desk.description(cycle: cycle))
            #expect(try await desk.run("run", "--no-wait", "task.yaml", with: service.environment).status == 31)
        }
    }

    @Test func `failed cycles are run again from the journal alone, the oldest first`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(tasks: [TaskFault.label("*", .fail(code: "QUOTA_EXCEEDED"))]))
            for cycle in cycles {
                try desk.describe(desk.description(cycle: cycle))
                #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 40)
            }
            try FileManager.default.removeItem(atPath: desk.path("suite/task.yaml"))
            let failed = try await desk.run("status", "--failed", with: service.environment)
            #expect(failed.status == 40)
            #expect(failed.outputLines.count == 6)

            await service.standIn.setFaults(.none)
            let end = try await desk.run("rerun", "u-ab123", "--failed", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.outputLines.count == 4)
            #expect(zip(end.outputLines, cycles).allSatisfy { $0.contains($1 + ": ok (0)") })
            #expect(try desk.tree("jasmin/gws/canari").count == 4)

            let all = try await desk.run("status", "--json", with: service.environment)
            let report = try JSONValue(text: all.output)
            #expect(all.status == 0)
            #expect(report["transfers"][3]["state"] == "archived")
            #expect(report["status"] == "ok")
            let nothing = try await desk.run("rerun", "--failed", with: service.environment)
            #expect(nothing.status == 0)
            #expect(nothing.errors.contains("no transfer has failed, and nothing is run again"))
        }
    }

    @Test func `a range of cycles is taken up, no more than three tasks at a time`() async throws {
        try await LocalService.with(desk) { service in
            // However slow this machine is, no task ends before it was looked at.
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*", .queue())]))
            try await submitAll(service)
            for task in await service.standIn.tasks { #expect(await service.standIn.resume(task.id)) }
            let end = try await desk.run("rerun", "--from", cycles[1], "--to", cycles[2], with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.outputLines.count == 2, "\(end.everything)")
            #expect(try await service.tasks().count == 4)
        }
    }

    @Test func `a cycle's task is cancelled, and what is not under way is told`() async throws {
        try await LocalService.with(desk, rate: 10) { service in
            try await submitAll(service)
            let end = try await desk.run("cancel", "--cycle", cycles[0], with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.output.contains("\(cycles[0]): Globus task "), "\(end.everything)")
            #expect(end.output.contains("is cancelled"), "\(end.everything)")
            let states = try await service.tasks().map(\.status)
            #expect(states.filter { $0 == .failed }.count == 1)
            let none = try await desk.run("cancel", "--cycle", "18500101T0000Z", with: service.environment)
            #expect(none.status == 13)
            #expect(none.errors.contains("no record of cycle '18500101T0000Z'"))
        }
    }

    @Test func `archived cycles are proven again, and what was lost since is named and mended`() async throws {
        try await LocalService.with(desk) { service in
            for cycle in cycles.prefix(2) {
                try desk.describe(desk.description(cycle: cycle))
                #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            }
            let sound = try await desk.run("verify", "u-ab123", "--all", with: service.environment)
            #expect(sound.status == 0, "\(sound.everything)")
            #expect(sound.outputLines.count == 2, "\(sound.everything)")

            try FileManager.default.removeItem(atPath: desk.path("jasmin/gws/canari/\(cycles[1])/a.pp"))
            let lost = try await desk.run("verify", "--from", cycles[0], with: service.environment)
            try #require(lost.status == 60)
            try #require(lost.errors.contains("missing: a.pp"))
            #expect(lost.outputLines[0].contains(": ok (0): "))
            #expect(
                lost.advice.hasPrefix(
                    "find out what removed or changed them; if the source still has them, re-send them with: pptransfer rerun")
            )
            #expect(try await desk.run("rerun", "--failed", with: service.environment).status == 0)
            #expect(try await desk.run("verify", "--cycle", cycles[1], with: service.environment).status == 0)
            #expect(try await service.tasks().count == 3)
        }
    }

    @Test(arguments: ["rerun", "cancel", "verify"])
    func `nothing is run again or cancelled that was not named`(command: String) async throws {
        let end = try await desk.start([command]).completed()
        #expect(end.status == 64)
        #expect(end.errors.contains("select cycles with "))
        #expect(try await desk.start([command, "u-ab123"]).completed().status == 13)
    }
}
