import Foundation
import Globus
import GlobusTesting
import Synchronization
import Testing

@testable import PPTransfer

/// Globus and a destination, on a clock that only sleeping moves: each transfer's task takes the time that its name says, and brings
/// what was submitted.
final class PlayedArchive: TransferService {
    struct Task: Sendable {
        var id: TaskID
        var name: String
        var document: TransferDocument
        var begun: Duration
    }

    struct State {
        var tasks: [Task] = []
        /// Destination path → bytes.
        var files: [String: Int64] = [:]
        var requests: [String] = []
        /// The task of a name ends only once so many have been submitted.
        var endsAfter: [String: Int] = [:]
        /// No question about a task is answered from then on.
        var silentFrom: Duration?
        /// What the next submissions are refused with.
        var refusals: [Refusal] = []
        /// Of the next submissions, which are carried out all the same.
        var lostAnswers = 0
        var cancelled: [TaskID] = []
        /// Tasks that have ended by the time they are cancelled.
        var endsBeforeCancellation = false
        var onQuestion: @Sendable (Duration) -> Void = { _ in }
        var onSubmission: @Sendable (Int) -> Void = { _ in }
    }

    let state = Mutex(State())
    private let time: SteppedTimekeeper
    /// What `/work/n02/cycle` is on this machine.
    private let source: String
    private let seconds: [String: Int]

    /// - Parameter seconds: how long the task of a name takes; 10 s unless given.
    init(_ time: SteppedTimekeeper, source: String, seconds: [String: Int] = [:]) {
        (self.time, self.source, self.seconds) = (time, source, seconds)
    }

    var tasks: [Task] { state.withLock { $0.tasks } }
    var requests: [String] { state.withLock { $0.requests } }
    func items(_ index: Int) -> [String] { tasks[index].document.items.map { ($0.destinationPath as NSString).lastPathComponent } }

    private func note(_ request: String) { state.withLock { $0.requests.append(request) } }

    func newSubmissionID() async throws(GlobusError) -> SubmissionID { SubmissionID(UUID()) }

    func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult {
        note("submit")
        let refusal: Refusal? = state.withLock { $0.refusals.isEmpty ? nil : $0.refusals.removeFirst() }
        if let refusal { throw .refused(refusal) }
        guard let document = try? JSONDecoder().decode(TransferDocument.self, from: body.data ?? Data()) else { throw .cancelled }
        if let first = tasks.first(where: { $0.document.submissionID == document.submissionID }) {
            return TransferResult(fields: ["code": "Duplicate", "task_id": .string(first.id.description)])
        }
        let (id, number) = state.withLock { state in
            let id = TaskID.example(state.tasks.count + 1)
            // The last word is the fingerprint.
            let name = (document.label ?? "").split(separator: " ").dropLast().last.map(String.init) ?? ""
            state.tasks.append(Task(id: id, name: name, document: document, begun: time.elapsed))
            for item in document.items {
                let local = source + item.sourcePath.dropFirst("/work/n02/cycle".count)
                let size = (try? FileManager.default.attributesOfItem(atPath: local)[.size]) as? Int64
                state.files[item.destinationPath] = size ?? 0
            }
            return (id, state.tasks.count)
        }
        state.withLock { $0.onSubmission }(number)
        let isLost = state.withLock { state in
            defer { state.lostAnswers = max(0, state.lostAnswers - 1) }
            return state.lostAnswers > 0
        }
        if isLost { throw .unreachable(request: "POST transfer", .interrupted(host: "globus", detail: "closed")) }
        return TransferResult(fields: ["code": "Accepted", "task_id": .string(id.description)])
    }

    /// - Returns: `nil` for a task that nobody submitted.
    private func document(_ id: TaskID) -> TransferTask? {
        guard let task = tasks.first(where: { $0.id == id }) else { return nil }
        if state.withLock({ $0.cancelled.contains(id) && !$0.endsBeforeCancellation }) {
            var document = TransferTask.failed("CANCELED", "canceled by the user")
            document["task_id"] = .string(id.description)
            return document
        }
        let takes = Duration.seconds(seconds.first { task.name == $0.key }?.value ?? 10)
        let mayEnd = state.withLock { state in
            state.tasks.count >= state.endsAfter[task.name] ?? 0 || state.endsBeforeCancellation && state.cancelled.contains(id)
        }
        let hasEnded = mayEnd && time.elapsed - task.begun >= takes
        var document = hasEnded ? TransferTask.succeeded(files: Int64(task.document.items.count)) : .active(bytes: 1)
        document["task_id"] = .string(id.description)
        return document
    }

    /// Nobody answers, as a transport finds it that may use all of the request's time.
    private func listen() async throws(GlobusError) {
        state.withLock { $0.onQuestion }(time.elapsed)
        guard let silent = state.withLock({ $0.silentFrom }), time.elapsed >= silent else { return }
        let patience = RequestDeadline.current.map { $0 - time.elapsed } ?? .seconds(7200)
        await time.sleep(for: max(.zero, patience))
        throw .unreachable(request: "GET task", .unconnected(host: "globus", detail: "refused"))
    }

    func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
        note("task \(id)")
        try await listen()
        guard let document = document(id) else { throw Self.notFound("GET task") }
        return document
    }

    private static func notFound(_ request: String) -> GlobusError {
        .refused(Refusal(request: request, status: 404, code: "ClientError.NotFound"))
    }

    func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] {
        note("tasks \(filter)")
        guard filter.hasPrefix("task_id:") else { return [] }
        try await listen()
        return filter.dropFirst("task_id:".count).split(separator: ",").compactMap { TaskID($0).flatMap(document) }
    }

    func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        let files = state.withLock { $0.files }.filter { ($0.key as NSString).deletingLastPathComponent == path.description }
            .map { DirectoryEntry.file(($0.key as NSString).lastPathComponent, $0.value) }.sorted { $0.name < $1.name }
        guard !files.isEmpty else { throw Self.notFound("GET ls") }
        let page = Array(files.dropFirst(offset).prefix(limit))
        return FileList(endpoint: collection, path: path.asDirectory, absolutePath: nil, total: files.count, files: page)
    }

    func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] { [] }
    func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo { PauseInfo(fields: [:]) }
    func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        MarkerPage(dataType: "successful_transfers", marker: 0, nextMarker: nil, items: [])
    }
    func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> {
        MarkerPage(dataType: "skipped_errors", marker: 0, nextMarker: nil, items: [])
    }
    func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument {
        if _Concurrency.Task.isCancelled { throw .cancelled }
        guard document(task)?.status.hasEnded == false else { return ResultDocument(fields: ["code": "TaskComplete"]) }
        return state.withLock { state in
            state.cancelled.append(task)
            return ResultDocument(fields: ["code": state.endsBeforeCancellation ? "TaskComplete" : "Canceled"])
        }
    }
    func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo { CollectionInfo(fields: [:]) }
    func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry {
        let files = state.withLock { $0.files }
        if let size = files[path.description] { return .file(String(path.name), size) }
        guard files.keys.contains(where: { $0.hasPrefix(path.asDirectory) }) else { throw Self.notFound("GET stat") }
        return .directory(String(path.name))
    }
}
