import Foundation
import Globus

@testable import Rehearsal

/// F25, F34–F36, F44–F46: what the task does as a whole.
let taskStateCases: [FaultCase] = [
    FaultCase(25, title: "a status that nobody knows", [31, 0]) { world in
        try world.describe("wait: {limit: 2h}")
        await world.faults(tasks: [.task(1, .status("HIBERNATING"))])
        world.demand(try await world.run(), says: "does not know (HIBERNATING)")
        await world.resumeAll()
        try await world.run()
    },
    FaultCase(25, title: "an event code that nobody knows", [31, 0]) { world in
        try world.describe("wait: {limit: 2h}")
        await world.faults(tasks: [.task(1, .niceStatus("QUANTUM_FLUX"))])
        world.demand(try await world.run(), says: "QUANTUM_FLUX")
        await world.resumeAll()
        try await world.run()
    },
    FaultCase(34, title: "paused by a rule, later no more", [0]) { world in
        await world.faults(tasks: [.task(1, .pause(message: "the tape robot is serviced"))])
        world.time.after(.seconds(7200)) { await world.resumeAll() }
        let end = try await world.run()
        world.demand(end, says: "warning", "paused by an administrator: the tape robot is serviced")
        world.demand(end.text.split(separator: "paused by an administrator: the").count == 2, "told more than once: \(end.text)")
    },
    FaultCase(35, title: "paused until the limit of waiting", [32, 0]) { world in
        try world.describe("wait: {limit: 2h}")
        await world.faults(tasks: [.task(1, .pause(message: "the tape robot is serviced"))])
        world.demand(try await world.run(), says: "is paused (the tape robot is serviced)")
        await world.resumeAll()
        try await world.run()
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(35, title: "paused until the task's deadline", [52, 0]) { world in
        await world.faults(tasks: [.task(1, .pause(message: "the tape robot is serviced")), .task(1, .expire)])
        world.time.after(.seconds(7200)) { await world.resumeAll() }
        world.demand(try await world.run(), says: "the tape robot is serviced", "deadline")
        try await world.run()
    },
    FaultCase(36, title: "queued for an hour behind three others", [0]) { world in
        await world.faults(tasks: [.task(1, .queue())])
        world.time.after(.seconds(3600)) { await world.resumeAll() }
        let end = try await world.run()
        world.demand(end, says: "queued by Globus", "still queued")
        world.demand(!end.text.contains("stalled") && !end.text.contains("warning"), "a queue is no fault: \(end.text)")
    },
    FaultCase(44, title: "the task fails", [50, 0]) { world in
        await world.faults(tasks: [.task(1, .fail(code: "ENDPOINT_ERROR"))])
        world.demand(try await world.run(), says: "the Globus task failed: endpoint error (ENDPOINT_ERROR)")
        try await world.run()
    },
    FaultCase(45, title: "cancelled by an administrator", [51, 0]) { world in
        await world.faults(tasks: [.task(1, .cancel(byAdministrator: true, message: "storage full"))])
        world.demand(try await world.run(), says: "the Globus task was cancelled by an administrator of the ", "storage full")
        try await world.run()
    },
    FaultCase(45, title: "cancelled by its owner", [51, 0]) { world in
        await world.faults(tasks: [.task(1, .cancel())])
        world.demand(try await world.run(), says: "the Globus task was cancelled", "find out who cancelled it")
        try await world.run()
    },
    FaultCase(46, title: "the deadline passes with most of it done", [52, 0]) { world in
        for number in 0..<8 { try world.desk.write("data/more\(number).nc", Data(repeating: UInt8(number), count: 10_000)) }
        await world.faults(tasks: [.task(1, at: 0.7, .expire)])
        world.demand(try await world.run(), says: "deadline (3d) passed with")
        let sent = try await world.last().filesTransferred
        world.demand(sent >= 7, "\(sent) files sent by the first task")
        try await world.run()
        let rest = try await world.last()
        world.demand(
            rest.filesSkipped >= sent && rest.filesTransferred == 10 - rest.filesSkipped && rest.filesTransferred > 0,
            "\(rest.filesTransferred) files sent again, \(rest.filesSkipped) not")
    },
]
