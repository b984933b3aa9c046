import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// `copy`: one line from a collection to this machine, or to another collection, as a person types it.
struct CopyTests {
    private let desk: Desk
    private static let laptop = "22222222-2222-4333-8444-555555555555"

    init() throws {
        desk = try Desk()
        try desk.write("home/.globusonline/lta/client-id.txt", Self.laptop)
        try desk.write("jasmin/Smith/scan0/a.h5", "some frames")
        try desk.write("jasmin/Smith/scan1/b.h5", "more frames")
        try desk.write("jasmin/readme.txt", "read")
    }

    /// With this machine's Globus Connect Personal, whose files are in the desk's `laptop`.
    private func withLaptop(_ body: (LocalService) async throws -> Void) async throws {
        try FileManager.default.createDirectory(atPath: desk.path("laptop"), withIntermediateDirectories: true)
        try await LocalService.with(desk) { configuration in
            guard let id = CollectionID(Self.laptop) else { return }
            configuration.collections.append(StandInCollection(id: id, displayName: "Laptop", root: desk.path("laptop")))
        } _: {
            try await body($0)
        }
    }

    private func arrived(_ name: String) -> String? {
        desk.contents("laptop" + desk.suite + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `one line fetches, the same line again makes no task, and a new file comes alone`() async throws {
        try await withLaptop { service in
            let first = try await desk.run("copy", "JASMIN Default Collection:/Smith/", "data", with: service.environment)
            #expect(first.status == 0, "\(first.everything)")
            #expect(arrived("data/scan1/b.h5") == "more frames")
            let again = try await desk.run("copy", "jasmin:/Smith", "./data/", with: service.environment)
            #expect(again.status == 0, "\(again.everything)")
            #expect(try await service.tasks().count == 1)
            #expect(again.output.contains("nothing new: 2 files, 22 B at "))
            try desk.write("jasmin/Smith/scan2/c.h5", "late")
            let dry = try await desk.run("copy", "jasmin:/Smith", "data", "--dry-run", "--json", with: service.environment)
            let comparison = try JSONValue(text: dry.output)["transfers"][0]["comparison"]
            #expect(comparison["new"]["paths"] == ["scan2/c.h5"])
            #expect(comparison["there"]["files"] == 2)
            let third = try await desk.run("copy", "jasmin:/Smith", "data", "--json", with: service.environment)
            #expect(try JSONValue(text: third.output)["transfers"][0]["new"]["paths"] == ["scan2/c.h5"])
            #expect(try await service.tasks().count == 2)
            let unknown = try await desk.run("copy", "APS:DM:1:/Smith", "data", with: service.environment)
            #expect(unknown.status == 42)
            #expect(unknown.errors.contains("command line: error: SOURCE: no collection is called 'APS:DM:1'"), "\(unknown.everything)")
        }
    }

    @Test func `of several sources each directory keeps its name, and each has a record of its own`() async throws {
        try await withLaptop { service in
            let end = try await desk.run("copy", "jasmin:/Smith", "jasmin:/readme.txt", "both", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(arrived("both/Smith/scan0/a.h5") == "some frames")
            #expect(arrived("both/readme.txt") == "read")
            let other = try await desk.run("copy", "jasmin:/Smith", "elsewhere", with: service.environment)
            #expect(other.status == 0, "\(other.everything)")
            let status = try await desk.run("status", "--json", with: service.environment)
            #expect(Set(try JSONValue(text: status.output)["transfers"].array?.map { $0["workflow"] } ?? []).count == 3, "\(status.output)")
        }
    }

    @Test func `--print gives the description that does the same`() async throws {
        try await withLaptop { service in
            let print = try await desk.run(
                "copy", "jasmin:/Smith", "data", "--include", "*.h5", "--exclude", "b*", "--print", with: service.environment)
            #expect(print.status == 0)
            try desk.describe(print.output, as: "copy.yaml")
            let run = try await desk.run("run", "copy.yaml", with: service.environment)
            #expect(run.status == 0, "\(run.everything)")
            #expect(arrived("data/scan0/a.h5") == "some frames")
            #expect(arrived("data/scan1/b.h5") == nil)
            let copy = try await desk.run(
                "copy", "jasmin:/Smith", "data", "--include", "*.h5", "--exclude", "b*", with: service.environment)
            #expect(copy.output.contains("nothing new: 1 file"), "\(copy.everything)")
        }
    }

    @Test func `mistakes are told by the words of the command line, and nothing is asked`() async throws {
        let wrong: [(arguments: [String], status: Int32, words: String)] = [
            (["jasmin:/x"], 64, "name a source and a destination"),
            (["jasmin:Smith", "data"], 64, "SOURCE: 'jasmin:Smith' has a relative path; write 'jasmin:/Smith'"),
            (["jasmin:/x", "data", "--include", "/a"], 64, "command line: error: --include: the pattern '/a' is absolute"),
            (["nowhere:/x", "data"], 42, "command line: error: SOURCE: no site is called 'nowhere'"),
            (["jasmin:/x", "data", "--every", "1s"], 64, "--every: 1s is shorter than 10s"),
            (["jasmin:/x", "data", "--until", "24h"], 64, "--until ends what --every repeats"),
            (["jasmin:/x", "data", "--sync", "time"], 64, "'exists', 'size', 'mtime' or 'checksum'"),
            (["jasmin:/x", "jasmin:/x"], 64, "DESTINATION: source 'jasmin:/x' and destination 'jasmin:/x' are the same directory"),
        ]
        for (arguments, status, words) in wrong {
            let end = try await desk.run(["copy"] + arguments, in: desk.suite)
            #expect(end.status == status, "\(arguments): \(end.everything)")
            #expect(end.errors.contains(words), "\(arguments): \(end.everything)")
        }
    }

    @Test func `rounds bring what came meanwhile, and a signal between two ends them well`() async throws {
        try await withLaptop { service in
            let program = try desk.start(["copy", "jasmin:/Smith", "data", "--every", "10s"], service.environment)
            try await until(program) { program.errorsSoFar.contains("round 1: 2 new files") }
            program.signal(SIGINT)
            let end = await program.completed()
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("stopped between two rounds (SIGINT)"))
            #expect(arrived("data/scan0/a.h5") == "some frames")
        }
    }

    @Test func `a cycle is not repeated`() async throws {
        try await withLaptop { service in
            try desk.describe(desk.description())
            let end = try await desk.run("run", "task.yaml", "--every", "15m", with: service.environment)
            #expect(end.status == 64)
            #expect(end.errors.contains("--every is for transfers without a cycle"))
            #expect(try await service.tasks().isEmpty)
        }
    }

    @Test func `a mirror deletes what the source does not have, says how much, and never most without a word`() async throws {
        try await withLaptop { service in
            let here = "laptop\(desk.suite)/data/"
            for name in ["old.h5", "scan0/older.h5"] { try desk.write(here + name, "old") }
            let copy = ["copy", "jasmin:/Smith", "data", "--delete-extra"]
            let refused = try await desk.run(arguments: copy, with: service.environment)
            #expect(refused.status == 44, "\(refused.everything)")
            #expect(refused.errors.contains("most files at \(Self.laptop):\(desk.suite)/data would be deleted: 2 of 2"))
            #expect(try await service.tasks().isEmpty)
            let dry = try await desk.run(arguments: copy + ["--dry-run", "--json"], with: service.environment)
            let comparison = try JSONValue(text: dry.output)["transfers"][0]["comparison"]
            #expect(comparison["deleted"]["paths"] == ["old.h5", "scan0/older.h5"])
            let forced = try await desk.run(arguments: copy + ["--force"], with: service.environment)
            #expect(forced.status == 0, "\(forced.everything)")
            #expect(forced.errors.contains("deletes 2 of 2 files at "))
            #expect(try desk.tree("laptop\(desk.suite)/data").keys.sorted() == ["scan0/a.h5", "scan1/b.h5"])
            // Nothing new, one file of three too many: it goes, too.
            try desk.write(here + "stray.h5", "stray")
            let again = try await desk.run(arguments: copy, with: service.environment)
            #expect(again.status == 0, "\(again.everything)")
            #expect(again.errors.contains("deletes 1 of 3 files at "))
            #expect(!desk.exists(here + "stray.h5"))
            let last = try await desk.run(arguments: copy, with: service.environment)
            #expect(last.output.contains("nothing new: 2 files"), "\(last.everything)")
            #expect(try await service.tasks().count == 2)
            // A single file is no directory that the destination could be like.
            let file = ["copy", "jasmin:/readme.txt", "data", "--delete-extra", "--force"]
            let single = try await desk.run(arguments: file, with: service.environment)
            #expect(single.status == 0, "\(single.everything)")
            #expect(try desk.tree("laptop\(desk.suite)/data").keys.sorted() == ["readme.txt", "scan0/a.h5", "scan1/b.h5"])
        }
    }
}
