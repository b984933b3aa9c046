/// `GET /v0.10/submission_id`.
package struct SubmissionIDDocument: Hashable, Sendable, Codable {
    package var dataType: String? = "submission_id"
    package var value: SubmissionID

    package init(value: SubmissionID) { self.value = value }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE", value
    }
}

/// When a file that is already at the destination is sent again. The numbers are the service's.
public enum SyncLevel: Int, Hashable, Sendable, Codable, CaseIterable {
    /// Sends a file if the destination has none at its path.
    case exists = 0
    /// Sends a file also if its size differs from the size at the destination.
    case size = 1
    /// Sends a file also if the source is newer than the destination.
    case mtime = 2
    /// Sends a file also if the checksums differ; both sides read the whole file.
    case checksum = 3

    /// Finds the level of a name: `exists`, `size`, `mtime` or `checksum`; `nil` for any other text.
    public init?(name: String) {
        guard let level = SyncLevel.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    /// The name of the level, as the Globus CLI writes it: `mtime`. The service itself knows only the number.
    public var name: String {
        switch self {
        case .exists: "exists"
        case .size: "size"
        case .mtime: "mtime"
        case .checksum: "checksum"
        }
    }
}

/// What recursion does with symbolic links that it meets.
package enum RecursiveSymlinks: String, Hashable, Sendable, Codable {
    case ignore, keep, copy
}

/// One file, or the contents of one directory.
package struct TransferItem: Hashable, Sendable, Codable {
    package var dataType: String? = "transfer_item"
    package var sourcePath: String
    package var destinationPath: String
    /// `true` for a directory, `false` for a file; absent lets the service find out.
    package var recursive: Bool?
    /// Of a file, in hexadecimal. A difference fails the whole task.
    package var externalChecksum: String?
    /// `MD5`, `SHA256`, …; MD5 is assumed if only the checksum is given.
    package var checksumAlgorithm: String?

    package init(
        sourcePath: String, destinationPath: String, recursive: Bool?, externalChecksum: String? = nil, checksumAlgorithm: String? = nil
    ) {
        (self.sourcePath, self.destinationPath, self.recursive) = (sourcePath, destinationPath, recursive)
        (self.externalChecksum, self.checksumAlgorithm) = (externalChecksum, checksumAlgorithm)
    }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE"
        case sourcePath = "source_path"
        case destinationPath = "destination_path"
        case recursive
        case externalChecksum = "external_checksum"
        case checksumAlgorithm = "checksum_algorithm"
    }
}

/// A rule of a recursive item: for each name met, the first rule that matches decides; no match includes.
public struct FilterRule: Hashable, Sendable, Codable {
    /// What a rule does with a name that matches: `include` keeps it; `exclude` leaves it out, a directory with all that is in it.
    public enum Method: String, Hashable, Sendable, Codable {
        /// Keeps what matches.
        case include
        /// Leaves out what matches, a directory with all that is in it.
        case exclude
    }
    /// The kind of name that a rule is tried on: `file`, or `dir` for a directory.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// Files.
        case file
        /// Directories.
        case dir
    }

    package var dataType: String? = "filter_rule"
    /// Whether names that match are kept or left out.
    public var method: Method
    /// A glob (`*`, `?`, `[..]`, `[!..]`) on the bare name.
    public var name: String
    /// Absent: both.
    public var type: Kind?

    /// Makes a rule for names that match a glob.
    ///
    /// - Parameter type: the kind of name that the rule is tried on; `nil` for files and directories.
    public init(_ method: Method, _ name: String, type: Kind?) {
        (self.method, self.name, self.type) = (method, name, type)
    }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE", method, name, type
    }
}

/// `POST /v0.10/transfer`. A field that is `nil` is left out, and the service's default holds.
package struct TransferDocument: Hashable, Sendable, Codable {
    package var dataType: String? = "transfer"
    package var submissionID: SubmissionID?
    package var sourceEndpoint: CollectionID
    package var destinationEndpoint: CollectionID
    /// The accounts on mapped collections, where the user's identity maps to several. Absent: the collection chooses.
    package var sourceLocalUser: String?
    package var destinationLocalUser: String?
    /// At most 128 characters, no line end, no blank at either end.
    package var label: String?
    /// `YYYY-MM-DD HH:MM:SS+00:00`; at this time the task is stopped as FAILED.
    package var deadline: String?
    /// Absent: everything is sent.
    package var syncLevel: SyncLevel?
    package var verifyChecksum: Bool?
    package var preserveTimestamp: Bool?
    package var encryptData: Bool?
    package var failOnQuotaErrors: Bool?
    package var skipSourceErrors: Bool?
    package var deleteDestinationExtra: Bool?
    package var recursiveSymlinks: RecursiveSymlinks?
    package var filterRules: [FilterRule]?
    package var notifyOnSucceeded: Bool?
    package var notifyOnFailed: Bool?
    package var notifyOnInactive: Bool?
    /// Asks that the task's document tells the paths that all items lie below.
    package var storeBasePathInfo: Bool?
    package var items: [TransferItem]

    package init(from source: CollectionID, to destination: CollectionID, items: [TransferItem]) {
        (sourceEndpoint, destinationEndpoint, self.items) = (source, destination, items)
    }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE"
        case submissionID = "submission_id"
        case sourceEndpoint = "source_endpoint"
        case destinationEndpoint = "destination_endpoint"
        case sourceLocalUser = "source_local_user"
        case destinationLocalUser = "destination_local_user"
        case label, deadline
        case syncLevel = "sync_level"
        case verifyChecksum = "verify_checksum"
        case preserveTimestamp = "preserve_timestamp"
        case encryptData = "encrypt_data"
        case failOnQuotaErrors = "fail_on_quota_errors"
        case skipSourceErrors = "skip_source_errors"
        case deleteDestinationExtra = "delete_destination_extra"
        case recursiveSymlinks = "recursive_symlinks"
        case filterRules = "filter_rules"
        case notifyOnSucceeded = "notify_on_succeeded"
        case notifyOnFailed = "notify_on_failed"
        case notifyOnInactive = "notify_on_inactive"
        case storeBasePathInfo = "store_base_path_info"
        case items = "DATA"
    }
}

/// The answer to a submission. A repeated submission id answers `Duplicate` with the first task's id: as good as `Accepted`.
package struct TransferResult: OpenDocument {
    package var fields: [String: JSONValue]
    package init(fields: [String: JSONValue]) { self.fields = fields }

    package var code: String { self["code"].string ?? "" }
    package var message: String { self["message"].string ?? "" }
    package var taskID: TaskID? { self["task_id"].string.flatMap { TaskID($0) } }
    package var submissionID: SubmissionID? { self["submission_id"].string.flatMap { SubmissionID($0) } }
    package var requestID: String? { self["request_id"].string }
    package var isDuplicate: Bool { code == "Duplicate" }
}

/// `POST /v0.10/delete`.
package struct DeleteDocument: Hashable, Sendable, Codable {
    package struct Item: Hashable, Sendable, Codable {
        package var dataType: String? = "delete_item"
        package var path: String

        package init(path: String) { self.path = path }

        enum CodingKeys: String, CodingKey {
            case dataType = "DATA_TYPE", path
        }
    }

    package var dataType: String? = "delete"
    package var submissionID: SubmissionID?
    package var endpoint: CollectionID
    package var label: String?
    package var deadline: String?
    package var recursive: Bool?
    package var ignoreMissing: Bool?
    package var interpretGlobs: Bool?
    package var notifyOnSucceeded: Bool?
    package var notifyOnFailed: Bool?
    package var notifyOnInactive: Bool?
    package var items: [Item]

    package init(on collection: CollectionID, items: [Item]) { (endpoint, self.items) = (collection, items) }

    enum CodingKeys: String, CodingKey {
        case dataType = "DATA_TYPE"
        case submissionID = "submission_id"
        case endpoint, label, deadline, recursive
        case ignoreMissing = "ignore_missing"
        case interpretGlobs = "interpret_globs"
        case notifyOnSucceeded = "notify_on_succeeded"
        case notifyOnFailed = "notify_on_failed"
        case notifyOnInactive = "notify_on_inactive"
        case items = "DATA"
    }
}
