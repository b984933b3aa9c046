import Foundation
import Globus
import Testing

@testable import Rehearsal

/// A judge that sees nothing would find every case well.
struct FaultJudgeTests {
    private func verdict(_ expected: [FaultCase.Statuses], _ play: (FaultWorld) async throws -> Void) async throws -> FaultVerdict {
        let world = try await FaultWorld.open()
        try await play(world)
        let verdict = await world.verdict(on: FaultCase(0, title: "judged", expected) { _ in })
        await world.close()
        return verdict
    }

    @Test func `a run in which nothing goes wrong has no complaint`() async throws {
        #expect(try await verdict([0]) { try await $0.run() }.complaints == [])
    }

    @Test func `success with a bit flipped is a silent loss`() async throws {
        let verdict = try await verdict([0]) { world in
            try world.describe("verify: {level: none}")
            await world.faults(storage: [StorageFault("*b.nc", .flip)])
            try await world.run()
        }
        #expect(verdict.silentLosses == ["sub/b.nc"])
        #expect(verdict.complaints.count == 1)
    }

    @Test func `a failure where there should be success is false, any other is wrong`() async throws {
        let play: (FaultWorld) async throws -> Void = { world in
            await world.faults(tasks: [.task(1, .fail(code: "ENDPOINT_ERROR"))])
            try await world.run()
        }
        #expect(try await verdict([0], play).falseFailures.count == 1)
        #expect(try await verdict([51], play).others.count == 1)
        #expect(try await verdict([50], play).complaints == [])
        #expect(try await verdict([50, 0], play).others.count == 1)
    }

    @Test func `two live tasks of one label are one too many, and so is an attempt`() async throws {
        let verdict = try await verdict([31, 31]) { world in
            await world.faults(tasks: [.label("*", .queue())])
            try await world.run(limit: .zero)
            // The same label, other paths: the service does not object.
            try world.desk.describe(world.desk.description(to: "/gws/other/{cycle}"))
            let label = try #require(await world.tasks().first?.progress.label)
            _ = try await world.submitByHand(label: label)
            try world.describe()
            await #expect(throws: GlobusError.self) { try await world.submitByHand(label: "by hand") }
            try await world.run(limit: .zero)
        }
        #expect(verdict.secondTasks.count == 2)
        #expect(verdict.complaints.count == 2)
    }

    @Test func `a secret in a file is a leak`() async throws {
        let verdict = try await verdict([0]) { world in
            try await world.run()
            let secrets = world.state.withLock { $0.secrets }
            #expect(secrets.count == 2)
            try world.desk.write("journal/notes", "Bearer " + (secrets.first ?? ""))
        }
        #expect(verdict.leaks == ["in journal/notes"])
        #expect(verdict.complaints.count == 1)
    }

    @Test(.timeLimit(.minutes(15))) func `a run without an end is stopped`() async throws {
        let verdict = try await verdict([143]) { world in
            try world.describe("wait: {limit: 30d}")
            await world.faults(tasks: [.task(1, .queue())])
            try await world.run()
        }
        #expect(verdict.hangs.count == 1)
        #expect(verdict.complaints.count == 1)
    }
}
