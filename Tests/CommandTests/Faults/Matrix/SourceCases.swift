import Foundation
import Globus
import Rehearsal

/// F52–F55: names, links and special files, a source that changes.
let sourceCases: [FaultCase] = [
    FaultCase(52, title: "names with blanks, quotes, newlines, dashes, dots, 255 bytes, both Unicode forms", [0]) { world in
        let names = [
            "two words", "it's \"quoted\"", "semi;colon", "new\nline", "-rf", "..dots", String(repeating: "n", count: 255), "caf\u{E9}",
            "cafe\u{301}", "d\u{E9}/x", "de\u{301}/x", "$(touch x)", "back\\slash", "#hash?query&a=b", "percent%20",
        ]
        for name in names { try world.desk.write("data/" + name, "in " + name) }
        try await world.run()
    },
    FaultCase(52, title: "a name that is not UTF-8", [65]) { world in
        let directory = open(world.desk.data, O_RDONLY | O_DIRECTORY)
        defer { close(directory) }
        close(openat(directory, [0x61, CChar(truncatingIfNeeded: 0xE9), 0], O_WRONLY | O_CREAT, 0o644))
        world.demand(try await world.run(), says: #"a\xE9 has a name that is not UTF-8"#, "rename it, or exclude it")
        world.demand(await world.tasks().isEmpty, "something was sent")
    },
    linked("a link to a file", "b.nc", to: "sub/b.nc", refused: "link.b.nc is a symbolic link", followed: 0),
    linked("a link out of the tree", "out", to: "../outside", refused: "link.out is a symbolic link", followed: 0),
    linked("a loop of links", "loop", to: ".", refused: "link.loop is a symbolic link", followed: 10),
    linked("a link to nothing", "dangling", to: "nowhere", refused: "link.dangling is a symbolic link", followed: 10),
    linked("a link to a device", "device", to: "/dev/zero", refused: "link.device is a symbolic link", followed: 10),
    FaultCase(53, title: "a FIFO", [10]) { world in
        mkfifo(world.desk.data + "/fifo", 0o644)
        world.demand(try await world.run(), says: "fifo is a FIFO, not a file", "exclude it")
    },
    FaultCase(54, title: "a directory vanishes while the source is read", [11, 0]) { world in
        try world.moveFarAway()
        let isFirst = Counter()
        world.onRequest { request in
            guard request.path.hasSuffix("/ls"), isFirst.next() == 1 else { return }
            try? FileManager.default.removeItem(atPath: world.desk.path("far/sub"))
        }
        world.demand(try await world.run(), says: "sub/ disappeared while the source was read")
        try await world.run()
    },
    FaultCase(54, title: "a file appears after the source was read: the next run's", [0, 0]) { world in
        world.beforeSubmission { try? world.desk.write("data/late.pp", "late") }
        try await world.run()
        world.demand(!world.desk.exists("jasmin/gws/canari/19880901T0000Z/late.pp"), "it was sent with the others")
        world.demand(try await world.run(), says: "2 files verified already, 1 new or changed")
    },
    FaultCase(
        54, title: "a file vanishes after the source was read", [[10, 11], 0]
    ) { world in
        world.state.withLock { $0.retriesForEver = true }
        world.beforeSubmission { try? FileManager.default.removeItem(atPath: world.desk.data + "/sub/b.nc") }
        world.demand(try await world.run(), says: "sub/b.nc")
        try await world.run()
    },
    FaultCase(
        54, 42, title: "a file grows after the source was read", [11, 0]
    ) { world in
        world.beforeSubmission { try? world.desk.write("data/a.pp", Data(count: 70_000)) }
        world.demand(try await world.run(), says: "a.pp")
        try await world.run()
    },
    FaultCase(55, title: "the source's disk errs once", [0]) { world in
        await world.faults(storage: [StorageFault("*a.pp", .readError, .once)])
        world.demand(try await world.run(), says: "1 fault")
    },
    FaultCase(55, title: "the source's disk errs while it is read for its digest: tried again, then named", [10, 0]) { world in
        try world.describe("symlinks: follow\nverify: {level: digest}")
        // Reading its beginning fails in just the way of a disk.
        try FileManager.default.createSymbolicLink(atPath: world.desk.data + "/torn.pp", withDestinationPath: "/proc/self/mem")
        world.demand(try await world.run(), says: "torn.pp cannot be read: Input/output error at byte 0")
        world.demand(await world.tasks().isEmpty, "something was sent")
        try FileManager.default.removeItem(atPath: world.desk.data + "/torn.pp")
        try await world.run()
    },
    FaultCase(55, title: "the source's collection tells a stale size", [11, 0]) { world in
        try world.moveFarAway()
        await world.faults(storage: [StorageFault("/far-away/*a.pp", .understate(bytes: 10), .once)])
        world.demand(try await world.run(), says: "a.pp")
        await world.noFaults()
        try await world.run()
    },
]

/// A link among the files: refused, left out, or followed, as the description says.
private func linked(_ title: String, _ name: String, to target: String, refused: String, followed: Int32) -> FaultCase {
    FaultCase(53, title: title + ": refused, skipped, followed", [10, 0, .init(integerLiteral: followed)]) { world in
        try world.desk.write("outside", "from outside")
        try FileManager.default.createSymbolicLink(atPath: world.desk.data + "/link." + name, withDestinationPath: target)
        world.demand(try await world.run(), says: refused)
        try world.describe("symlinks: skip")
        try await world.run()
        try world.forgetAll()
        try world.describe("symlinks: follow")
        world.state.withLock { $0.followsLinks = true }
        world.demand(try await world.run(), says: followed == 0 ? "3 files" : "link." + name)
    }
}

extension FaultWorld {
    /// The source is not mounted on this machine any more.
    func moveFarAway(_ more: String = "") throws {
        if desk.exists("data") {
            try FileManager.default.removeItem(atPath: desk.path("far"))
            try FileManager.default.moveItem(atPath: desk.data, toPath: desk.path("far"))
        }
        state.withLock { $0.source = desk.path("far") }
        try describe(more, from: "/far-away")
    }

    /// Once the source has been read, and before anything is sent.
    fileprivate func beforeSubmission(_ action: @escaping @Sendable () -> Void) {
        let isFirst = Counter()
        onRequest { request in
            if request.path == "/v0.10/submission_id", isFirst.next() == 1 { action() }
        }
    }
}
