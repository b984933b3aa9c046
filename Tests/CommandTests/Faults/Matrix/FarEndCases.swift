import Foundation
import Rehearsal
import Testing

@testable import PPTransfer

/// F49: bytes that change once Globus has looked at them. Only somebody who reads them there can know.
let farEndCases: [FaultCase] = [
    read("a bit flipped", .flip, says: "other content: sub/b.nc has sha256:"),
    read("an older version of the same size", .stale, says: "other content: sub/b.nc has sha256:"),
    read("two files exchanged", .exchange(with: "c.nc"), says: "which is sub/c.nc's", "which is sub/b.nc's"),
]

private func read(_ title: String, _ effect: StorageFault.Effect, says words: String...) -> FaultCase {
    FaultCase(49, title: "after the service's own checksum: \(title)", [60, 0, 0]) { world in
        try world.desk.write("data/sub/c.nc", Data((0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 13 >> 2) }))
        // Whichever of the two comes last, both are there.
        let pattern = if case .exchange = effect { "*c.nc" } else { "*b.nc" }
        let lie: StorageFault.Effect = if case .exchange = effect { .exchange(with: "b.nc") } else { effect }
        await world.faults(storage: [StorageFault("/gws/" + pattern, lie, .once)])
        try world.describe("verify: {level: digest}")
        try await world.archive()
        let end = try await world.readBack()
        for word in words { world.demand(end, says: word) }
        try await world.run()
        try await world.readBack()
    }
}

extension FaultWorld {
    /// Asks for a list and a job, runs the job at the destination, gives its report to the program.
    @discardableResult
    func readBack() async throws -> Ended {
        let which = ["u-ab123", "--cycle", "19880901T0000Z"]
        _ = try await end(ofUnjudged: start(arguments: ["verify"] + which + ["--via", "manifest", "--output", "asked"]))
        let job = try Program(
            ["/bin/sh", desk.suite + "/asked/u-ab123.19880901T0000Z.sh", desk.path("jasmin/gws/canari/19880901T0000Z")], in: "/",
            environment: desk.environment)
        _ = await job.completed()
        return await end(of: try start(arguments: ["verify"] + which + ["--report", "asked/u-ab123.19880901T0000Z.report"]))
    }
}
