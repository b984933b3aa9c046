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

    @Test func `a name that a list of lines cannot hold is told`() async throws {
        try desk.write("data/two\nlines.pp", "x")
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 73, "\(end.everything)")
            #expect(end.errors.contains("holds a line end"), "\(end.everything)")
            #expect(list == nil, "\(end.everything)")
        }
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
