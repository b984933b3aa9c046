/// What Globus says of a task's life. An open set: a new word is kept, and never counts as an end.
public struct TaskStatus: Hashable, Sendable, CustomStringConvertible {
    /// The status in the words of the service: `ACTIVE`; empty if a document says none.
    public let description: String

    /// Makes a status of the service's word. Any word is kept.
    public init(_ text: String) { description = text }

    /// Accepted: queued, running, retrying after faults, or paused. Says nothing about health.
    public static let active = TaskStatus("ACTIVE")
    /// Suspended until a person logs in again or consents; goes on afterwards.
    public static let inactive = TaskStatus("INACTIVE")
    /// Ended. Files may have been skipped all the same.
    public static let succeeded = TaskStatus("SUCCEEDED")
    /// Ended by a fatal error, its deadline, or a cancellation.
    public static let failed = TaskStatus("FAILED")

    /// Whether nothing more happens. A status that this version does not know is none of an end.
    public var hasEnded: Bool { self == .succeeded || self == .failed }
}

/// A Globus task, as `GET /v0.10/task/<id>` and `task_list` show it.
public struct TransferTask: OpenDocument, Hashable, Sendable, Codable, PageEntry {
    package var fields: [String: JSONValue]
    package init(fields: [String: JSONValue]) { self.fields = fields }

    /// - Throws: `DecodingError` for a document without the UUID of a task.
    public init(from decoder: any Decoder) throws { fields = try Self.fields(from: decoder, identifiedBy: "task_id") }

    /// The service's own field of this name, as it was sent; `nil` if it is absent or null. For what this version has no property for.
    public subscript(field name: String) -> JSONValue? { raw(name) }

    /// The id of the task (`task_id`); `TaskID.null` for an entry of a list that has none.
    public var id: TaskID { self["task_id"].string.flatMap { TaskID($0) } ?? .null }
    /// The label that the submission gave (`label`); `nil` if it gave none.
    public var label: String? { self["label"].string }
    /// Absent counts as a status without a word: a document without a status decides nothing.
    public var status: TaskStatus { TaskStatus(self["status"].string ?? "") }
    /// The latest condition in one word: `OK`, `Queued`, or the code of the latest error. `nil` once the task has ended.
    public var niceStatus: String? { self["nice_status"].string }
    /// A short description of `niceStatus` for people (`nice_status_short_description`); `nil` if the document has none.
    public var niceStatusText: String? { self["nice_status_short_description"].string }
    /// Whether an administrator has paused the task (`is_paused`). The status of a paused task is still `ACTIVE`.
    public var isPaused: Bool { self["is_paused"].bool ?? false }
    /// The code and the description of the error that ended a failed task (`fatal_error`): `EXPIRED` and `deadline expired`.
    /// `nil` if no such error is given; a part that is missing is empty.
    public var fatalError: (code: String, description: String)? {
        guard let error = self["fatal_error"].object else { return nil }
        return (error["code"]?.string ?? "", error["description"]?.string ?? "")
    }
    /// The side whose administrator cancelled the task (`canceled_by_admin`): `SOURCE`, `DESTINATION` or `BOTH`; `nil` if none did.
    public var canceledByAdmin: String? { self["canceled_by_admin"].string }
    /// The administrator's reason for cancelling the task (`canceled_by_admin_message`); `nil` if none is given.
    public var canceledByAdminMessage: String? { self["canceled_by_admin_message"].string }

    /// The collection that files are read from (`source_endpoint_id`); `nil` if you can no longer see it.
    public var sourceCollection: CollectionID? { self["source_endpoint_id"].string.flatMap { CollectionID($0) } }
    /// The collection that files are written to (`destination_endpoint_id`); `nil` for a deletion, or if you can no longer see it.
    public var destinationCollection: CollectionID? { self["destination_endpoint_id"].string.flatMap { CollectionID($0) } }
    /// The paths that all of the task's items lie below; only where the submission asked for that, and the service tells it.
    public var sourceBasePath: String? { self["source_base_path"].string }
    /// The path that all of the task's items lie below at the destination; given under the same conditions as `sourceBasePath`.
    public var destinationBasePath: String? { self["destination_base_path"].string }
    /// The id of the identity or client that submitted it.
    public var ownerID: String? { self["owner_id"].string }
    /// The time of the submission, in whole seconds (`request_time`); `nil` if the document has none that can be read.
    public var requestTime: Timestamp? { self["request_time"].string.flatMap { Timestamp(wire: $0) } }
    /// The time at which the task ended (`completion_time`); `nil` until then.
    public var completionTime: Timestamp? { self["completion_time"].string.flatMap { Timestamp(wire: $0) } }
    /// The time at which the service stops the task as failed (`deadline`).
    /// Globus postpones its own deadline while a transfer progresses, but not one that the submission gave.
    public var deadline: Timestamp? { self["deadline"].string.flatMap { Timestamp(wire: $0) } }

    /// Errors so far; more than zero is normal, also after success.
    public var faults: Int64 { self["faults"].count ?? 0 }
    /// The number of files found so far (`files`). It grows while directories are read.
    public var files: Int64 { self["files"].count ?? 0 }
    /// Files that the sync comparison found equal. Not an error.
    public var filesSkipped: Int64 { self["files_skipped"].count ?? 0 }
    /// The number of files that were sent (`files_transferred`).
    public var filesTransferred: Int64 { self["files_transferred"].count ?? 0 }
    /// The number of symbolic links found so far (`symlinks`).
    public var symlinks: Int64 { self["symlinks"].count ?? 0 }
    /// Paths given up because of errors at the source.
    public var skippedErrors: Int64 { self["subtasks_skipped_errors"].count ?? 0 }
    /// The number of bytes sent so far (`bytes_transferred`).
    public var bytesTransferred: Int64 { self["bytes_transferred"].count ?? 0 }
    /// The number of bytes read so far to compare checksums for the sync level `checksum` (`bytes_checksummed`).
    public var bytesChecksummed: Int64 { self["bytes_checksummed"].count ?? 0 }
    /// Over the whole life of the task.
    public var bytesPerSecond: Int64 { self["effective_bytes_per_second"].count ?? 0 }
}

/// A page of `GET /v0.10/task_list`.
package struct TaskList: Hashable, Sendable, Codable {
    package var dataType: String? = "task_list"
    package var length: Int?
    package var limit: Int?
    package var offset: Int?
    package var total: Int?
    package var tasks: [TransferTask]

    package init(tasks: [TransferTask], limit: Int, offset: Int, total: Int) {
        (self.tasks, self.limit, self.offset, self.total) = (tasks, limit, offset, total)
        length = tasks.count
    }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE", length, limit, offset, total
        case tasks = "DATA"
    }
}

/// One entry of a task's event log. Meant for people: decisions are made from the task document.
public struct TaskEvent: FlatDocument, Hashable, Sendable, Codable {
    package var dataType: String? = "event"
    /// The kind of event (`code`): `STARTED`, `PERMISSION_DENIED`. The service may add others.
    public package(set) var code: String?
    /// Whether the event is an error (`is_error`).
    public package(set) var isError: Bool?
    public package(set) var description: String?
    /// The service's or the server's own text (`details`): several lines for an error, JSON in a string for `STARTED`.
    public package(set) var details: String?
    /// The field `time`: `2022-01-26T19:18:20+00:00`.
    package var timeText: String?
    /// The time of the event, in whole seconds (`time`); `nil` if the service gives none that can be read.
    public var time: Timestamp? { timeText.flatMap { Timestamp(wire: $0) } }

    package var others: [String: JSONValue] = [:]

    /// The service's own field of this name, as it was sent; `nil` if it is absent or null. For what this version has no property for.
    public subscript(field name: String) -> JSONValue? { raw(name) }

    package init(code: String, isError: Bool, description: String, details: String, time: String) {
        (self.code, self.isError, self.description, self.details, timeText) = (code, isError, description, details, time)
    }

    /// Reads what it can: a field of another kind than expected is absent, and so are all of an entry that is not an object.
    public init(from decoder: any Decoder) {
        guard var fields = try? FieldReader<Field>(decoder) else { return }
        dataType = fields.readable(.dataType)
        code = fields.readable(.code)
        isError = fields.readable(.isError)
        description = fields.readable(.description)
        details = fields.readable(.details)
        timeText = fields.readable(.time)
        others = fields.others()
    }

    package enum Field: String, DocumentField {
        package static let names = KnownNames(Field.self)

        case dataType = "DATA_TYPE", code
        case isError = "is_error"
        case description, details, time
    }

    package func value(of field: Field) -> JSONValue? {
        switch field {
        case .dataType: dataType.map { .string($0) }
        case .code: code.map { .string($0) }
        case .isError: isError.map { .bool($0) }
        case .description: description.map { .string($0) }
        case .details: details.map { .string($0) }
        case .time: timeText.map { .string($0) }
        }
    }
}

/// A page of `GET /v0.10/task/<id>/event_list`, newest first.
package struct EventList: Hashable, Sendable, Codable {
    package var dataType: String? = "event_list"
    package var length: Int?
    package var limit: Int?
    package var offset: Int?
    package var total: Int?
    package var events: [TaskEvent]

    package init(events: [TaskEvent], limit: Int, offset: Int, total: Int) {
        (self.events, self.limit, self.offset, self.total) = (events, limit, offset, total)
        length = events.count
    }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE", length, limit, offset, total
        case events = "DATA"
    }
}

/// A file that a task really sent. Older services give only the paths.
public struct SentFile: FlatDocument, Hashable, Sendable, Codable {
    package var dataType: String? = "successful_transfer"
    /// The path on the source collection (`source_path`).
    public package(set) var sourcePath: String?
    /// The path on the destination collection (`destination_path`).
    public package(set) var destinationPath: String?
    /// The size in bytes (`size`).
    public package(set) var size: Int64?
    /// The checksum in hexadecimal digits (`checksum`); `nil` if the service gives none.
    public package(set) var checksum: String?
    /// The algorithm of `checksum` (`checksum_algorithm`): `MD5`, `SHA256`; `nil` if the service gives none.
    public package(set) var checksumAlgorithm: String?
    /// The service's field `dynamic`, as it was sent. Its meaning is not documented, and the library does not use it.
    public package(set) var dynamic: Bool?

    package var others: [String: JSONValue] = [:]

    /// The service's own field of this name, as it was sent; `nil` if it is absent or null. For what this version has no property for.
    public subscript(field name: String) -> JSONValue? { raw(name) }

    package init(sourcePath: String, destinationPath: String, size: Int64, checksum: String?, checksumAlgorithm: String?) {
        (self.sourcePath, self.destinationPath, self.size) = (sourcePath, destinationPath, size)
        (self.checksum, self.checksumAlgorithm, dynamic) = (checksum, checksumAlgorithm, false)
    }

    /// Reads what it can: a field of another kind than expected is absent, and so are all of an entry that is not an object.
    public init(from decoder: any Decoder) {
        guard var fields = try? FieldReader<Field>(decoder) else { return }
        dataType = fields.readable(.dataType)
        sourcePath = fields.readable(.sourcePath)
        destinationPath = fields.readable(.destinationPath)
        size = fields.readable(.size)
        checksum = fields.readable(.checksum)
        checksumAlgorithm = fields.readable(.checksumAlgorithm)
        dynamic = fields.readable(.dynamic)
        others = fields.others()
    }

    package enum Field: String, DocumentField {
        package static let names = KnownNames(Field.self)

        case dataType = "DATA_TYPE"
        case sourcePath = "source_path"
        case destinationPath = "destination_path"
        case size, checksum
        case checksumAlgorithm = "checksum_algorithm"
        case dynamic
    }

    package func value(of field: Field) -> JSONValue? {
        switch field {
        case .dataType: dataType.map { .string($0) }
        case .sourcePath: sourcePath.map { .string($0) }
        case .destinationPath: destinationPath.map { .string($0) }
        case .size: size.map { .integer($0) }
        case .checksum: checksum.map { .string($0) }
        case .checksumAlgorithm: checksumAlgorithm.map { .string($0) }
        case .dynamic: dynamic.map { .bool($0) }
        }
    }
}

/// A path that a task gave up because of an error at the source.
public struct SkippedFile: FlatDocument, Hashable, Sendable, Codable {
    package var dataType: String? = "skipped_error"
    /// The path on the source collection (`source_path`).
    public package(set) var sourcePath: String?
    /// The path on the destination collection (`destination_path`).
    public package(set) var destinationPath: String?
    /// The reason for skipping the path (`error_code`): `PERMISSION_DENIED` or `FILE_NOT_FOUND`. The service may add others.
    public package(set) var errorCode: String?
    /// The text of the collection's server (`error_details`), which may hold line ends escaped as `%0D%0A`.
    public package(set) var errorDetails: String?
    /// The field `error_time`: `2022-01-26T19:18:20+00:00`.
    package var errorTimeText: String?
    /// The time of the error, in whole seconds (`error_time`); `nil` if the service gives none that can be read.
    public var errorTime: Timestamp? { errorTimeText.flatMap { Timestamp(wire: $0) } }
    /// Whether the path is a directory (`is_directory`).
    public package(set) var isDirectory: Bool?
    /// Whether the path is a symbolic link (`is_symlink`).
    public package(set) var isSymlink: Bool?
    /// Whether the path belongs to the deletion of extra files at the destination (`is_delete_destination_extra`).
    public package(set) var isDeleteDestinationExtra: Bool?
    /// The checksum that the submission gave for the file (`external_checksum`), in hexadecimal digits; `nil` if it gave none.
    public package(set) var externalChecksum: String?
    /// The algorithm that the submission gave for the file (`checksum_algorithm`); `nil` if it gave none.
    public package(set) var checksumAlgorithm: String?

    package var others: [String: JSONValue] = [:]

    /// The service's own field of this name, as it was sent; `nil` if it is absent or null. For what this version has no property for.
    public subscript(field name: String) -> JSONValue? { raw(name) }

    package init(sourcePath: String, destinationPath: String, errorCode: String, errorDetails: String, errorTime: String) {
        (self.sourcePath, self.destinationPath, self.errorCode) = (sourcePath, destinationPath, errorCode)
        (self.errorDetails, errorTimeText) = (errorDetails, errorTime)
        (isDirectory, isSymlink, isDeleteDestinationExtra) = (false, false, false)
    }

    /// Reads what it can: a field of another kind than expected is absent, and so are all of an entry that is not an object.
    public init(from decoder: any Decoder) {
        guard var fields = try? FieldReader<Field>(decoder) else { return }
        dataType = fields.readable(.dataType)
        sourcePath = fields.readable(.sourcePath)
        destinationPath = fields.readable(.destinationPath)
        errorCode = fields.readable(.errorCode)
        errorDetails = fields.readable(.errorDetails)
        errorTimeText = fields.readable(.errorTime)
        isDirectory = fields.readable(.isDirectory)
        isSymlink = fields.readable(.isSymlink)
        isDeleteDestinationExtra = fields.readable(.isDeleteDestinationExtra)
        externalChecksum = fields.readable(.externalChecksum)
        checksumAlgorithm = fields.readable(.checksumAlgorithm)
        others = fields.others()
    }

    package enum Field: String, DocumentField {
        package static let names = KnownNames(Field.self)

        case dataType = "DATA_TYPE"
        case sourcePath = "source_path"
        case destinationPath = "destination_path"
        case errorCode = "error_code"
        case errorDetails = "error_details"
        case errorTime = "error_time"
        case isDirectory = "is_directory"
        case isSymlink = "is_symlink"
        case isDeleteDestinationExtra = "is_delete_destination_extra"
        case externalChecksum = "external_checksum"
        case checksumAlgorithm = "checksum_algorithm"
    }

    package func value(of field: Field) -> JSONValue? {
        switch field {
        case .dataType: dataType.map { .string($0) }
        case .sourcePath: sourcePath.map { .string($0) }
        case .destinationPath: destinationPath.map { .string($0) }
        case .errorCode: errorCode.map { .string($0) }
        case .errorDetails: errorDetails.map { .string($0) }
        case .errorTime: errorTimeText.map { .string($0) }
        case .isDirectory: isDirectory.map { .bool($0) }
        case .isSymlink: isSymlink.map { .bool($0) }
        case .isDeleteDestinationExtra: isDeleteDestinationExtra.map { .bool($0) }
        case .externalChecksum: externalChecksum.map { .string($0) }
        case .checksumAlgorithm: checksumAlgorithm.map { .string($0) }
        }
    }
}

/// A page that continues at a marker: `successful_transfers`, `skipped_errors`. The last one has no `nextMarker`.
package struct MarkerPage<Item: Codable & Hashable & Sendable>: Hashable, Sendable, Codable {
    package var dataType: String?
    package var marker: Int64?
    package var nextMarker: Int64?
    package var items: [Item]

    package init(dataType: String, marker: Int64, nextMarker: Int64?, items: [Item]) {
        (self.dataType, self.marker, self.nextMarker, self.items) = (dataType, marker, nextMarker, items)
    }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE", marker
        case nextMarker = "next_marker"
        case items = "DATA"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(dataType, forKey: .dataType)
        try container.encode(marker, forKey: .marker)
        try container.encode(nextMarker, forKey: .nextMarker)
        try container.encode(items, forKey: .items)
    }
}

/// Why a task is paused, and what the administrators say of it (`GET /v0.10/task/<id>/pause_info`).
package struct PauseInfo: OpenDocument {
    package var fields: [String: JSONValue]
    package init(fields: [String: JSONValue]) { self.fields = fields }

    /// What administrators wrote, each text once.
    package var messages: [String] {
        let rules = (self["pause_rules"].array ?? []).compactMap { $0.object?["message"]?.string }
        let whole = ["source_pause_message", "destination_pause_message", "source_pause_message_share", "destination_pause_message_share"]
            .compactMap { self[$0].string }
        var seen: Set<String> = []
        return (rules + whole).filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}

/// The answer to `cancel`, `mkdir`, `rename` and task updates.
package struct ResultDocument: OpenDocument {
    package var fields: [String: JSONValue]
    package init(fields: [String: JSONValue]) { self.fields = fields }

    package var code: String { self["code"].string ?? "" }
    package var message: String { self["message"].string ?? "" }
    package var requestID: String? { self["request_id"].string }
}
