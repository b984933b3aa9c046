import Foundation
import Globus

@testable import PPTransfer
@testable import PPTransferReports
@testable import Rehearsal

/// F94–F96: what was wanted and did not come, and runs after an archived one.
let runCases: [FaultCase] = [
    FaultCase(94, title: "a run is killed in the wait, its task fails, and a file of it has vanished meanwhile", [11, 0]) { world in
        await world.faults(tasks: [.task(1, .queue())])
        try await world.kill { $1.isAnswer(to: "GET /v0.10/task/") }
        _ = await world.standIn.service.board.cancel(try await world.liveTask())
        await world.noFaults()
        try FileManager.default.removeItem(atPath: world.desk.data + "/sub/b.nc")
        world.demand(try await world.run(), says: "gone: sub/b.nc")
        try await world.run()
    },
    FaultCase(95, title: "a proven file is lost at the destination while new ones are staged", [0, 0]) { world in
        try await world.archive()
        try FileManager.default.removeItem(atPath: world.desk.path("jasmin/gws/canari/19880901T0000Z/a.pp"))
        try world.desk.write("data/new.pp", "new")
        world.demand(try await world.run(), says: "differ from what was verified earlier", "3 files")
        let tasks = await world.tasks().count
        world.demand(tasks == 3, "\(tasks) tasks")
        world.demand(try await world.run(), says: "already archived")
    },
    FaultCase(96, title: "a run fails after an archived one", [10, 0]) { world in
        try await world.archive()
        try world.desk.write("data/new.pp", "new")
        try FileManager.default.createSymbolicLink(atPath: world.desk.data + "/link", withDestinationPath: "a.pp")
        try await world.run()
        world.isSeen(as: "source-missing")
        try FileManager.default.removeItem(atPath: world.desk.data + "/link")
        try await world.run()
        world.isArchived()
    },
    FaultCase(96, title: "a run is killed before it submits, after an archived one and without", [0, 0]) { world in
        for _ in 0..<2 {
            try await world.kill { number, _ in number == 4 }
            world.isSeen(as: "begun")
            try await world.run()
            world.isArchived()
            try world.desk.write("data/new.pp", "new")
        }
    },
]

extension FaultWorld {
    private var row: StatusReport.Row? { StatusReport(Journal(directory: journal), workflow: nil, now: time.now).rows.first }
    private var receipt: ReceiptReport { ReceiptReport(Journal(directory: journal), workflow: nil, cycle: "19880901T0000Z") }

    private var failed: Int {
        var selection = RecordSelection()
        selection.failedOnly = true
        return selection.records(in: Journal(directory: journal)).records.count
    }

    fileprivate func isSeen(as state: String) {
        demand(row?.state == state, "status says \(row?.state ?? "nothing")")
        demand(receipt.status == .unverified, "receipt says \(receipt.status)")
        demand(failed == 1, "rerun --failed finds \(failed)")
    }

    fileprivate func isArchived() {
        demand(row?.state == "archived" && receipt.status == .ok && failed == 0, "it is \(row?.state ?? "unknown")")
    }
}
