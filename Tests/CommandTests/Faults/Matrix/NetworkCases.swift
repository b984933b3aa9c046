import Foundation
import Globus
import Rehearsal
import TestSupport

/// F78, F79, F99: what stands between the program and Globus.
let networkCases: [FaultCase] =
    [302, 400, 405, 413, 431].flatMap { status in
        [
            FaultCase(78, title: "a page with \(status) once, to a submission that is repeated", [0]) { world in
                try await world.kill { $1.isAnswer(to: "POST /v0.10/transfer") }
                await world.faults(http: [HTTPFault(.submit, .html(status: status))])
                let before = world.ids
                world.demand(try await world.run(), says: "the answer \(status) (text/html) is not from Globus")
                world.demand(world.ids == before, "a new submission id was asked for")
                world.demand(await world.tasks().count == 1, "more than one task")
            },
            FaultCase(78, title: "a page with \(status) once, to a lost submission and then in the wait", [0]) { world in
                await world.faults(http: [
                    HTTPFault(.submit, .loseAnswer), HTTPFault(.submit, .html(status: status)), HTTPFault(.task, .html(status: status)),
                ])
                try await world.run()
                world.demand(world.standIn.faultUses.http == [1, 1, 1], "not every fault was met")
                world.demand(await world.tasks().count == 1 && world.ids == 1, "more than one task, or id")
            },
        ]
    } + [
        FaultCase(79, title: "handshakes are reset, answered by an alert and by plain text", [0]) { world in
            let front = try await TLSFront(to: world.standIn.port, handshakes: [.reset, .done, .alert, .done, .plain])
            defer { front.stop() }
            let end = await world.end(of: try world.start("run", "task.yaml", with: front.environment(path: world.standIn.path)))
            world.demand(end, says: "TLS handshake was broken off", "trying again")
            world.demand(await world.tasks().count == 1, "more than one task")
        },
        FaultCase(79, title: "the proxy answers CONNECT with 502, 503 and 504", [0]) { world in
            let front = try await TLSFront(to: world.standIn.port, connects: [502, 503, 504])
            defer { front.stop() }
            let end = await world.end(of: try world.start("run", "task.yaml", with: front.environmentByProxy(path: world.standIn.path)))
            world.demand(end, says: "refused the connection (502)", "trying again")
            world.demand(await world.tasks().count == 1, "more than one task")
        },
        FaultCase(79, title: "a certificate for another name is final", [30]) { world in
            let front = try await TLSFront(to: world.standIn.port, names: "DNS:elsewhere.example")
            defer { front.stop() }
            let end = await world.end(of: try world.start("run", "task.yaml", with: front.environment(path: world.standIn.path)))
            world.demand(end, says: "no trusted TLS connection to 0.0.0.0")
            world.demand(!end.text.contains("trying again") && world.standIn.requests.isEmpty, "it is tried again: \(end.text)")
        },
        left("the limit of waiting comes first", "{limit: 20m, outage: 3h}", job: .seconds(7200), status: 31, by: .seconds(1230)),
        left("the batch job's end comes first", "{limit: 5h, outage: 3h}", job: .seconds(1800), status: 31, by: .seconds(1800)),
        left("the outage that is allowed comes first", "{limit: 5h, outage: 10m}", job: .seconds(7200), status: 30, by: .seconds(700)),
    ]

/// Nobody answers from the middle of the wait on.
private func left(_ title: String, _ wait: String, job: Duration, status: Int32, by end: Duration) -> FaultCase {
    FaultCase(99, title: "an outage in the wait: \(title)", [.init(integerLiteral: status), 0]) { world in
        try world.describe("wait: \(wait)")
        await world.faults(tasks: [.label("*", .queue())])
        world.time.after(.seconds(10)) { await world.faults(http: [HTTPFault(.any, .refuse, .forever)]) }
        let took = try await world.run(leaveBy: world.time.now + job).took
        world.demand(took <= end, "left after \(took)")
        await world.noFaults()
        await world.resumeAll()
        world.demand(try await world.run(), says: "resumes Globus task")
        world.demand(await world.tasks().count == 1, "more than one task")
    }
}

extension FaultWorld {
    /// How many submission ids were asked for.
    fileprivate var ids: Int { standIn.requests.count { $0.path == "/v0.10/submission_id" } }
}
