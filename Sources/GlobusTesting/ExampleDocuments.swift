import FoundationEssentials
public import Globus

/// Documents of the service for tests, without JSON. Each takes `fields`: what else stands in the document, or stands there instead.
extension TransferTask {
    /// Makes a task.
    ///
    /// - Parameters:
    ///   - files: how many files it has found.
    ///   - filesTransferred: how many of them it has sent; all of them unless told, if the task has succeeded, else none.
    ///   - bytesTransferred: how many bytes it has sent.
    ///   - requestTime: when it was submitted; a task that has ended did so two seconds later.
    ///   - fields: further fields by their names in the service's documents: `["is_paused": true]`.
    public static func example(
        _ status: TaskStatus = .active, id: TaskID = .example(1), label: String? = nil, files: Int64 = 1, filesTransferred: Int64? = nil,
        bytesTransferred: Int64 = 0, requestTime: Timestamp = .example, fields: [String: JSONValue] = [:]
    ) -> TransferTask {
        let sent = filesTransferred ?? (status == .succeeded ? files : 0)
        let known: [String: JSONValue] = [
            "DATA_TYPE": "task", "task_id": .string(id.description), "status": .string(status.description), "type": "TRANSFER",
            "label": label.map { .string($0) } ?? .null, "files": .integer(files), "files_transferred": .integer(sent),
            "bytes_transferred": .integer(bytesTransferred), "request_time": .string(requestTime.wire),
            "completion_time": status.hasEnded ? .string((requestTime + .seconds(2)).wire) : .null,
        ]
        return TransferTask(fields: known.merging(fields) { $1 })
    }
}

extension CollectionInfo {
    /// Makes a collection as a search finds it.
    public static func example(
        _ id: CollectionID = .example(1), _ displayName: String = "an example", entityType: EntityType = .mappedCollection,
        fields: [String: JSONValue] = [:]
    ) -> CollectionInfo {
        let known: [String: JSONValue] = [
            "DATA_TYPE": "endpoint", "id": .string(id.description), "display_name": .string(displayName),
            "entity_type": .string(entityType.description),
        ]
        return CollectionInfo(fields: known.merging(fields) { $1 })
    }
}

extension DirectoryEntry {
    /// Makes a file of a listing. A field that the client cannot read makes the entry what the client makes of it.
    public static func file(
        _ name: String, size: Int64 = 0, modified: Timestamp = .example, fields: [String: JSONValue] = [:]
    ) -> DirectoryEntry {
        make(entry(name, "file", size, modified), fields)
    }

    /// Makes a directory of a listing.
    public static func directory(_ name: String, modified: Timestamp = .example, fields: [String: JSONValue] = [:]) -> DirectoryEntry {
        make(entry(name, "dir", 4096, modified), fields)
    }

    /// Makes a symbolic link of a listing.
    ///
    /// - Parameter type: of what it leads to, `file` or `dir`; `invalid_symlink` if it leads nowhere.
    public static func link(
        _ name: String, to target: String, type: String = "file", size: Int64 = 1, fields: [String: JSONValue] = [:]
    ) -> DirectoryEntry {
        make(entry(name, type, size, .example), ["link_target": .string(target)].merging(fields) { $1 })
    }

    private static func entry(_ name: String, _ type: String, _ size: Int64, _ modified: Timestamp) -> [String: JSONValue] {
        [
            "DATA_TYPE": "file", "name": .string(name), "type": .string(type), "size": .integer(size),
            "last_modified": .string(modified.wire), "permissions": type == "dir" ? "0755" : "0644", "user": "u", "group": "g",
        ]
    }

    private static func make(_ known: [String: JSONValue], _ fields: [String: JSONValue]) -> DirectoryEntry {
        let all = known.merging(fields) { $1 }
        return decoded(all) ?? DirectoryEntry(unreadable: .object(all))
    }
}

extension SentFile {
    /// Makes a file that a task has sent.
    ///
    /// - Parameter checksum: in hexadecimal digits, of the algorithm SHA256; `nil` if the service kept none.
    public static func example(
        _ source: CollectionPath, to destination: CollectionPath, size: Int64 = 0, checksum: String? = nil,
        fields: [String: JSONValue] = [:]
    ) -> SentFile {
        let file = SentFile(
            sourcePath: source.description, destinationPath: destination.description, size: size, checksum: checksum,
            checksumAlgorithm: checksum.map { _ in "SHA256" })
        return decoded(file, fields)
    }
}

extension SkippedFile {
    /// Makes a path that a task gave up.
    ///
    /// - Parameter errorCode: `PERMISSION_DENIED` or `FILE_NOT_FOUND`.
    public static func example(
        _ source: CollectionPath, to destination: CollectionPath, errorCode: String = "FILE_NOT_FOUND", details: String = "",
        fields: [String: JSONValue] = [:]
    ) -> SkippedFile {
        let file = SkippedFile(
            sourcePath: source.description, destinationPath: destination.description, errorCode: errorCode, errorDetails: details,
            errorTime: Timestamp.example.wire)
        return decoded(file, fields)
    }
}

extension TaskEvent {
    /// Makes an event of a task.
    ///
    /// - Parameter code: `STARTED`, `PERMISSION_DENIED`.
    public static func example(
        _ code: String = "STARTED", isError: Bool = false, description: String = "", details: String = "", time: Timestamp = .example,
        fields: [String: JSONValue] = [:]
    ) -> TaskEvent {
        decoded(TaskEvent(code: code, isError: isError, description: description, details: details, time: time.wire), fields)
    }
}

extension Timestamp {
    /// The time at which examples happen: 20 November 2026, 09:00 UTC.
    public static let example = Timestamp(secondsSince1970: 1_795_165_200)
}

/// What the client makes of the fields; `nil` if it cannot read them.
private func decoded<Document: Decodable>(_ fields: [String: JSONValue]) -> Document? {
    try? JSONDecoder().decode(Document.self, from: JSONEncoder().encode(fields))
}

/// What the client makes of a document with other fields.
private func decoded<Document: FlatDocument>(_ document: Document, _ fields: [String: JSONValue]) -> Document {
    let known: [String: JSONValue] = (try? JSONDecoder().decode([String: JSONValue].self, from: JSONEncoder().encode(document))) ?? [:]
    return decoded(known.merging(fields) { $1 }) ?? document
}
