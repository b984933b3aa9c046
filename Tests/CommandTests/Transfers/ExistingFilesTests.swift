import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// A run never replaces at the destination what somebody else has put there, unless it is told to.
struct ExistingFilesTests {
    private let desk: Desk
    private let archive = "jasmin/gws/canari/19880901T0000Z"

    init() throws { desk = try Desk() }

    /// Output of a model: equal sizes in every run, times of its own.
    private func stage(_ text: String, in folder: String = "data", hour: Int, _ names: [String] = ["a.pp", "sub/b.nc"]) throws {
        for name in names {
            try desk.write("\(folder)/\(name)", text + " " + name)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_800_000_000 + Double(hour) * 3600)],
                ofItemAtPath: desk.path("\(folder)/\(name)"))
        }
    }

    private func run(_ service: LocalService, journal: String, _ more: String...) async throws -> Completed {
        try await Turns.programs.pass {
            try await desk.start(["run", "task.yaml", "--journal", desk.path(journal)] + more, service.environment).completed()
        }
    }

    private func submissionIDs(_ service: LocalService) -> Int {
        service.standIn.requests.count { $0.path == "/v0.10/submission_id" }
    }

    @Test func `a second workflow run does not replace the archive of the first one`() async throws {
        try stage("first", hour: 1)
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            #expect(try await run(service, journal: "one").status == 0)
            let archived = try desk.tree(archive)
            try stage("other", hour: 2)
            let ids = submissionIDs(service)
            let end = try await run(service, journal: "two")
            #expect(end.status == 44, "\(end.everything)")
            #expect(end.errors.contains("may differ: a.pp has the same"))
            #expect(end.errors.contains("write 'existing: replace' in 'to' if they may be replaced"))
            #expect(submissionIDs(service) == ids, "nothing is asked for that could become a task")
            #expect(try desk.tree(archive) == archived)
            let json = try JSONValue(text: try await run(service, journal: "three", "--json").output)["transfers"][0]
            #expect(json["status"] == "exists")
            #expect(json["existing"]["count"] == 2)
            #expect(json["existing"]["files"][1]["path"] == "sub/b.nc")
            #expect(json["existing"]["files"][1]["state"] == "may differ")
            #expect(json["existing"]["files"][0]["size"] == 10)
            #expect(json["existing"]["files"][0]["source_size"] == 10)
        }
    }

    @Test func `equal files are no obstacle, and one of another size is`() async throws {
        try stage("first", hour: 1)
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            #expect(try await run(service, journal: "one").status == 0)
            // The same source, whose journal was lost.
            #expect(try await run(service, journal: "two").status == 0)
            try stage("longer", hour: 1, ["a.pp"])
            let end = try await run(service, journal: "three")
            #expect(end.status == 44, "\(end.everything)")
            #expect(end.errors.contains("differs: a.pp has 10 bytes"), "\(end.everything)")
            #expect(!end.errors.contains("differs: sub/b.nc"))
        }
    }

    @Test(arguments: [("warn", true), ("replace", false)])
    func `what the description allows is replaced`(policy: String, isTold: Bool) async throws {
        try stage("first", hour: 1)
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            #expect(try await run(service, journal: "one").status == 0)
            try stage("other", hour: 2)
            try desk.describe(desk.description().replacingOccurrences(of: "{cycle}\"}", with: "{cycle}\", existing: \(policy)}"))
            let end = try await run(service, journal: "two")
            #expect(end.status == 0, "\(end.everything)")
            #expect(
                end.errors.contains("2 files at jasmin:/gws/canari/19880901T0000Z that this journal did not send will be replaced")
                    == isTold)
            #expect(try desk.tree(archive) == desk.tree("data"))
        }
    }

    @Test func `without a cycle files are replaced with a warning`() async throws {
        try stage("first", hour: 1)
        try desk.describe(desk.description(cycle: nil, to: "/gws/canari/latest"))
        try await LocalService.with(desk) { service in
            #expect(try await run(service, journal: "one").status == 0)
            try stage("other", hour: 2)
            let end = try await run(service, journal: "two")
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("that this journal did not send will be replaced"), "\(end.everything)")
        }
    }

    @Test func `what a transfer has sent itself it may replace`() async throws {
        try stage("first", hour: 1)
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(storage: [StorageFault("*b.nc", .drop)]))
            #expect(try await run(service, journal: "one").status == 60)
            await service.standIn.setFaults(StandInFaults())
            try stage("other", hour: 2)
            let failed = try await run(service, journal: "one")
            #expect(failed.status == 0, "after a task that failed: \(failed.everything)")
            try stage("third", hour: 3, ["a.pp"])
            let archived = try await run(service, journal: "one")
            #expect(archived.status == 0, "after an archive: \(archived.everything)")
            #expect(try desk.tree(archive) == desk.tree("data"))
            // New to this journal, and not to the destination.
            try desk.write(archive + "/c.pp", "somebody else's")
            try stage("fourth", hour: 4, ["c.pp"])
            let new = try await run(service, journal: "one")
            #expect(new.status == 44, "\(new.everything)")
            #expect(new.errors.contains("1 file at"), "\(new.everything)")
            #expect(new.errors.contains("c.pp"), "\(new.everything)")
        }
    }

    @Test func `a directory that may not be listed is told as a preflight would tell it`() async throws {
        try stage("first", hour: 1)
        try desk.describe(desk.description())
        try desk.write(archive + "/x", "x")
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(storage: [StorageFault("19880901T0000Z", .denyListing)]))
            let end = try await run(service, journal: "one")
            #expect(end.status == 23, "\(end.everything)")
            #expect(submissionIDs(service) == 0)
        }
    }

    @Test func `a check tells which files a run would find`() async throws {
        try stage("first", hour: 1)
        try stage("other", in: archive, hour: 2)
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            let end = try await desk.run("check", "task.yaml", with: service.environment)
            #expect(end.status == 0)
            #expect(end.output.contains("2 files of the same names and other content may be there already (may differ: a.pp"))
            #expect(end.output.contains("'pptransfer run' exits with status 44"))
        }
    }

    // MARK: two transfers

    private func describeTwo(_ one: String, _ two: String, to: String = "/gws/canari/{cycle}", _ more: String = "") throws {
        try desk.describe(
            desk.description("name: one\n" + more, from: desk.path(one), to: to) + "---\n"
                + desk.description("name: two\n" + more, from: desk.path(two), to: to))
    }

    @Test func `two documents that write the same file are refused before anything is submitted`() async throws {
        try stage("content one", in: "one", hour: 1, ["restart.nc", "one.nc"])
        try stage("content two", in: "two", hour: 1, ["restart.nc", "two.nc"])
        try describeTwo("one", "two", "clean: {source: delete}")
        try await LocalService.with(desk) { service in
            let environment = service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
            for arguments in [["run", "task.yaml"], ["run", "--dry-run", "task.yaml"]] {
                let end = try await Turns.programs.pass { try await desk.start(arguments, environment).completed() }
                #expect(end.status == 65, "\(end.everything)")
                #expect(end.everything.contains("task.yaml:1:1"), "\(end.everything)")
                #expect(end.everything.contains("task.yaml:9:1"), "\(end.everything)")
                #expect(end.everything.contains("would both write 1 file at jasmin:/gws/canari/19880901T0000Z"))
                #expect(end.everything.contains("restart.nc"))
                #expect(!end.everything.contains("one.nc"))
            }
            #expect(submissionIDs(service) == 0)
            #expect(!desk.exists(archive))
            let check = try await desk.run("check", "task.yaml", with: environment)
            #expect(check.status == 65, "\(check.everything)")
            #expect(check.output.contains("would both write 1 file"), "\(check.everything)")
            #expect(try desk.tree("one").count == 2)
            #expect(try desk.tree("two").count == 2)
        }
    }

    @Test func `a third transfer of the run is carried out, and transfers may share a directory`() async throws {
        try stage("content one", in: "one", hour: 1, ["restart.nc"])
        try stage("content two", in: "two", hour: 1, ["restart.nc"])
        try stage("three", in: "three", hour: 1, ["a.pp", "b.nc"])
        try describeTwo("one", "two")
        let text = String(decoding: try #require(desk.contents("suite/task.yaml")), as: UTF8.self)
        let three = ["pp", "nc"].map { desk.description("name: \($0)\nselect: {include: [\"*.\($0)\"]}", from: desk.path("three")) }
        try desk.describe(([text] + three).joined(separator: "---\n"))
        try await LocalService.with(desk) { service in
            let end = try await run(service, journal: "one", "--json")
            #expect(end.status == 65)
            let transfers = try JSONValue(text: end.output)["transfers"]
            #expect(transfers.array?.map { $0["status"] } == ["description", "description", "ok", "ok"])
            #expect(transfers[0]["shared"]["with"] == "u-ab123 19880901T0000Z two")
            #expect(transfers[0]["shared"]["files"] == ["restart.nc"])
            #expect(try desk.tree(archive).keys.sorted() == ["a.pp", "b.nc"])
        }
    }

    @Test func `a cycle does not replace what another cycle of the journal has archived or is sending`() async throws {
        func describe(_ cycle: String, _ more: String = "") throws {
            try desk.describe(desk.description(more, cycle: cycle, from: desk.path(cycle), to: "/gws/canari/all"))
        }
        // The same size and the same second: only the journal knows that these are two files.
        for cycle in ["1", "2", "3"] { try stage("cycle \(cycle)", in: cycle, hour: 1, ["restart.nc"]) }
        try await LocalService.with(desk) { service in
            try describe("1")
            #expect(try await run(service, journal: "one").status == 0)
            try describe("2")
            let archived = try await run(service, journal: "one")
            #expect(archived.status == 33, "\(archived.everything)")
            #expect(archived.output.contains("'u-ab123 1' of the same journal has archived 1 file"))
            #expect(archived.output.contains("'u-ab123 2'"))
            #expect(archived.errors.contains("write 'existing: replace' in 'to'"))
            #expect(archived.errors.contains("restart.nc"))
            #expect(desk.contents("jasmin/gws/canari/all/restart.nc") == Data("cycle 1 restart.nc".utf8))
            try desk.describe(
                desk.description(cycle: "2", from: desk.path("2"), to: "/gws/canari/all").replacingOccurrences(
                    of: "all\"}", with: "all\", existing: replace}"))
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*", .pause(message: "held"))]))
            #expect(try await run(service, journal: "one", "--no-wait").status == 31)
            try desk.describe(
                desk.description(cycle: "3", from: desk.path("3"), to: "/gws/canari").replacingOccurrences(
                    of: "canari\"}", with: "canari/all\", existing: replace}"))
            let live = try await run(service, journal: "one")
            #expect(live.status == 33, "\(live.everything)")
            #expect(live.output.contains("'u-ab123 2' of the same journal is sending 1 file"), "\(live.everything)")
        }
    }

    @Test func `nor does what was staged while a task of it was at work`() async throws {
        func describe(_ cycle: String) throws {
            try desk.describe(desk.description(cycle: cycle, from: desk.path(cycle), to: "/gws/canari/all"))
        }
        try stage("cycle 1", in: "1", hour: 1, ["start.nc"])
        try stage("cycle 2", in: "2", hour: 1, ["restart.nc"])
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(tasks: [.task(1, .queue())]))
            try describe("1")
            #expect(try await run(service, journal: "one", "--no-wait").status == 31)
            try describe("2")
            #expect(try await run(service, journal: "one").status == 0)
            try stage("cycle 1", in: "1", hour: 1, ["restart.nc"])
            for task in await service.standIn.tasks.map(\.id) { await service.standIn.resume(task) }
            try describe("1")
            let end = try await run(service, journal: "one")
            #expect(end.status == 33, "\(end.everything)")
            #expect(end.output.contains("'u-ab123 2' of the same journal has archived 1 file"), "\(end.everything)")
            #expect(desk.contents("jasmin/gws/canari/all/restart.nc") == Data("cycle 2 restart.nc".utf8))
        }
    }

    // MARK: one source, two destinations

    @Test func `a source with two destinations is deleted only when both are verified`() async throws {
        try stage("first", hour: 1)
        func text(_ name: String) -> String {
            desk.description("name: \(name)\nclean: {source: delete}", to: "/gws/\(name)/{cycle}")
        }
        try desk.describe(text("one") + "---\n" + text("two"))
        try await LocalService.with(desk) { service in
            let environment = service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
            await service.standIn.setFaults(StandInFaults(storage: [StorageFault("**/two/**/b.nc", .drop)]))
            let first = try await desk.run("run", "task.yaml", with: environment)
            #expect(first.status == 60, "\(first.everything)")
            #expect(first.output.contains("2 files kept until another transfer of the same source is verified"), "\(first.everything)")
            #expect(try desk.tree("data").count == 2)
            // One of them alone, whose record is that of the other one's failure.
            try desk.describe(text("one"))
            let alone = try await desk.run("run", "task.yaml", with: environment)
            #expect(alone.status == 0, "\(alone.everything)")
            #expect(alone.output.contains("kept until another"), "\(alone.everything)")
            #expect(alone.errors.contains("also sent by"), "\(alone.everything)")
            let clean = try await desk.run("clean", "u-ab123", "--all", "--delete", with: environment)
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(clean.errors.contains("a.pp: also sent by 'u-ab123 19880901T0000Z two'"), "\(clean.everything)")
            #expect(try desk.tree("data").count == 2)
            await service.standIn.setFaults(StandInFaults())
            try desk.describe(text("one") + "---\n" + text("two"))
            let second = try await desk.run("run", "task.yaml", with: environment)
            #expect(second.status == 0, "\(second.everything)")
            #expect(try desk.tree("data").isEmpty)
            for name in ["one", "two"] { #expect(try desk.tree("jasmin/gws/\(name)/19880901T0000Z").count == 2) }
        }
    }
}
