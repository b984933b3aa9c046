import Foundation
import Globus
import GlobusTesting
import Logging
import TestSupport
import Testing

@testable import PPTransfer

/// What a run does with what earlier ones left.
struct ResumptionTests {
    private let place: TemporaryDirectory
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let journal: Journal
    private let plan: TransferPlan

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        try place.file("data/b.pp", 20)
        journal = Journal(directory: place.path + "/journal")
        plan = try .example(local: place.path + "/data")
    }

    private func run(_ service: ScriptedService, _ plan: TransferPlan? = nil, limit: Duration? = nil) async -> FinishedTransfer {
        var run = TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log)
        run.limit = limit
        return await run.run([plan ?? self.plan])[0]
    }

    private func arrived(_ files: [DirectoryEntry]) -> [String: [DirectoryEntry]] { ["/gws/archive": files] }

    private func items(_ service: ScriptedService) -> [[String]] { service.submissions.map { $0.document.items.map(\.destinationPath) } }

    @Test func `what was staged while an earlier run's task was at work is sent by the run that takes it up`() async throws {
        #expect(await run(ScriptedService(.state(.active())), limit: .zero).status == .running)
        try place.file("data/c.pp", 5)
        let service = ScriptedService(
            steps: [.state(.succeeded())], files: arrived([.file("a.pp", 10), .file("b.pp", 20), .file("c.pp", 5)])
        ).with { $0.arriveLast = ["c.pp"] }
        let report = await run(service)
        #expect(items(service) == [["/gws/archive/c.pp"]])
        let archive = try #require(report.outcome.archive)
        #expect(report.outcome == .archived(archive))
        #expect(archive.files == 3)
        let again = ScriptedService(steps: [])
        let last = await run(again)
        guard case .already(_, sourceIsGone: false, cleaned: _) = last.outcome else {
            Issue.record("\(last.outcome)")
            return
        }
        #expect(again.requests.isEmpty)
    }

    @Test func `several tasks of one run are reported together`() async throws {
        #expect(await run(ScriptedService(.state(.active())), limit: .zero).status == .running)
        try place.file("data/c.pp", 5)
        let service = ScriptedService(
            steps: [.state(.succeeded())], files: arrived([.file("a.pp", 10), .file("b.pp", 20), .file("c.pp", 5)])
        ).with { $0.arriveLast = ["c.pp"] }
        let report = await run(service)
        #expect(
            report.message
                == "3 files, 35 B at jasmin:/gws/archive; 6.0 MB sent in 4.0 s (1.5 MB/s), 0 files skipped as equal, 0 faults; "
                + "each file has the expected size there")
        #expect(report.tasks == 2)
        #expect(report.figures?.filesTransferred == 2)
    }

    @Test func `what a later task found equal because an earlier one had sent it does not count as skipped`() throws {
        var first = TaskFigures(.succeeded(files: 3))
        (first.filesSkipped, first.faults) = (1, 2)
        var second = TaskFigures(.succeeded(files: 1))
        second.filesSkipped = 4
        let sum = try #require(TaskFigures([first, second])).counting(files: 5)
        #expect((sum.filesTransferred, sum.filesSkipped, sum.faults, sum.bytesTransferred) == (4, 1, 2, 6_000_000))
        #expect(sum.duration == .seconds(4))
        #expect(TaskFigures([]) == nil)
    }

    @Test func `a submission that was refused is not one whose answer was lost`() async throws {
        let refusal = Refusal(request: "POST transfer", status: 409, code: "Conflict", requestID: "r")
        let refused = ScriptedService(steps: [], submission: .failure(.refused(refusal)))
        #expect(await run(refused).status == .conflict)
        let record = try #require(try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: "atmos")?.record)
        #expect(record.submission?.refusal == "409 Conflict")
        let lines = Lines()
        let service = ScriptedService(steps: [.state(.succeeded(files: 2))], files: arrived([.file("a.pp", 10), .file("b.pp", 20)]))
        let again = TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: lines.logger())
        #expect(await again.run([plan])[0].status == .ok)
        #expect(lines.all.contains { $0.hasSuffix("repeats a submission of an earlier run that Globus refused (409 Conflict)") })
        #expect(!lines.all.contains { $0.contains("answer was lost") })
    }

    @Test func `an earlier run's task that brought everything is followed by none`() async throws {
        #expect(await run(ScriptedService(.state(.active())), limit: .zero).status == .running)
        let service = ScriptedService(steps: [.state(.succeeded())], files: arrived([.file("a.pp", 10), .file("b.pp", 20)]))
        #expect(await run(service).status == .ok)
        #expect(service.submissions.isEmpty)
    }

    @Test func `of a task that was only found, what it did not bring is sent`() async throws {
        let found = TransferTask(fields: [
            "status": "ACTIVE", "task_id": "00000000-0000-4000-a000-000000000001", "label": .string(plan.label.description),
            "source_endpoint_id": .string(plan.source.collection.description),
            "destination_endpoint_id": .string(plan.destination.collection.description),
        ])
        // The first listing lacks a file, as the found task did not know of it.
        let service = GrowingService(ScriptedService(steps: [.state(.active()), .state(.succeeded())], live: [found]))
        let report = await TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log).run([plan])[0]
        #expect(report.status == .ok, "\(report.resultLine)")
        #expect(service.scripted.submissions.count == 1)
    }

    @Test func `a proven cycle whose source was cleaned away is archived`() async throws {
        let service = ScriptedService(steps: [.state(.succeeded())], files: arrived([.file("a.pp", 10), .file("b.pp", 20)]))
        #expect(await run(service).status == .ok)
        try FileManager.default.removeItem(atPath: place.path + "/data/a.pp")
        try FileManager.default.removeItem(atPath: place.path + "/data/b.pp")
        for _ in 0..<2 {
            let report = await run(ScriptedService(steps: []))
            guard case .already(_, sourceIsGone: true, cleaned: _) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(report.resultLine.hasSuffix("the source is empty or no longer exists"))
            try? FileManager.default.removeItem(atPath: place.path + "/data")
        }
    }

    @Test func `a task that goes where the description no longer says is not taken up, and no second one is begun`() async throws {
        #expect(await run(ScriptedService(.state(.active())), limit: .zero).status == .running)
        var moved = plan
        moved.destination.path = try CollectionPath("/gws/other")
        let busy = ScriptedService(.state(.active()))
        let report = await run(busy, moved)
        #expect(report.status == .conflict)
        #expect(busy.submissions.isEmpty)
        #expect(
            report.resultLine.contains(
                "Globus task \(TaskID.example(1)) of an earlier run of this cycle is still sending to jasmin:/gws/archive"))
        let ended = ScriptedService(
            steps: [.state(.succeeded())], files: ["/gws/other": [.file("a.pp", 10), .file("b.pp", 20)]]
        ).with { $0.arriveLast = ["a.pp", "b.pp"] }
        #expect(await run(ended, moved).status == .ok)
        #expect(items(ended) == [["/gws/other/a.pp", "/gws/other/b.pp"]])
    }

    @Test func `an answer to the submission that names no task is asked for again`() async throws {
        let service = ScriptedService(steps: [.state(.succeeded())], files: arrived([.file("a.pp", 10), .file("b.pp", 20)])).with {
            $0.firstAnswers = [TransferResult(fields: [:]), TransferResult(fields: ["code": "Accepted"])]
        }
        #expect(await run(service).status == .ok)
        #expect(service.submissions.map(\.id) == [.example(1), .example(1), .example(1)])
        let mute = ScriptedService(steps: [], submission: .success(TransferResult(fields: [:])))
        let other = try TransferPlan.example(local: place.path + "/data", name: "ocean")
        #expect(await run(mute, other).status == .unavailable)
    }
}

/// A destination that gains what the submission says.
private final class GrowingService: TransferService {
    let scripted: ScriptedService

    init(_ scripted: ScriptedService) { self.scripted = scripted }

    func newSubmissionID() async throws(GlobusError) -> SubmissionID { try await scripted.newSubmissionID() }
    func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult { try await scripted.submit(body) }
    func task(_ id: TaskID) async throws(GlobusError) -> TransferTask { try await scripted.task(id) }
    func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] { try await scripted.tasks(matching: filter) }
    func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] { [] }
    func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo { try await scripted.pauseInfo(of: task) }
    func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        try await scripted.successfulTransfers(of: task, from: marker)
    }
    func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> {
        try await scripted.skippedErrors(of: task, from: marker)
    }
    func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument { try await scripted.cancel(task) }
    func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo { try await scripted.collection(id) }
    func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry {
        try await scripted.stat(path, on: collection)
    }
    func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        let files: [DirectoryEntry] = [.file("a.pp", 10)] + (scripted.submissions.isEmpty ? [] : [.file("b.pp", 20)])
        return FileList(endpoint: collection, path: path.asDirectory, absolutePath: nil, total: files.count, files: files)
    }
}
