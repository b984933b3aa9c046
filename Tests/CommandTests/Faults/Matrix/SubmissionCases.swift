import Foundation
import Globus
import Rehearsal

/// F17–F21: the submission meets others, or its answer is lost, late or refused for now.
let submissionCases: [FaultCase] = [
    FaultCase(17, title: "409, and the task in the way is somebody else's", [33, 0]) { world in
        await world.faults(tasks: [.label("by hand", .queue())])
        let other = try await world.submitByHand(label: "by hand")
        world.state.withLock { $0.explainedConflicts = 1 }
        world.demand(try await world.run(), says: "\(other)", "wait until it has ended, or cancel it", "Running again later may help.")
        await world.resumeAll()
        await world.settle()
        try await world.run()
    },
    submitted(18, "the answer is lost, the task exists", [.loseAnswer]),
    submitted(18, "the answer is lost again and again", Array(repeating: .loseAnswer, count: 5)),
    submitted(18, "a gateway gives up, the task exists", [.status(504, isCarriedOut: true)]),
    submitted(19, "500, 502, 503 and 504, twice each", [500, 500, 502, 502, 503, 503, 504, 504].map { .status($0) }),
    FaultCase(20, title: "429 with Retry-After of 1 s and 300 s", [0]) { world in
        await world.faults(
            http: [1, 300].map { HTTPFault(.submit, .status(429, retryAfter: .seconds($0))) })
        let end = try await world.run()
        world.demand(end.took >= .seconds(301), "Retry-After is not honoured in full: \(end.took)")
    },
    FaultCase(20, title: "429 with Retry-After as a date, 1 s and 300 s ahead", [0]) { world in
        await world.faults(
            http: [1, 300].map { HTTPFault(.submit, .status(429, retryAfter: .date(in: .seconds($0)))) })
        let end = try await world.run()
        // Dates have no fractions of seconds.
        world.demand(end.took >= .seconds(298), "Retry-After is not honoured in full: \(end.took)")
    },
    FaultCase(20, title: "429 with a Retry-After beyond the outage that is allowed", [34, 0]) { world in
        await world.faults(http: [HTTPFault(.submit, .status(429, retryAfter: .seconds(10_000)))])
        try await world.run()
        try await world.run()
    },
    FaultCase(21, title: "429 for ever", [34, 0]) { world in
        await world.faults(http: [HTTPFault(.submit, .status(429), .forever)])
        let end = try await world.run()
        world.demand(end.took >= .seconds(7200) && end.took < .seconds(7300), "given up after \(end.took)")
        await world.noFaults()
        try await world.run()
    },
    FaultCase(21, title: "too many of the user's tasks wait already", [34, 0]) { world in
        await world.faults(http: [HTTPFault(.submit, .tooManyTasks)])
        world.state.withLock { $0.explainedConflicts = 1 }
        world.demand(try await world.run(), says: "wait until some of your queued tasks have ended")
        try await world.run()
    },
]

private func submitted(_ row: Int, _ title: String, _ effects: [HTTPFault.Effect]) -> FaultCase {
    FaultCase(row, title: "submission: \(title)", [0]) { world in
        await world.faults(http: effects.map { HTTPFault(.submit, $0) })
        try await world.run()
        world.demand(world.standIn.faultUses.http.allSatisfy { $0 == 1 }, "not every fault was met")
        world.demand(await world.tasks().count == 1, "more than one task")
        world.demand(world.standIn.requests.count { $0.path == "/v0.10/submission_id" } == 1, "more than one submission id")
    }
}
