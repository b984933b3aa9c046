import Foundation
import Globus
import GlobusTesting
import Logging
import PPTransferReports
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer

/// A service whose tasks only their owners see, and which knows several logins.
final class OwnedService: TransferService {
    struct Entry: Sendable {
        var id: String
        var owner: String
        var status = "ACTIVE"
        var document: TransferDocument
        var basePaths: (String, String)?
    }

    struct State: Sendable {
        var tasks: [Entry] = []
        var submissions: [SubmissionID: String] = [:]
        var requests: [String] = []
        /// Errors that answer the first requests of a kind.
        var errors: [String: [GlobusError]] = [:]
        /// What the service's list of sent files says.
        var sent: [SentFile] = []
        var cancelCode = "Canceled"
        var cancelEnds = true
        /// Tasks end when they have been asked for so often.
        var patience = Int.max
    }

    let state: Mutex<State>
    /// Whose token is used.
    let asking: String
    let arrived: [DirectoryEntry]

    init(_ state: State = State(), as asking: String, arrived: [DirectoryEntry] = [.file("a.pp", 10), .file("b.pp", 20)]) {
        self.state = Mutex(state)
        (self.asking, self.arrived) = (asking, arrived)
    }

    var now: State { state.withLock { $0 } }
    var tasks: [Entry] { now.tasks }
    var submitted: Int { now.requests.count { $0 == "submit" } }

    private func begin(_ kind: String) throws(GlobusError) {
        let error: GlobusError? = state.withLock { state in
            state.requests.append(kind)
            guard state.errors[kind]?.isEmpty == false else { return nil }
            return state.errors[kind]?.removeFirst()
        }
        if let error { throw error }
    }

    private func document(_ task: Entry) -> TransferTask {
        var fields: [String: JSONValue] = [
            "task_id": .string(task.id), "owner_id": .string(task.owner), "status": .string(task.status),
            "label": task.document.label.map { .string($0) } ?? .null, "files_transferred": 2, "type": "TRANSFER",
            "source_endpoint_id": .string(task.document.sourceEndpoint.description),
            "destination_endpoint_id": .string(task.document.destinationEndpoint.description), "nice_status": "OK",
        ]
        if let (source, destination) = task.basePaths {
            (fields["source_base_path"], fields["destination_base_path"]) = (.string(source), .string(destination))
        }
        if task.status == "FAILED" { fields["fatal_error"] = ["code": "CANCELED", "description": "canceled"] }
        return TransferTask(fields: fields)
    }

    func newSubmissionID() async throws(GlobusError) -> SubmissionID {
        try begin("submission_id")
        return SubmissionID(UUID())
    }

    func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult {
        guard let document = try? JSONDecoder().decode(TransferDocument.self, from: body.data ?? Data()), let id = document.submissionID
        else { throw .cancelled }
        try begin("submit")
        return state.withLock { [asking] state in
            let known = state.submissions[id]
            let task = known ?? TaskID.example(state.tasks.count + 1).description
            if known == nil { state.tasks.append(Entry(id: task, owner: asking, document: document)) }
            state.submissions[id] = task
            return TransferResult(fields: ["code": known == nil ? "Accepted" : "Duplicate", "task_id": .string(task)])
        }
    }

    func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
        try begin("task")
        let task: Entry? = state.withLock { state in
            guard let index = state.tasks.firstIndex(where: { $0.id == id.description && $0.owner == asking }) else { return nil }
            state.patience -= 1
            if state.patience <= 0, state.tasks[index].status == "ACTIVE" { state.tasks[index].status = "SUCCEEDED" }
            return state.tasks[index]
        }
        guard let task else {
            throw .refused(Refusal(request: "GET /v0.10/task/\(id)", status: 404, code: "ClientError.NotFound", message: "No task found"))
        }
        return document(task)
    }

    func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] {
        try begin("tasks")
        let live = filter.hasPrefix("status:ACTIVE")
        return now.tasks.filter { $0.owner == asking && (!live || $0.status == "ACTIVE") }.map(document)
    }

    func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument {
        try begin("cancel")
        state.withLock { state in
            guard state.cancelEnds, let index = state.tasks.firstIndex(where: { $0.id == task.description }) else { return }
            state.tasks[index].status = "FAILED"
        }
        return ResultDocument(fields: ["code": .string(now.cancelCode)])
    }

    func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        // Nothing is there before a task brought it.
        let files = tasks.contains { $0.status != "FAILED" } ? arrived : []
        return FileList(endpoint: collection, path: path.asDirectory, absolutePath: nil, total: files.count, files: files)
    }
    func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] { [] }
    func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo { PauseInfo(fields: [:]) }
    func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        MarkerPage(dataType: "successful_transfers", marker: 0, nextMarker: nil, items: now.sent)
    }
    func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> {
        MarkerPage(dataType: "skipped_errors", marker: 0, nextMarker: nil, items: [])
    }
    func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo { CollectionInfo(fields: [:]) }
    func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry { .directory("x") }
}

/// A place with two files to send, a journal, and logins.
struct LoginWorld {
    let place: TemporaryDirectory
    let plan: TransferPlan
    let journal: Journal
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        try place.file("data/b.pp", 20)
        plan = try .example(local: place.path + "/data")
        journal = Journal(directory: place.path + "/journal")
    }

    func run(
        _ service: OwnedService, limit: Duration? = nil, from start: Int64 = 1_800_000_000, identity: String?? = .none,
        plan: TransferPlan? = nil, journal: Journal? = nil, configure: (inout TransferRun) -> Void = { _ in }
    ) async -> FinishedTransfer {
        let time = SteppedTimekeeper(from: Timestamp(secondsSince1970: start))
        var run = TransferRun(service: service, journal: journal ?? self.journal, time: time, log: log)
        run.limit = limit
        run.login = ResolvedLogin(
            .token(variable: "TOKEN"), tokens: FixedToken(AccessToken("x"), from: "TOKEN"),
            identity: identity ?? service.asking)
        configure(&run)
        return await run.run([plan ?? self.plan])[0]
    }

    func record() throws -> JournalRecord {
        try #require(try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: "atmos")).record
    }
}

/// F74: a run under another login than the one that submitted.
struct OtherLoginTests {
    private let world: LoginWorld

    init() throws { world = try LoginWorld() }

    /// Alice submits, and waits no longer. Then somebody else has the world as it is.
    private func submittedByAlice(tellsIdentity: Bool = true) async throws -> OwnedService.State {
        let alice = OwnedService(as: "alice")
        #expect(await world.run(alice, limit: .zero, identity: tellsIdentity ? "alice" : .some(nil)).status == .running)
        #expect(try world.record().submission?.owner?.id == "alice")
        return alice.now
    }

    @Test(arguments: [true, false]) func `another login's 404 is not forgotten: nothing is submitted, both are named`(
        tellsIdentity: Bool
    ) async throws {
        let state = try await submittedByAlice(tellsIdentity: tellsIdentity)
        let bob = OwnedService(state, as: "bob")
        let report = await world.run(bob)
        #expect(report.status == .auth)
        #expect(bob.submitted == 1)
        #expect(bob.tasks.count == 1)
        #expect(
            report.resultLine.contains("Globus task \(TaskID.example(1)) of an earlier run (2027-01-15T08:00:00Z) was submitted by alice"))
        #expect(report.resultLine.contains("the login in use, bob, cannot see what became of it"))
        #expect(report.remedy(in: .commands)?.contains("--forget-task") == true)
        #expect(try world.record().submission?.state == .accepted)
        // Who submitted it takes it up.
        let alice = OwnedService(bob.now, as: "alice").ending()
        #expect(await world.run(alice).status == .ok)
        #expect(alice.submitted == 1)
    }

    @Test func `a task that is older than Globus's history is forgotten, whoever asks`() async throws {
        let state = try await submittedByAlice()
        let day: Int64 = 86_400
        let early = OwnedService(state, as: "bob")
        #expect(await world.run(early, from: 1_800_000_000 + 29 * day).status == .auth)
        let late = OwnedService(state, as: "bob").ending()
        #expect(await world.run(late, from: 1_800_000_000 + 31 * day).status == .ok)
        #expect(late.submitted == 2)
    }

    @Test func `whoever says that the task has ended may submit`() async throws {
        let bob = OwnedService(try await submittedByAlice(), as: "bob").ending()
        #expect(await world.run(bob) { $0.forgetsTask = true }.status == .ok)
        #expect(bob.tasks.map(\.owner) == ["alice", "bob"])
        #expect(try world.record().submission?.owner?.id == "bob")
    }

    @Test func `a login that cannot tell who it is does not count as the same`() async throws {
        let nobody = OwnedService(try await submittedByAlice(), as: "carol")
        let report = await world.run(nobody, identity: .some(nil))
        #expect(report.status == .auth)
        #expect(nobody.submitted == 1)
        #expect(report.resultLine.contains("the login in use, whose identity is not known, cannot see"))
    }

    @Test func `the same login's 404 is forgotten, as before`() async throws {
        var state = try await submittedByAlice()
        state.tasks[0].owner = "nobody any more"
        let alice = OwnedService(state, as: "alice").ending()
        #expect(await world.run(alice).status == .ok)
        #expect(alice.submitted == 2)
    }

    @Test func `a page that is not Globus's own forgets no task`() async throws {
        var state = try await submittedByAlice()
        state.errors["task"] = Array(repeating: .refused(Refusal(request: "GET task", status: 404)), count: 50)
        let alice = OwnedService(state, as: "alice")
        #expect(await world.run(alice).status == .unavailable)
        #expect(alice.submitted == 1)
    }

    @Test func `a submission whose answer was lost is repeated only by the login that made it`() async throws {
        var state = OwnedService.State()
        state.errors["submit"] = [.unreachable(request: "POST", .interrupted(host: "globus", detail: "closed"))]
        let alice = OwnedService(state, as: "alice")
        #expect(await world.run(alice).status == .unavailable)
        #expect(try world.record().submission?.state == .intended)
        let bob = OwnedService(alice.now, as: "bob")
        let report = await world.run(bob)
        #expect(report.status == .auth)
        #expect(bob.submitted == 1)
        #expect(report.resultLine.contains("was submitted by alice; the login in use, bob,"))
        let again = OwnedService(bob.now, as: "alice").ending()
        #expect(await world.run(again).status == .ok)
        #expect(again.tasks.count == 1)
    }

    @Test func `a submission that Globus has refused keeps no other login from trying`() async throws {
        var state = OwnedService.State()
        state.errors["submit"] = [.refused(Refusal(request: "POST /v0.10/transfer", status: 403, code: "ConsentRequired"))]
        let alice = OwnedService(state, as: "alice")
        #expect(await world.run(alice).status == .consent)
        let bob = OwnedService(alice.now, as: "bob").ending()
        #expect(await world.run(bob).status == .ok)
        #expect(bob.tasks.map(\.owner) == ["bob"])
    }

    @Test func `who asks costs no request where the login tells, and one task's document where it does not`() async throws {
        let told = OwnedService(as: "alice")
        _ = await world.run(told, limit: .zero)
        #expect(told.now.requests == ["tasks", "submission_id", "submit", "task"])
        let bare = OwnedService(as: "alice")
        _ = await world.run(bare, limit: .zero, identity: .some(nil), journal: Journal(directory: world.place.path + "/second"))
        #expect(bare.now.requests == ["tasks", "submission_id", "submit", "task", "task"])
    }
}

extension OwnedService {
    /// Every task that is asked for from now on has ended.
    func ending(after questions: Int = 0) -> OwnedService {
        state.withLock { $0.patience = questions }
        return self
    }
}
