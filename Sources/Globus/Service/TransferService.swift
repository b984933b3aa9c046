/// Globus Transfer, as far as a transfer needs it. The seam at which tests put a scripted service.
///
/// Every call throws `GlobusError`: `.unreachable` once the transport's patience has ended, `.refused` with the service's own words,
/// `.notLoggedIn`, `.cancelled` when the calling task was cancelled.
package protocol TransferService: Sendable {
    /// How far this machine's clock is ahead of the service's, below zero if it is behind; `nil` while they agree or nothing is known.
    var clockSkew: Duration? { get }
    /// The service's time. It compares times in a request, such as a deadline, with its own clock.
    func now(_ time: any Timekeeper) -> Timestamp
    /// The service as it is asked under these accounts, collection by collection. Submissions name theirs themselves.
    func acting(as users: [CollectionID: String]) -> Self
    /// Asks for an id that makes one submission safe to repeat. Has no other effect.
    func newSubmissionID() async throws(GlobusError) -> SubmissionID
    /// Starts what `body` says: an encoded `TransferDocument` with its submission id. Calling again with the same body starts nothing:
    /// it answers with the first task.
    func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult
    func task(_ id: TaskID) async throws(GlobusError) -> TransferTask
    /// Tasks that match `filter` (`status:ACTIVE,INACTIVE/label:=…`), newest first, 1000 at most.
    func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask]
    /// The newest events first. For people; decisions are made from the task.
    func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent]
    /// What administrators say about a paused task.
    func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo
    /// Files that were really sent, a page at a time: pass the page's `nextMarker` until there is none.
    func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile>
    /// Paths given up because of errors at the source, paged likewise.
    func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile>
    /// Asks for an end. `TaskComplete` means that the task was faster; read it again afterwards in any case.
    func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument
    func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo
    /// One page of a directory's entries, not recursive: at most `limit` (100,000) from `offset`, ordered by name.
    func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList
    /// One file or directory; a missing one is refused with `Kind.notFound`.
    func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry
}

extension TransferService {
    package func acting(as users: [CollectionID: String]) -> Self { self }

    package var clockSkew: Duration? { nil }

    package func now(_ time: any Timekeeper) -> Timestamp { time.now + (.zero - (clockSkew ?? .zero)) }
}
