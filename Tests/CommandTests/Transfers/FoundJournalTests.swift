import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Two runs of a workflow that Cylc has installed, and what somebody in a login shell sees of them.
struct FoundJournalTests {
    private let desk: Desk
    private let cycle = "19880901T0000Z"

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data(count: 1000))
        for run in ["run1", "run2"] { try desk.write("home/cylc-run/u-ab123/\(run)/log/x", "") }
        try desk.write("home/cylc-run/u-ab123/_cylc-install/x", "")
        try FileManager.default.createSymbolicLink(
            atPath: desk.path("home/cylc-run/u-ab123/runN"), withDestinationPath: "run2")
        try desk.describe(desk.description())
    }

    private func job(_ run: String) -> [String: String] {
        [
            "CYLC_WORKFLOW_ID": "u-ab123/\(run)", "CYLC_WORKFLOW_NAME": "u-ab123", "CYLC_TASK_CYCLE_POINT": cycle,
            "CYLC_WORKFLOW_SHARE_DIR": desk.path("home/cylc-run/u-ab123/\(run)/share"),
        ]
    }

    private func journal(_ run: String) -> String { desk.path("home/cylc-run/u-ab123/\(run)/share/pptransfer/rehearsal") }

    @Test func `both runs are in one table, and nothing is changed that could be of either`() async throws {
        try await LocalService.with(desk) { service in
            let shell = service.environment
            for (run, warnings) in [("run1", 0), ("run2", 1)] {
                let end = try await desk.run("run", "task.yaml", with: shell.merging(job(run)) { $1 })
                #expect(end.status == 0, "\(end.everything)")
                let warning =
                    "to.path: the run u-ab123/run1 has sent the cycle \(cycle) to the same directory; this is u-ab123/run2 (CYLC_WORKFLOW_ID); "
                    + "write {run} into the path to keep the archives of both runs"
                #expect(end.errors.components(separatedBy: warning).count == warnings + 1, "\(end.everything)")
            }
            let both = try await desk.run("status", "u-ab123", with: shell)
            #expect(both.status == 0, "\(both.everything)")
            #expect(both.errors == "journal of run1: \(journal("run1"))\njournal of run2: \(journal("run2"))\n")
            #expect(both.outputLines.count == 4)
            #expect(both.outputLines[0].contains(#/cycle +run +name +state .* archived since +task/#))
            #expect(both.outputLines[1].contains(#/19880901T0000Z +run1 +- +archived .* \d{4}-\d\d-\d\d \d\d:\d\d /#))
            #expect(both.outputLines[2].contains(#/19880901T0000Z +run2 +- +archived/#))
            #expect(both.outputLines[3] == "total: 2 of 2 cycles archived: 2 files, 2.0 kB. Nothing needs to be done.")

            for name in ["u-ab123/run2", "u-ab123/run2/", "u-ab123/runN"] {
                let one = try JSONValue(text: try await desk.run("status", name, "--json", with: shell).output)
                #expect(one["transfers"].array?.count == 1)
                #expect(one["transfers"][0]["run"] == "run2")
                #expect(one["transfers"][0]["journal"].string == journal("run2"))
                #expect(one["totals"]["archived_cycles"] == 1)
            }
            for command in ["rerun", "verify", "clean", "cancel", "receipt"] {
                let asked = try await desk.run(command, "u-ab123", "--cycle", cycle, with: shell)
                #expect(asked.status == 64, "\(command): \(asked.everything)")
                #expect(asked.errors.contains(" is in 2 journals; name one of them\n"), "\(asked.errors)")
                #expect(asked.errors.contains("    pptransfer \(command) u-ab123/run1 …\n"), "\(asked.errors)")
                let one = try await desk.run(command, "u-ab123/run1", "--cycle", cycle, with: shell)
                #expect(one.status == 0, "\(command): \(one.everything)")
            }
            let list = try await desk.run("status", "--journal", "-", with: shell)
            #expect(list.status == 0)
            #expect(list.outputLines.dropFirst().map { $0.contains("/rehearsal  run") && $0.hasSuffix("  u-ab123") } == [true, true])
            let json = try JSONValue(text: try await desk.run("status", "--journal", "-", "--json", with: shell).output)
            #expect(json["journals"][1]["directory"].string == journal("run2"))

            let digest = try await desk.run("report", "u-ab123", "--format", "text", with: shell)
            #expect(digest.status == 0, "\(digest.everything)")
            #expect(
                digest.output.contains(#/\nworkflow +cycles archived .*\nu-ab123/run1 +1 of 1 .*\nu-ab123/run2 +1 of 1 .*\ntotal +2 of 2 /#)
            )
            #expect(digest.output.contains("In the last 7 days: 1 transfer, 1 file, 1.0 kB archived."), "\(digest.output)")

            // What has run for real is what a second run would meet.
            let there = desk.path("home/cylc-run/u-ab123/run1/share/pptransfer")
            try FileManager.default.copyItem(atPath: there + "/rehearsal/u-ab123", toPath: there + "/u-ab123")
            let valid = try await desk.run("validate", "task.yaml")
            #expect(valid.output.contains("warning: to.path: the run u-ab123/run1 has sent to the same directories"), "\(valid.everything)")
            try desk.describe(desk.description(to: "/gws/canari/{run}/{cycle}"))
            #expect(!(try await desk.run("validate", "task.yaml").output.contains("warning:")))
        }
    }

    @Test func `what another run still sends stays at the source, and what it has archived keeps its second copy`() async throws {
        try await LocalService.with(desk) { service in
            let shell = service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { $1 }
            for run in ["run1", "run2"] {
                let end = try await desk.run("run", "task.yaml", with: shell.merging(job(run)) { $1 })
                #expect(end.status == 0, "\(end.everything)")
            }
            let forgotten = try await desk.run("records", "forget", "u-ab123/run1", "--all", "--yes", with: shell)
            #expect(forgotten.status == 0, "\(forgotten.everything)")
            try FileManager.default.removeItem(atPath: desk.path("home/cylc-run/u-ab123/run2"))
            let receipt = try await desk.run("receipt", "u-ab123", cycle, with: shell)
            #expect(receipt.status == 0, "\(receipt.everything)")
        }
        try FileManager.default.removeItem(atPath: desk.path("home/.local"))
        try await LocalService.with(desk) { service in
            let shell = service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { $1 }
            #expect(try await desk.run("run", "task.yaml", with: shell.merging(job("run1")) { $1 }).status == 0)
            await service.standIn.setFaults(StandInFaults(tasks: [.task(1, .queue())]))
            try desk.describe(desk.description(to: "/gws/canari/other/{cycle}"))
            let begun = try await desk.run("run", "--no-wait", "task.yaml", with: shell.merging(job("run2")) { $1 })
            #expect(begun.status == 31, "\(begun.everything)")
            let clean = try await desk.run("clean", "u-ab123/run1", "--all", "--delete", with: shell)
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(clean.everything.contains("u-ab123"), "\(clean.everything)")
            #expect(desk.exists("data/a.pp"))
        }
    }

    @Test func `where the jobs ran on another host, the message says what to type there`() async throws {
        let end = try await desk.run("status", "u-ab123")
        #expect(end.status == 13)
        #expect(end.errors.hasPrefix("error: no record of workflow 'u-ab123'\n    looked in "), "\(end.errors)")
        #expect(
            end.errors.contains(
                "none of its runs has a journal (share/pptransfer) on this host\n    If its jobs run on another host, as with PUMA2 and ARCHER2, "
                    + "the journal is there:\n        ssh HOST pptransfer status u-ab123\n"), "\(end.errors)")
    }

    @Test func `a journal that would not be found is in the commands that are printed`() async throws {
        try await LocalService.with(desk, rate: 1) { service in
            let end = try await desk.run("run", "--no-wait", "--journal", desk.path("own"), "task.yaml", with: service.environment)
            #expect(end.status == 31, "\(end.everything)")
            #expect(end.errors.contains("pptransfer status u-ab123 --refresh --journal \(desk.path("own"))\n"), "\(end.errors)")
            #expect(end.errors.contains("pptransfer cancel u-ab123 --cycle \(cycle) --journal \(desk.path("own"))\n"), "\(end.errors)")
            let found = try await desk.run("run", "--no-wait", "task.yaml", with: service.environment)
            #expect(found.errors.contains("pptransfer status u-ab123 --refresh\n"), "\(found.errors)")
        }
    }

    @Test(
        arguments: [
            (["u-ab123/run2", "u-ab123"], 0, "/gws/canari/run2/19880901T0000Z"), (["u-ab123/x/run1", "u-ab123/x"], 0, "/gws/canari/run1/"),
            (["u-ab123", "u-ab123"], 65, "to.path: '{run}' has no value: the workflow 'u-ab123' was installed without a run name"),
            (["", "u-ab123"], 65, "to.path: '{run}' has no value: CYLC_WORKFLOW_ID is not set"),
        ] as [([String], Int32, String)])
    func `the run's name is part of a path`(workflow: [String], status: Int32, text: String) async throws {
        try desk.describe(desk.description(to: "/gws/canari/{run}/{cycle}"))
        let environment = ["CYLC_WORKFLOW_ID": workflow[0], "CYLC_WORKFLOW_NAME": workflow[1]]
        let end = try await desk.run("run", "--dry-run", "task.yaml", with: environment)
        #expect(end.status == status, "\(end.everything)")
        #expect(end.everything.contains(text), "\(end.everything)")
    }
}
