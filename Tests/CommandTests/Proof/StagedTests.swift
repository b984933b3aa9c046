import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// What a staging directory holds besides what is verified: named before anybody deletes it.
struct StagedTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.write("data/sub/b.nc", "bb")
        try desk.describe(desk.description("select: {exclude: [\"*.tmp\"]}"))
    }

    private func receipt(_ directory: String, _ service: LocalService, _ more: String...) async throws -> Completed {
        try await desk.run(
            arguments: ["receipt", "u-ab123", "--cycle", "19880901T0000Z", "--staged", directory] + more, with: service.environment)
    }

    @Test func `a directory that holds only what is verified may be deleted, and whatever else it holds is named`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            for directory in [desk.data, desk.data + "/sub", desk.data + "/"] {
                let whole = try await receipt(directory, service)
                #expect(whole.status == 0, "\(whole.everything)")
                #expect(whole.errors.isEmpty, "\(whole.everything)")
            }
            // Not selected, added since, written to since, a link, a FIFO, a name that is not UTF-8: all of it would be lost.
            try desk.write("data/notes.tmp", "not selected")
            try desk.write("data/sub/late.pp", "never sent")
            try desk.write("data/a.pp", "written to since")
            try FileManager.default.createSymbolicLink(atPath: desk.data + "/link", withDestinationPath: "a.pp")
            #expect(mkfifo(desk.data + "/pipe", 0o600) == 0)
            let held = try await receipt(desk.data, service)
            #expect(held.status == 61)
            let real = try #require(realpath(desk.data, nil).map { String(cString: $0) })
            for line in [
                "\(desk.data)/a.pp: it has changed since it was verified", "\(real)/notes.tmp: it is not selected by the description",
                "\(real)/sub/late.pp: it is not in the proof of archive", "link is a symbolic link (to a.pp)", "pipe is a FIFO",
                "must not be deleted: 5 things in it are not verified",
            ] {
                #expect(held.errors.contains(line), "\(line)\n\(held.everything)")
            }
            let sub = try await receipt(desk.data + "/sub", service, "--json")
            #expect(sub.status == 61)
            let staged = try JSONValue(text: sub.output)["staged"]
            #expect(staged["files"].int == 2)
            #expect(staged["unproven"].array?.count == 1)
        }
    }

    @Test func `a directory that holds the sources of two transfers is looked at as a whole`() async throws {
        try desk.write("data/m1/x.pp", "x")
        try desk.write("data/m2/y.pp", "y")
        for name in ["a.pp", "sub"] { try FileManager.default.removeItem(atPath: desk.data + "/" + name) }
        let parts = ["m1", "m2"].map { desk.description("name: \($0)", from: desk.data + "/" + $0, to: "/gws/canari/" + $0) }
        try desk.describe(parts.joined(separator: "\n---\n"))
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let whole = try await receipt(desk.data, service)
            #expect(whole.status == 0, "\(whole.everything)")
            try desk.write("data/beside", "of neither")
            let held = try await receipt(desk.data, service)
            #expect(held.status == 61)
            #expect(held.errors.contains("/data/beside: it is not in the source of a transfer of this cycle"), "\(held.everything)")
        }
    }

    @Test func `a directory that is not there, or not the source, is no permission`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let none = try await receipt(desk.path("nowhere"), service)
            #expect(none.status == 10, "\(none.everything)")
            #expect(none.errors.contains("there is no directory '\(desk.path("nowhere"))'"))
            // The same names and bytes, but not the files that were sent.
            try FileManager.default.copyItem(atPath: desk.data, toPath: desk.path("copy"))
            let other = try await receipt(desk.path("copy"), service)
            #expect(other.status == 61, "\(other.everything)")
            // One byte for another, the time put back: only the record of the file itself shows it.
            var times = stat()
            stat(desk.data + "/a.pp", &times)
            try desk.write("data/a.pp", "z")
            var spans = [times.st_atim, times.st_mtim]
            utimensat(AT_FDCWD, desk.data + "/a.pp", &spans, 0)
            #expect(try await receipt(desk.data, service).status == 61)
        }
    }

    @Test func `without a deletion, what would stay is listed with the reason`() async throws {
        try desk.write("data/notes.tmp", "not selected")
        try await LocalService.with(desk) { service in
            let run = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(run.status == 0)
            #expect(run.errors.contains("1 file (12 B) not selected: notes.tmp"), "\(run.everything)")
            try desk.write("data/late.pp", "never sent")
            let told = try await desk.run("clean", "--all", with: service.environment)
            #expect(told.status == 0, "\(told.everything)")
            #expect(told.output.contains("would delete 2 files, 3 B at \(desk.data); 2 other files would stay"), "\(told.everything)")
            #expect(told.errors.contains("late.pp: it is not in the proof of archive"), "\(told.everything)")
            #expect(told.errors.contains("notes.tmp: it is not selected by the description"), "\(told.everything)")
        }
    }

    @Test func `files that are not selected are named, all of them where more is asked for`() async throws {
        for number in 1...8 { try desk.write("data/t\(number).tmp", "left") }
        let short = try await desk.run("run", "--dry-run", "task.yaml")
        let named = "8 files (32 B) not selected: t1.tmp, t2.tmp, t3.tmp, t4.tmp, t5.tmp, … and 3 more"
        #expect(short.output.contains(named), "\(short.output)")
        #expect(!short.output.contains("t6.tmp"))
        let long = try await desk.run("run", "--dry-run", "--verbose", "task.yaml")
        for number in 1...8 { #expect(long.outputLines.contains { $0.hasSuffix("left      t\(number).tmp") }, "\(long.output)") }
        try await LocalService.with(desk) { service in
            let run = try await desk.run("run", "--verbose", "task.yaml", with: service.environment)
            #expect(run.errors.contains("not selected: t8.tmp"), "\(run.everything)")
        }
    }
}
