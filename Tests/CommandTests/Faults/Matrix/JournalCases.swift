import Foundation
import Globus
import Rehearsal
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer
@testable import SystemFiles

/// F9–F16: the journal is held, damaged, full, lost.
let journalCases: [FaultCase] = [
    FaultCase(9, title: "two processes on one cycle at the same moment", [70, 0]) { world in
        await world.faults(tasks: [.label("*", .pause(message: "until the second has tried"))])
        let first = try world.start("run", "task.yaml")
        try await until(first) { world.standIn.requests.contains { $0.path.hasPrefix("/v0.10/task/") } }
        let second = await world.end(of: try world.start("run", "task.yaml"))
        world.demand(second, says: "another process works on this cycle: process \(first.pid) on ")
        await world.resumeAll()
        await world.end(of: first)
    },
    FaultCase(10, title: "the lock of a dead process of this machine", [0]) { world in
        try world.leaveLock { $0.process = 0x3FFF_FFFF }
        try await world.run()
    },
    FaultCase(10, title: "the lock of another machine, once its lease has passed without a sign of life", [0]) { world in
        try world.leaveLock { ($0.boot, $0.host) = ("elsewhere", "other") }
        try await CycleLock(path: world.record("lock"), patience: .milliseconds(20), watch: .milliseconds(10)).release()
        try await world.run()
    },
    FaultCase(11, title: "the record cut off in mid-task, at a dozen lengths", everyRun: 0) { world in
        for part in 0..<12 {
            try world.forgetAll()
            try await world.kill { $1.isAnswer(to: "GET /v0.10/task/") }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: world.record("json")))
            try bytes.prefix(bytes.count * part / 12).write(to: URL(fileURLWithPath: world.record("json")))
            world.demand(try await world.run(), says: "the journal record was damaged; using the one before it")
            let tasks = await world.tasks().count
            world.demand(tasks == part + 1, "\(tasks) tasks")
        }
    },
    FaultCase(11, title: "the record of an archived cycle cut off at every third byte", []) { world in
        try await world.archive()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: world.record("json")))
        let copy = world.desk.path("copy.json")
        try? FileManager.default.copyItem(atPath: world.record("json.previous"), toPath: copy + ".previous")
        for length in stride(from: 0, to: bytes.count - 1, by: 3) {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: copy))
            let read = try Journal.read(copy)
            world.demand(read?.isPrevious == true && read?.record.receipt != nil, "at \(length) bytes")
        }
    },
    FaultCase(11, title: "the record and the one before it both cut off", [71]) { world in
        try await world.archive()
        for name in ["json", "json.previous"] { try Data("{".utf8).write(to: URL(fileURLWithPath: world.record(name))) }
        world.demand(try await world.run(), says: "so is the record before it")
    },
    FaultCase(12, title: "the disk is full when the first record is written", [71, 0]) { try await $0.fullDisk("json") },
    FaultCase(12, title: "the disk is full when the submission is written", [71, 0]) { try await $0.fullDisk("submission") },
    FaultCase(12, title: "the disk is full when the manifest is written", [71, 0]) { try await $0.fullDisk("sent") },
    FaultCase(12, title: "the disk is full when the proof is written", [71, 0]) { try await $0.fullDisk("proven", tasks: 1) },
    FaultCase(13, title: "the journal's directory cannot be written", [71]) { world in
        world.demand(try await world.run(journal: "/sys/pptransfer"), says: "/sys/pptransfer cannot be written")
        world.demand(world.standIn.requests.isEmpty, "requests were made")
    },
    FaultCase(14, title: "the record is of a newer version", [71]) { world in
        try world.desk.write("journal/u-ab123/19880901T0000Z.json", #"{"pptransfer_journal": 9, "workflow": "u-ab123"}"#)
        world.demand(try await world.run(), says: "was written by a later pptransfer (record version 9; this one knows 1)")
        world.demand(world.standIn.requests.isEmpty, "requests were made")
    },
    FaultCase(15, title: "the journal is lost while the task runs", [31, 0]) { world in
        await world.faults(tasks: [.label("*", .queue())])
        try await world.run(limit: .zero)
        world.time.after(.seconds(60)) { await world.resumeAll() }
        world.demand(try await world.run(journal: world.desk.path("fresh")), says: "which works on this transfer and is not in the journal")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(16, title: "409, and the task in the way is ours", [31, 0]) { world in
        await world.faults(
            http: [HTTPFault(.taskList, .edit(HTTPFault.AnswerEdit(set: ["DATA": []])))], tasks: [.label("*", .queue())])
        world.state.withLock { $0.explainedConflicts = 1 }
        // The list of tasks is empty the first time that it is asked for, which is in the second run: the first has seen it, too.
        try await world.run(limit: .zero)
        await world.standIn.setFaults(StandInFaults(http: [HTTPFault(.taskList, .edit(HTTPFault.AnswerEdit(set: ["DATA": []])))]))
        world.time.after(.seconds(60)) { await world.resumeAll() }
        world.demand(try await world.run(journal: world.desk.path("fresh")), says: "works on this transfer already")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
]

extension FaultWorld {
    /// A file of the cycle's record, by its ending.
    func record(_ ending: String) -> String { journal + "/u-ab123/19880901T0000Z." + ending }

    fileprivate func leaveLock(_ change: (inout LockHolder) -> Void) throws {
        var holder = LockHolder.current()
        change(&holder)
        try desk.write("journal/u-ab123/19880901T0000Z.lock", try JSONEncoder().encode(holder))
    }

    /// The first time that the journal writes this file, its disk is full; then there is room again.
    ///
    /// - Parameter tasks: how many there are after the first run.
    fileprivate func fullDisk(_ ending: String, tasks expected: Int = 0) async throws {
        try FileManager.default.createDirectory(atPath: journal + "/u-ab123", withIntermediateDirectories: true)
        let path = record(ending)
        let isFirst = Mutex(true)
        let shortage: @Sendable (String) -> Int32 = { written in
            guard written == path else { return 0 }
            return isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst ? ENOSPC : 0
            }
        }
        demand(try await DurableFile.$shortage.withValue(shortage) { try await run() }, says: "cannot be written: No space left on device")
        let first = await tasks().count
        demand(first == expected, "\(first) tasks although nothing could be recorded")
        try await run()
        let second = await tasks().count
        demand(second == 1, "\(second) tasks in the end")
    }
}
