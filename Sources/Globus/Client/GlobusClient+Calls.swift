/// One answer each.
extension GlobusClient {
    /// Returns a task as it is now.
    ///
    /// - Throws: `notFound` if the login has no such task; `unreadable` if the answer does not say what state it is in.
    public func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
        let task = try await transfer.task(id)
        guard !task.status.description.isEmpty else {
            throw .unreadableReply(request: "GET /v0.10/task/\(id)", detail: "status is missing")
        }
        return task
    }

    /// How a request to cancel a task ended.
    public enum Cancellation: Hashable, Sendable {
        /// Globus ends the task. It has ended once `task(_:)` says so.
        case cancelled
        /// The task had ended before.
        case alreadyEnded(TransferTask)
    }

    /// Cancels a task. Files that were sent already stay.
    ///
    /// A request whose answer was lost is repeated: a task that is being cancelled takes no harm from it.
    ///
    /// - Throws: as `task(_:)`.
    @discardableResult
    public func cancel(_ id: TaskID) async throws(GlobusError) -> Cancellation {
        let answer = try await transfer.cancel(id)
        return answer.code == "TaskComplete" ? .alreadyEnded(try await task(id)) : .cancelled
    }

    /// Returns what is known of a collection.
    public func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo { try await transfer.collection(id) }

    /// Looks for one file or directory.
    ///
    /// - Returns: `nil` if there is none.
    public func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry? {
        do {
            return try await transfer.stat(path, on: collection)
        } catch {
            guard case .refused(let refusal) = error.cause, refusal.kind == .notFound else { throw error }
            return nil
        }
    }

    /// Makes one directory, whose parent must exist. The request is not repeated after an answer that was lost.
    ///
    /// - Throws: `conflict` or a collection's own error if it is there already.
    public func makeDirectory(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) {
        try await transfer.makeDirectory(path, on: collection)
    }

    /// Returns a new submission id, for those who write it down before they submit. `submit` asks for one by itself otherwise.
    public func newSubmissionID() async throws(GlobusError) -> SubmissionID { try await transfer.newSubmissionID() }

    /// Starts a transfer.
    ///
    /// The request gets a submission id by its first submission, unless it was made with one, and keeps it: submitting the same value
    /// again, or a copy of it that was not changed, answers with the first task, also if the first answer was lost. A value that was
    /// changed is another transfer. Nothing of this outlives the process: write `newSubmissionID()` down, and make the request with it, if
    /// a transfer must not start twice after a crash.
    ///
    /// - Throws: `invalid` if there is nothing to send; nothing was sent then.
    public func submit(_ request: TransferRequest) async throws(GlobusError) -> Submitted {
        guard !request.document.items.isEmpty else {
            throw .invalid(request: "POST /v0.10/transfer", detail: "there is no item to transfer")
        }
        var document = request.document
        let id = try await request.ticket.id(from: self)
        document.submissionID = id
        return try Submitted(try await transfer.submit(.bytes(document.encoded())), id, "POST /v0.10/transfer")
    }

    /// Starts a deletion. As safe to repeat as a transfer is.
    ///
    /// - Throws: `invalid` if there is nothing to delete; nothing was sent then.
    public func submit(_ request: DeletionRequest) async throws(GlobusError) -> Submitted {
        guard !request.document.items.isEmpty else { throw .invalid(request: "POST /v0.10/delete", detail: "there is no path to delete") }
        var document = request.document
        let id = try await request.ticket.id(from: self)
        document.submissionID = id
        return try Submitted(try await transfer.submit(document), id, "POST /v0.10/delete")
    }
}

/// A submission that Globus has accepted.
public struct Submitted: Hashable, Sendable {
    /// The task that Globus runs.
    public let task: TaskID
    /// The id under which it was submitted.
    public let submission: SubmissionID
    /// Whether it had been accepted before: the task is that of the first submission.
    public let isDuplicate: Bool
    /// What the service calls the request.
    public let requestID: String?

    init(_ result: TransferResult, _ submission: SubmissionID, _ request: String) throws(GlobusError) {
        guard let task = result.taskID else { throw .unreadableReply(request: request, detail: "task_id is missing") }
        (self.task, self.submission, isDuplicate, requestID) = (task, submission, result.isDuplicate, result.requestID)
    }
}
