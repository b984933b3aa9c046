import FoundationEssentials

/// `TransferService` over HTTP.
package struct TransferClient: TransferService {
    private let base: ServiceURL
    private let requests: AuthorizedRequests
    private let clock: ServiceClock?
    private var localUsers: [CollectionID: String] = [:]

    package init(base: ServiceURL, transport: any HTTPTransport, tokens: any LoginTokens, clock: ServiceClock? = nil) {
        (self.base, requests, self.clock) = (base, AuthorizedRequests(transport: transport, tokens: tokens), clock)
    }

    package var clockSkew: Duration? { clock?.skew }
    package func now(_ time: any Timekeeper) -> Timestamp { clock?.now(time) ?? time.now }

    package func acting(as users: [CollectionID: String]) -> Self {
        var client = self
        client.localUsers = users
        return client
    }

    /// The account that is chosen on a collection, as a request names it.
    private func user(on collection: CollectionID) -> [ServiceURL.QueryItem] {
        localUsers[collection].map { [.init("local_user", $0)] } ?? []
    }

    /// The same in a document.
    func naming(userOn collection: CollectionID, in fields: [String: JSONValue]) -> JSONValue {
        .object(fields.merging(localUsers[collection].map { ["local_user": .string($0)] } ?? [:]) { $1 })
    }

    package func newSubmissionID() async throws(GlobusError) -> SubmissionID {
        let document: SubmissionIDDocument = try await get("/v0.10/submission_id")
        return document.value
    }

    package func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult {
        var request = HTTPRequest(.post, base.appending("/v0.10/transfer"), repetition: .harmless)
        request.body = body
        request.headers = [("Content-Type", "application/json")]
        return try await answer(to: request)
    }

    /// Starts what `document` says, with its submission id. Calling again with the same id starts nothing: it answers with the first task.
    package func submit(_ document: DeleteDocument) async throws(GlobusError) -> TransferResult {
        var request = HTTPRequest(.post, base.appending("/v0.10/delete"), body: try? JSONEncoder().encode(document), repetition: .harmless)
        request.headers = [("Content-Type", "application/json")]
        return try await answer(to: request)
    }

    package func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
        try await get("/v0.10/task/\(id)")
    }

    package func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] {
        let list: TaskList = try await get(
            "/v0.10/task_list",
            (filter.isEmpty ? [] : [.init("filter", filter)]) + [.init("orderby", "request_time DESC"), .init("limit", "1000")])
        return list.tasks
    }

    package func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] {
        let filter: [ServiceURL.QueryItem] = errorsOnly ? [.init("filter", "is_error:1")] : []
        let list: EventList = try await get(
            "/v0.10/task/\(task)/event_list", [.init("limit", "\(limit)")] + filter, patience: Self.patience)
        return list.events
    }

    package func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo {
        try await get("/v0.10/task/\(task)/pause_info", patience: Self.patience)
    }

    package func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        try await get("/v0.10/task/\(task)/successful_transfers", marker.map { [.init("marker", "\($0)")] } ?? [], patience: Self.patience)
    }

    package func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> {
        try await get("/v0.10/task/\(task)/skipped_errors", marker.map { [.init("marker", "\($0)")] } ?? [], patience: Self.patience)
    }

    package func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument {
        try await answer(to: HTTPRequest(.post, base.appending("/v0.10/task/\(task)/cancel"), repetition: .harmless))
    }

    package func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo {
        try await get("/v0.10/endpoint/\(id)")
    }

    package func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        try await list(path, on: collection, offset: offset, limit: limit, hidden: true)
    }

    package func list(
        _ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int, hidden: Bool
    ) async throws(GlobusError) -> FileList {
        try await get(
            "/v0.10/operation/endpoint/\(collection)/ls",
            [
                .init("path", path.asDirectory), .init("orderby", "name"), .init("show_hidden", hidden ? "1" : "0"),
                .init("offset", "\(offset)"),
                .init("limit", "\(limit)"),
            ] + user(on: collection))
    }

    package func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry {
        try await get("/v0.10/operation/endpoint/\(collection)/stat", [.init("path", path.description)] + user(on: collection))
    }

    // MARK: exchanges

    /// For what explains or adds to an outcome that is known already.
    static let patience = Duration.seconds(60)

    func post<Document: Decodable & Sendable>(
        _ path: String, _ body: JSONValue, repetition: HTTPRequest.Repetition = .unsafe
    ) async throws(GlobusError) -> Document {
        var request = HTTPRequest(.post, base.appending(path), body: try? JSONEncoder().encode(body), repetition: repetition)
        request.headers = [("Content-Type", "application/json")]
        return try await answer(to: request)
    }

    func get<Document: Decodable & Sendable>(
        _ path: String, _ query: [ServiceURL.QueryItem] = [], patience: Duration? = nil
    ) async throws(GlobusError) -> Document {
        var request = HTTPRequest(.get, base.appending(path, query: query))
        request.patience = patience
        return try await answer(to: request)
    }

    private func answer<Document: Decodable & Sendable>(to request: HTTPRequest) async throws(GlobusError) -> Document {
        try await requests.answer(to: request)
    }
}
