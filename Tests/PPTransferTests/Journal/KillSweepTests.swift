import Foundation
import Globus
import GlobusTesting
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer

/// Stops a run before and after each request and before each record, and runs again from what was on disk at that moment: every time
/// the cycle ends proven, with one task.
struct KillSweepTests {
    /// Globus as one run sees it; what it knows outlives the client.
    final class World: TransferService, Timekeeper {
        struct Knowledge {
            var ids = 0
            /// Submission id → task.
            var tasks: [String: String] = [:]
            var questions = 0
        }

        let knowledge: Mutex<Knowledge>
        let label: String
        let plan: TransferPlan
        let arrived: [DirectoryEntry]
        /// Called at every step, with what Globus knows then.
        let step: @Sendable (Knowledge) -> Void
        private let clock = SteppedTimekeeper()

        init(
            _ knowledge: Knowledge, _ plan: TransferPlan, _ arrived: [DirectoryEntry],
            step: @escaping @Sendable (Knowledge) -> Void = { _ in }
        ) {
            self.knowledge = Mutex(knowledge)
            (label, self.plan, self.arrived, self.step) = (plan.taskLabel, plan, arrived, step)
        }

        private func act<Value: Sendable>(_ body: @Sendable (inout Knowledge) -> Value) -> Value {
            step(knowledge.withLock { $0 })
            let value = knowledge.withLock { body(&$0) }
            step(knowledge.withLock { $0 })
            return value
        }

        var now: Timestamp {
            step(knowledge.withLock { $0 })
            return clock.now
        }
        var elapsed: Duration { clock.elapsed }
        func sleep(for duration: Duration) async { await clock.sleep(for: duration) }

        private func document(_ id: String, isActive: Bool) -> TransferTask {
            var document = isActive ? TransferTask.active() : TransferTask.succeeded()
            document["task_id"] = .string(id)
            document["label"] = .string(label)
            document["source_endpoint_id"] = .string(plan.source.collection.description)
            document["destination_endpoint_id"] = .string(plan.destination.collection.description)
            return document
        }

        func newSubmissionID() async throws(GlobusError) -> SubmissionID {
            act { knowledge in
                knowledge.ids += 1
                return .example(knowledge.ids)
            }
        }

        func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult {
            guard let document = try? JSONDecoder().decode(TransferDocument.self, from: body.data ?? Data()),
                let id = document.submissionID?.description
            else {
                throw .refused(Refusal(request: "POST /v0.10/transfer", status: 400))
            }
            return act { knowledge in
                let isKnown = knowledge.tasks[id] != nil
                let task = knowledge.tasks[id] ?? TaskID.example(knowledge.tasks.count + 1).description
                knowledge.tasks[id] = task
                return TransferResult(fields: ["code": isKnown ? "Duplicate" : "Accepted", "task_id": .string(task)])
            }
        }

        func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
            act { knowledge in
                knowledge.questions += 1
                return document(id.description, isActive: knowledge.questions < 3)
            }
        }

        func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] {
            act { knowledge in knowledge.questions < 3 ? knowledge.tasks.values.map { document($0, isActive: true) } : [] }
        }

        func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
            let files = act { knowledge in knowledge.tasks.isEmpty ? [] : arrived }
            return FileList(endpoint: collection, path: path.asDirectory, absolutePath: nil, total: files.count, files: files)
        }

        func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] { [] }
        func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo { PauseInfo(fields: [:]) }
        func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
            MarkerPage(dataType: "successful_transfers", marker: 0, nextMarker: nil, items: [])
        }
        func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> {
            MarkerPage(dataType: "skipped_errors", marker: 0, nextMarker: nil, items: [])
        }
        func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument { ResultDocument(fields: [:]) }
        func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo { CollectionInfo(fields: [:]) }
        func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry { .file("x", 0) }
    }

    private let place: TemporaryDirectory
    private let plan: TransferPlan
    private let arrived: [DirectoryEntry] = [.file("a.pp", 10), .file("b.pp", 20)]
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        try place.file("data/b.pp", 20)
        plan = try .example(local: place.path + "/data")
    }

    private func run(_ world: World, _ directory: String) async -> FinishedTransfer? {
        await TransferRun(service: world, journal: Journal(directory: directory), time: world, log: log).run([plan]).first
    }

    @Test func `killed at any step, run again: one task, and a proof`() async throws {
        let journal = place.path + "/journal", place = place.path
        let moments = Mutex<[World.Knowledge]>([])
        let first = World(World.Knowledge(), plan, arrived) { knowledge in
            let number = moments.withLock { moments in
                moments.append(knowledge)
                return moments.count
            }
            if FileManager.default.fileExists(atPath: journal) {
                try? FileManager.default.copyItem(atPath: journal, toPath: "\(place)/moment-\(number)")
            }
        }
        #expect(await run(first, journal)?.status == .ok)
        let steps = moments.withLock { $0 }
        #expect(steps.count > 20)

        for (index, knowledge) in steps.enumerated() {
            let directory = "\(place)/moment-\(index + 1)"
            // The dead process's lock: it names this one, which lives.
            for file in (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? [] where file.contains(".lock") {
                try FileManager.default.removeItem(atPath: directory + "/" + file)
            }
            let world = World(knowledge, plan, arrived)
            let report = await run(world, directory)
            #expect(report?.status == .ok, "step \(index + 1): \(report?.resultLine ?? "")")
            #expect(world.knowledge.withLock { $0.tasks.count } == 1, "step \(index + 1)")
            // And once more: archived already, without another task.
            let again = World(world.knowledge.withLock { $0 }, plan, arrived)
            guard case .already = await run(again, directory)?.outcome else {
                Issue.record("step \(index + 1) is not known to be archived")
                continue
            }
            #expect(again.knowledge.withLock { $0.tasks.count } == 1)
        }
        print("kill sweep: \(steps.count) steps, one task and a proof after each")
    }

    @Test func `with its journal lost in mid-task, a run finds its task again`() async throws {
        let world = World(
            World.Knowledge(ids: 1, tasks: [SubmissionID.example(1).description: TaskID.example(1).description]), plan, arrived)
        let report = await run(world, place.path + "/fresh")
        #expect(report?.status == .ok)
        #expect(report?.task == .example(1))
        #expect(world.knowledge.withLock { $0.tasks.count } == 1)
    }

    @Test func `files that came since are a submission of the difference`() async throws {
        let journal = place.path + "/journal"
        let world = World(World.Knowledge(), plan, arrived)
        #expect(await run(world, journal)?.status == .ok)
        try place.file("data/c.pp", 5)
        let bodies = Mutex<[TransferDocument]>([])
        let service = ScriptedService(
            steps: [.state(.succeeded())], files: ["/gws/archive": arrived + [.file("c.pp", 5)]])
        let report = await TransferRun(service: service, journal: Journal(directory: journal), time: SteppedTimekeeper(), log: log).run([
            plan
        ])[0]
        #expect(report.status == .ok)
        bodies.withLock { $0 = service.submissions.map(\.document) }
        #expect(bodies.withLock { $0.flatMap { $0.items.map(\.destinationPath) } } == ["/gws/archive/c.pp"])
        let archive = try #require(report.outcome.archive)
        #expect(report.outcome == .archived(archive))
        #expect(archive.files == 3)
    }

    @Test func `a description that now sends elsewhere is not archived there`() async throws {
        let journal = place.path + "/journal"
        #expect(await run(World(World.Knowledge(), plan, arrived), journal)?.status == .ok)
        var moved = plan
        moved.destination.path = try CollectionPath("/gws/other")
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/gws/other": arrived])
        var again = TransferRun(service: service, journal: Journal(directory: journal), time: SteppedTimekeeper(), log: log)
        #expect(await again.run([moved])[0].status == .conflict)
        #expect(service.submissions.isEmpty)
        again.archivesAgain = true
        #expect(await again.run([moved])[0].status == .ok)
        #expect(service.submissions.count == 1)
    }

    @Test func `what was sent without a proof is not archived once a proof is asked for`() async throws {
        let journal = Journal(directory: place.path + "/journal")
        var careless = plan
        careless.description.verify.level = .none
        let blind = ScriptedService(steps: [.state(.succeeded())])
        #expect(await TransferRun(service: blind, journal: journal, time: SteppedTimekeeper(), log: log).run([careless])[0].status == .ok)
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/gws/archive": [.file("a.pp", 10)]])
        let report = await TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log).run([plan])[0]
        #expect(report.status == .mismatch)
        #expect(report.outcome.details == ["missing: b.pp"])
    }

    @Test func `a task that failed is submitted again under a new id, and the old one is remembered`() async throws {
        let journal = Journal(directory: place.path + "/journal")
        let failing = ScriptedService(steps: [.state(.failed("EXPIRED", "deadline expired"))])
        let first = await TransferRun(service: failing, journal: journal, time: SteppedTimekeeper(), log: log).run([plan])[0]
        #expect(first.status == .expired)
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/gws/archive": arrived])
        let second = await TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log).run([plan])[0]
        #expect(second.status == .ok)
        #expect(service.submissions.count == 1)
        let record = try #require(try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: "atmos")).record
        #expect(record.earlier.map(\.state) == [.failed])
        #expect(record.receipt?.files == 2)
        #expect(record.outcome?.status == "ok")
    }

    @Test func `a conflict with a task that is not ours names it`() async throws {
        let refusal = Refusal(request: "POST /v0.10/transfer", status: 409, code: "Conflict", message: "identical paths", requestID: "r")
        let other = TransferTask(fields: [
            "status": "ACTIVE", "task_id": .string(TaskID.example(99).description), "label": "by hand",
            "source_endpoint_id": .string(plan.source.collection.description),
            "destination_endpoint_id": .string(plan.destination.collection.description),
        ])
        let service = ScriptedService(steps: [], submission: .failure(.refused(refusal)), live: [other])
        let report = await TransferRun(
            service: service, journal: Journal(directory: place.path + "/journal"), time: SteppedTimekeeper(), log: log
        ).run([plan])[0]
        #expect(report.status == .conflict)
        #expect(report.resultLine.contains("probably \(TaskID.example(99))"))
    }

    @Test func `before the end of a batch job it leaves, and after it resumes`() async throws {
        let journal = Journal(directory: place.path + "/journal"), time = SteppedTimekeeper()
        let active = ScriptedService(steps: [.state(.active())])
        var run = TransferRun(service: active, journal: journal, time: time, log: log)
        run.leaveBy = time.now + .seconds(600)
        #expect(await run.run([plan])[0].status == .running)
        #expect(time.elapsed == .seconds(540))
        let service = ScriptedService(steps: [.state(.succeeded())], files: ["/gws/archive": arrived])
        let second = await TransferRun(service: service, journal: journal, time: time, log: log).run([plan])[0]
        #expect(second.status == .ok)
        #expect(service.submissions.isEmpty)
    }
}
