import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Where the archive is the only copy: slips in a description, or in what is staged, cost none of it, and none of its proof.
struct OnlyCopyTests {
    private let desk: Desk
    private let archive = "jasmin/gws/canari/19880901T0000Z"

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "first")
        try desk.write("data/b.pp", "second")
    }

    private func world(_ body: (LocalService, [String: String]) async throws -> Void) async throws {
        try await LocalService.with(desk) { service in
            try await body(service, service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { $1 })
        }
    }

    private func expect(_ status: Int32, _ arguments: String..., with environment: [String: String]) async throws {
        let end = try await desk.start(arguments, environment).completed()
        #expect(end.status == status, "\(arguments): \(end.everything)")
    }

    @Test func `files of another source replace nothing that is verified, however the latest run has ended`() async throws {
        let options = "clean: {source: delete}"
        try desk.describe(desk.description(options))
        try await world { service, environment in
            try await expect(0, "run", "task.yaml", with: environment)
            #expect(!desk.exists("data/a.pp"))
            try desk.write("data/late.pp", "late")
            await service.standIn.setFaults(StandInFaults(tasks: [.task(1, .queue())]))
            try await expect(31, "run", "--no-wait", "task.yaml", with: environment)
            try await expect(0, "cancel", "u-ab123", "19880901T0000Z", with: environment)
            try desk.write("other/a.pp", "of another run")
            try desk.describe(desk.description(options, from: desk.path("other")))
            let conflict = try await desk.run("run", "task.yaml", with: environment)
            #expect(conflict.status == 33, "\(conflict.everything)")
            #expect(conflict.output.contains("a part of this cycle, 2 files, is archived: from archer2:"), "\(conflict.everything)")
            try await expect(44, "run", "task.yaml", "--archive-again", with: environment)
            #expect(desk.contents(archive + "/a.pp") == Data("first".utf8))
            #expect(desk.exists("other/a.pp"))
            try desk.describe(desk.description(options))
            try await expect(0, "run", "task.yaml", with: environment)
            try await expect(0, "receipt", "u-ab123", "19880901T0000Z", with: environment)
        }
    }

    @Test func `what a mirror would delete at the destination is not deleted at the source`() async throws {
        try desk.describe(desk.description("transfer: {delete_extra: true}"))
        try await world { _, environment in
            try await expect(0, "run", "task.yaml", with: environment)
            try await expect(65, "clean", "u-ab123", "--all", "--delete", with: environment)
            #expect(desk.exists("data/a.pp") && desk.exists("data/b.pp"))
        }
    }

    @Test func `no change of what is selected makes a loss forgotten`() async throws {
        try desk.write("list", "a.pp\nb.pp\n")
        try desk.describe(desk.description("select: {list: \(desk.path("list"))}\nclean: {source: delete}"))
        try await world { _, environment in
            try await expect(0, "run", "task.yaml", with: environment)
            try FileManager.default.removeItem(atPath: desk.path(archive + "/a.pp"))
            try await expect(60, "verify", "u-ab123", "--all", with: environment)
            try desk.write("list", "")
            try await expect(60, "run", "task.yaml", with: environment)
            try await expect(61, "receipt", "u-ab123", "19880901T0000Z", with: environment)
            try await expect(60, "verify", "u-ab123", "--all", with: environment)
        }
    }

    @Test func `what was cleaned, or is left out now, stays in the receipt and in the list`() async throws {
        try desk.describe(desk.description("after: {filelist: \(desk.path("proven"))}"))
        try await world { _, environment in
            try await expect(0, "run", "task.yaml", with: environment)
            try await expect(0, "clean", "u-ab123", "--all", "--delete", with: environment)
            try desk.write("data/c.pp", "third")
            try await expect(0, "run", "task.yaml", with: environment)
            #expect(desk.contents("proven") == Data(["a", "b", "c"].map { "/gws/canari/19880901T0000Z/\($0).pp\n" }.joined().utf8))
            try desk.describe(desk.description("after: {filelist: \(desk.path("proven"))}\nselect: {include: [\"d.pp\"]}"))
            try desk.write("data/d.pp", "fourth")
            try await expect(0, "run", "task.yaml", with: environment)
            let receipt = try await desk.run("receipt", "u-ab123", "19880901T0000Z", with: environment)
            #expect(receipt.output.contains("files    4"), "\(receipt.everything)")
            try FileManager.default.removeItem(atPath: desk.path(archive + "/a.pp"))
            try await expect(60, "verify", "u-ab123", "--all", with: environment)
        }
    }

    @Test func `a link that a list names is not left out in silence`() async throws {
        try desk.write("list", "a.pp\nl.pp\n")
        try FileManager.default.createSymbolicLink(atPath: desk.path("data/l.pp"), withDestinationPath: "b.pp")
        for key in ["select", "expect"] {
            try desk.describe(desk.description("\(key): {list: \(desk.path("list"))}\nsymlinks: skip"))
            try await world { _, environment in try await expect(10, "run", "task.yaml", with: environment) }
        }
    }

    @Test func `a loss at the former place is none of the archive at the new one, and what is left out there is named`() async throws {
        try desk.describe(desk.description())
        try await world { _, environment in
            try await expect(0, "run", "task.yaml", with: environment)
            try FileManager.default.removeItem(atPath: desk.path(archive + "/a.pp"))
            try await expect(60, "verify", "u-ab123", "--all", with: environment)
            try desk.write("new/c.pp", "third")
            try desk.describe(desk.description(from: desk.path("new"), to: "/gws/new/{cycle}"))
            let end = try await desk.run("run", "task.yaml", "--archive-again", with: environment)
            #expect(end.status == 0 && end.errors.contains("2 files at jasmin:/gws/canari/19880901T0000Z that this"), "\(end.everything)")
            try await expect(0, "receipt", "u-ab123", "19880901T0000Z", with: environment)
            try await expect(0, "run", "task.yaml", with: environment)
        }
    }
}
