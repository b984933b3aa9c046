import Foundation
import Globus
import Rehearsal
import Testing

@testable import PPTransfer

/// F57–F59: signals, the end of a batch job, streams that take no text.
let processCases: [FaultCase] = [
    FaultCase(57, title: "TERM, INT, XCPU, HUP and USR2 during the wait, one after the other", [143, 130, 152, 129, 140, 0]) { world in
        await world.faults(tasks: [.task(1, .queue())])
        for number in [SIGTERM, SIGINT, SIGXCPU, SIGHUP, SIGUSR2] {
            // The first question of a later run is whether the task is still there.
            let questions = Counter()
            let end = try await world.interrupt(number) { $0.path.hasPrefix("/v0.10/task/") && questions.next() == 2 }
            world.demand(end, says: "a submitted Globus task continues", "\(try await world.liveTask())")
        }
        await world.resumeAll()
        await world.end(of: try world.start("run", "task.yaml"))
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(57, title: "TERM while the submission is unanswered", [143, 0]) { world in
        await world.faults(http: [HTTPFault(.submit, .stall)])
        try await world.interrupt(SIGTERM) { $0.path == "/v0.10/transfer" }
        await world.end(of: try world.start("run", "task.yaml"))
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(57, title: "TERM during the proof", [143, 0]) { world in
        await world.faults(http: [
            HTTPFault(.list, .status(503), FaultCount(after: FaultCase.firstListings)), HTTPFault(.successful, .status(503), .forever),
        ])
        try await world.interrupt(SIGTERM) { $0.path.hasSuffix("/successful_transfers") }
        await world.noFaults()
        await world.end(of: try world.start("run", "task.yaml"))
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(58, title: "the batch job ends in ten minutes", [31, 0]) { world in
        await world.faults(tasks: [.task(1, .queue())])
        let end = try await world.run(leaveBy: world.time.now + .seconds(600))
        world.demand(end.took <= .seconds(540), "left after \(end.took)")
        await world.resumeAll()
        try await world.run()
    },
    FaultCase(58, title: "the batch job ends in 60 s", [31, 0]) { world in
        await world.faults(tasks: [.task(1, .queue())])
        let soon = "\(SystemTimekeeper().now.secondsSince1970 + 60)"
        await world.end(of: try world.start("run", "task.yaml", with: ["SLURM_JOB_END_TIME": soon]))
        await world.resumeAll()
        try await world.run()
    },
    FaultCase(59, title: "stdout and stderr closed, full, or without a reader", everyRun: 0) { world in
        for stream in [Program.Stream.closed, .file("/dev/full"), .brokenPipe] {
            try world.forgetAll()
            await world.end(of: try world.start("run", "task.yaml", output: stream, errors: stream))
        }
    },
    FaultCase(59, title: "streams that take no text, and a failure", everyRun: 10) { world in
        try world.describe(from: world.desk.path("none"))
        for stream in [Program.Stream.closed, .file("/dev/full"), .brokenPipe] {
            await world.end(of: try world.start("run", "task.yaml", output: stream, errors: stream))
        }
    },
]

extension FaultWorld {
    /// Signals the program once it has made such a request.
    @discardableResult
    fileprivate func interrupt(_ number: Int32, at isTheMoment: @escaping @Sendable (StandInRequest) -> Bool) async throws -> Ended {
        let isThere = Flag()
        onRequest { if isTheMoment($0) { isThere.raise() } }
        let program = try start("run", "task.yaml")
        try await until(program) { isThere.isRaised }
        program.signal(number)
        return await end(of: program)
    }
}
