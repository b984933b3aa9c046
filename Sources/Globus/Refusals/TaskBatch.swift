/// Tasks that are asked for in one request.
package struct TaskBatch: Sendable {
    /// With 39 bytes an id the address stays below 4 KiB; and a page of `task_list` holds more.
    package static let limit = 100

    package let ids: [TaskID]

    /// As few as there can be.
    package static func batches(of ids: [TaskID]) -> [TaskBatch] {
        stride(from: 0, to: ids.count, by: limit).map { TaskBatch(ids: Array(ids[$0..<min($0 + limit, ids.count)])) }
    }

    /// For `TransferService.tasks(matching:)`.
    package var filter: String { "task_id:" + ids.map(\.description).joined(separator: ",") }
}
