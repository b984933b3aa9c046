import Foundation
import Globus
import GlobusTesting
import Logging
import TestSupport
import Testing

@testable import PPTransfer
@testable import PPTransferReports

/// What is wanted is written down once: receipt, status and re-runs follow from it and from the latest outcome.
struct WantedTests {
    private let place: TemporaryDirectory
    private let time = SteppedTimekeeper()
    private let journal: Journal
    private let service: PlayedArchive
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        place = try TemporaryDirectory()
        for (index, name) in ["a", "b", "c", "d", "e"].enumerated() { try place.file("data/\(name)", index + 1) }
        journal = Journal(directory: place.path + "/journal")
        service = PlayedArchive(time, source: place.path + "/data")
    }

    private func run(mostFiles: Int = 100, journal: Bool = true, limit: Duration? = nil) async throws -> FinishedTransfer {
        var run = TransferRun(service: service, journal: journal ? self.journal : nil, time: time, log: log)
        (run.mostFiles, run.limit) = (mostFiles, limit)
        return await run.run([try .example(local: place.path + "/data")])[0]
    }

    private func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: place.path + "/data/" + name) }

    private var row: StatusReport.Row? { StatusReport(journal, workflow: "u-ab123", now: time.now).rows.first }
    private var receipt: Status { ReceiptReport(journal, workflow: "u-ab123", cycle: "19880901T0000Z").status }
    private var failed: Int {
        var selection = RecordSelection(workflow: "u-ab123")
        selection.failedOnly = true
        return selection.records(in: journal).records.count
    }

    @Test(arguments: [true, false])
    func `what vanishes before the submission that was to bring it is named`(hasJournal: Bool) async throws {
        service.state.withLock {
            $0.onSubmission = { [place] number in
                if number == 1 { try? FileManager.default.removeItem(atPath: place.path + "/data/e") }
            }
        }
        let report = try await run(mostFiles: 2, journal: hasJournal)
        #expect(report.status == .sourceChanged, "\(report.resultLine)")
        #expect(report.outcome.details == ["gone: e"], "\(report.resultLine)")
        // All the others were sent.
        #expect(service.tasks.flatMap { $0.document.items.map(\.sourcePath) }.count == 4)
        guard hasJournal else { return }
        #expect(receipt == .unverified)
        #expect(failed == 1)
        #expect(row?.state == "source-changed")
        // It is told once: the next run is of what there is.
        #expect(try await run(mostFiles: 2).status == .ok)
        #expect(receipt == .ok)
        #expect(failed == 0)
        #expect(row?.state == "archived")
        #expect(service.tasks.count == 2)
    }

    @Test func `what is written anew before the submission that is to bring it is sent as it is then`() async throws {
        service.state.withLock {
            $0.onSubmission = { [place] number in
                guard number == 1 else { return }
                try? FileManager.default.removeItem(atPath: place.path + "/data/c")
                _ = try? place.file("data/d", 40)
            }
        }
        let report = try await run(mostFiles: 2)
        #expect(report.outcome.details == ["gone: c"], "\(report.resultLine)")
        // The next one takes the place of the one that is gone, in the same submission.
        #expect((0..<service.tasks.count).map { service.items($0) } == [["a", "b"], ["d", "e"]])
        #expect(service.state.withLock { $0.files["/gws/archive/d"] } == 40)
    }

    @Test func `so it is if a killed run left the rest, or all of it, to the next`() async throws {
        #expect(try await run(mostFiles: 2, limit: .zero).status == .running)
        for name in ["c", "d", "e"] { try remove(name) }
        let report = try await run(mostFiles: 2)
        #expect(report.status == .sourceChanged, "\(report.resultLine)")
        #expect(report.outcome.details == ["gone: c", "gone: d", "gone: e"], "\(report.resultLine)")
    }

    @Test func `what was wanted and is no longer selected is not missed`() async throws {
        #expect(try await run(mostFiles: 4, limit: .zero).status == .running)
        try remove("e")
        let run = TransferRun(service: service, journal: journal, time: time, log: log)
        let plan = try TransferPlan.example(local: place.path + "/data") { $0.select = .example(exclude: ["e"]) }
        #expect(await run.run([plan])[0].status == .ok)
    }

    @Test func `a proven file that is lost at the destination is sent again with what is new`() async throws {
        #expect(try await run().status == .ok)
        service.state.withLock { $0.files["/gws/archive/b"] = nil }
        try place.file("data/f", 6)
        let report = try await run()
        #expect(report.status == .ok, "\(report.resultLine)")
        #expect((1..<service.tasks.count).map { service.items($0) } == [["f"], ["b"]])
        #expect(receipt == .ok)
        let again = try await run()
        guard case .already = again.outcome else {
            Issue.record("\(again.resultLine)")
            return
        }
    }

    @Test func `one that is lost at both ends stays lost, and is not sent for again and again`() async throws {
        #expect(try await run().status == .ok)
        service.state.withLock {
            $0.files["/gws/archive/b"] = nil
            $0.onSubmission = { [place] _ in try? FileManager.default.removeItem(atPath: place.path + "/data/b") }
        }
        try place.file("data/f", 6)
        #expect(try await run().status == .mismatch)
        service.state.withLock { $0.onSubmission = { _ in } }
        for _ in 0..<2 {
            let report = try await run()
            #expect(report.status == .mismatch, "\(report.resultLine)")
            #expect(report.outcome.details == ["missing: b"], "\(report.resultLine)")
        }
        #expect(service.tasks.count == 2)
        #expect(receipt == .unverified)
        #expect(failed == 1)
        // Once somebody has restored it, it is sent.
        try place.file("data/b", 2)
        #expect(try await run().status == .ok)
        #expect(receipt == .ok)
        #expect(failed == 0)
    }

    @Test func `a run that fails after an archived one is seen by all`() async throws {
        #expect(try await run().status == .ok)
        #expect(receipt == .ok)
        #expect(failed == 0)
        try FileManager.default.createSymbolicLink(atPath: place.path + "/data/l", withDestinationPath: "a")
        #expect(try await run().status == .sourceMissing)
        #expect(receipt == .unverified)
        #expect(failed == 1)
        #expect(row?.state == "source-missing")
        try remove("l")
        #expect(try await run().status == .ok)
        #expect(receipt == .ok)
        #expect(failed == 0)
        #expect(row?.state == "archived")
    }

    @Test(arguments: [false, true])
    func `a run that was killed before it submitted is run again`(isArchived: Bool) async throws {
        if isArchived { #expect(try await run().status == .ok) }
        // All that a run leaves which is killed while it scans.
        let killed = try await CycleJournal(journal, .example(local: place.path + "/data"), time: time, isRun: true)
        killed.release()
        #expect(receipt == .unverified)
        #expect(failed == 1)
        #expect(row?.state == "begun")
        #expect(try await run().status == .ok)
        #expect(receipt == .ok)
        #expect(failed == 0)
    }

    @Test(arguments: [1, 2, 15, 24])
    func `the signal that ended a run stands in its record`(number: Int32) async throws {
        var run = TransferRun(service: service, journal: journal, time: time, log: log)
        run.signal = { number }
        let plan = try TransferPlan.example(local: place.path + "/data")
        let work = Task { [run] in
            withUnsafeCurrentTask { $0?.cancel() }
            return await run.run([plan])[0]
        }
        #expect(await work.value.status.number == 128 + number)
        let record = try #require(try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: "atmos")).record
        #expect(record.outcome?.exitStatus == 128 + number)
        #expect(record.outcome?.message.contains(Signal.name(number)) == true)
        #expect(failed == 1)
    }
}
