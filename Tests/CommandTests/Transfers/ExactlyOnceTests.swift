import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// The built program, killed for real: there is never a second task, and the next run ends well.
struct ExactlyOnceTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 300_000))
        try desk.write("data/sub/b.nc", Data(count: 200_000))
        try desk.describe(desk.description())
    }

    private func accepted(_ service: LocalService) -> Int {
        service.standIn.requests.count { $0.method == "POST" && $0.path == "/v0.10/transfer" && $0.status == 202 }
    }

    /// Each number is the request at whose answer the program is killed.
    @Test(arguments: 1...8) func `killed at its n-th request, the next run ends with one task`(number: Int) async throws {
        try await LocalService.with(desk, rate: 400_000) { service in
            let program = try desk.start(["run", "task.yaml"], service.environment)
            try await until(program) { service.standIn.requests.count >= number }
            program.signal(SIGKILL)
            _ = await program.completed()
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(accepted(service) == 1)
            #expect(try desk.tree("jasmin/gws/canari/19880901T0000Z") == ["a.pp": Data(count: 300_000), "sub/b.nc": Data(count: 200_000)])
            let again = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(again.status == 0)
            #expect(again.output.contains("already archived: 2 files"))
            #expect(accepted(service) == 1)
        }
    }

    @Test func `an answer that is lost again and again leaves one task`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(http: [HTTPFault(.submit, .loseAnswer, .times(4))]))
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(accepted(service) <= 1)
            #expect(try await service.tasks().count == 1)
        }
    }

    /// A service whose task waits until it is resumed.
    private func withHeldTask(_ body: (LocalService, _ resume: () async throws -> Void) async throws -> Void) async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*", .pause(message: "until the second has tried"))]))
            try await body(service) {
                let task = try #require(try await service.tasks().first?.id)
                await service.standIn.resume(task)
            }
        }
    }

    @Test func `two at once: one works, the other says who does`() async throws {
        try await withHeldTask { service, resume in
            let first = try desk.start(["run", "task.yaml"], service.environment)
            await service.request(for: "/v0.10/task/", of: first)
            let second = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(second.status == 70)
            #expect(second.output.contains("busy (70): another process works on this cycle: process \(first.pid) on "))
            try await resume()
            #expect(await first.completed().status == 0)
            #expect(accepted(service) == 1)
        }
    }

    @Test func `submitted without waiting, a later run takes up the wait`() async throws {
        try await withHeldTask { service, resume in
            let first = try await desk.run("run", "--no-wait", "task.yaml", with: service.environment)
            #expect(first.status == 31)
            #expect(first.output.contains("submitted, without waiting"))
            try await resume()
            let second = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(second.status == 0)
            #expect(second.errors.contains("resumes Globus task"))
            #expect(accepted(service) == 1)
        }
    }

    @Test func `a journal lost in mid-task is found again through Globus`() async throws {
        try await withHeldTask { service, resume in
            _ = try await desk.run("run", "--no-wait", "--journal", desk.path("one"), "task.yaml", with: service.environment)
            let second = try desk.start(["run", "--journal", desk.path("two"), "task.yaml"], service.environment)
            await service.request(for: "/v0.10/task/", of: second)
            try await until(second) { second.errorsSoFar.contains("which works on this transfer and is not in the journal") }
            try await resume()
            let end = await second.completed()
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("which works on this transfer and is not in the journal"), "\(end.everything)")
            #expect(accepted(service) == 1)
        }
    }

    @Test func `a journal that cannot be written stops everything before the first request`() async throws {
        try await LocalService.with(desk) { service in
            try desk.write("file", "")
            let end = try await desk.run("run", "--journal", desk.path("file"), "task.yaml", with: service.environment)
            #expect(end.status == 71)
            #expect(end.output.contains("journal (71): the journal "))
            #expect(service.standIn.requests.isEmpty)
        }
    }

    @Test func `a batch job that ends soon is left in time`() async throws {
        try await LocalService.with(desk, rate: 100_000) { service in
            let soon = "\(SystemTimekeeper().now.secondsSince1970 + 60)"
            let end = try await desk.run(
                "run", "task.yaml", with: service.environment.merging(["SLURM_JOB_END_TIME": soon]) { _, last in last })
            #expect(end.status == 31, "\(end.everything)")
        }
    }
}
