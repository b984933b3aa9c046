import FoundationEssentials

/// Globus Transfer, as far as a person who looks around or a preflight needs it. Throws as `TransferService` does.
package protocol CollectionService: Sendable {
    /// One page of the collections whose name or description holds `text`, the best match first.
    ///
    /// - Parameters:
    ///   - offset: how many of them to pass over; the service serves the first thousand.
    ///   - limit: at most 100.
    func search(_ text: String, offset: Int, limit: Int) async throws(GlobusError) -> EndpointList
    /// What administrators have paused there, in their words; empty if nothing that concerns us.
    func pauses(on collection: CollectionID) async throws(GlobusError) -> PauseInfo
    /// Makes one directory, whose parent must exist.
    func makeDirectory(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError)
    /// Starts a task that removes an empty directory.
    func removeDirectory(_ path: CollectionPath, on collection: CollectionID, label: String) async throws(GlobusError) -> TaskID
}

extension CollectionService {
    /// All collections whose name or description holds `text`, the best match first, as far as the service serves them: a thousand.
    package func search(_ text: String) async throws(GlobusError) -> [CollectionInfo] {
        let page = 100
        var found: [CollectionInfo] = []
        for offset in stride(from: 0, to: 1000, by: page) {
            let list = try await search(text, offset: offset, limit: page)
            found += list.endpoints
            guard list.hasNextPage == true, !list.endpoints.isEmpty else { break }
        }
        return found
    }
}

extension TransferClient: CollectionService {
    package func search(_ text: String, offset: Int, limit: Int) async throws(GlobusError) -> EndpointList {
        try await get(
            "/v0.10/endpoint_search", [.init("filter_fulltext", text), .init("offset", "\(offset)"), .init("limit", "\(limit)")])
    }

    package func pauses(on collection: CollectionID) async throws(GlobusError) -> PauseInfo {
        // The rules stand in `DATA` here, where a task's stand in `pause_rules`.
        let list: PauseInfo = try await get("/v0.10/endpoint/\(collection)/my_effective_pause_rule_list", patience: Self.patience)
        return PauseInfo(fields: ["pause_rules": list["DATA"]])
    }

    package func makeDirectory(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) {
        let body = naming(userOn: collection, in: ["DATA_TYPE": "mkdir", "path": .string(path.description)])
        let _: ResultDocument = try await post("/v0.10/operation/endpoint/\(collection)/mkdir", body)
    }

    package func removeDirectory(_ path: CollectionPath, on collection: CollectionID, label: String) async throws(GlobusError) -> TaskID {
        let id = try await newSubmissionID()
        let item: JSONValue = ["DATA_TYPE": "delete_item", "path": .string(path.asDirectory)]
        let result: TransferResult = try await post(
            "/v0.10/delete",
            naming(
                userOn: collection,
                in: [
                    "DATA_TYPE": "delete", "submission_id": .string(id.description), "endpoint": .string(collection.description),
                    "recursive": true, "ignore_missing": true, "label": .string(label), "notify_on_succeeded": false,
                    "notify_on_failed": false, "notify_on_inactive": false, "DATA": [item],
                ]), repetition: .harmless)
        guard let task = result.taskID else { throw .unreadableReply(request: "POST /v0.10/delete", detail: "task_id is missing") }
        return task
    }
}
