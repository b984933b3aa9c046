import Globus
import Rehearsal

/// F37–F43: errors that the service meets and retries.
let taskErrorCases: [FaultCase] = [
    stuck(37, "a file is not found, again and again", "FILE_NOT_FOUND", status: 10),
    stuck(38, "a permission is denied, again and again", "PERMISSION_DENIED", status: 23, within: .seconds(60)),
    FaultCase(37, title: "a file is not found, and the description says to leave the task", [10, 0]) { world in
        try world.describe("wait: {on_fault: {after: 20s, then: leave}}")
        world.state.withLock { $0.retriesForEver = true }
        await world.faults(tasks: [.task(1, .fault("FILE_NOT_FOUND", files: ["a.pp"], for: .seconds(6)))])
        world.demand(try await world.run(), says: "it is still running", "a.pp")
        world.state.withLock { $0.retriesForEver = false }
        await world.settle()
        try await world.run()
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(39, title: "no space is left at the destination", [40, 0]) { world in
        await world.faults(storage: [StorageFault("*b.nc", .noSpace, .once)])
        world.demand(try await world.run(), says: "NO_SPACE_LEFT", "free some space at jasmin")
        try await world.run()
    },
    FaultCase(39, title: "the quota is used up", [40, 0]) { world in
        await world.faults(storage: [StorageFault("*b.nc", .quota, .once)])
        world.demand(try await world.run(), says: "QUOTA_EXCEEDED", "free some space at jasmin")
        try await world.run()
    },
    passing(40, "the collection is too busy", "ENDPOINT_TOO_BUSY"),
    passing(40, "connections are reset", "CONNECTION_RESET"),
    passing(40, "requests time out", "TIMEOUT"),
    FaultCase(41, title: "two copies have a wrong checksum", [0]) { world in
        await world.faults(storage: [StorageFault("*a.pp", .flip, when: .written, .times(2))])
        world.demand(try await world.run(), says: "2 faults")
    },
    FaultCase(
        41, title: "every copy has a wrong checksum", [[0, 11, 50]]
    ) { world in
        try world.describe("wait: {limit: 2h}")
        world.state.withLock { $0.retriesForEver = true }
        await world.faults(tasks: [.task(1, .fault("VERIFY_CHECKSUM", files: ["a.pp"]))])
        world.demand(try await world.run(), says: "VERIFY_CHECKSUM")
    },
    FaultCase(42, title: "a file grows once while it is sent", [0]) { world in
        await world.faults(storage: [StorageFault("*a.pp", .changing, .once)])
        world.demand(try await world.run(), says: "1 fault")
    },
    FaultCase(42, title: "a file grows as often as it is sent", [11, 0]) { world in
        world.state.withLock { $0.retriesForEver = true }
        await world.faults(tasks: [.task(1, .fault("FILE_SIZE_CHANGED", files: ["a.pp"]))])
        world.demand(try await world.run(), says: "FILE_SIZE_CHANGED", "a.pp", "run after everything that writes to")
        await world.noFaults()
        try await world.run()
    },
    withoutEvents("empty", .edit(HTTPFault.AnswerEdit(set: ["DATA": [], "total": 0]))),
    withoutEvents("an error", .status(500)),
    withoutEvents("one with gaps", .edit(HTTPFault.AnswerEdit(set: ["total": 900], omit: ["*FILE_NOT_FOUND*"]))),
]

/// Only a person can mend it: after a while the task is cancelled, and the paths are told.
private func stuck(_ row: Int, _ title: String, _ code: String, status: Int32, within patience: Duration = .seconds(900)) -> FaultCase {
    FaultCase(row, title: title, [.init(integerLiteral: status), 0]) { world in
        world.state.withLock { $0.retriesForEver = true }
        await world.faults(tasks: [.task(1, .fault(code, files: ["a.pp"]))])
        let end = try await world.run()
        world.demand(end, says: code, "\(world.desk.data)/a.pp: ", "it was cancelled")
        world.demand(end.took >= patience && end.took < patience * 3, "given up after \(end.took)")
        world.demand(await world.isIdle(), "the task is still there")
        await world.noFaults()
        try await world.run()
    }
}

private func passing(_ row: Int, _ title: String, _ code: String) -> FaultCase {
    FaultCase(row, title: title + " for half an hour", [0]) { world in
        await world.faults(tasks: [.task(1, .fault(code, times: 3)), .task(1, .niceStatus(code))])
        world.time.after(.seconds(1800)) { await world.resumeAll() }
        world.demand(try await world.run(), says: "retrying after \(code)", "3 faults")
    }
}

/// Events are for people: without them the decision is the same.
private func withoutEvents(_ title: String, _ effect: HTTPFault.Effect) -> FaultCase {
    FaultCase(43, title: "the list of events is \(title)", [10, 0]) { world in
        world.state.withLock { $0.retriesForEver = true }
        await world.faults(http: [HTTPFault(.events, effect, .forever)], tasks: [.task(1, .fault("FILE_NOT_FOUND", files: ["a.pp"]))])
        world.demand(try await world.run(), says: "FILE_NOT_FOUND", "it was cancelled")
        world.demand(world.standIn.faultUses.http[0] > 0, "nobody asked for the events")
        await world.noFaults()
        try await world.run()
    }
}
