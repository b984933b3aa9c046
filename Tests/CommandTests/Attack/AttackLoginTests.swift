import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// A colleague, or the same person as a service account, goes on with what another login has begun.
struct AttackLoginTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.stage("s", in: "data")
        try desk.describe(desk.description("clean: {source: delete}"))
    }

    private static let names = [Desk.clientID, "me@safe.archer2.ac.uk"]

    private func expectBothNamed(_ end: Completed, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(end.status == 20, "\(end.everything)", sourceLocation: sourceLocation)
        for name in Self.names { #expect(end.everything.contains(name), "\(end.everything)", sourceLocation: sourceLocation) }
    }

    @Test(arguments: [AttackWorld.Login.account, .person], [false, true])
    func `whoever comes second submits nothing, also when the task has ended unseen`(first: AttackWorld.Login, hasEnded: Bool) async throws
    {
        let second: AttackWorld.Login = first == .account ? .person : .account
        try await AttackWorld.with(desk) { world in
            try await world.logIn()
            await world.hold()
            #expect(try await world.run("run", "--no-wait", "task.yaml", as: first).status == 31)
            if hasEnded {
                await world.release()
                try await wait { desk.exists(AttackWorld.archive + "/sub/b.nc") }
            }
            for arguments in [["run", "task.yaml"], ["rerun", "u-ab123", "--cycle", AttackWorld.cycle]] {
                let scene = try Scene(desk, guarded: ["data"])
                let end = try await desk.start(arguments, world.environment(as: second)).completed()
                try await world.judge(end, arguments, scene)
                #expect(end.status == 20, "\(end.everything)")
                #expect(end.output.contains("was submitted by"), "\(end.everything)")
                if first == .account { expectBothNamed(end) }
                #expect(world.submissions == 1)
            }
            if !hasEnded { await world.release() }
            let end = try await world.run("run", "task.yaml", as: first)
            #expect(end.status == 0, "\(end.everything)")
            #expect(world.submissions == 1, "\(end.everything)")
            #expect(try desk.tree("data").isEmpty)
        }
    }

    @Test func `of a submission whose answer was lost, the second login repeats nothing`() async throws {
        try await AttackWorld.with(desk) { world in
            try await world.logIn()
            let faults = StandInFaults(
                http: [HTTPFault(.submit, .loseAnswer, .forever)], tasks: [.label("*", .pause(message: "until the attack is done"))])
            await world.service.standIn.setFaults(faults)
            try await world.run("run", "task.yaml") { program in
                try await until(program) { world.submissions > 0 }
                program.signal(SIGKILL)
            }
            await world.hold()
            let end = try await world.run("run", "task.yaml", as: .person, guarded: ["data"])
            expectBothNamed(end)
            #expect(await world.accepted == 1)
            await world.release()
            let last = try await world.run("run", "task.yaml")
            #expect(last.status == 0, "\(last.everything)")
            #expect(await world.accepted == 1)
        }
    }

    /// It cannot know what another login has at work: what keeps it from a second archive is the destination, and Globus.
    @Test(arguments: [0, 0.5]) func `a second login with a lost journal has no task beside the first one's`(part: Double) async throws {
        try await AttackWorld.with(desk) { world in
            try await world.logIn()
            await world.hold(at: part)
            #expect(try await world.run("run", "--no-wait", "task.yaml", journal: "one").status == 31)
            let end = try await world.run("run", "task.yaml", as: .person, journal: "two", guarded: ["data"])
            #expect([33, 44].contains(end.status), "\(end.everything)")
            #expect(await world.accepted == 1)
            await world.release()
            #expect(try await world.run("run", "task.yaml", journal: "one").status == 0)
        }
    }

    /// Asks until `condition` holds, for as long as a program may take.
    private func wait(until condition: () async -> Bool) async throws {
        for _ in 0..<6000 where await !condition() { try await Task.sleep(for: .milliseconds(10)) }
    }
}
