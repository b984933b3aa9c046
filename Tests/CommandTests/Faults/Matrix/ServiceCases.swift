import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// F22–F24: the service is out of reach, or makes no sense.
let serviceCases: [FaultCase] =
    [
        FaultCase(22, title: "nobody listens for 4 s during the wait", [0]) { world in
            await world.faults(http: [HTTPFault(.task, .outage(.seconds(4)))], tasks: [.task(1, .queue(for: .milliseconds(100)))])
            world.demand(await world.end(of: try world.start("run", "task.yaml")), says: "trying again in")
        },
        outage("60 s", .seconds(60), status: 0),
        outage("60 min", .seconds(3600), status: 0),
        outage("3 h, longer than is allowed", .seconds(10_800), status: 30),
        FaultCase(23, title: "a name that cannot be resolved", [30]) { world in
            let name = String(repeating: "n", count: 64) + ".invalid"
            world.demand(try await world.elsewhere("https://" + name), says: "the name \(name) cannot be resolved (DNS)")
        },
        FaultCase(23, title: "a certificate that nobody vouches for", [30]) { world in
            try await SecureServer.with(world.desk) { server in
                world.demand(
                    try await world.elsewhere("https://127.0.0.1:\(server.port)"), says: "no trusted TLS connection to 127.0.0.1")
            }
        },
        FaultCase(23, title: "a proxy that wants a login", [30]) { world in
            let proxy = try LoopbackServer(
                .raw("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
            defer { proxy.stop() }
            let end = try await world.elsewhere("https://0.0.0.0:1", with: ["HTTPS_PROXY": proxy.base, "https_proxy": proxy.base])
            world.demand(end, says: "(https_proxy) requires a login (407)")
        },
    ]
    + nonsense.map { title, effect in
        FaultCase(24, title: "\(title), twice from each route", [0]) { world in
            let routes: [HTTPFault.Route] = [.token, .taskList, .submissionID, .submit, .task, .list]
            await world.faults(http: routes.map { HTTPFault($0, effect, .times(2)) })
            try await world.run()
            world.demand(world.standIn.faultUses.http.allSatisfy { $0 == 2 }, "not every fault was met: \(world.standIn.faultUses.http)")
            world.demand(await world.tasks().count == 1, "more than one task")
        }
    }
    + nonsense.map { title, effect in
        FaultCase(24, title: "\(title), for ever", [30, 0]) { world in
            await world.faults(http: [HTTPFault(.task, effect, .forever)])
            try await world.run()
            await world.noFaults()
            try await world.run()
            world.demand(await world.tasks().count == 1, "more than one task")
        }
    }

private let nonsense: [(String, HTTPFault.Effect)] = [
    ("half a body", .truncate(bytes: nil)), ("less body than promised", .cut(bytes: nil)), ("no body", .empty), ("no JSON", .notJSON),
    ("a proxy's page with 200", .html(status: 200)),
]

private func outage(_ title: String, _ length: Duration, status: Int32) -> FaultCase {
    FaultCase(22, title: "refused for \(title) during the wait", status == 0 ? [0] : [.init(integerLiteral: status), 0]) { world in
        await world.faults(tasks: [.label("*", .queue())])
        world.time.after(.seconds(10)) { await world.faults(http: [HTTPFault(.any, .refuse, .forever)]) }
        world.time.after(length + .seconds(10)) {
            await world.noFaults()
            await world.resumeAll()
        }
        let end = try await world.run()
        world.demand(end, says: "trying again in", "broke off")
        world.demand(length < .seconds(3600) || end.text.contains("without success, trying again"), "no heartbeat: \(end.text)")
        guard status != 0 else { return }
        world.demand(end, says: "the Globus task continues")
        await world.noFaults()
        await world.resumeAll()
        try await world.run()
        world.demand(await world.tasks().count == 1, "more than one task")
    }
}

extension FaultWorld {
    /// Runs the program against another address than the stand-in's.
    fileprivate func elsewhere(_ base: String, with extra: [String: String] = [:]) async throws -> Ended {
        try describe("wait: {outage: 1s}")
        return await end(of: try start("run", "task.yaml", with: Desk.service(base).merging(extra) { $1 }))
    }
}
