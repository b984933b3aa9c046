import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Deletion at the source: only what is proven, only while it is still that.
struct CleanTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.write("data/sub/b.nc", "bb")
        try desk.write("data/left.tmp", "not selected")
    }

    private func describe(_ more: String) throws { try desk.describe(desk.description("select: {exclude: [\"*.tmp\"]}\n" + more)) }

    /// The source is made for it.
    private func deleting(_ service: LocalService) -> [String: String] {
        service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
    }

    @Test func `a rehearsal deletes nothing, and says what would be`() async throws {
        try describe("clean: {source: delete}")
        let rehearsed = try await desk.run("rehearse", "task.yaml")
        #expect(rehearsed.status == 0)
        #expect(rehearsed.output.contains("would be deleted at the source; a rehearsal does not delete"))
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let clean = try await desk.run("clean", "--all", "--delete", with: service.environment)
            #expect(clean.status == 0)
            #expect(clean.output.contains("would delete 2 files"))
            #expect(clean.errors.contains("a rehearsal deletes nothing"))
        }
        #expect(try desk.tree("data").count == 3)
    }

    @Test func `a run deletes what it has proven, and nothing else`() async throws {
        try describe("clean: {source: delete, directories: true}")
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.output.contains("; 2 files, 3 B deleted at the source"), "\(end.everything)")
            #expect(try desk.tree("data").keys.sorted() == ["left.tmp"])
            #expect(!desk.exists("data/sub"))
            #expect(try desk.tree("jasmin/gws/canari/19880901T0000Z").count == 2)
            let again = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(again.status == 0)
            #expect(again.output.contains("already archived"))
            #expect(again.output.contains("0 files, 0 B deleted"))
        }
    }

    @Test func `nothing is deleted that did not arrive`() async throws {
        try describe("clean: {source: delete}")
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(storage: [StorageFault("*b.nc", .drop)]))
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 60)
            #expect(!end.output.contains("deleted"))
            #expect(try desk.tree("data").count == 3)
        }
    }

    @Test func `by hand it is told first, done only when asked, and what has changed since stays`() async throws {
        try describe("")
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            let told = try await desk.run("clean", "--all", with: deleting(service))
            #expect(told.status == 0, "\(told.everything)")
            #expect(told.output.contains("would delete 2 files, 3 B at \(desk.data)"), "\(told.everything)")
            #expect(try desk.tree("data").count == 3)
            try desk.write("data/sub/b.nc", "longer")
            try FileManager.default.removeItem(atPath: desk.data + "/a.pp")
            try FileManager.default.createSymbolicLink(atPath: desk.data + "/a.pp", withDestinationPath: desk.path("data/left.tmp"))
            let done = try await desk.run("clean", "--cycle", "19880901T0000Z", "--delete", with: deleting(service))
            #expect(done.status == 61)
            #expect(done.output.contains("deleted 0 files, 0 B"))
            #expect(done.output.contains("2 files left there"))
            #expect(done.errors.contains("a.pp: it is no longer an ordinary file"))
            #expect(done.errors.contains("sub/b.nc: it has changed"))
            #expect(try desk.tree("data").count == 3)
        }
    }

    @Test func `the receipt tells when nothing of what is proven was left`() async throws {
        try describe("")
        try await LocalService.with(desk) { service in
            func cleaned() async throws -> JSONValue {
                let end = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", "--json", with: service.environment)
                return try JSONValue(text: end.output)["transfers"][0]["receipt"]["cleaned"]
            }
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            #expect(try await desk.run("clean", "--all", with: deleting(service)).status == 0)
            try desk.write("data/a.pp", "written since")
            #expect(try await desk.run("clean", "--all", "--delete", with: deleting(service)).status == 61)
            #expect(try await cleaned() == .null)
            try FileManager.default.removeItem(atPath: desk.data + "/a.pp")
            #expect(try await desk.run("clean", "--all", "--delete", with: deleting(service)).status == 0)
            let time = try await cleaned()
            #expect(time != .null)
            #expect(try await desk.run("clean", "--all", "--delete", with: deleting(service)).status == 0)
            #expect(try await cleaned() == time)
        }
    }

    @Test func `a directory that became a link is not entered`() async throws {
        try describe("")
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            try FileManager.default.moveItem(atPath: desk.data + "/sub", toPath: desk.path("elsewhere"))
            try FileManager.default.createSymbolicLink(atPath: desk.data + "/sub", withDestinationPath: desk.path("elsewhere"))
            let end = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(end.status == 61)
            #expect(end.errors.contains("sub/b.nc: 'sub' is a link or no directory"))
            #expect(desk.exists("elsewhere/b.nc"))
            #expect(!desk.exists("data/a.pp"))
        }
    }

    @Test(arguments: [
        ("size", "size", true), ("exists", "size", true), ("mtime", "size", true), ("checksum", "size", false), ("size", "digest", false),
    ])
    func `where files are deleted, a comparison of less than checksums is refused unless a digest decides`(
        sync: String, level: String, isRefused: Bool
    ) async throws {
        try describe("transfer: {sync: \(sync)}\nverify: {level: \(level)}\nclean: {source: delete}")
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == (isRefused ? 65 : 0), "\(end.everything)")
        #expect(end.errors.contains("with 'sync: \(sync)' Globus skips files without comparing their contents") == isRefused)
    }

    @Test func `what a clean-up was kept from stays for the next one`() async throws {
        try describe("")
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            let time = try FileManager.default.attributesOfItem(atPath: desk.data + "/a.pp")[.modificationDate]
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: desk.data + "/a.pp")
            let first = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(first.status == 61)
            #expect(first.output.contains("deleted 1 file, 2 B"))
            #expect(first.errors.contains("a.pp: it has changed"))
            try FileManager.default.setAttributes([.modificationDate: try #require(time)], ofItemAtPath: desk.data + "/a.pp")
            // Its time is what it was, but not that of its latest change: nobody can tell that its bytes are.
            let second = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(second.status == 61, "\(second.everything)")
            #expect(second.errors.contains("  a.pp: "), "\(second.everything)")
            let sent = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(sent.status == 0, "\(sent.everything)")
            #expect(!sent.output.contains("already archived"), "\(sent.everything)")
            let third = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(third.status == 0, "\(third.everything)")
            #expect(third.output.contains("deleted 1 file, 1 B"), "\(third.everything)")
            #expect(try desk.tree("data").keys.sorted() == ["left.tmp"])
        }
    }

    @Test func `deletion without a proof is refused before anything is sent`() async throws {
        try describe("verify: {level: none}\nclean: {source: delete}")
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == 65)
        #expect(end.errors.contains("'delete' without verification"))
        try await LocalService.with(desk) { service in
            try describe("verify: {level: none}")
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61)
            #expect(clean.output.contains("not verified at the level that the description requires"))
            #expect(try desk.tree("data").count == 3)
        }
    }
}
