import Foundation
package import Globus
package import GlobusTesting
package import Synchronization
import Testing

/// A service that plays a script: the states of its one kind of task in turn (the last for ever), and a destination.
/// Anything the script does not foresee is recorded as an issue.
package final class ScriptedService: TransferService {
    package enum Step: Sendable {
        case state(TransferTask)
        case error(GlobusError)
        /// An error that came only after the transport's patience.
        case late(GlobusError, after: Duration, SteppedTimekeeper)
    }

    package struct State {
        package var steps: [Step]
        package var requests: [String] = []
        package var submissions: [(id: SubmissionID, document: TransferDocument)] = []
        package var cancelled: [TaskID] = []
        /// What goes wrong with the first listings, before they succeed.
        package var listingFailures: [GlobusError] = []
        /// The answers to the first submissions, before those that `submission` gives.
        package var firstAnswers: [TransferResult] = []
        /// Whether a listing of the destination shows its files: it does once a task was heard of.
        package var hasArrived = false
        /// Files that are not there before this run's own submission.
        package var arriveLast: Set<String> = []
        /// What the service's own list of files says.
        package var sent: [SentFile] = []
        /// What happens elsewhere when a submission id is asked for.
        package var meanwhile: (@Sendable () async throws -> Void)?
    }

    package let state: Mutex<State>
    /// Directory → entries, of every collection.
    package let files: [String: [DirectoryEntry]]
    package let submission: Result<TransferResult, GlobusError>
    package let pauseMessages: [String]
    package let events: [TaskEvent]
    package let skipped: [SkippedFile]
    package let listing: GlobusError?
    /// Tasks at work that this run did not submit.
    package let live: [TransferTask]
    /// What a task is once it was cancelled.
    package let afterCancel: TransferTask

    package convenience init(
        _ steps: Step..., pauseMessages: [String] = [], events: [TaskEvent] = [],
        afterCancel: TransferTask = .failed("CANCELED", "canceled")
    ) {
        self.init(steps: steps, pauseMessages: pauseMessages, events: events, afterCancel: afterCancel)
    }

    package init(
        steps: [Step], files: [String: [DirectoryEntry]] = [:],
        submission: Result<TransferResult, GlobusError> = .success(
            TransferResult(fields: ["code": "Accepted", "task_id": "00000000-0000-4000-a000-000000000001", "request_id": "r-1"])),
        pauseMessages: [String] = [], events: [TaskEvent] = [], skipped: [SkippedFile] = [], listing: GlobusError? = nil,
        live: [TransferTask] = [],
        afterCancel: TransferTask = .failed("CANCELED", "canceled")
    ) {
        state = Mutex(State(steps: steps))
        (self.files, self.submission, self.pauseMessages, self.events) = (files, submission, pauseMessages, events)
        (self.skipped, self.listing, self.live, self.afterCancel) = (skipped, listing, live, afterCancel)
    }

    package func with(_ change: (inout State) -> Void) -> ScriptedService {
        state.withLock { change(&$0) }
        return self
    }

    package var requests: [String] { state.withLock { $0.requests } }
    package var submissions: [(id: SubmissionID, document: TransferDocument)] { state.withLock { $0.submissions } }
    package var cancelled: [TaskID] { state.withLock { $0.cancelled } }

    private func note(_ request: String) { state.withLock { $0.requests.append(request) } }

    package func newSubmissionID() async throws(GlobusError) -> SubmissionID {
        note("submission_id")
        let meanwhile = state.withLock { $0.meanwhile }
        do { try await meanwhile?() } catch { Issue.record(error) }
        return .example(requests.count { $0 == "submission_id" })
    }

    package func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult {
        note("submit")
        state.withLock { $0.hasArrived = true }
        do {
            let document = try JSONDecoder().decode(TransferDocument.self, from: body.data ?? Data())
            let id = try #require(document.submissionID)
            state.withLock { $0.submissions.append((id, document)) }
        } catch {
            Issue.record("what was submitted is no document: \(error)")
        }
        let first: TransferResult? = state.withLock { $0.firstAnswers.isEmpty ? nil : $0.firstAnswers.removeFirst() }
        if let first { return first }
        return try submission.get()
    }

    package func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
        note("task")
        state.withLock { $0.hasArrived = true }
        let step: Step? = state.withLock { state in
            if state.cancelled.contains(id) { return .state(afterCancel) }
            return state.steps.count > 1 ? state.steps.removeFirst() : state.steps.first
        }
        switch step {
        case .state(let document): return document
        case .error(let error): throw error
        case .late(let error, let patience, let clock):
            await clock.sleep(for: patience)
            throw error
        case nil:
            Issue.record("nobody said what the task is doing")
            throw .cancelled
        }
    }

    package func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] {
        note("tasks \(filter)")
        if !filter.hasPrefix("task_id:") {
            let label = filter.split(separator: "/").first { $0.hasPrefix("label:=") }?.dropFirst("label:=".count)
            return live.filter { label == nil || $0.label == label.map(String.init) }
        }
        var documents: [TransferTask] = []
        for id in filter.dropFirst("task_id:".count).split(separator: ",") {
            guard let known = TaskID(id) else { continue }
            var document = try await task(known)
            document["task_id"] = .string(String(id))
            documents.append(document)
        }
        state.withLock { $0.requests.removeAll { $0 == "task" } }
        return documents
    }

    package func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] {
        note("events")
        return events
    }

    package func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo {
        note("pause_info")
        return PauseInfo(fields: ["pause_rules": .array(pauseMessages.map { ["message": .string($0)] })])
    }

    package func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        note("successful_transfers")
        return MarkerPage(dataType: "successful_transfers", marker: 0, nextMarker: nil, items: state.withLock { $0.sent })
    }

    package func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> {
        note("skipped_errors")
        return MarkerPage(dataType: "skipped_errors", marker: 0, nextMarker: nil, items: skipped)
    }

    package func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument {
        note("cancel")
        state.withLock { $0.cancelled.append(task) }
        return ResultDocument(fields: ["code": "Canceled"])
    }

    package func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo {
        // What a refusal has to do with a collection is looked at, and nothing is known of it.
        if case .failure = submission { throw .refused(Refusal(request: "GET endpoint", status: 404, code: "EndpointNotFound")) }
        Issue.record("nobody asked for a collection")
        throw .cancelled
    }

    package func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        note("list \(path)")
        guard state.withLock({ $0.hasArrived }) || !path.description.hasPrefix("/gws/") else {
            throw .refused(Refusal(request: "GET ls", status: 404, code: "ClientError.NotFound"))
        }
        let failure: GlobusError? = state.withLock { $0.listingFailures.isEmpty ? nil : $0.listingFailures.removeFirst() }
        if let error = failure ?? listing { throw error }
        let late = state.withLock { $0.submissions.isEmpty ? $0.arriveLast : [] }
        guard let entries = files[path.description]?.filter({ !late.contains($0.name) }) else {
            throw .refused(Refusal(request: "GET ls", status: 404, code: "ClientError.NotFound"))
        }
        let page = Array(entries.dropFirst(offset).prefix(limit))
        return FileList(endpoint: collection, path: path.asDirectory, absolutePath: nil, total: entries.count, files: page)
    }

    package func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry {
        note("stat \(path)")
        if files[path.description] != nil { return .directory(String(path.name)) }
        guard let file = files[path.parent.description]?.first(where: { $0.name == path.name }) else {
            throw .refused(Refusal(request: "GET stat", status: 404, code: "NotFound"))
        }
        return file
    }
}

extension TransferTask {
    package static func active(_ niceStatus: String? = "OK", bytes: Int64 = 0, paused: Bool = false) -> TransferTask {
        TransferTask(fields: [
            "status": "ACTIVE", "task_id": "00000000-0000-4000-a000-000000000001", "nice_status": niceStatus.map { .string($0) } ?? .null,
            "bytes_transferred": .integer(bytes),
            "is_paused": .bool(paused),
        ])
    }

    package static let inactive = TransferTask(fields: [
        "status": "INACTIVE", "task_id": "00000000-0000-4000-a000-000000000001", "nice_status": "EXPIRED",
        "nice_status_short_description": "credentials expired",
    ])

    package static func succeeded(files: Int64 = 1, skippedErrors: Int64 = 0) -> TransferTask {
        TransferTask(fields: [
            "status": "SUCCEEDED", "task_id": "00000000-0000-4000-a000-000000000001", "files_transferred": .integer(files),
            "bytes_transferred": 3_000_000,
            "effective_bytes_per_second": 1_500_000, "subtasks_skipped_errors": .integer(skippedErrors),
            "request_time": "2026-11-20T10:00:00+00:00", "completion_time": "2026-11-20T10:00:02+00:00",
        ])
    }

    package static func failed(_ code: String, _ description: String) -> TransferTask {
        TransferTask(fields: [
            "status": "FAILED", "task_id": "00000000-0000-4000-a000-000000000001",
            "fatal_error": ["code": .string(code), "description": .string(description)],
        ])
    }
}

extension DirectoryEntry {
    package static func file(_ name: String, _ size: Int64) -> DirectoryEntry { .file(name, size: size) }
}
