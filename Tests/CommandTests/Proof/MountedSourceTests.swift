import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// A remote source whose path exists on this machine too, with other files.
struct MountedSourceTests {
    private let desk: Desk
    private let names = ["a.pp", "sub/b.nc"]

    init() throws {
        desk = try Desk()
        for name in names {
            try desk.write("data/" + name, "here")
            try desk.write("far/" + name, "afar")
            let old = Date(timeIntervalSince1970: 1_700_000_000)
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: desk.path("far/" + name))
            try FileManager.default.setAttributes([.modificationDate: old + 5], ofItemAtPath: desk.path("data/" + name))
        }
    }

    private func deleting(_ service: LocalService) -> [String: String] {
        service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
    }

    /// ARCHER2 shows the files of another machine at the path that this machine has, too.
    private func elsewhere(_ configuration: inout StandInConfiguration) {
        guard let path = try? CollectionPath(desk.data) else { return }
        for index in configuration.collections.indices where configuration.collections[index].id.description == Desk.archer2 {
            configuration.collections[index].mounts = [StandInCollection.Mount(desk.path("far"), at: path, isWritable: false)]
        }
    }

    private func arrived() throws -> [String: String] {
        try desk.tree("jasmin/gws/canari/19880901T0000Z").mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `files of equal size at the same path here are neither sent nor deleted`() async throws {
        try desk.write("far/more.pp", "only there")
        try desk.describe(desk.description())
        try await LocalService.with(desk, configure: elsewhere) { service in
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("on this machine is not what archer2 shows"), "\(end.everything)")
            #expect(try arrived() == ["a.pp": "afar", "sub/b.nc": "afar", "more.pp": "only there"])
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.output.contains("deleted 2 files") == false, "\(clean.everything)")
            #expect(try desk.tree("data").count == 2)
        }
    }

    @Test func `where deletion is asked for, nothing here is touched, and it is said`() async throws {
        try desk.describe(desk.description("clean: {source: delete}"))
        try await LocalService.with(desk, configure: elsewhere) { service in
            for _ in 1...2 {
                let end = try await desk.run("run", "task.yaml", with: deleting(service))
                #expect(end.status == 61, "\(end.everything)")
                #expect(end.output.contains("nothing was deleted at the source"), "\(end.everything)")
                #expect(try desk.tree("data").count == 2)
                #expect(try desk.tree("far").count == 2)
            }
            #expect(try arrived().values.sorted() == ["afar", "afar"])
        }
    }

    @Test func `files here that agree in all but what a canary shows are not deleted`() async throws {
        for name in names {
            let old = Date(timeIntervalSince1970: 1_700_000_000)
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: desk.path("data/" + name))
        }
        try desk.describe(desk.description("clean: {source: delete}"))
        try await LocalService.with(desk, configure: elsewhere) { service in
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 61)
            #expect(end.output.contains("is not what archer2 shows: a file made there did not appear"))
            #expect(try desk.tree("data").count == 2)
        }
    }

    @Test(arguments: ["verify: {level: digest}", "select: {include: [\"sub/*.nc\"]}"])
    func `what needs the source here is refused before anything is sent`(more: String) async throws {
        try desk.describe(desk.description(more))
        try await LocalService.with(desk, configure: elsewhere) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 65, "\(end.everything)")
            #expect(end.output.contains("needs the source on this machine"), "\(end.everything)")
            #expect(try await service.tasks().isEmpty)
        }
    }

    @Test func `the source collection is asked once, and not again for the same directory`() async throws {
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            func looks() -> Int { service.standIn.requests.count { $0.path.hasSuffix(Desk.archer2 + "/ls") } }
            let first = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(first.status == 0)
            #expect(looks() == 1)
            let second = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(second.output.contains("already archived"))
            #expect(looks() == 1)
        }
    }

    @Test func `files that are being written do not make a source another one`() async throws {
        try desk.write("data/new.pp", "new")
        try desk.describe(desk.description())
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(!end.errors.contains("is not what archer2 shows"), "\(end.everything)")
        }
    }
}
