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
        #expect(StatusReport(journal, workflow: nil, now: Timestamp(secondsSince1970: 1_800_000_000)).rows.map(\.state) == ["mismatch"])
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/gws/archive": all])
        #expect(await TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log).run([plan])[0].status == .ok)
        #expect(service.submissions.map { $0.document.items.map(\.destinationPath) } == [["/gws/archive/b.pp"]])
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": all])).status == .ok)
    }

    @Test func `a source that is gone cannot mend a loss`() async throws {
        await archive()
        #expect(await verify(ScriptedService(steps: [], files: ["/gws/archive": []])).status == .mismatch)
        try FileManager.default.removeItem(atPath: place.path + "/data")
        let service = ScriptedService(steps: [])
        let report = await TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log).run([plan])[0]
        #expect(report.status == .sourceMissing)
    }

    @Test func `what cannot be listed, or was never archived, is not verified`() async throws {
        #expect(await verify(ScriptedService(steps: [])).status == .unverified)
        await archive()
        let refusal = Refusal(request: "GET ls", status: 403, code: "EndpointPermissionDenied")
        #expect(await verify(ScriptedService(steps: [], listing: .refused(refusal))).status == .unverified)
        #expect(try record().isArchived)
    }
}
