import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// What was verified once and has been replaced since by a file of the same size must not cost its source.
struct ReplacedTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/o.pp", "first")
        try age("data/o.pp", 500_000_000)
    }

    private func age(_ path: String, _ seconds: Double) throws {
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: desk.path(path))
    }

    private func deleting(_ service: LocalService) -> [String: String] {
        service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
    }

    @Test(arguments: [true, false])
    func `an archive that a later cycle has replaced costs no source`(keepsTimes: Bool) async throws {
        let options = "transfer: {preserve_timestamp: \(keepsTimes)}"
        try desk.describe(desk.description(options, to: "/gws/one"))
        try desk.write("second/o.pp", "other")
        try age("second/o.pp", keepsTimes ? 500_000_100 : 500_000_000)
        let later = desk.description(options, cycle: "19881001T0000Z", from: desk.path("second"), to: "/gws/one")
        try desk.describe(later.replacing("to: {", with: "to: {existing: replace, "), as: "later.yaml")
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(try await desk.run("run", "later.yaml", with: service.environment).status == 0)
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(clean.errors.contains("o.pp: "))
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
        }
    }

    @Test func `a file of the same size that somebody wrote at the destination costs no source`() async throws {
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try desk.write("jasmin/gws/canari/19880901T0000Z/o.pp", "forge")
            try desk.describe(desk.description("clean: {source: delete}"))
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 61, "\(end.everything)")
            #expect(end.errors.contains("its modification time at the destination differs"), "\(end.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
        }
    }

    @Test func `what an interrupted task has left whole is compared, and costs its source afterwards`() async throws {
        let left = "jasmin/gws/canari/19880901T0000Z/o.pp"
        try desk.write(left, "first")
        let deletes = desk.description("clean: {source: delete}").replacing("to: {", with: "to: {existing: replace, ")
        try desk.describe(deletes)
        try await LocalService.with(desk) { service in
            // Written after the task began: it may be another file than the one that was compared.
            try age(left, Date().timeIntervalSince1970 + 86_400)
            let early = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(early.status == 61, "\(early.everything)")
            #expect(early.errors.contains("its modification time at the destination differs"), "\(early.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))

            try age(left, 600_000_000)
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 0, "\(end.everything)")
            #expect(desk.contents("data/o.pp") == nil)
        }
    }

    @Test func `an explained time explains no other`() async throws {
        let left = "jasmin/gws/canari/19880901T0000Z/o.pp"
        try desk.write(left, "first")
        try age(left, 600_000_000)
        let keeps = desk.description().replacing("to: {", with: "to: {existing: replace, ")
        try desk.describe(keeps)
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try desk.write(left, "forge")
            let end = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(end.status == 61, "\(end.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
            try desk.write(left, "first")
            try age(left, 600_000_000)
            let again = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(again.status == 0, "\(again.everything)")
            #expect(desk.contents("data/o.pp") == nil)
        }
    }

    @Test func `a file that was never sent stays at the source, also after another one was lost and sent again`() async throws {
        let directory = "jasmin/gws/canari/19880901T0000Z/"
        try desk.write(directory + "o.pp", "other")
        try age(directory + "o.pp", 500_000_000)
        try desk.write("data/p.pp", "p")
        let description = desk.description("transfer: {sync: mtime}").replacing("to: {", with: "to: {existing: replace, ")
        try desk.describe(description)
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try FileManager.default.removeItem(atPath: desk.path(directory + "p.pp"))
            try desk.write("data/q.pp", "q")
            let again = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(again.status == 0, "\(again.everything)")
            #expect(desk.contents(directory + "p.pp") == Data("p".utf8))
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
            #expect(desk.contents("data/p.pp") == nil)
            #expect(desk.contents("data/q.pp") == nil)
        }
    }

    @Test func `a task that did not look at a file that was replaced says nothing of it`() async throws {
        let there = "jasmin/gws/canari/19880901T0000Z/o.pp"
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try desk.write(there, "forge")
            try age(there, 600_000_000)
            // The first finds its other time, and neither sends or compares it.
            for name in ["p.pp", "q.pp"] {
                try desk.write("data/" + name, name)
                #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            }
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
            #expect(desk.contents("data/q.pp") == nil)
        }
    }

    @Test func `a file that was never sent and is no longer selected is not one of those that are compared once more`() async throws {
        let there = "jasmin/gws/canari/19880901T0000Z/o.pp"
        try desk.write(there, "other")
        try age(there, 500_000_000)
        try desk.write("data/p.pp", "p")
        func describe(_ more: String) throws {
            try desk.describe(desk.description(more).replacing("to: {", with: "to: {existing: replace, "))
        }
        try describe("transfer: {sync: mtime}")
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try desk.write("data/q.pp", "q")
            try describe("select: {exclude: [o.pp]}\nclean: {source: delete}")
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 61, "\(end.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
            #expect(desk.contents("data/q.pp") == nil)
            // Selected again, it is compared, and sent.
            try describe("clean: {source: delete}")
            let last = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(last.status == 0, "\(last.everything)")
            #expect(desk.contents(there) == Data("first".utf8))
            #expect(desk.contents("data/o.pp") == nil)
        }
    }

    @Test func `a digest that nobody has proven is no reason to delete what was never sent`() async throws {
        let there = "jasmin/gws/canari/19880901T0000Z/o.pp"
        try desk.write(there, "other")
        try age(there, 500_000_000)
        func describe(_ more: String) throws {
            try desk.describe(desk.description("transfer: {sync: mtime}\n" + more).replacing("to: {", with: "to: {existing: replace, "))
        }
        try describe("verify: {level: digest}")
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(tasks: [.task(1, .queue())]))
            #expect(try await desk.run("run", "--no-wait", "task.yaml", with: service.environment).status == 31)
            for task in await service.standIn.tasks.map(\.id) { await service.standIn.resume(task) }
            try describe("")
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
        }
    }

    @Test func `an archive that a later cycle has replaced costs no source, also after more was added to it`() async throws {
        let options = "transfer: {preserve_timestamp: false}"
        try desk.describe(desk.description(options, to: "/gws/one"))
        try desk.write("second/o.pp", "other")
        let later = desk.description(options, cycle: "19881001T0000Z", from: desk.path("second"), to: "/gws/one")
        try desk.describe(later.replacing("to: {", with: "to: {existing: replace, "), as: "later.yaml")
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(try await desk.run("run", "later.yaml", with: service.environment).status == 0)
            try await Task.sleep(for: .seconds(1.1))
            try desk.write("data/p.pp", "p")
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
            #expect(desk.contents("data/p.pp") == nil)
        }
    }

    @Test func `what a failed task sent before its file was rewritten does not count as sent`() async throws {
        try desk.write("data/p.pp", String(repeating: "p", count: 1000))
        let options = "transfer: {sync: size, preserve_timestamp: false}"
        try desk.describe(desk.description(options + "\nverify: {level: digest}"))
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(
                StandInFaults(
                    http: [
                        HTTPFault(.successful, .edit(.init(setInEach: ["checksum": .null, "checksum_algorithm": .null])), .forever),
                        HTTPFault(.submissionID, .status(403, code: "PermissionDenied", message: "No"), .times(1, after: 2)),
                    ], tasks: [.task(1, at: 0.5, .fail(code: "ENDPOINT_ERROR"))]))
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 50)
            #expect(desk.contents("jasmin/gws/canari/19880901T0000Z/o.pp") == Data("first".utf8))
            try desk.write("data/o.pp", "again")
            let denied = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(denied.status == 23, "\(denied.everything)")
            await service.standIn.setFaults(.none)
            try desk.describe(desk.description(options))
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.contents("data/o.pp") == Data("again".utf8))
        }
    }

    @Test func `an archive into which a task of a later cycle sent before it failed costs no source`() async throws {
        let options = "transfer: {preserve_timestamp: false}"
        try desk.describe(desk.description(options, to: "/gws/one"))
        try desk.write("second/o.pp", "other")
        try desk.write("second/p.pp", String(repeating: "p", count: 1000))
        let later = desk.description(options, cycle: "19881001T0000Z", from: desk.path("second"), to: "/gws/one")
        try desk.describe(later.replacing("to: {", with: "to: {existing: replace, "), as: "later.yaml")
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            await service.standIn.setFaults(StandInFaults(tasks: [.task(1, at: 0.5, .fail(code: "ENDPOINT_ERROR"))]))
            #expect(try await desk.run("run", "later.yaml", with: service.environment).status == 50)
            #expect(desk.contents("jasmin/gws/one/o.pp") == Data("other".utf8))
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
        }
    }

    @Test func `what a later cycle has lost of its own does not keep the source of another`() async throws {
        try desk.describe(desk.description(to: "/gws/one"))
        try desk.write("second/p.pp", "p")
        try desk.describe(desk.description(cycle: "19881001T0000Z", from: desk.path("second"), to: "/gws/one"), as: "later.yaml")
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(try await desk.run("run", "later.yaml", with: service.environment).status == 0)
            try FileManager.default.removeItem(atPath: desk.path("jasmin/gws/one/p.pp"))
            #expect(try await desk.run("verify", "--all", with: service.environment).status == 60)
            let clean = try await desk.run("clean", "--cycle", "19880901T0000Z", "--delete", with: deleting(service))
            #expect(clean.status == 0, "\(clean.everything)")
            #expect(desk.contents("data/o.pp") == nil)
        }
    }

    @Test func `what was never sent stays at the source, also when no list tells any more what was`() async throws {
        let there = "jasmin/gws/canari/19880901T0000Z/o.pp"
        try desk.write(there, "other")
        try age(there, 500_000_000)
        func describe(_ more: String) throws {
            try desk.describe(desk.description(more).replacing("to: {", with: "to: {existing: replace, "))
        }
        try describe("transfer: {sync: mtime}")
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try desk.write("data/p.pp", "p")
            try describe("")
            await service.standIn.setFaults(
                StandInFaults(
                    http: [HTTPFault(.successful, .status(404, code: "ClientError.NotFound", message: "No list"), .forever)],
                    tasks: [.task(1, .queue())]))
            #expect(try await desk.run("run", "--no-wait", "task.yaml", with: service.environment).status == 31)
            let home = desk.path("home")
            let list = try #require(FileManager.default.subpathsOfDirectory(atPath: home).first { $0.hasSuffix(".proven") })
            try FileManager.default.removeItem(atPath: home + "/" + list)
            for task in await service.standIn.tasks.map(\.id) { await service.standIn.resume(task) }
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.contents("data/o.pp") == Data("first".utf8))
            #expect(desk.contents("data/p.pp") == nil)
        }
    }

    @Test func `what an earlier task sent to another collection attests nothing here`() async throws {
        let other = try #require(CollectionID("22222222-2222-4333-8444-555555555555"))
        let there = "other/gws/canari/19880901T0000Z/o.pp"
        try desk.write(there, "other")
        try age(there, 500_000_000)
        let description = desk.description("transfer: {sync: mtime}\nverify: {level: digest}")
        try desk.describe(description)
        func configure(_ configuration: inout StandInConfiguration) {
            configuration.collections.append(StandInCollection(id: other, displayName: "Other", root: desk.path("other")))
        }
        try await LocalService.with(desk, configure: configure) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try desk.describe(
                description.replacing("to: {collection: jasmin", with: "to: {existing: replace, collection: \"\(other)\""))
            let conflict = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(conflict.status == 33 && conflict.errors.contains("--archive-again"), "\(conflict.everything)")
            let end = try await desk.run("run", "task.yaml", "--archive-again", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(desk.contents(there) == Data("first".utf8))
        }
    }

    @Test func `a list of ours never takes the place of a source file`() async throws {
        try desk.describe(desk.description("after: {filelist: \(desk.data)/o.pp}"))
        for command in ["validate", "run"] {
            let end = try await desk.run(command, "task.yaml", with: Desk.service("http://127.0.0.1:9"))
            #expect(end.status == 65, "\(end.everything)")
            #expect(end.everything.contains("is in the source"), "\(end.everything)")
        }
        let list = try await desk.run("manifest", desk.data, "--output", desk.data + "/o.pp")
        #expect(list.status == 73, "\(list.everything)")
        #expect(list.errors.contains("is not a list of pptransfer"), "\(list.everything)")
        #expect(desk.contents("data/o.pp") == Data("first".utf8))
        for _ in 1...2 { #expect(try await desk.run("manifest", desk.data, "--output", desk.data + "/list").status == 0) }
    }

    @Test func `a workflow or a cycle that has no record is no success`() async throws {
        let nowhere = Desk.service("http://127.0.0.1:9")
        for arguments in [
            ["verify", "u-typo", "--all"], ["clean", "u-typo", "--all", "--delete"], ["rerun", "u-typo", "--failed"],
            ["cancel", "u-typo", "--cycle", "1"], ["status", "u-typo"], ["status", "u-typo", "--json"], ["clean", "--cycle", "1850"],
        ] {
            let end = try await desk.start(arguments, nowhere).completed()
            #expect(end.status == 13, "\(arguments): \(end.everything)")
        }
        // Nothing to delete or to list is in order; that everything is verified cannot be said of nothing.
        for (arguments, status) in [(["verify", "--all"], 61), (["clean", "--all"], 0), (["status"], 0)] as [([String], Int32)] {
            #expect(try await desk.start(arguments, nowhere).completed().status == status)
        }
    }

    @Test func `a dry run does not show a simulator's secret`() async throws {
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            for arguments in [["run", "--dry-run", "task.yaml"], ["run", "--dry-run", "--json", "task.yaml"]] {
                let end = try await desk.start(arguments, service.environment).completed()
                #expect(end.status == 0, "\(end.everything)")
                #expect(!end.everything.contains(service.standIn.path), "\(end.everything)")
            }
        }
    }
}
