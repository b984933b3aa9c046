package import Globus
import PPTransfer
import PositionedYAML

/// What a Globus task is doing now.
package struct TaskNow: Hashable, Sendable {
    /// `queued`, `moving`, `paused`, `inactive`, `retrying (CODE)`, `succeeded (not verified yet)`, how it failed, or `not found`.
    package var state: String
    package var filesTransferred: Int64?
    package var bytesTransferred: Int64?

    /// Globus knows no such task of this login.
    static let notFound = TaskNow(state: "not found")

    /// `3 files, 1.2 GB`
    var moved: String? {
        guard let filesTransferred, let bytesTransferred else { return nil }
        return "\(Quantity.count(filesTransferred, "file")), \(Quantity.bytes(bytesTransferred))"
    }
}

extension TaskNow: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("state", \.state), JSONField("files_transferred", \.filesTransferred),
        JSONField("bytes_transferred", \.bytesTransferred),
    ]
}

extension TaskNow {
    init(_ task: TransferTask) {
        state =
            switch task.status {
            case .succeeded: "succeeded (not verified yet)"
            case .failed: ExitStatus(taskError: task.fatalError?.code ?? "").name
            default: Condition(task).word
            }
        (filesTransferred, bytesTransferred) = (task.filesTransferred, task.bytesTransferred)
    }
}

extension Condition {
    /// For a table.
    fileprivate var word: String {
        switch kind {
        case .queued: "queued"
        case .moving: "moving"
        case .paused: "paused"
        case .inactive: "inactive"
        case .faulting: "retrying (\(code ?? "?"))"
        case .unrecognised(let word): word.isEmpty ? "unknown" : word
        }
    }
}

extension StatusReport {
    /// Whether there is anything that Globus could be asked.
    package var hasLiveTasks: Bool { rows.contains { $0.isLive } }

    /// Asks Globus about the tasks that may be at work, in one request for each hundred. Nothing is written down.
    ///
    /// Once it cannot be reached, or refuses, no more is asked, and `refreshProblem` says why.
    package mutating func refresh(from service: any TransferService) async {
        var rowsOfTask: [TaskID: [Int]] = [:]
        for (index, row) in rows.enumerated() where row.isLive {
            if let task = row.task { rowsOfTask[task, default: []].append(index) }
        }
        let tasks = rows.indices.compactMap { index in rows[index].task.flatMap { rowsOfTask[$0]?.first == index ? $0 : nil } }
        for batch in TaskBatch.batches(of: tasks) {
            do throws(GlobusError) {
                let documents = try await service.tasks(matching: batch.filter)
                let found = Dictionary(documents.map { ($0.id, $0) }) { first, _ in first }
                for task in batch.ids {
                    for index in rowsOfTask[task] ?? [] { rows[index].learn(found[task]) }
                }
            } catch {
                refreshProblem = error
                return
            }
        }
    }
}

extension StatusReport.Row {
    /// - Parameter task: what Globus says; `nil` if it does not know the task.
    fileprivate mutating func learn(_ task: TransferTask?) {
        defer { isFailure = status != .ok && status != .running }
        guard let task else { return globus = .notFound }
        globus = TaskNow(task)
        switch task.status {
        // What is left to do is told by how the latest run ended.
        case .succeeded: return
        case .failed: exitStatus = ExitStatus(taskError: task.fatalError?.code ?? "").number
        default: exitStatus = ExitStatus(Condition(task)).number
        }
    }
}

extension ExitStatus {
    /// What a live task comes to for someone who only looks.
    fileprivate init(_ condition: Condition) {
        switch condition.kind {
        case .queued, .moving, .unrecognised: self = .running
        case .paused: self = .paused
        case .inactive: self = .session
        case .faulting: self = condition.needsAPerson ? ExitStatus(taskError: condition.code ?? "") : .running
        }
    }
}
