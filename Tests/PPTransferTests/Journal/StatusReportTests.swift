import Foundation
import Globus
import TestSupport
import Testing

@testable import PPTransfer

struct StatusReportTests {
    private let place: TemporaryDirectory
    private let time = SteppedTimekeeper()

    init() throws { place = try TemporaryDirectory() }

    private var journal: Journal { Journal(directory: place.path) }

    /// A record as a run leaves it.
    private func leave(_ cycle: String, _ change: (CycleJournal) throws -> Void) async throws {
        var plan = try TransferPlan.example(name: nil)
        plan.description.cycle = Positioned(try #require(CyclePoint(cycle)), at: plan.description.position)
        let journal = try await CycleJournal(journal, plan, time: time)
        try change(journal)
        journal.release()
    }

    private func leaveSome() async throws {
        let manifest = Manifest([.init(path: "a", size: 2_000_000, modified: 0)])
        func submit(_ journal: CycleJournal) throws {
            try journal.intend("s", document: Data(), expecting: manifest)
            try journal.accepted("t-9", requestID: nil)
        }
        func end(_ status: Status) -> JournalRecord.Ending {
            JournalRecord.Ending(status: status.name, exitStatus: status.number, message: "", time: time.now.description)
        }
        try await leave("19880901T0000Z") { journal in
            try submit(journal)
            var figures = TaskFigures(.succeeded())
            figures.bytesPerSecond = 500_000
            try journal.proven(Archive(files: 1, bytes: 2_000_000, figures: figures, level: .size), manifest)
            try journal.ended(end(.ok), taskHasFailed: false)
        }
        try await leave("19881001T0000Z") { journal in
            try submit(journal)
            try journal.ended(end(.noSpace), taskHasFailed: true)
        }
        try await leave("19881101T0000Z") { try submit($0) }
        try await leave("19881201T0000Z") { _ in }
        await time.sleep(for: .seconds(90_000))
    }

    @Test func `each cycle stands in a line`() async throws {
        try await leaveSome()
        let report = StatusReport(journal, workflow: "u-ab123", now: time.now)
        #expect(
            report.text == """
                cycle           name  state      files  size    rate        age   task
                19880901T0000Z  -     archived   1      2.0 MB  500.0 kB/s  1d1h  t-9
                19881001T0000Z  -     no-space   1      2.0 MB  -           1d1h  t-9
                19881101T0000Z  -     submitted  1      2.0 MB  -           1d1h  t-9
                19881201T0000Z  -     begun      0      0 B     -           1d1h  -
                """)
        #expect(report.status == .noSpace)
    }

    @Test func `what failed, and what stands still, can be picked out`() async throws {
        try await leaveSome()
        var failed = StatusReport(journal, workflow: nil, now: time.now)
        failed.keepFailed()
        #expect(failed.rows.map(\.state) == ["no-space"])
        var stale = StatusReport(journal, workflow: nil, now: time.now)
        stale.keepStale(for: .seconds(86_400))
        #expect(stale.rows.map(\.state) == ["no-space", "submitted", "begun"])
        stale.keepStale(for: .seconds(100_000))
        #expect(stale.rows.isEmpty && stale.status == .ok)
    }

    @Test func `a record that cannot be read is told, and counts`() async throws {
        try await leaveSome()
        try place.file("u-ab123/broken.json")
        let report = StatusReport(journal, workflow: "u-ab123", now: time.now)
        #expect(report.rows.count == 4 && report.problems.count == 1)
        #expect(report.status == .journal)
        let json = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(report))
        #expect(json.object?["pptransfer_status"] == 1 && json.object?["transfers"]?.array?.count == 4)
    }

    @Test func `a journal that nobody has written to is empty`() {
        #expect(StatusReport(journal, workflow: "none", now: time.now).status == .ok)
    }
}
