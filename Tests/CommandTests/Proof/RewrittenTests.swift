import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// A source that somebody writes to after it was sent, so that neither size nor time of modification tells.
struct RewrittenTests {
    private let desk: Desk
    private let archive = "jasmin/gws/canari/19880901T0000Z"

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "first")
        try desk.write("data/sub/b.nc", "other")
    }

    private func deleting(_ service: LocalService) -> [String: String] {
        service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
    }

    /// Other bytes of the same length, in place or as another file; the time of modification is put back.
    private func rewrite(_ name: String, _ text: String, inPlace: Bool) throws {
        let path = desk.path(name)
        var before = stat()
        try #require(stat(path, &before) == 0)
        if inPlace {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
        } else {
            try desk.write(name + ".new", text)
            #expect(rename(path + ".new", path) == 0)
        }
        #expect([before.st_mtim, before.st_mtim].withUnsafeBufferPointer { utimensat(AT_FDCWD, path, $0.baseAddress, 0) } == 0)
    }

    @Test(arguments: ["checksum", "mtime", "size", "exists"], [true, false])
    func `what was rewritten is not archived already: it is sent, whatever is compared`(sync: String, inPlace: Bool) async throws {
        try desk.describe(desk.description("transfer: {sync: \(sync)}"))
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let same = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(same.status == 0, "\(same.everything)")
            #expect(same.output.contains("already archived"), "\(same.everything)")
            try rewrite("data/a.pp", "again", inPlace: inPlace)
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("1 file verified already, 1 new or changed"), "\(end.everything)")
            #expect(desk.contents(archive + "/a.pp") == Data("again".utf8))
            let last = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(last.output.contains("already archived"), "\(last.everything)")
        }
    }

    @Test func `where digests are asked for, a file whose permissions changed is proven again without being sent`() async throws {
        try desk.describe(desk.description("verify: {level: digest}"))
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(chmod(desk.data + "/a.pp", 0o640) == 0)
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.output.contains("2 by digest"), "\(end.everything)")
            #expect(try await desk.run("run", "task.yaml", with: service.environment).output.contains("already archived"))
        }
    }

    @Test(arguments: [true, false])
    func `what was rewritten after it was sent is not deleted, and the next run sends it`(inPlace: Bool) async throws {
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try rewrite("data/a.pp", "again", inPlace: inPlace)
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(clean.output.contains("deleted 1 file, 5 B"), "\(clean.everything)")
            #expect(desk.contents("data/a.pp") == Data("again".utf8))
            try desk.describe(desk.description("clean: {source: delete}"))
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 0, "\(end.everything)")
            #expect(!desk.exists("data/a.pp"), "\(end.everything)")
            #expect(desk.contents(archive + "/a.pp") == Data("again".utf8))
        }
    }

    @Test func `a twin of equal size and second is a file of its own, and so is a place`() async throws {
        try desk.describe(desk.description(to: "/gws/caf\u{E9}"))
        func put(_ name: String, _ text: String) throws {
            let descriptor = open(desk.data + "/" + name, O_WRONLY | O_CREAT | O_EXCL, 0o666)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
            let time = timespec(tv_sec: 1_000_000_000, tv_nsec: 0)
            #expect([time, time].withUnsafeBufferPointer { futimens(descriptor, $0.baseAddress) } == 0)
        }
        func arrived(_ name: String) -> Bool { access(desk.path("jasmin/gws/" + name), F_OK) == 0 }
        try await LocalService.with(desk) { service in
            try put("caf\u{E9}.pp", "one")
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try put("cafe\u{301}.pp", "two")
            let second = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(second.status == 0, "\(second.everything)")
            #expect(second.errors.contains("3 files verified already, 1 new or changed"), "\(second.everything)")
            #expect(arrived("caf\u{E9}/caf\u{E9}.pp"))
            #expect(arrived("caf\u{E9}/cafe\u{301}.pp"))
            // What a person renamed by convmv, and a description whose path was.
            #expect(rename(desk.data + "/cafe\u{301}.pp", desk.data + "/cafe\u{300}.pp") == 0)
            try desk.describe(desk.description(to: "/gws/cafe\u{301}"))
            let third = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(third.status == 0, "\(third.everything)")
            #expect(!third.output.contains("already archived"), "\(third.everything)")
            #expect(arrived("cafe\u{301}/caf\u{E9}.pp"))
            #expect(arrived("cafe\u{301}/cafe\u{300}.pp"))
        }
    }
}
