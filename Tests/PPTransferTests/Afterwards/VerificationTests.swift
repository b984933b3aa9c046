import Foundation
import Globus
import GlobusTesting
import Logging
import TestSupport
import Testing

@testable import PPTransfer
@testable import PPTransferReports

/// Archived cycles, looked for again.
struct VerificationTests {
    private let place: TemporaryDirectory
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let journal: Journal
    private let plan: TransferPlan
    private let all: [DirectoryEntry] = [.file("a.pp", 10), .file("b.pp", 20)]

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        try place.file("data/b.pp", 20)
        journal = Journal(directory: place.path + "/journal")
        plan = try .example(local: place.path + "/data")
    }

    private func verify(_ service: ScriptedService) async -> FinishedTransfer {
        await Verification(service: service.with { $0.hasArrived = true }, journal: journal, time: SteppedTimekeeper(), log: log).verify([
            plan
        ])[0]
    }

    private func archive() async {
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/gws/archive": all])
        #expect(await TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log).run([plan])[0].status == .ok)
    }

    private func record() throws -> JournalRecord {
        try #require(try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: "atmos")).record
    }

    @Test func `what is still there is said to be, and when it was looked for is recorded`() async throws {
        await archive()
        let report = await verify(ScriptedService(steps: [], files: ["/gws/archive": all]))
        #expect(report.status == .ok)
        #expect(report.resultLine.contains("2 files, 30 B at jasmin:/gws/archive: each is still there with its size"))
        #expect(try record().receipt?.checked != nil)
    }

    @Test func `what is lost is named, and sent again by the next run, and nothing else`() async throws {
        await archive()
        let report = await verify(ScriptedService(steps: [], files: ["/gws/archive": [.file("a.pp", 10), .file("b.pp", 7)]]))
        #expect(report.status == .mismatch)
        #expect(report.outcome.details == ["short: b.pp has 7 bytes instead of 20"])
        #expect(report.resultLine.contains("1 of 2 files at jasmin:/gws/archive is no longer as verified at"))
        #expect(StatusReport(journal, workflow: nil, now: Timestamp(secondsSince1970: 1_800_000_000)).rows.map(\.state) == ["different"])
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/gws/archive": all])
        #expect(await TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log).run([plan])[0].status == .ok)
        #expect(service.submissions.map { $0.document.items.map(\.destinationPath) } == [["/gws/archive/b.pp"]])
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": all])).status == .ok)
    }

    private func run(_ service: ScriptedService, _ plan: TransferPlan? = nil, again: Bool = false) async -> FinishedTransfer {
        var run = TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log)
        run.archivesAgain = again
        return await run.run([plan ?? self.plan])[0]
    }

    private var receipt: ReceiptReport { ReceiptReport(journal, workflow: nil, cycle: "19880901T0000Z") }
    private func row() -> StatusReport.Row? {
        StatusReport(journal, workflow: nil, now: Timestamp(secondsSince1970: 1_800_000_000)).rows.first
    }

    @Test func `a source that is gone cannot mend a loss, and the run says where the files are not`() async throws {
        await archive()
        let before = try record()
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": []])).status == .mismatch)
        try FileManager.default.removeItem(atPath: place.path + "/data")
        let service = ScriptedService(steps: [])
        let report = await run(service)
        #expect(report.status == .mismatch && report.outcome.again == .act)
        let words = "not at the destination jasmin:/gws/archive, not at the source archer2:"
        #expect(report.resultLine.contains(words), "\(report.resultLine)")
        #expect(service.submissions.isEmpty)
        // What was proven stays on record, and counts again when the files are back.
        #expect(try record().receipt == before.receipt)
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": all])).status == .ok)
        #expect(receipt.status == .ok && row()?.state == "archived")
        let after = try record()
        #expect(after.look == nil && after.receipt?.proven == before.receipt?.proven && after.receipt?.manifest == before.receipt?.manifest)
        #expect(await run(service).status == .ok)
    }

    @Test func `what a look did not find is told with its time, and is no receipt`() async throws {
        await archive()
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": [.file("a.pp", 10)]])).status == .mismatch)
        let since = try #require(try record().look?.since)
        #expect(receipt.status == .unverified && receipt.entries.isEmpty)
        #expect(receipt.missing.first?.contains("archived, verified at") == true)
        #expect(receipt.missing.first?.contains("1 file missing there since \(since)") == true, "\(receipt.missing)")
        #expect(row()?.state == "missing" && row()?.stateWords == "archived, missing since \(since)" && row()?.status == .mismatch)
        // A second look keeps the time of the first.
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": []])).status == .mismatch)
        #expect(try record().look?.since == since)
        #expect(try record().look?.missing == 2)
        var selection = RecordSelection()
        selection.failedOnly = true
        #expect(selection.records(in: journal).records.count == 1)
    }

    @Test func `what is neither found nor sent again stays missing beside what is`() async throws {
        await archive()
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": []])).status == .mismatch)
        try FileManager.default.removeItem(atPath: place.path + "/data/b.pp")
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/gws/archive": [.file("a.pp", 10)]])
        let report = await run(service)
        #expect(report.status == .mismatch && report.outcome.details == ["missing: b.pp"], "\(report.resultLine)")
        #expect(service.submissions.map { $0.document.items.map(\.destinationPath) } == [["/gws/archive/a.pp"]])
        let stored = try record()
        #expect(stored.look?.missing == 1 && stored.receipt?.files == 2)
        #expect(receipt.status == .unverified)
        // Not again: the source does not have it.
        #expect(await run(ScriptedService(steps: [])).status == .mismatch)
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": all])).status == .ok)
        #expect(receipt.status == .ok)
    }

    @Test func `nothing of a cycle with missing files may be deleted at the source`() async throws {
        await archive()
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": [.file("a.pp", 10)]])).status == .mismatch)
        let cycle = try await CycleJournal(journal, plan, time: SteppedTimekeeper())
        #expect(try Deletable(cycle, plan.description)?.rows.entries.contains { $0.path == "b.pp" } == false)
        // A list that is lost tells nothing: then all of it is missing.
        try FileManager.default.removeItem(atPath: cycle.path(".lost"))
        #expect(try Deletable(cycle, plan.description)?.rows.entries.isEmpty == true)
        cycle.release()
        let clean = await CleanUp(journal, SourceCleaner(deletes: true), time: SteppedTimekeeper()).clean(plan)
        #expect(clean.exitStatus == ExitStatus.unverified.number && clean.files == 0)
        #expect(FileManager.default.fileExists(atPath: place.path + "/data/a.pp"))
    }

    @Test func `content that was found to differ is not found again by a listing`() async throws {
        await archive()
        let cycle = try await CycleJournal(journal, plan, time: SteppedTimekeeper())
        let digest = Digest(.sha256, bytes: repeatElement(0, count: 32))
        _ = try cycle.looked([.contents("b.pp", expected: digest, found: digest, of: nil)], readsContents: true)
        cycle.release()
        let report = await verify(ScriptedService(steps: [], files: ["/gws/archive": all]))
        #expect(report.status == .mismatch && report.outcome.details.first?.contains("other content when last read: b.pp") == true)
        #expect(try record().look?.differing == 1)
    }

    @Test func `an archived cycle that now points elsewhere sends nothing and keeps its receipt`() async throws {
        await archive()
        let before = try record()
        let other = try TransferPlan.example(local: place.path + "/data", destination: "/gws/typing/mistake")
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/gws/typing/mistake": all])
        let report = await run(service, other)
        #expect(report.status == .conflict && report.outcome.again == .act)
        let words = report.outcome.whatHappened(other) + " \(report.outcome.whatToDo(other, in: .commands)?.oneLine ?? "")"
        for text in ["to jasmin:/gws/archive", "to jasmin:/gws/typing/mistake", "--archive-again", "pptransfer records forget u-ab123"] {
            #expect(words.contains(text), "\(words)")
        }
        var after = try record()
        (after.updated, after.generation) = (before.updated, before.generation)
        #expect(after == before && service.submissions.isEmpty && receipt.status == .ok)
        #expect(await run(service, other, again: true).status == .ok)
        #expect(try record().receipt?.destination.path == "/gws/typing/mistake")
    }

    @Test func `what cannot be listed, or was never archived, is not verified`() async throws {
        #expect(await verify(ScriptedService(steps: [])).status == .unverified)
        await archive()
        let refusal = Refusal(request: "GET ls", status: 403, code: "EndpointPermissionDenied")
        #expect(await verify(ScriptedService(steps: [], listing: .refused(refusal))).status == .unverified)
        #expect(try record().isArchived)
    }
}
