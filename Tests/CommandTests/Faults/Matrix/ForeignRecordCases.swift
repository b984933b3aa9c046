import Foundation
import Globus
import Rehearsal
import Synchronization
import Testing

@testable import PPTransfer

/// F76, F77, F98: records and locks that are not what this process wrote.
let foreignRecordCases: [FaultCase] = [
    damaged("cut off") { world in
        let proven = try world.recorded("proven")
        try world.write(proven.dropLast(8), to: "proven")
    },
    damaged("edited, so that it names another file") { world in
        try world.desk.write("data/left.tmp", Data(count: 60_000))
        let proven = String(decoding: try world.recorded("proven"), as: UTF8.self)
        try world.write(Data(proven.replacing(" a.pp\n", with: " left.tmp\n").utf8), to: "proven")
    },
    damaged("another cycle's") { world in
        try world.desk.write("data/left.tmp", "left")
        try world.desk.describe(world.desk.description(cycle: "19880902T0000Z"))
        try await world.archive()
        let others = world.desk.path("journal/u-ab123/19880902T0000Z.proven")
        try world.write(try Data(contentsOf: URL(fileURLWithPath: others)), to: "proven")
        try world.describe()
    },
    damaged("of a backup, older than the receipt") { world in
        let old = try world.recorded("proven")
        try world.desk.write("data/left.tmp", "left")
        try await world.archive()
        try world.write(old, to: "proven")
    },
    damaged("gone") { world in try FileManager.default.removeItem(atPath: world.record("proven")) },
    FaultCase(76, title: "a list of what is proven is damaged after a clean-up: a person must see it", [71]) { world in
        try world.describe("clean: {source: delete}")
        try await world.archive()
        let proven = String(decoding: try world.recorded("proven"), as: UTF8.self)
        try world.write(Data(proven.replacing(" a.pp\n", with: " b.pp\n").utf8), to: "proven")
        world.demand(try await world.run(), says: "is not the one that the receipt names")
    },
    FaultCase(76, title: "a record is cut off, the one before it is not the answer of a receipt", [71, 0]) { world in
        try await world.archive()
        try world.write(try world.recorded("json"), to: "json.previous")
        try world.write(try world.recorded("json").dropLast(40), to: "json")
        world.demand(await world.end(of: try world.start("receipt", "u-ab123", "--cycle", "19880901T0000Z")), says: "is damaged")
        world.demand(try await world.run(), says: "the journal record was damaged; using the one before it")
    },
    FaultCase(76, title: "a record is another cycle's", [[61, 71], 71, 71]) { world in
        try await world.archive()
        for ending in ["json", "proven"] {
            try world.desk.write("journal/u-ab123/19880902T0000Z." + ending, try world.recorded(ending))
        }
        try await world.end(of: world.start("receipt", "u-ab123", "--cycle", "19880902T0000Z"))
        world.demand(await world.end(of: try world.start("status", "u-ab123")), says: "belongs to another transfer")
        try world.desk.describe(world.desk.description(cycle: "19880902T0000Z"))
        world.demand(try await world.run(), says: "belongs to another transfer (u-ab123 19880901T0000Z)")
    },
    FaultCase(77, title: "a holder wakes up after its lease: its successor has finished", [0, 70, 0]) { world in
        let left = Files()
        await world.faults(tasks: [.task(1, .queue())])
        world.time.after(.seconds(60)) {
            do {
                // As who watched its beat for the whole lease does.
                try FileManager.default.removeItem(atPath: world.record("lock"))
                world.time.after(.seconds(30)) { await world.resumeAll() }
                try await world.run()
                left.take(world.journal)
            } catch { world.demand(false, "there was no successor: \(error)") }
        }
        world.demand(try await world.run(), says: "another process")
        world.demand(left.are(world.journal), "the stale holder has written")
        world.demand(try await world.run(), says: "already archived")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(77, title: "a holder wakes up after its lease: its successor is at work", [70, 0]) { world in
        let left = Files()
        await world.faults(tasks: [.task(1, .queue())])
        world.time.after(.seconds(60)) {
            do {
                try FileManager.default.removeItem(atPath: world.record("lock"))
                var holder = LockHolder.current()
                (holder.boot, holder.host) = ("elsewhere", "other")
                try world.write(try JSONEncoder().encode(holder), to: "lock")
                left.take(world.journal)
            } catch { world.demand(false, "there was no successor: \(error)") }
            await world.resumeAll()
        }
        world.demand(try await world.run(), says: "process \(getpid()) on other")
        world.demand(left.are(world.journal), "the stale holder has written")
        try FileManager.default.removeItem(atPath: world.record("lock"))
        try await world.run()
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    unreadable("empty") { try $0.write(Data(), to: "lock") },
    unreadable("no record of a lock") { try $0.write(Data("nonsense".utf8), to: "lock") },
    unreadable("half a record") { world in
        try world.write(try JSONEncoder().encode(LockHolder.current()).dropLast(30), to: "lock")
    },
    unreadable("a directory") { world in
        try FileManager.default.createDirectory(atPath: world.record("lock"), withIntermediateDirectories: true)
    },
    unreadable("a link to nothing") { world in
        try FileManager.default.createDirectory(atPath: world.journal + "/u-ab123", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: world.record("lock"), withDestinationPath: "nowhere")
    },
    FaultCase(98, title: "TERM while the lock of another machine is watched", [143]) { world in
        var holder = LockHolder.current()
        (holder.boot, holder.host) = ("elsewhere", "other")
        try world.write(try JSONEncoder().encode(holder), to: "lock")
        let program = try world.start("run", "-v", "task.yaml")
        try await until(program) { program.errorsSoFar.contains("the journal is in") }
        program.signal(SIGTERM)
        await world.end(of: program)
        world.demand(FileManager.default.fileExists(atPath: world.record("lock")), "the lock is gone")
        world.demand(world.standIn.requests.isEmpty, "requests were made")
    },
]

/// What is proven is not what the receipt speaks of: nothing is deleted, and everything is compared once more.
private func damaged(_ how: String, _ damage: @escaping @Sendable (FaultWorld) async throws -> Void) -> FaultCase {
    FaultCase(76, title: "the list of what is proven is \(how)", [71, 0, 0]) { world in
        try await world.archive()
        try await damage(world)
        let files = try world.desk.tree("data")
        let words = how == "gone" ? "cannot be used: it does not exist" : "is not the one that the receipt names"
        world.demand(try await world.clean(), says: words)
        world.demand(try world.desk.tree("data") == files, "files are gone")
        world.demand(try await world.run(), says: "every file is compared with the destination again")
        try await world.clean()
        world.demand(try world.desk.tree("data").isEmpty, "something stays")
    }
}

private func unreadable(_ what: String, _ leave: @escaping @Sendable (FaultWorld) throws -> Void) -> FaultCase {
    FaultCase(98, title: "the lock is \(what)", [71, 0]) { world in
        try leave(world)
        let lock = world.record("lock")
        world.demand(try await world.run(), says: "the lock \(lock) does not say which process", "rm \(lock)")
        world.demand(world.standIn.requests.isEmpty, "requests were made")
        try FileManager.default.removeItem(atPath: lock)
        try await world.run()
    }
}

/// A directory's files as they were at a moment.
private final class Files: Sendable {
    private let files = Mutex<[[UInt8]: Data]>([:])

    func take(_ directory: String) { files.withLock { $0 = FileTree.read(directory, followingLinks: false) } }
    func are(_ directory: String) -> Bool { files.withLock { !$0.isEmpty && $0 == FileTree.read(directory, followingLinks: false) } }
}

extension FaultWorld {
    fileprivate func recorded(_ ending: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: record(ending))) }

    fileprivate func write(_ bytes: Data, to ending: String) throws {
        try desk.write("journal/u-ab123/19880901T0000Z." + ending, bytes)
    }

}
