import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// What is handed to the step that follows.
struct FileListTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.write("data/sub/b c.pp", "b")
        try desk.describe(desk.description("after: {filelist: \"\(desk.path("lists"))/{cycle}.txt\"}"))
    }

    private var list: String? { desk.contents("lists/19880901T0000Z.txt").map { String(decoding: $0, as: UTF8.self) } }
    private let expected = "/gws/canari/19880901T0000Z/a.pp\n/gws/canari/19880901T0000Z/sub/b c.pp\n"

    @Test func `the paths of what is proven, anew by each run that finds the cycle archived`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(list == expected)
            try FileManager.default.removeItem(atPath: desk.path("lists"))
            #expect(try await desk.run("rerun", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment).status == 0)
            #expect(list == expected)
            #expect(try await service.tasks().count == 1)
        }
    }

    @Test func `nothing is listed as long as it is not proven`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(storage: [StorageFault("*a.pp", .drop, when: .written, .forever)]))
            let end = try await desk.run("run", "task.yaml", "--limit", "5s", with: service.environment)
            #expect(end.status != 0, "\(end.everything)")
            #expect(list == nil, "\(end.everything)")
        }
    }

    @Test func `a list that cannot be written is a failure which the next run mends without sending`() async throws {
        try desk.write("lists", "in the way")
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 73, "\(end.everything)")
            #expect(end.errors.contains("all files are verified, but the list of the files"), "\(end.everything)")
            try FileManager.default.removeItem(atPath: desk.path("lists"))
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(list == expected)
            #expect(try await service.tasks().count == 1)
        }
    }

    @Test(arguments: ["two\nlines.pp", "two\rlines.pp"]) func `a name that a list of lines cannot hold is told`(name: String) async throws {
        try desk.write("data/" + name, "x")
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 73, "\(end.everything)")
            #expect(end.errors.contains("holds a line end"), "\(end.everything)")
            #expect(list == nil, "\(end.everything)")
        }
    }

    @Test func `a list of an earlier run does not outlive the files that it names`() async throws {
        try desk.write("lists/19880901T0000Z.txt", "/gws/canari/old.pp\n")
        try FileManager.default.removeItem(atPath: desk.data)
        try desk.write("data/keep/.hidden", "")
        try FileManager.default.removeItem(atPath: desk.path("data/keep/.hidden"))
        try desk.describe(desk.description("empty: succeed\nafter: {filelist: \"\(desk.path("lists"))/{cycle}.txt\"}"))
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(list == nil && end.errors.contains("no file is verified: there is no list"), "\(end.everything)")
        }
    }

    @Test func `a list that came into the source by a link is not written`() async throws {
        try FileManager.default.createDirectory(atPath: desk.path("lists"), withIntermediateDirectories: true)
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            try FileManager.default.removeItem(atPath: desk.path("lists"))
            try FileManager.default.createSymbolicLink(atPath: desk.path("lists"), withDestinationPath: desk.data)
            let end = try await desk.run("rerun", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(end.status != 0 && end.errors.contains("is in the source"), "\(end.everything)")
            #expect(!desk.exists("data/19880901T0000Z.txt"))
        }
    }

    @Test func `two transfers do not write one list`() async throws {
        let after = "after: {filelist: /lists/{cycle}.txt}"
        try desk.describe(
            desk.description("name: a\n\(after)") + "\n---\n" + desk.description("name: b\n\(after)", to: "/gws/other/{cycle}"))
        let end = try await desk.run("validate", "task.yaml")
        #expect(end.status == 65 && end.everything.contains("writes the same list '/lists/19880901T0000Z.txt'"), "\(end.everything)")
    }

    @Test(arguments: [
        ("filelist: lists.txt", "'lists.txt' is relative"),
        ("filelist: /l\nverify: {level: none}", "without verification there is nothing to list"),
    ]) func `a list that could not be right is refused`(text: String, message: String) async throws {
        let lines = text.split(separator: "\n")
        try desk.describe(desk.description("after: {\(lines[0])}\n" + lines.dropFirst().joined()))
        let end = try await desk.run("validate", "task.yaml")
        #expect(end.status == 65, "\(end.everything)")
        #expect(end.everything.contains(message), "\(end.everything)")
    }
}
