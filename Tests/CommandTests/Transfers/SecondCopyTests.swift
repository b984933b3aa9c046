import Foundation
import Globus
import TestSupport
import Testing

/// Receipts that outlive the journal.
struct SecondCopyTests {
    private let desk: Desk
    private let cycles = ["19880901T0000Z", "19881001T0000Z"]

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 1000))
    }

    /// With a journal as a workflow has it, which `cylc clean` removes.
    private func archive(_ service: LocalService, _ more: [String: String] = [:]) async throws -> [String: String] {
        let environment = service.environment.merging(["PPTRANSFER_JOURNAL": desk.path("share/pptransfer")]) { $1 }.merging(more) { $1 }
        for cycle in cycles {
            try desk.describe(desk.description(cycle: cycle))
            let end = try await desk.run("run", "task.yaml", with: environment)
            #expect(end.status == 0, "\(end.everything)")
        }
        return environment
    }

    private let copies = "home/.local/state/pptransfer/receipts/.rehearsal/u-ab123"

    @Test func `after the journal is gone, what was archived is still told, and where that is from`() async throws {
        try await LocalService.with(desk) { service in
            let environment = try await archive(service)
            let copies = try desk.tree(copies)
            #expect(copies.count == 2 && copies.values.allSatisfy { $0.count < 3000 }, "\(copies.keys)")
            let text = copies.values.map { String(decoding: $0, as: UTF8.self) }.joined()
            #expect(!text.contains("select") && !text.contains("access_token") && text.contains("\"manifest\":\"sha256:"))
            let before = try await desk.run("receipt", "u-ab123", "--cycle", cycles[0], with: environment)
            #expect(!before.errors.contains("second copies"), "\(before.everything)")
            try FileManager.default.removeItem(atPath: desk.path("share"))

            let receipt = try await desk.run("receipt", "u-ab123", "--cycle", cycles[0], with: environment)
            #expect(receipt.status == 0 && receipt.output == before.output, "\(receipt.everything)")
            #expect(receipt.errors.contains("this is from the second copies of the receipts in"), "\(receipt.everything)")
            let missing = try await desk.run("status", "u-ab123", "--missing", "19880901T0000Z..19881101T0000Z", with: environment)
            #expect(missing.status == 13 && missing.output.contains("19881101T0000Z") && !missing.output.contains(cycles[0]))
            #expect(missing.errors.contains("second copies"), "\(missing.everything)")
            let report = try await desk.run("report", "u-ab123", "--format", "markdown", with: environment)
            #expect(report.status == 0 && report.output.contains("2 of 2 cycles archived") && report.errors.contains("second copies"))
            // The gate of a deletion does not trust what another run of the workflow may have written.
            let gate = try await desk.run(
                "receipt", "u-ab123", with: environment.merging(["CYLC_TASK_CYCLE_POINT": cycles[0]]) { $1 })
            #expect(gate.status == 61, "\(gate.everything)")
            // Nor does a run: it asks Globus, and compares.
            let run = try await desk.run("rerun", "u-ab123", "--cycle", cycles[0], with: environment)
            #expect(run.status != 0, "\(run.everything)")
        }
    }

    @Test func `a copy tells what a later look found, and copies of others are not believed`() async throws {
        try await LocalService.with(desk) { service in
            let environment = try await archive(service)
            try FileManager.default.removeItem(atPath: desk.path("jasmin/gws/canari/\(cycles[0])/a.pp"))
            let verify = try await desk.run("verify", "u-ab123", "--all", with: environment)
            #expect(verify.status == 60, "\(verify.everything)")
            try FileManager.default.removeItem(atPath: desk.path("share"))
            let receipt = try await desk.run("receipt", "u-ab123", "--cycle", cycles[0], with: environment)
            #expect(receipt.status == 61 && receipt.errors.contains("1 file missing there since"), "\(receipt.everything)")
            let status = try await desk.run("status", "u-ab123", with: environment)
            #expect(status.status == 60 && status.output.contains("archived, missing since"), "\(status.everything)")
            for name in try desk.tree(copies).keys where name.hasPrefix(cycles[1]) {
                let text = String(decoding: try #require(desk.contents(copies + "/" + name)), as: UTF8.self)
                try desk.write(copies + "/" + name, text.replacingOccurrences(of: cycles[1], with: "19990101T0000Z"))
            }
            let other = try await desk.run("receipt", "u-ab123", "--cycle", "19990101T0000Z", with: environment)
            #expect(other.status == 61, "\(other.everything)")
        }
    }

    @Test(arguments: ["none", "", "blocked"]) func `copies can be switched off, and are never a reason to fail`(place: String) async throws
    {
        try desk.write("blocked", "a file in the way")
        let value = place == "blocked" ? desk.path("blocked") : place
        try await LocalService.with(desk) { service in
            let environment = try await archive(service, ["PPTRANSFER_RECEIPTS": value])
            #expect(!desk.exists(copies))
            let end = try await desk.run("rerun", "u-ab123", "--cycle", cycles[0], with: environment)
            #expect(end.errors.contains("the second copy of the receipt is missing") == (place == "blocked"), "\(end.everything)")
        }
    }
}
