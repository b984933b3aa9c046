import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Source and destination that are one place: nothing may be deleted, and nothing may be sent onto itself.
struct SamePlaceTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.write("data/sub/b.nc", "bb")
    }

    private func deleting(_ service: LocalService) -> [String: String] {
        service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
    }

    private func link(_ name: String, to target: String) throws {
        let url = URL(fileURLWithPath: desk.path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: target)
    }

    /// All files below the desk that are named like canaries.
    private func canaries() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: desk.path("")).filter { $0.contains(".pptransfer-canary-") }
    }

    /// A destination that shows all of this machine, as a second collection over the same disks does.
    private func overOneDisk(_ configuration: inout StandInConfiguration) {
        for index in configuration.collections.indices where configuration.collections[index].id.description == Desk.jasmin {
            configuration.collections[index].mounts = [StandInCollection.Mount("/")]
        }
    }

    // MARK: by name

    private func describe(inOneCollection path: String, _ more: String = "") throws {
        try desk.describe(
            """
            pptransfer: 1
            workflow: u-ab123
            cycle: 19880901T0000Z
            from: {collection: archer2, path: "\(desk.data)"}
            to: {collection: archer2, path: "\(path)"}
            \(more)
            """)
    }

    @Test(arguments: ["", "/.", "//sub/../", "/sub", "/sub/new"])
    func `the same collection, and the same or an inner directory, is refused with both places named`(more: String) async throws {
        let path = more.contains("..") ? desk.data + "/" : desk.data + more
        try describe(inOneCollection: path)
        for arguments in [["run", "--dry-run", "task.yaml"], ["rehearse", "task.yaml"]] {
            let end = try await desk.run(arguments, in: desk.suite)
            #expect(end.status == 65, "\(end.everything)")
            #expect(end.errors.contains("source 'archer2:\(desk.data)'") || end.errors.contains("the source 'archer2:\(desk.data)'"))
            #expect(end.errors.contains("estination 'archer2:\(desk.data)"))
        }
    }

    @Test func `run, check and rerun refuse what validate refuses, before anything is asked`() async throws {
        try await LocalService.with(desk) { service in
            try describe(inOneCollection: desk.data)
            for command in ["validate", "run", "check"] {
                let end = try await desk.run(command, "task.yaml", with: service.environment)
                #expect(end.status == 65, "\(command): \(end.everything)")
                #expect(end.everything.contains("are the same directory"), "\(command): \(end.everything)")
            }
            #expect(service.standIn.requests.isEmpty)
            // A record that an earlier version made.
            try desk.describe(desk.description())
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let record = "home/.local/state/pptransfer/rehearsal/u-ab123/19880901T0000Z.json"
            let text = String(decoding: try #require(desk.contents(record)), as: UTF8.self)
            try desk.write(
                record,
                text.replacing(Desk.jasmin, with: Desk.archer2).replacing("\"/gws/canari/19880901T0000Z\"", with: "\"\(desk.data)\""))
            let again = try await desk.run("rerun", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(again.status == 65, "\(again.everything)")
            #expect(again.errors.contains("are the same directory"), "\(again.everything)")
        }
    }

    @Test func `a link on this machine that leads to the source is refused, an outer directory too`() async throws {
        try link("elsewhere", to: desk.data)
        try describe(inOneCollection: desk.path("elsewhere"))
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == 65, "\(end.everything)")
        #expect(end.errors.contains("are the same directory, through links on this machine"), "\(end.everything)")
        try describe(inOneCollection: (desk.data as NSString).deletingLastPathComponent)
        let outer = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(outer.status == 65, "\(outer.everything)")
        #expect(outer.errors.contains("is inside the destination"), "\(outer.everything)")
    }

    @Test func `another collection may have the same path`() async throws {
        try desk.describe(desk.description(to: desk.data))
        #expect(try await desk.run("run", "--dry-run", "task.yaml").status == 0)
    }

    // MARK: by canary

    @Test func `two collections over one disk: a run deletes nothing, and its record is no proof`() async throws {
        try desk.describe(desk.description("clean: {source: delete, directories: true}", to: desk.data))
        try await LocalService.with(desk, configure: overOneDisk) { service in
            for _ in 1...2 {
                let end = try await desk.run("run", "task.yaml", with: deleting(service))
                #expect(end.status == 61, "\(end.everything)")
                #expect(end.output.contains("source and destination are the same place: a file made in '\(desk.data)/"))
                #expect(try desk.tree("data") == ["a.pp": Data("a".utf8), "sub/b.nc": Data("bb".utf8)])
                #expect(try canaries().isEmpty)
                let receipt = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
                #expect(receipt.status == 61, "\(receipt.everything)")
            }
        }
    }

    @Test func `two collections over one disk: by hand nothing is deleted either`() async throws {
        try desk.describe(desk.description(to: desk.data))
        try await LocalService.with(desk, configure: overOneDisk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            let before = service.standIn.requests.count
            #expect(try await desk.run("clean", "--all", with: deleting(service)).output.contains("would delete 2 files"))
            #expect(service.standIn.requests.count == before, "without --delete no network is used")
            let end = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(end.status == 61, "\(end.everything)")
            #expect(end.output.contains("are the same place"), "\(end.everything)")
            #expect(try desk.tree("data").count == 2)
            #expect(try self.canaries().isEmpty)
            let receipt = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(receipt.status == 61)
        }
    }

    /// What is at the destination may be replaced.
    private func replacing() -> String {
        desk.description("clean: {source: delete}", to: desk.path("jasmin/gws/canari/{cycle}"))
            .replacing("to: {", with: "to: {existing: replace, ")
    }

    @Test(arguments: ["gws/canari", "gws/canari/19880901T0000Z/sub"])
    func `a link inside of the destination's collection shows the source, or one of its directories`(name: String) async throws {
        let isWhole = name == "gws/canari"
        try link("jasmin/" + name, to: isWhole ? desk.path("all") : desk.data + "/sub")
        if isWhole { try link("all/19880901T0000Z", to: desk.data) }
        try desk.describe(replacing())
        try await LocalService.with(desk, configure: overOneDisk) { service in
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 61, "\(end.everything)")
            #expect(end.output.contains("are the same place"), "\(end.everything)")
            #expect(try desk.tree("data").count == 2)
            #expect(try self.canaries().isEmpty)
        }
    }

    @Test func `a file that is a link to its source at the destination stays, the others go`() async throws {
        try link("jasmin/gws/canari/19880901T0000Z/a.pp", to: desk.data + "/a.pp")
        try desk.describe(replacing())
        try await LocalService.with(desk, configure: overOneDisk) { service in
            for _ in 1...2 {
                let end = try await desk.run("run", "task.yaml", with: deleting(service))
                #expect(end.status == 61, "\(end.everything)")
                #expect(end.errors.contains("a.pp: Globus neither sent it"), "\(end.everything)")
                #expect(try desk.tree("data") == ["a.pp": Data("a".utf8)])
            }
        }
    }

    @Test func `a proof by digest never sends files onto themselves`() async throws {
        try desk.describe(desk.description("verify: {level: digest}", to: desk.data))
        try await LocalService.with(desk, configure: overOneDisk) { service in
            for _ in 1...2 {
                let end = try await desk.run("run", "task.yaml", with: service.environment)
                #expect(end.status == 61, "\(end.everything)")
                #expect(end.output.contains("are the same place"), "\(end.everything)")
                #expect(try desk.tree("data") == ["a.pp": Data("a".utf8), "sub/b.nc": Data("bb".utf8)])
                #expect(try await service.tasks().allSatisfy { $0.filesTransferred == 0 })
                #expect(try canaries().isEmpty)
            }
        }
    }

    @Test func `a proof by digest sends nothing to a link at the destination`() async throws {
        let there = "jasmin/gws/canari/19880901T0000Z"
        try desk.describe(desk.description(to: desk.path("jasmin/gws/canari/{cycle}")))
        try await LocalService.with(desk, configure: overOneDisk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try FileManager.default.removeItem(atPath: desk.path(there + "/a.pp"))
            try link(there + "/a.pp", to: desk.data + "/a.pp")
            try desk.describe(desk.description("verify: {level: digest}", to: desk.path("jasmin/gws/canari/{cycle}")))
            let tasks = try await service.tasks().count
            for _ in 1...2 {
                let end = try await desk.run("run", "task.yaml", with: service.environment)
                #expect(end.status == 61, "\(end.everything)")
                #expect(end.output.contains("a.pp at jasmin:"), "\(end.everything)")
                #expect(end.output.contains("is a symbolic link: what a link shows may be the source itself"), "\(end.everything)")
            }
            #expect(try await service.tasks().count == tasks)
            #expect(try desk.tree("data") == ["a.pp": Data("a".utf8), "sub/b.nc": Data("bb".utf8)])
        }
    }

    // MARK: where it cannot be told

    @Test func `where the destination cannot be asked, nothing is deleted`() async throws {
        try desk.describe(desk.description("clean: {source: delete}"))
        try await LocalService.with(desk) { service in
            let denied = HTTPFault.Effect.status(403, code: "PermissionDenied", message: "Path not allowed")
            await service.standIn.setFaults(StandInFaults(http: [HTTPFault(.stat, denied, .forever)]))
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 61)
            #expect(end.output.contains("nothing was deleted at the source: whether the destination is another place"))
            #expect(try desk.tree("data").count == 2, "\(end.everything)")
            #expect(try self.canaries().isEmpty, "\(end.everything)")
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(clean.output.contains("nothing was deleted: whether the destination"), "\(clean.everything)")
            await service.standIn.revokeTokens()
            let nobody = ["GLOBUS_CLI_CLIENT_SECRET": "", "GLOBUS_CLI_CLIENT_ID": ""]
            let lost = try await desk.run("clean", "--all", "--delete", with: deleting(service).merging(nobody) { $1 })
            #expect(lost.status != 0, "\(lost.everything)")
            #expect(lost.output.contains("nothing was deleted"), "\(lost.everything)")
            #expect(try desk.tree("data").count == 2)
            #expect(try self.canaries().isEmpty)
            await service.standIn.setFaults(.none)
            let done = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(done.status == 0, "\(done.everything)")
            #expect(done.output.contains("deleted 2 files"), "\(done.everything)")
            // Of what is gone nobody needs to be asked.
            let again = try await desk.run("clean", "--all", "--delete", with: deleting(service).merging(nobody) { $1 })
            #expect(again.status == 0, "\(again.everything)")
            #expect(again.output.contains("deleted 0 files"), "\(again.everything)")
        }
    }

    @Test func `a signal while the destination is asked leaves no file behind`() async throws {
        try desk.describe(desk.description("clean: {source: delete}"))
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(http: [HTTPFault(.stat, .slow(.seconds(60)), .forever)]))
            let run = try desk.start(["run", "task.yaml"], deleting(service))
            try await until(run) { (try? canaries().isEmpty) == false }
            run.signal(SIGTERM)
            let end = await run.completed()
            #expect(end.status == 143, "\(end.everything)")
            let clean = try desk.start(["clean", "--all", "--delete"], deleting(service))
            try await until(clean) { (try? canaries().isEmpty) == false }
            clean.signal(SIGTERM)
            #expect(await clean.completed().status == 143)
            #expect(try desk.tree("data").count == 2)
            #expect(try self.canaries().isEmpty)
        }
    }

    @Test func `a canary that a killed run has left is neither sent nor counted, and goes once it is old`() async throws {
        let (old, new) = ("data/.pptransfer-canary-00112233445566ff", "data/.pptransfer-canary-ff00112233445566")
        for name in [old, new] { try desk.write(name, "") }
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: desk.path(old))
        try desk.describe(desk.description("clean: {source: delete}"))
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 0, "\(end.everything)")
            #expect(!end.everything.contains("not selected"), "\(end.everything)")
            #expect(!end.everything.contains("canary"), "\(end.everything)")
            #expect(try desk.tree("jasmin/gws/canari/19880901T0000Z").count == 2)
            #expect(try desk.tree("data").keys.sorted() == [(new as NSString).lastPathComponent])
        }
    }

    @Test func `a directory that the user may not write to keeps its files, the others go`() async throws {
        let isRoot = geteuid() == 0
        let nobody = isRoot ? ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : []
        try desk.describe(desk.description("clean: {source: delete}"))
        chmod(desk.path("home"), 0o777)
        chmod(desk.path("home/.config/pptransfer/sites.yaml"), 0o644)
        chmod(desk.data, 0o777)
        chmod(desk.data + "/sub", 0o555)
        defer { chmod(desk.data + "/sub", 0o755) }
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: deleting(service), wrapper: nobody)
            #expect(end.status == 61, "\(end.everything)")
            #expect(end.errors.contains("sub/b.nc: its directory: Permission denied"), "\(end.everything)")
            #expect(try desk.tree("data").keys.sorted() == ["sub/b.nc"])
        }
    }
}
