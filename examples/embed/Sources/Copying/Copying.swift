public import Globus

/// A directory on a collection, as `3e90d018-0d05-461a-bbaf-aab605283d21:/work/cycle`.
public struct Directory: Sendable {
    public let collection: CollectionID
    public let path: CollectionPath

    public init?(_ text: String) {
        let halves = text.split(separator: ":", maxSplits: 1)
        guard halves.count == 2, let collection = CollectionID(halves[0]), let path = try? CollectionPath(String(halves[1])) else {
            return nil
        }
        (self.collection, self.path) = (collection, path)
    }
}

/// Lists a directory, sends it to another collection, and follows the task to its end.
///
/// - Parameter show: called with a line for each thing that people may like to know.
/// - Returns: the task as it ended.
public func copy(
    _ source: Directory, to destination: Directory, with client: GlobusClient, show: (String) -> Void
) async throws -> TransferTask? {
    for try await entry in client.entries(of: source.path, on: source.collection) {
        show(entry.isDirectory ? "\(entry.name)/" : "\(entry.name)  \(entry.size ?? 0) bytes")
    }
    var request = TransferRequest(from: source.collection, to: destination.collection)
    request.add(source.path, to: destination.path, recursive: true)
    request.label = try TaskLabel("globus-copy")
    let submitted = try await client.submit(request)
    show("task \(submitted.task)")
    var last: TransferTask?
    for try await task in client.updates(of: submitted.task, every: .seconds(2)) {
        show("\(task.status): \(task.filesTransferred) of \(task.files) files")
        last = task
    }
    return last
}
