import Globus
import Rehearsal

/// F1–F7: the process is killed, and the next run ends well, with one task.
let killCases: [FaultCase] = [
    killed(1, "before a submission id is asked for", tasks: 0) { $0 == .sending("GET /v0.10/submission_id") },
    killed(2, "after the id is on disk, before the submission", tasks: 0) { $0 == .sending("POST /v0.10/transfer") },
    killed(3, "after the submission is accepted, before its answer is read", tasks: 1) { $0 == .answered("POST /v0.10/transfer") },
    FaultCase(4, title: "killed after the answer, before the task is on disk", [0]) { world in
        let isAnswered = Flag()
        try await world.kill { _, step in
            if step == .answered("POST /v0.10/transfer") { isAnswered.raise() }
            return isAnswered.isRaised && step == .recording
        }
        try await world.takesUp(tasks: 1)
    },
    killed(5, "during the wait", tasks: 1) { $0.isAnswer(to: "GET /v0.10/task/") },
    FaultCase(6, title: "killed after SUCCEEDED, before it is on disk", [0]) { world in
        // The first one is the look before the submission.
        let listings = Counter()
        try await world.kill { _, step in
            if case .sending(let request) = step, request.contains(Desk.jasmin + "/ls") { listings.next() == 2 } else { false }
        }
        world.demand(await world.isIdle(), "the task has ended before the kill")
        try await world.takesUp(tasks: 1)
    },
    FaultCase(7, title: "killed in the middle of the proof", [0]) { world in
        let listings = Counter()
        try await world.kill { _, step in
            if case .answered(let request) = step, request.contains(Desk.jasmin + "/ls") { listings.next() == 2 } else { false }
        }
        try await world.takesUp(tasks: 1)
    },
    FaultCase(7, title: "killed in the middle of a long list of what was sent: it is not begun again", [0]) { world in
        for number in 1...30 { try world.desk.write("data/f\(number).pp", "\(number)") }
        try world.describe("verify: {level: digest}")
        let pages = Counter()
        try await world.kill { _, step in
            if case .answered(let request) = step, request.contains("successful_transfers") { pages.next() == 27 } else { false }
        }
        let before = world.pagesOfSent
        world.demand(try await world.run(), says: "32 by digest, 0 by size, 0 not verified")
        let asked = world.pagesOfSent - before
        world.demand(asked == 12, "\(asked) pages were asked for, of which 20 were known")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(7, title: "the service fails in the middle of a long list of what was sent", [61, 0]) { world in
        for number in 1...8 { try world.desk.write("data/f\(number).pp", "\(number)") }
        try world.describe("verify: {level: digest}")
        await world.faults(http: [HTTPFault(.successful, .status(403), FaultCount(after: 6))])
        world.demand(try await world.run(), says: "Globus's list of sent files is not available yet")
        await world.noFaults()
        let before = world.pagesOfSent
        try await world.run()
        world.demand(world.pagesOfSent - before == 4, "\(world.pagesOfSent - before) pages were asked for")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(1, 2, 3, 4, 5, 6, 7, title: "killed at every step in turn", everyRun: 0) { world in
        var step = 0
        var hasDied = true
        while hasDied {
            step += 1
            let end = step, before = await world.tasks().count
            try world.forgetAll()
            hasDied = try await world.kill(mustDie: step <= 20) { number, _ in number == end }
            try await world.run()
            let made = await world.tasks().count - before
            world.demand(made == 1, "killed at step \(step): \(made) tasks")
        }
    },
]

private func killed(
    _ row: Int, _ title: String, tasks: Int, at isTheEnd: @escaping @Sendable (KillStep) -> Bool
) -> FaultCase {
    FaultCase(row, title: "killed " + title, [0]) { world in
        try await world.kill { isTheEnd($1) }
        try await world.takesUp(tasks: tasks)
    }
}

extension FaultWorld {
    fileprivate var pagesOfSent: Int { standIn.requests.count { $0.path.hasSuffix("/successful_transfers") } }

    /// - Parameter tasks: how many the service has after the kill; after the next run there is one.
    fileprivate func takesUp(tasks expected: Int) async throws {
        let before = await tasks().count
        demand(before == expected, "\(before) tasks after the kill")
        try await run()
        let after = await tasks().count
        demand(after == 1, "\(after) tasks in the end")
    }
}
