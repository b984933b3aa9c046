import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

@testable import PPTransfer

/// What a run does with live tasks that its journal does not know, and with answers that are lost or not Globus's.
struct OtherTasksTests {
    private let world: LoginWorld
    private var plan: TransferPlan { world.plan }

    init() throws { world = try LoginWorld() }

    /// A task at work, which was submitted with this label.
    private func state(_ label: String, basePaths: (String, String)? = nil) -> OwnedService.State {
        var document = TransferDocument(from: plan.source.collection, to: plan.destination.collection, items: [])
        document.label = label
        var state = OwnedService.State()
        state.tasks = [OwnedService.Entry(id: TaskID.example(0).description, owner: "alice", document: document, basePaths: basePaths)]
        return state
    }

    private var ownPaths: (String, String) { (plan.source.path.description, plan.destination.path.description) }

    private func sent(_ directory: String) -> [SentFile] {
        ["a.pp", "b.pp"].map {
            SentFile(
                sourcePath: "\(directory == "/gws/archive" ? ownPaths.0 : "/elsewhere")/\($0)", destinationPath: "\(directory)/\($0)",
                size: $0 == "a.pp" ? 10 : 20, checksum: nil, checksumAlgorithm: nil)
        }
    }

    @Test func `a live task with the label and the fingerprint is adopted`() async throws {
        for paths in [nil, ownPaths, (ownPaths.0 + "/", ownPaths.1 + "/sub/")] {
            let service = OwnedService(state(plan.taskLabel, basePaths: paths), as: "alice").ending(after: 2)
            let report = await world.run(service, journal: Journal(directory: world.place.path + "/\(UUID().uuidString)"))
            #expect(report.status == .ok, "\(report.resultLine)")
            #expect(report.task == .example(0), "\(report.resultLine)")
            #expect(service.submitted == 0, "\(report.resultLine)")
        }
    }

    @Test func `a live task of the same label for other paths is not adopted, and no second one is begun`() async throws {
        var elsewhere = plan
        elsewhere.destination.path = try CollectionPath("/gws/other")
        let cases: [OwnedService.State] = [
            state(elsewhere.taskLabel), state(plan.taskLabel, basePaths: (ownPaths.0, "/gws/other")),
            state(plan.label.description, basePaths: ("/other", ownPaths.1)),
            state(plan.taskLabel, basePaths: ("/work/n02/cycle2", ownPaths.1)),
        ]
        for state in cases {
            let service = OwnedService(state, as: "alice")
            let report = await world.run(service, journal: Journal(directory: world.place.path + "/\(UUID().uuidString)"))
            #expect(report.status == .conflict, "\(report.resultLine)")
            #expect(service.submitted == 0, "\(report.resultLine)")
            #expect(report.resultLine.contains("Globus task \(TaskID.example(0)) has this transfer's label, but sends "))
        }
    }

    @Test func `a task of an earlier version is adopted if its paths agree`() async throws {
        let service = OwnedService(state(plan.label.description, basePaths: ownPaths), as: "alice").ending(after: 2)
        #expect(await world.run(service).status == .ok)
        #expect(service.submitted == 0)
    }

    @Test func `a task of an earlier version whose paths nobody tells is proven by what it has sent`() async throws {
        var own = state(plan.label.description)
        own.sent = sent("/gws/archive")
        let service = OwnedService(own, as: "alice").ending(after: 2)
        #expect(await world.run(service).status == .ok)
        #expect(service.submitted == 0)

        // The destination holds files of the same sizes, which that task did not bring.
        var other = state(plan.label.description)
        other.sent = sent("/gws/other")
        let journal = Journal(directory: world.place.path + "/other")
        let foreign = OwnedService(other, as: "alice").ending(after: 2)
        let report = await world.run(foreign, journal: journal)
        #expect(report.status == .conflict)
        #expect(foreign.submitted == 0)
        #expect(report.resultLine.contains("but sent /elsewhere/a.pp: it is not this transfer's"))
        // It has ended: the next run submits its own.
        let next = OwnedService(foreign.now, as: "alice").ending()
        #expect(await world.run(next, journal: journal).status == .ok)
        #expect(next.submitted == 1)
    }

    @Test func `what is not known of it after its end is submitted anew, also by the run that takes up the wait`() async throws {
        let first = OwnedService(state(plan.label.description), as: "alice")
        #expect(await world.run(first, limit: .zero).status == .running)
        #expect(try world.record().submission?.pathsUnknown == true)
        let second = OwnedService(first.now, as: "alice").ending()
        let report = await world.run(second)
        #expect(report.status == .ok, "\(report.resultLine)")
        #expect(report.task == .example(2), "\(report.resultLine)")
        #expect(second.submitted == 1)
    }

    @Test func `before every fresh submission live tasks are asked for`() async throws {
        // The journal says that its task has failed; another journal has submitted since.
        let first = OwnedService(as: "alice")
        #expect(await world.run(first, limit: .zero).status == .running)
        var state = first.now
        state.tasks[0].status = "FAILED"
        let failed = OwnedService(state, as: "alice")
        let other = Journal(directory: world.place.path + "/other")
        #expect(await world.run(failed, limit: .zero, journal: other).status == .running)
        #expect(failed.submitted == 2)
        let service = OwnedService(failed.now, as: "alice").ending(after: 3)
        let report = await world.run(service)
        #expect(report.status == .ok, "\(report.resultLine)")
        #expect(report.task == .example(2), "\(report.resultLine)")
        #expect(service.submitted == 2, "\(report.resultLine)")
    }

    @Test func `a list that still shows a task which has ended begins no wait for it`() async throws {
        let service = ScriptedService(
            steps: [.state(.succeeded())], files: ["/gws/archive": [.file("a.pp", 10), .file("b.pp", 20)]],
            live: [
                TransferTask(fields: [
                    "status": "ACTIVE", "task_id": "00000000-0000-4000-a000-000000000001", "label": .string(plan.taskLabel),
                ])
            ])
        var plan = plan
        plan.description.existing = .replace
        let report = await TransferRun(service: service, journal: world.journal, time: SteppedTimekeeper(), log: world.log).run([plan])[0]
        #expect(report.status == .ok)
        #expect(service.submissions.count == 1)
    }

    // MARK: answers

    @Test(arguments: [302, 400, 403, 404, 405, 409, 413, 431]) func `a page that is not Globus's own does not answer a submission`(
        status: Int
    ) async throws {
        var state = OwnedService.State()
        state.errors["submit"] = [.refused(Refusal(request: "POST /v0.10/transfer", status: status))]
        let service = OwnedService(state, as: "alice").ending()
        #expect(await world.run(service).status == .ok)
        #expect(service.submitted == 2)
        #expect(service.tasks.count == 1)
    }

    @Test(arguments: [302, 400, 405, 413, 431]) func `a lost submission's id is unknown only if Globus says so`(status: Int) async throws {
        var state = OwnedService.State()
        state.errors["submit"] = [.unreachable(request: "POST", .interrupted(host: "globus", detail: "closed"))]
        let first = OwnedService(state, as: "alice")
        #expect(await world.run(first).status == .unavailable)
        let id = try world.record().submission?.id

        // A page of a proxy's, for ever: nothing new is begun.
        state = first.now
        state.errors["submit"] = Array(repeating: .refused(Refusal(request: "POST /v0.10/transfer", status: status)), count: 20)
        let proxy = OwnedService(state, as: "alice")
        #expect(await world.run(proxy).status == .unavailable)
        #expect(try world.record().submission?.id == id)
        #expect(try world.record().submission?.state == .intended)
        #expect(proxy.now.requests.count { $0 == "submission_id" } == 1)

        // Globus's own word: a new one.
        state = proxy.now
        state.errors["submit"] = [
            .refused(
                Refusal(request: "POST /v0.10/transfer", status: 400, code: "ClientError.BadRequest", message: "Invalid submission_id"))
        ]
        let globus = OwnedService(state, as: "alice").ending()
        #expect(await world.run(globus).status == .ok)
        #expect(globus.tasks.count == 1)
        #expect(try world.record().earlier.map(\.id) == [id])
    }

    // MARK: cancellation

    @Test func `an accepted cancellation is not the end: the task that lives on is adopted`() async throws {
        var state = OwnedService.State()
        (state.cancelCode, state.cancelEnds) = ("CancelAccepted", false)
        let service = FaultyService(OwnedService(state, as: "alice"))
        var plan = plan
        plan.description.wait.onFault.after = .seconds(60)
        plan.description.wait.onFault.then = .cancel
        var run = TransferRun(service: service, journal: world.journal, time: SteppedTimekeeper(), log: world.log)
        run.limit = .seconds(3600)
        let report = await run.run([plan])[0]
        #expect(report.status == .sourceMissing)
        #expect(report.resultLine.contains("Globus accepted its cancellation, but it has not ended yet"))
        #expect(try world.record().submission?.state == .accepted)

        // The next run finds it, and is told how it ended.
        let next = OwnedService(service.owned.now, as: "alice")
        next.state.withLock { $0.tasks[0].status = "ACTIVE" }
        #expect(await world.run(next, limit: .zero, plan: plan).status == .running)
        #expect(next.submitted == 1)
    }
}

/// The task makes no progress.
private struct FaultyService: TransferService {
    let owned: OwnedService

    init(_ owned: OwnedService) { self.owned = owned }

    func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
        var document = try await owned.task(id)
        document["nice_status"] = "FILE_NOT_FOUND"
        document["faults"] = 7
        return document
    }
    func newSubmissionID() async throws(GlobusError) -> SubmissionID { try await owned.newSubmissionID() }
    func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult { try await owned.submit(body) }
    func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] { try await owned.tasks(matching: filter) }
    func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] { [] }
    func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo { try await owned.pauseInfo(of: task) }
    func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        try await owned.successfulTransfers(of: task, from: marker)
    }
    func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> {
        try await owned.skippedErrors(of: task, from: marker)
    }
    func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument { try await owned.cancel(task) }
    func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo { try await owned.collection(id) }
    func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        try await owned.list(path, on: collection, offset: offset, limit: limit)
    }
    func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry {
        try await owned.stat(path, on: collection)
    }
}
