import Foundation
import Globus
import TestSupport
import Testing

/// Data and workflows move after they were archived: the journal is told, and believes only what it finds.
struct RecordsTests {
    private let desk: Desk
    private static let cycles = ["19880901T0000Z", "19881001T0000Z"]

    init() throws {
        desk = try Desk()
        for cycle in Self.cycles { try desk.write("staged/\(cycle)/a.pp", "data of \(cycle)") }
        try desk.describe(
            """
            pptransfer: 1
            workflow: u-ab123
            from: {collection: archer2, path: "\(desk.path("staged"))/{cycle}"}
            to: {collection: jasmin, path: "/gws/old/{workflow}/{cycle}"}
            """)
    }

    private func archive(_ cycles: [String], _ environment: [String: String]) async throws {
        for cycle in cycles {
            let end = try await desk.run("run", "task.yaml", with: environment.merging(["CYLC_TASK_CYCLE_POINT": cycle]) { $1 })
            #expect(end.status == 0, "\(end.everything)")
        }
    }

    private func world(rate: Int64? = nil, _ body: ([String: String]) async throws -> Void) async throws {
        try await LocalService.with(desk, rate: rate) { service in
            try await body(service.environment.merging(["PPTRANSFER_JOURNAL": desk.path("journal")]) { $1 })
        }
    }

    @Test func `files that were moved count at their new place only if all of them are there`() async throws {
        try await world { environment in
            try await archive(Self.cycles, environment)
            let archived = desk.path("jasmin/gws")
            try FileManager.default.createDirectory(atPath: archived + "/new", withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: archived + "/old/u-ab123/19880901T0000Z", toPath: archived + "/new/19880901T0000Z")
            // Whoever looks at the former place first loses nothing by it.
            #expect(try await desk.run("verify", "u-ab123", "--cycle", "19880901T0000Z", with: environment).status == 60)
            let move = ["records", "move", "u-ab123", "--to", "/gws/new/{cycle}"]

            let plan = try await desk.start(move, environment).completed()
            #expect(plan.status == 0 && plan.output.contains("would be at jasmin:/gws/new/19880901T0000Z"), "\(plan.everything)")
            #expect(plan.errors.contains("nothing was changed; add --yes"))
            let move2 = try await desk.start(move + ["--yes"], environment).completed()
            #expect(move2.status == 60, "\(move2.everything)")
            #expect(move2.output.contains("19880901T0000Z: 1 file found by size at jasmin:/gws/new/19880901T0000Z"), "\(move2.output)")
            #expect(
                move2.output.contains("19881001T0000Z: 1 of 1 files are not as verified at jasmin:/gws/new/19881001T0000Z: missing: a.pp"))

            let receipt = try await desk.run("receipt", "u-ab123", "19880901T0000Z", with: environment)
            #expect(receipt.status == 0 && receipt.output.contains("to       jasmin:/gws/new/19880901T0000Z"), "\(receipt.everything)")
            #expect(receipt.output.contains(" from jasmin:/gws/old/u-ab123/19880901T0000Z"))
            #expect(try await desk.run("verify", "u-ab123", "--all", with: environment).status == 0)
            // pptransfer did not send the files there: the copy at the source stays.
            let clean = try await desk.run("clean", "u-ab123", "--cycle", "19880901T0000Z", "--delete", with: environment)
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.exists("staged/19880901T0000Z/a.pp"))
        }
    }

    @Test func `a note, another name and a forgotten record`() async throws {
        try await world { environment in
            try await archive(Self.cycles, environment)
            func run(_ text: String) async throws -> Completed {
                try await desk.start(text.split(separator: " ").map(String.init), environment).completed()
            }

            #expect(try await run("records note u-ab123 --cycle 19880901T0000Z --text holding-77 --yes").status == 0)
            let verified = try await run("verify u-ab123 --all")
            #expect(verified.status == 0 && verified.errors.contains("left out; lies elsewhere now: holding-77"), "\(verified.everything)")
            #expect(try await run("status u-ab123").output.contains("holding-77"))
            #expect(try await run("receipt u-ab123 19880901T0000Z").output.contains("lies elsewhere now: holding-77"))

            let renamed = try await run("records rename u-ab123 --as u-zz999 --yes")
            #expect(renamed.status == 0, "\(renamed.everything)")
            #expect(try await run("receipt u-ab123 19880901T0000Z").status != 0)
            #expect(try await run("receipt u-zz999 19880901T0000Z").status == 0)
            #expect(try await run("verify u-zz999 --cycle 19881001T0000Z").status == 0)
            #expect(try !FileManager.default.contentsOfDirectory(atPath: desk.path("journal/rehearsal")).contains("u-ab123"))

            #expect(try await run("records forget u-zz999 --cycle 19881001T0000Z").output.contains("would be forgotten: 1 file"))
            let forgotten = try await run("records forget u-zz999 --cycle 19881001T0000Z --yes")
            #expect(forgotten.status == 0, "\(forgotten.everything)")
            #expect(desk.exists("journal/rehearsal/u-zz999/19881001T0000Z.json.forgotten"))
            #expect(try await !run("status u-zz999").output.contains("19881001T0000Z"))
        }
    }

    @Test func `a record stays while a task may be at work`() async throws {
        try await world(rate: 1) { environment in
            var first = environment
            first["CYLC_TASK_CYCLE_POINT"] = Self.cycles[0]
            #expect(try await desk.run("run", "task.yaml", "--no-wait", with: first).status == 31)
            for change in [["forget", "u-ab123"], ["rename", "u-ab123", "--as", "u-other"]] {
                let end = try await desk.start(["records"] + change + ["--cycle", Self.cycles[0], "--yes"], environment).completed()
                #expect(end.status == 31 && end.output.contains("may be at work"), "\(end.everything)")
            }
            let known = ["records", "forget", "u-ab123", "--cycle", Self.cycles[0], "--yes", "--forget-task"]
            #expect(try await desk.start(known, environment).completed().status == 0)
        }
    }

    @Test func `a record is not renamed over another`() async throws {
        try await world { environment in
            try await archive([Self.cycles[0]], environment)
            try desk.describe(
                """
                pptransfer: 1
                workflow: u-other
                from: {collection: archer2, path: "\(desk.path("staged"))/{cycle}"}
                to: {collection: jasmin, path: "/gws/old/{workflow}/{cycle}"}
                """)
            try await archive([Self.cycles[0]], environment)
            let clash = try await desk.run("records", "rename", "u-other", "--as", "u-ab123", "--yes", with: environment)
            #expect(clash.status == 33 && clash.output.contains("has a record of its own"), "\(clash.everything)")
            #expect(try await desk.run("receipt", "u-other", Self.cycles[0], with: environment).status == 0)
        }
    }

    @Test func `what failed is sent to another place, and from another place`() async throws {
        try await world { environment in
            var first = environment
            first["CYLC_TASK_CYCLE_POINT"] = "19881101T0000Z"
            #expect(try await desk.run("run", "task.yaml", with: first).status == 10)
            try desk.write("kept/19881101T0000Z/a.pp", "late")
            let rerun = [
                "rerun", "u-ab123", "--failed", "--to", "jasmin:/gws/new/{workflow}/{cycle}", "--from", desk.path("kept") + "/{cycle}",
            ]
            let plan = try await desk.start(rerun + ["--dry-run"], environment).completed()
            #expect(plan.status == 0 && plan.output.contains("jasmin:/gws/new/u-ab123/19881101T0000Z"), "\(plan.everything)")
            let end = try await desk.start(rerun, environment).completed()
            #expect(end.status == 0, "\(end.everything)")
            #expect(desk.contents("jasmin/gws/new/u-ab123/19881101T0000Z/a.pp") == Data("late".utf8))
            let wrong = try await desk.run(
                "rerun", "u-ab123", "--cycle", "19881101T0000Z", "--to", "jasmin:/gws/{cycel}", with: environment)
            #expect(wrong.status == 64 && wrong.errors.contains("did you mean '{cycle}'?"), "\(wrong.everything)")
        }
    }

    @Test func `what still has to leave a site that has ended is listed`() async throws {
        try await world { environment in
            try desk.write(
                "ended.yaml", "archer2: {collection: \(Desk.archer2), name: Archer2 file systems, until: 2020-01-01}\n")
            let environment = environment.merging(["PPTRANSFER_SITES": desk.path("ended.yaml")]) { $1 }
            try await archive([Self.cycles[0]], environment)
            var late = environment
            late["CYLC_TASK_CYCLE_POINT"] = "19881101T0000Z"
            #expect(try await desk.run("run", "task.yaml", with: late).status == 10)
            let sentence = "archer2 ended on 2020-01-01: 1 transfer still has to leave it (19881101T0000Z)"
            let status = try await desk.run("status", "u-ab123", with: environment)
            #expect(status.output.contains(sentence), "\(status.everything)")
            for format in ["text", "markdown", "html"] {
                let report = try await desk.run("report", "u-ab123", "--format", format, with: environment)
                #expect(report.output.replacing("\n  ", with: " ").contains("1 transfer still has to leave it"), "\(report.everything)")
            }
            let json = try JSONValue(text: try await desk.run("status", "u-ab123", "--json", with: environment).output)
            #expect(json["ended_sites"][0]["leaving"] == 1)
        }
    }

    @Test func `a file that was missing and is back with its size stays at the source`() async throws {
        try await world { environment in
            try await archive([Self.cycles[0]], environment)
            let arrived = "jasmin/gws/old/u-ab123/19880901T0000Z/a.pp"
            let count = try #require(desk.contents(arrived)).count
            try FileManager.default.removeItem(atPath: desk.path(arrived))
            #expect(try await desk.run("verify", "u-ab123", "--all", with: environment).status == 60)
            try desk.write(arrived, Data(repeating: 120, count: count))
            #expect(try await desk.run("verify", "u-ab123", "--all", with: environment).status == 0)
            let staged = desk.path("staged/19880901T0000Z")
            let receipt = try await desk.run("receipt", "u-ab123", "19880901T0000Z", "--staged", staged, with: environment)
            #expect(receipt.status == 61, "\(receipt.everything)")
            let clean = try await desk.run(
                "clean", "u-ab123", "--all", "--delete", with: environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { $1 })
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.exists("staged/19880901T0000Z/a.pp"))
        }
    }

    @Test func `the record before a damaged one proves nothing, and what cannot be read is the status`() async throws {
        try await world { environment in
            try await archive(Self.cycles, environment)
            try desk.write("journal/rehearsal/u-ab123/19880901T0000Z.json", "{")
            let deleting = environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { $1 }
            for more in [[], ["--delete"]] {
                let end = try await desk.start(["clean", "u-ab123", "--cycle", "19880901T0000Z"] + more, deleting).completed()
                #expect(end.status == 71, "\(end.everything)")
            }
            #expect(desk.exists("staged/19880901T0000Z/a.pp"))
            try desk.write("journal/rehearsal/u-ab123/19880901T0000Z.json.previous", "{")
            for command in [["verify", "--all"], ["records", "note", "--all", "--text", "tape", "--yes"], ["clean", "--all"]] {
                let end = try await desk.start(command + ["u-ab123"], environment).completed()
                #expect(end.status == 71, "\(command): \(end.everything)")
            }
        }
    }

    @Test func `a forgotten cycle is in no second copy either, wherever it was archived`() async throws {
        try await world { environment in
            let environment = environment.merging(["PPTRANSFER_RECEIPTS": desk.path("receipts")]) { $1 }
            try await archive([Self.cycles[0]], environment)
            let again = ["rerun", "u-ab123", "--cycle", Self.cycles[0], "--to", "/gws/new/{cycle}"]
            #expect(try await desk.start(again, environment).completed().status == 33)
            #expect(try await desk.start(again + ["--archive-again"], environment).completed().status == 0)
            let forget = ["records", "forget", "u-ab123", "--cycle", Self.cycles[0], "--yes"]
            #expect(try await desk.start(forget, environment).completed().status == 0)
            #expect(try await desk.run("receipt", "u-ab123", Self.cycles[0], with: environment).status == 61)
            #expect(try await desk.run("status", "u-ab123", with: environment).status == 13)
        }
    }

    @Test func `a slip in a place leaves the receipt, and archiving fewer files again says what is left out`() async throws {
        try await world { environment in
            try desk.write("staged/\(Self.cycles[0])/b.pp", "b")
            try await archive([Self.cycles[0]], environment)
            let again = ["rerun", "u-ab123", "--cycle", Self.cycles[0], "--archive-again"]
            let slip = try await desk.start(again + ["--from", desk.path("nowhere")], environment).completed()
            #expect(slip.status == 10, "\(slip.everything)")
            let receipt = try await desk.run("receipt", "u-ab123", Self.cycles[0], with: environment)
            #expect(receipt.status == 0, "\(receipt.everything)")
            let status = try await desk.run("status", "u-ab123", with: environment)
            #expect(status.status == 0 && status.output.contains("archived"), "\(status.everything)")

            try desk.write("part/a.pp", "a")
            let fewer = try await desk.start(again + ["--from", desk.path("part"), "--to", "/gws/new/{cycle}"], environment).completed()
            #expect(fewer.status == 0, "\(fewer.everything)")
            let left = "1 file at jasmin:/gws/old/u-ab123/\(Self.cycles[0]) that this transfer does not have"
            #expect(fewer.errors.contains(left), "\(fewer.errors)")
        }
    }
}
