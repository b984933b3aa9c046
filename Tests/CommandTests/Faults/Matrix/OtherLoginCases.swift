import Foundation
import Globus
import PPTransferReports

@testable import PPTransfer
@testable import PositionedYAML
@testable import Rehearsal

/// F74, F75, F97: whose task it is, and whether it has ended.
let otherLoginCases: [FaultCase] = [
    FaultCase(74, title: "the next run is under another login, which cannot see the live task", [31, 20, 0]) { world in
        world.state.withLock { $0.tellsLogin = true }
        await world.faults(tasks: [.label("*", .queue())])
        try await world.run(limit: .zero)
        let other = try await world.logIn()
        let end = await world.end(of: try world.start("run", "task.yaml", with: other))
        world.demand(
            end, says: "was submitted by", "\(Desk.clientID)", "the login in use, me@safe.archer2.ac.uk", "--forget-task")
        world.demand(await world.tasks().count == 1, "more than one task")
        try world.logOut()
        await world.resumeAll()
        world.demand(try await world.run(), says: "takes up Globus task")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(74, title: "the next run is under another login, and whether the submission arrived is not known", [20, 0]) { world in
        world.state.withLock { $0.tellsLogin = true }
        try await world.kill { $1.isAnswer(to: "POST /v0.10/transfer") }
        let other = try await world.logIn()
        world.demand(await world.end(of: try world.start("run", "task.yaml", with: other)), says: "was submitted by", "--forget-task")
        try world.logOut()
        try await world.run()
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(74, title: "the task is forgotten by a person's word while it lives: the service still refuses", [31, 33, 0]) { world in
        world.state.withLock { $0.tellsLogin = true }
        await world.faults(tasks: [.label("*", .queue())])
        try await world.run(limit: .zero)
        world.state.withLock { $0.explainedConflicts = 1 }
        let other = try await world.logIn()
        await world.end(of: try world.start("run", "--forget-task", "task.yaml", with: other))
        await world.noFaults()
        await world.resumeAll()
        await world.settle()
        await world.end(of: try world.start("run", "--forget-task", "task.yaml", with: other))
        try world.logOut()
    },
    FaultCase(75, title: "a live task of the same label, of another journal, goes to other paths", [31, 33, 0]) { world in
        await world.faults(tasks: [.task(1, .queue())])
        try world.desk.describe(world.desk.description(to: "/gws/mistake/{cycle}"))
        try await world.run(journal: world.desk.path("other"), limit: .zero)
        try world.describe()
        world.demand(try await world.run(), says: "this transfer's label, but", "\(try await world.liveTask())")
        world.demand(await world.tasks().count == 1, "more than one task")
        await world.resumeAll()
        await world.settle()
        try await world.run()
    },
    FaultCase(75, title: "a live task of the very same label goes to other paths", [33, 0]) { world in
        await world.faults(tasks: [.task(1, .queue())])
        let label = try Preparation(
            [.file(world.desk.suite + "/task.yaml")], variables: Variables(set: [:], environment: world.desk.environment), words: .commands
        ).plans(named: .unknown, today: "2026-01-01", isRehearsal: true).plans[0].taskLabel
        try world.desk.describe(world.desk.description(to: "/gws/mistake/{cycle}"))
        let other = try await world.submitByHand(label: label)
        try world.describe()
        world.demand(try await world.run(), says: "\(other)", "this transfer's label, but")
        world.demand(await world.tasks().count == 1, "more than one task")
        await world.resumeAll()
        await world.settle()
        try await world.run()
    },
    FaultCase(97, title: "a cancellation is accepted, and carried out while the next run waits", [10, 51, 0]) { world in
        let task = try await world.cancelInVain()
        await world.standIn.pause(task, message: "later")
        await world.noFaults()
        world.time.after(.seconds(120)) { _ = await world.standIn.service.board.cancel(task) }
        world.demand(try await world.run(), says: "takes up Globus task", "the Globus task was cancelled")
        world.demand(await world.tasks().count == 1, "more than one task")
        try await world.run()
        world.demand(await world.tasks().count == 2, "the task that was cancelled is not replaced")
    },
    FaultCase(97, title: "a cancellation is accepted, and carried out before the next run", [10, 0]) { world in
        let task = try await world.cancelInVain()
        _ = await world.standIn.service.board.cancel(task)
        await world.noFaults()
        try await world.run()
        world.demand(await world.tasks().count == 2, "the task that was cancelled is not replaced")
    },
    FaultCase(97, title: "a cancellation is accepted, and the task succeeds after all", [10, 0]) { world in
        _ = try await world.cancelInVain()
        await world.noFaults()
        world.demand(try await world.run(), says: "takes up Globus task")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
]

extension FaultWorld {
    /// A file is not found, again and again; Globus accepts the cancellation and does nothing.
    ///
    /// - Returns: the task, which lives on.
    fileprivate func cancelInVain() async throws -> TaskID {
        state.withLock { $0.retriesForEver = true }
        await faults(
            http: [HTTPFault(.cancel, .status(202, code: "CancelAccepted", message: "The cancellation has been accepted."), .forever)],
            storage: [StorageFault("*a.pp", .vanish, .forever)])
        demand(try await run(), says: "but it has not ended yet")
        state.withLock { $0.retriesForEver = false }
        return try await liveTask()
    }
}
