/// Tasks that are asked for in one request.
public struct TaskBatch: Sendable {
    /// With 39 bytes an id the address stays below 4 KiB; and a page of `task_list` holds more.
    public static let limit = 100

    public let ids: [TaskID]

    /// As few as there can be.
    public static func batches(of ids: [TaskID]) -> [TaskBatch] {
        stride(from: 0, to: ids.count, by: limit).map { TaskBatch(ids: Array(ids[$0..<min($0 + limit, ids.count)])) }
    }

    /// For `TransferService.tasks(matching:)`.
    public var filter: String { "task_id:" + ids.map(\.description).joined(separator: ",") }
}
