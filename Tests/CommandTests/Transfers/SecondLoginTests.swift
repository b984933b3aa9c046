import Foundation
import Globus
import PPTransfer
import Rehearsal
import TestSupport
import Testing

/// The built program under another login than the one that submitted, and before a lock that it cannot take.
struct SecondLoginTests {
    private let desk: Desk
    private let lock = "home/.local/state/pptransfer/rehearsal/u-ab123/19880901T0000Z.lock"

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 300_000))
        try desk.describe(desk.description())
    }

    private func accepted(_ service: LocalService) -> Int {
        service.standIn.requests.count { $0.method == "POST" && $0.path == "/v0.10/transfer" && $0.status == 202 }
    }

    @Test func `a task of another login is not forgotten, and both are named`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*", .pause(message: "until the other login has tried"))]))
            let first = try await desk.run("run", "--no-wait", "task.yaml", with: service.environment)
            #expect(first.status == 31, "\(first.everything)")
            try await service.logIn(desk)
            let second = try await desk.run("run", "task.yaml", with: service.addresses)
            #expect(second.status == 20, "\(second.everything)")
            #expect(
                second.output.contains("was submitted by service account (\(Desk.clientID)); the login in use, me@safe.archer2.ac.uk ("))
            #expect(second.errors.contains("run again with --forget-task"))
            #expect(accepted(service) == 1)

            // It still lives, which the simulator's conflict shows; once it has ended, the person's word counts.
            let third = try await desk.run("run", "--forget-task", "task.yaml", with: service.addresses)
            #expect(third.status == 33, "\(third.everything)")
            let task = try #require(try await service.tasks().first?.id)
            await service.standIn.setFaults(StandInFaults())
            await service.standIn.resume(task)
            _ = try await service.end(of: task)
            let last = try await desk.run("rerun", "u-ab123", "--cycle", "19880901T0000Z", "--forget-task", with: service.addresses)
            #expect(last.status == 0, "\(last.everything)")
            #expect(accepted(service) == 2)
        }
    }

    @Test func `a lock that makes no sense is named, and stays`() async throws {
        try await LocalService.with(desk) { service in
            try desk.write(lock, "")
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 71)
            #expect(end.output.contains("the lock \(desk.path(lock)) does not say which process"))
            #expect(end.errors.contains("rm \(desk.path(lock))"))
            #expect(desk.contents(lock) == Data())
            #expect(service.standIn.requests.isEmpty)
        }
    }

    @Test func `a wait for a lock of another machine ends on SIGTERM`() async throws {
        try await LocalService.with(desk) { service in
            try desk.write(lock, #"{"host":"elsewhere","boot":"other","process":1,"began":"1","token":"t","beat":0}"#)
            let program = try desk.start(["run", "-v", "task.yaml"], service.environment)
            // It looks at the lock, and waits.
            try await until(program) { program.errorsSoFar.contains("the journal is in") }
            program.signal(SIGTERM)
            let end = await program.completed()
            #expect(end.status == 143, "\(end.everything)")
            #expect(desk.contents(lock) != nil)
            #expect(service.standIn.requests.isEmpty)
        }
    }
}
