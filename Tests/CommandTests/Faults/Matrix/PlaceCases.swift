import Foundation
import Globus
import Rehearsal

/// F71, F72, F86, F87: where files lie, here and there, and what else goes there.
let placeCases: [FaultCase] = [
    FaultCase(71, title: "source and destination are one by name: the same, nested, by a dot, by a link", everyRun: 65) { world in
        let (data, link) = (world.desk.data, world.desk.path("elsewhere"))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: data)
        for path in [data, data + "/", data + "//.", data + "/sub/new", link] {
            let text = world.desk.description("clean: {source: delete}", to: path)
            try world.desk.describe(text.replacing("collection: jasmin", with: "collection: archer2"))
            world.demand(await world.end(of: try world.start("run", "task.yaml")), says: "ource 'archer2:\(data)'", "estination 'archer2:")
        }
        world.demand(world.standIn.requests.isEmpty, "requests were made")
        world.demand(try world.desk.tree("data").count == 2, "files are gone")
    },
    samePlace("two collections over one disk", at: "data") { _ in },
    samePlace("a link inside of the destination's collection", at: "all/{cycle}") { world in
        try FileManager.default.createDirectory(atPath: world.desk.path("all"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: world.desk.path("all/19880901T0000Z"), withDestinationPath: world.desk.data)
    },
    FaultCase(71, title: "two collections over one disk, deleted by hand", [61]) { world in
        try world.describe(toVault: "data")
        try await world.archive()
        world.demand(try await world.clean(), says: "are the same place")
        world.demand(try world.desk.tree("data").count == 2 && world.canaries.isEmpty, "it is not as it was")
    },
    FaultCase(72, title: "the path of a remote source exists here too, with other bytes of equal size", [0, 0]) { world in
        try world.leadElsewhere()
        world.demand(try await world.run(), says: "on this machine is not what archer2 shows")
        world.demand(try await world.run(), says: "already archived")
        try world.isUntouched()
    },
    FaultCase(72, title: "the same, and deletion is asked for: nothing here is touched", [61, 61, 61]) { world in
        try world.leadElsewhere("clean: {source: delete}")
        for _ in 0..<2 { world.demand(try await world.run(), says: "nothing was deleted at the source") }
        try await world.clean()
        try world.isUntouched()
    },
    FaultCase(86, title: "two transfers of a run write one file", [65]) { world in
        try world.desk.describe(world.desk.description("name: one") + "---\n" + world.desk.description("name: two"))
        world.demand(try await world.run(), says: "would both write 2 files at jasmin:/gws/canari/19880901T0000Z", "a.pp")
        world.demand(await world.tasks().isEmpty, "something was sent")
    },
    FaultCase(86, title: "another cycle of the journal sends such a file, or has archived it", [31, 33, 0, 33]) { world in
        func describe(_ cycle: String) throws {
            try world.desk.describe(world.desk.description(cycle: cycle, to: "/gws/canari/all"))
        }
        world.state.withLock { $0.destination = "jasmin/gws/canari/all" }
        await world.faults(tasks: [.task(1, .queue())])
        try describe("1")
        try await world.run(limit: .zero)
        try describe("2")
        world.demand(try await world.run(), says: "'u-ab123 1' of the same journal is sending 2 files")
        await world.resumeAll()
        try describe("1")
        try await world.run()
        try describe("2")
        world.demand(try await world.run(), says: "'u-ab123 1' of the same journal has archived 2 files")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(86, title: "the destination holds another file of equal size", [44, 0]) { world in
        let there = "jasmin/gws/canari/19880901T0000Z/a.pp"
        try world.desk.write(there, Data(count: 60_000))
        try world.date(there, 1e9)
        world.demand(try await world.run(), says: "may differ: a.pp")
        world.demand(await world.tasks().isEmpty && world.desk.contents(there) == Data(count: 60_000), "something was sent")
        try FileManager.default.removeItem(atPath: world.desk.path(there))
        try await world.run()
    },
    FaultCase(86, title: "the destination holds another file, which may be replaced", [0]) { world in
        try world.desk.write("jasmin/gws/canari/19880901T0000Z/a.pp", Data(count: 60_000))
        try world.desk.describe(world.desk.description().replacing("to: {", with: "to: {existing: replace, "))
        try await world.run()
    },
    FaultCase(86, title: "one source goes to two destinations and is deleted: not before both are verified", [60, 0]) { world in
        func text(_ name: String) -> String {
            world.desk.description("name: \(name)\nclean: {source: delete}", to: "/gws/\(name)/{cycle}")
        }
        try world.desk.describe(text("canari") + "---\n" + text("two"))
        let files = try world.desk.tree("data")
        await world.faults(storage: [StorageFault("**/two/**/b.nc", .drop)])
        world.demand(try await world.run(), says: "2 files kept until another transfer of the same source is verified")
        world.demand(try world.desk.tree("data") == files, "files are gone")
        await world.noFaults()
        try await world.run()
        world.demand(try world.desk.tree("data").isEmpty, "something stays")
        world.demand(try world.desk.tree("jasmin/gws/two/19880901T0000Z") == files, "not all of it is at the second destination")
    },
    FaultCase(87, title: "what compares less than contents is refused where deletion is asked for", everyRun: 65) { world in
        for sync in ["exists", "size", "mtime"] {
            try world.describe("transfer: {sync: \(sync)}\nclean: {source: delete}")
            world.demand(await world.end(of: try world.start("run", "task.yaml")), says: "sync", "checksum")
        }
        world.demand(world.standIn.requests.isEmpty, "requests were made")
    },
    skipped("exists"), skipped("size"), skipped("mtime"),
]

/// Nothing but a file that is made for it shows that both ends are one.
private func samePlace(
    _ title: String, at path: String, _ arrange: @escaping @Sendable (FaultWorld) throws -> Void
) -> FaultCase {
    FaultCase(71, title: title + ", and deletion is asked for, also with digests", [61, 61, 61]) { world in
        try arrange(world)
        let files = try world.desk.tree("data")
        for more in ["", "", "verify: {level: digest}"] {
            try world.describe("clean: {source: delete, directories: true}\n" + more, toVault: path)
            world.demand(try await world.run(), says: "source and destination are the same place: a file made in '\(world.desk.data)/")
            world.demand(try world.desk.tree("data") == files && world.canaries.isEmpty, "it is not as it was")
        }
    }
}

/// Of equal size and time, so that Globus does not send it: it stays at the source when the others go.
private func skipped(_ sync: String) -> FaultCase {
    FaultCase(87, title: "sync: \(sync) skips a file that differs, and deletion is asked for by hand", [61]) { world in
        let there = "jasmin/gws/canari/19880901T0000Z/a.pp"
        try world.desk.write(there, Data(count: 60_000))
        for name in [there, "data/a.pp"] { try world.date(name, 1e9) }
        try world.describe("transfer: {sync: \(sync)}")
        try await world.archive()
        world.demand(try await world.clean(), says: "deleted 1 file", "a.pp: Globus neither sent it nor compared its contents")
        world.demand(world.desk.exists("data/a.pp") && !world.desk.exists("data/sub/b.nc"), "the wrong one is deleted")
    }
}

extension FaultWorld {
    var canaries: [[UInt8]] {
        FileTree.read(desk.path(""), followingLinks: false).keys.filter { String(decoding: $0, as: UTF8.self).contains("-canary-") }
    }

    func date(_ name: String, _ seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: desk.path(name))
    }

    /// ARCHER2 shows other files than this machine at the same path.
    fileprivate func leadElsewhere(_ more: String = "") throws {
        for (number, (name, bytes)) in try desk.tree("data").enumerated() {
            try desk.write("there/" + name, bytes)
            try desk.write("twin/" + name, Data(count: bytes.count))
            try date("there/" + name, 1e9 + Double(number))
            try date("twin/" + name, 1.1e9)
        }
        state.withLock { $0.source = desk.path("there") }
        try describe(more, from: desk.path("twin"))
    }

    fileprivate func isUntouched() throws {
        demand(try desk.tree("twin").values.allSatisfy { $0 == Data(count: $0.count) }, "the files here are not as they were")
        demand(try desk.tree("twin").count == 2 && desk.tree("there").count == 2 && canaries.isEmpty, "files are gone, or new")
    }
}
