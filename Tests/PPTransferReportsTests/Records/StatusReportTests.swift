import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

@testable import CycleCalendar
@testable import PPTransfer
@testable import PPTransferReports
@testable import PositionedYAML

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
            _ = try journal.intend(.example(1), expecting: manifest) { _ in }
            try journal.accepted(.example(9), requestID: nil)
        }
        func end(_ status: Status) -> JournalRecord.Ending {
            JournalRecord.Ending(status: status.name, exitStatus: status.number, message: "", time: time.now.description)
        }
        try await leave("19880901T0000Z") { journal in
            try submit(journal)
            var figures = TaskFigures(.succeeded())
            figures.bytesPerSecond = 500_000
            try journal.proven(Archive(files: 1, bytes: 2_000_000, figures: figures, level: .size), manifest, Doubts())
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
        let begun = time.now.minute
        try await leaveSome()
        let report = StatusReport(journal, workflow: "u-ab123", now: time.now)
        #expect(
            report.text == """
                cycle           name  state      files  size    rate        age   archived since    task
                19880901T0000Z  -     archived   1      2.0 MB  500.0 kB/s  1d1h  \(begun)  \(TaskID.example(9))
                19881001T0000Z  -     no-space   1      2.0 MB  -           1d1h  -                 \(TaskID.example(9))
                19881101T0000Z  -     submitted  1      2.0 MB  -           1d1h  -                 \(TaskID.example(9))
                19881201T0000Z  -     begun      0      0 B     -           1d1h  -                 -
                total: 1 of 4 cycles archived: 1 file, 2.0 MB. 2 transfers are under way. 1 transfer needs action now.
                """)
        #expect(report.status == .noSpace)
    }

    @Test func `what failed, and what stands still, can be picked out`() async throws {
        try await leaveSome()
        var failed = StatusReport(journal, workflow: nil, now: time.now)
        failed.keepFailed()
        #expect(failed.rows.map(\.state) == ["no-space", "begun"])
        var stale = StatusReport(journal, workflow: nil, now: time.now)
        stale.keepStale(for: .seconds(86_400))
        #expect(stale.rows.map(\.state) == ["no-space", "submitted", "begun"])
        stale.keepStale(for: .seconds(100_000))
        #expect(stale.rows.isEmpty)
        #expect(stale.status == .ok)
    }

    @Test func `a record that cannot be read is told, and counts`() async throws {
        try await leaveSome()
        try place.file("u-ab123/broken.json")
        let report = StatusReport(journal, workflow: "u-ab123", now: time.now)
        #expect(report.rows.count == 4)
        #expect(report.problems.count == 1)
        #expect(report.status == .journal)
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(ReportDocument(report, status: report.status).text.utf8))
        #expect(json.object?["pptransfer"] == "status")
        #expect(json.object?["transfers"]?.array?.count == 4)
    }

    @Test func `a range of cycles shows those that are not archived, also without a record`() async throws {
        try await leaveSome()
        var report = StatusReport(journal, workflow: nil, now: time.now)
        let inferred = try report.keepMissing(from: CycleRange("19880801T0000Z..19890101T0000Z"), every: nil, workflow: nil)
        #expect(inferred?.description == "P1M")
        #expect(
            report.text == """
                cycle           name  state      files  size    rate  age   task
                19880801T0000Z  -     absent     0      0 B     -     -     -
                19881001T0000Z  -     no-space   1      2.0 MB  -     1d1h  \(TaskID.example(9))
                19881101T0000Z  -     submitted  1      2.0 MB  -     1d1h  \(TaskID.example(9))
                19881201T0000Z  -     begun      0      0 B     -     1d1h  -
                19890101T0000Z  -     absent     0      0 B     -     -     -
                total: 0 of 5 cycles archived. 2 transfers are under way. 3 transfers need action now.
                """)
        #expect(report.status == .noSpace)
        report.rows.removeAll { $0.state != "absent" }
        #expect(report.status == .noRecord)
        report.keepFailed()
        #expect(report.rows.count == 2)
        report.keepStale(for: .seconds(1_000_000))
        #expect(report.rows.count == 2)
    }

    @Test func `nothing is missing from a range that is archived`() async throws {
        try await leaveSome()
        var report = StatusReport(journal, workflow: nil, now: time.now)
        try report.keepMissing(from: CycleRange("19880901T0000Z..19880901T0000Z"), every: CyclePeriod("P1M"), workflow: nil)
        #expect(report.rows.isEmpty)
        #expect(report.status == .ok)
    }

    @Test func `what is missing is asked of one workflow, and its period must be known`() async throws {
        let range = try CycleRange("19880801T0000Z..19890101T0000Z")
        var report = StatusReport(journal, workflow: nil, now: time.now)
        #expect(throws: MissingCyclesProblem.noRecord(workflow: "u-x")) {
            try report.keepMissing(from: range, every: nil, workflow: "u-x")
        }
        try await leave("19880901T0000Z") { _ in }
        report = StatusReport(journal, workflow: nil, now: time.now)
        #expect(throws: MissingCyclesProblem.cycling(.noPeriod(first: "19880801T0000Z"))) {
            try report.keepMissing(from: range, every: nil, workflow: nil)
        }
        report.rows.append(report.rows[0])
        report.rows[1].workflow = "u-other"
        #expect(throws: MissingCyclesProblem.severalWorkflows(["u-ab123", "u-other"])) {
            try report.keepMissing(from: range, every: nil, workflow: nil)
        }
    }

    // MARK: with Globus

    /// Cycles 1, 2, …, each with a task of this number that the journal believes at work.
    private func submitted(_ count: Int) async throws -> StatusReport {
        try await leave("1") { journal in
            _ = try journal.intend(.example(1), expecting: Manifest([.init(path: "a", size: 2_000_000, modified: 0)])) { _ in }
            try journal.accepted(.example(1), requestID: nil)
        }
        var report = StatusReport(journal, workflow: nil, now: time.now)
        for number in 1..<count {
            var row = report.rows[0]
            (row.cycle, row.task) = ("\(number + 1)", TaskID.example(number + 1))
            report.rows.append(row)
        }
        return report
    }

    @Test(
        arguments: [
            (.active(), "moving", .running), (.active("Queued"), "queued", .running), (.active(paused: true), "paused", .paused),
            (.active("CONNECTION_RESET"), "retrying (CONNECTION_RESET)", .running),
            (.active("PERMISSION_DENIED"), "retrying (PERMISSION_DENIED)", .denied), (.inactive, "inactive", .session),
            (.succeeded(), "succeeded (not verified yet)", .running), (.failed("CANCELED", ""), "cancelled", .cancelled),
            (.failed("EXPIRED", ""), "expired", .expired), (.failed("WHATEVER", ""), "failed", .failed),
            (TransferTask(fields: ["status": "DREAMING"]), "DREAMING", .running),
        ] as [(TransferTask, String, Status)])
    func `what a task is doing stands in its line`(document: TransferTask, state: String, status: Status) async throws {
        var report = try await submitted(1)
        await report.refresh(from: ScriptedService(.state(document)))
        #expect(report.rows[0].globus?.state == state)
        #expect(report.rows[0].state == "submitted")
        #expect(report.status == status)
    }

    @Test func `the table and the JSON show what Globus says`() async throws {
        var report = try await submitted(2)
        await report.refresh(from: ScriptedService(.state(.active(bytes: 1_500_000)), .state(.active("Queued"))))
        #expect(
            report.text == """
                cycle  name  state      now     moved            files  size    rate  age    task
                1      -     submitted  moving  0 files, 1.5 MB  1      2.0 MB  -     0.0 s  \(TaskID.example(1))
                2      -     submitted  queued  0 files, 0 B     1      2.0 MB  -     0.0 s  \(TaskID.example(2))
                total: 0 of 2 cycles archived. 2 transfers are under way.
                """)
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(ReportDocument(report, status: report.status).text.utf8))
        let globus = json.object?["transfers"]?.array?.first?.object?["globus"]
        #expect(globus == ["state": "moving", "files_transferred": 0, "bytes_transferred": 1_500_000])
    }

    @Test func `a hundred tasks are asked for in one request, and only those that may be at work`() async throws {
        var report = try await submitted(201)
        report.rows[200].isLive = false
        let service = ScriptedService(.state(.active()))
        await report.refresh(from: service)
        #expect(service.requests.count == 2)
        #expect(service.requests.allSatisfy { $0.split(separator: ",").count == 100 })
        #expect(report.rows.count { $0.globus?.state == "moving" } == 200)
        try await leaveSome()
        let known = StatusReport(journal, workflow: nil, now: time.now)
        #expect(known.rows.filter(\.isLive).map(\.state) == ["submitted", "submitted"])
    }

    @Test func `a service that cannot be asked leaves the table as it was, and decides the status`() async throws {
        var report = try await submitted(201)
        let before = report.text
        let service = ScriptedService(.error(.unreachable(request: "GET /x", .proxyRefused(status: 407))))
        await report.refresh(from: service)
        #expect(report.text == before)
        #expect(report.status == .unavailable)
        #expect(service.requests.count { $0.hasPrefix("tasks ") } == 1)
    }

    @Test func `a journal that nobody has written to is empty`() {
        #expect(StatusReport(journal, workflow: "none", now: time.now).status == .ok)
    }
}
