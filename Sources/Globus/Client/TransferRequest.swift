/// A transfer between two collections, to be submitted by `GlobusClient.submit(_:)`.
///
/// A field that is `nil` is left out, and the service's default holds. See `submit` for what submitting it twice does.
public struct TransferRequest: Sendable {
    private(set) var document: TransferDocument
    private(set) var ticket: SubmissionTicket

    /// - Parameter submission: an id that was written down before, by `GlobusClient.newSubmissionID()`. Whoever gives one answers for it that
    ///   no other contents are submitted under it: Globus would answer with the first task.
    public init(from source: CollectionID, to destination: CollectionID, submission: SubmissionID? = nil) {
        document = TransferDocument(from: source, to: destination, items: [])
        ticket = SubmissionTicket(submission)
    }

    /// The id under which it was or will be submitted; `nil` before the first submission, unless it was given.
    public var submission: SubmissionID? { ticket.id }

    /// Adds one file, or the contents of one directory.
    ///
    /// - Parameters:
    ///   - recursive: `true` for a directory, `false` for a file, `nil` if the service is to find out.
    ///   - checksum: the file's, if it is known. A difference fails the whole task.
    public mutating func add(_ source: CollectionPath, to destination: CollectionPath, recursive: Bool? = false, checksum: Checksum? = nil)
    {
        change { document in
            document.items.append(
                TransferItem(
                    sourcePath: recursive == true ? source.asDirectory : source.description,
                    destinationPath: recursive == true ? destination.asDirectory : destination.description, recursive: recursive,
                    externalChecksum: checksum?.hexadecimal, checksumAlgorithm: checksum?.algorithm))
        }
    }

    /// How many items were added.
    public var itemCount: Int { document.items.count }

    /// Shown in the web app.
    public var label: TaskLabel? {
        get { document.label.map { TaskLabel(checked: $0) } }
        set { change { $0.label = newValue?.description } }
    }
    /// When the task is stopped as failed, by the service's clock.
    public var deadline: Timestamp? {
        get { document.deadline.flatMap { Timestamp(wire: $0) } }
        set { change { $0.deadline = newValue?.wire } }
    }
    /// When a file that is already at the destination is sent again; `nil`: always.
    public var sync: SyncLevel? {
        get { document.syncLevel }
        set { change { $0.syncLevel = newValue } }
    }
    /// Whether each file's checksum is compared after it was sent. The service does so by default.
    public var verifiesChecksums: Bool? {
        get { document.verifyChecksum }
        set { change { $0.verifyChecksum = newValue } }
    }
    /// Whether files keep their time of modification.
    public var preservesTimes: Bool? {
        get { document.preserveTimestamp }
        set { change { $0.preserveTimestamp = newValue } }
    }
    /// Whether data is encrypted on its way.
    public var encryptsData: Bool? {
        get { document.encryptData }
        set { change { $0.encryptData = newValue } }
    }
    /// Whether a destination that is full fails the task instead of being tried again.
    public var failsOnQuota: Bool? {
        get { document.failOnQuotaErrors }
        set { change { $0.failOnQuotaErrors = newValue } }
    }
    /// Whether files that cannot be read are left out instead of being tried again. `skippedFiles(of:)` lists them.
    public var skipsSourceErrors: Bool? {
        get { document.skipSourceErrors }
        set { change { $0.skipSourceErrors = newValue } }
    }
    /// Of which ends of the task the service tells its owner by e-mail: of all, unless told otherwise.
    public var notifications: TaskNotifications {
        get {
            TaskNotifications(
                succeeded: document.notifyOnSucceeded, failed: document.notifyOnFailed, inactive: document.notifyOnInactive)
        }
        set { change { ($0.notifyOnSucceeded, $0.notifyOnFailed, $0.notifyOnInactive) = newValue.wire } }
    }
    /// For each name met in a directory, the first rule that matches decides; no match includes.
    public var filters: [FilterRule] {
        get { document.filterRules ?? [] }
        set { change { $0.filterRules = newValue.isEmpty ? nil : newValue } }
    }

    private mutating func change(_ body: (inout TransferDocument) -> Void) {
        SubmissionTicket.renew(&ticket)
        body(&document)
    }

    /// A checksum that is known before.
    public struct Checksum: Hashable, Sendable {
        /// The name of the algorithm, as it was given: `SHA256`.
        public let algorithm: String
        /// The checksum in hexadecimal digits, in lower case.
        public let hexadecimal: String

        /// - Parameters:
        ///   - algorithm: `MD5`, `SHA1`, `SHA256`, `SHA512` or another that the service knows.
        ///   - hexadecimal: an even number of hexadecimal digits.
        /// - Throws: `GlobusError` with the code `invalid` if `hexadecimal` is no such text, or `algorithm` empty.
        public init(_ algorithm: String, _ hexadecimal: String) throws(GlobusError) {
            guard !algorithm.isEmpty else {
                throw .invalid(detail: "the checksum '\(hexadecimal)' has no algorithm; name it: MD5, SHA1, SHA256 or SHA512")
            }
            guard !hexadecimal.isEmpty, hexadecimal.utf8.count.isMultiple(of: 2),
                hexadecimal.utf8.allSatisfy({
                    UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 0x20
                })
            else { throw .invalid(detail: "'\(hexadecimal)' is no checksum; give an even number of hexadecimal digits") }
            (self.algorithm, self.hexadecimal) = (algorithm, hexadecimal.lowercased())
        }
    }
}

/// A deletion of files and directories of one collection, to be submitted by `GlobusClient.submit(_:)`.
public struct DeletionRequest: Sendable {
    private(set) var document: DeleteDocument
    private(set) var ticket: SubmissionTicket

    /// - Parameter submission: see `TransferRequest.init(from:to:submission:)`.
    public init(on collection: CollectionID, submission: SubmissionID? = nil) {
        document = DeleteDocument(on: collection, items: [])
        ticket = SubmissionTicket(submission)
    }

    /// The id under which it was or will be submitted; `nil` before the first submission, unless it was given.
    public var submission: SubmissionID? { ticket.id }

    /// Adds a file, or a directory if the request is recursive. Links are deleted, never followed.
    public mutating func add(_ path: CollectionPath) { change { $0.items.append(DeleteDocument.Item(path: path.description)) } }

    /// How many paths were added.
    public var itemCount: Int { document.items.count }

    /// Shown in the web app.
    public var label: TaskLabel? {
        get { document.label.map { TaskLabel(checked: $0) } }
        set { change { $0.label = newValue?.description } }
    }
    /// When the task is stopped as failed, by the service's clock.
    public var deadline: Timestamp? {
        get { document.deadline.flatMap { Timestamp(wire: $0) } }
        set { change { $0.deadline = newValue?.wire } }
    }
    /// Whether directories are deleted with what is in them. Without it, a directory is an error of the task.
    public var isRecursive: Bool {
        get { document.recursive ?? false }
        set { change { $0.recursive = newValue } }
    }
    /// Of which ends of the task the service tells its owner by e-mail: of all, unless told otherwise.
    public var notifications: TaskNotifications {
        get {
            TaskNotifications(
                succeeded: document.notifyOnSucceeded, failed: document.notifyOnFailed, inactive: document.notifyOnInactive)
        }
        set { change { ($0.notifyOnSucceeded, $0.notifyOnFailed, $0.notifyOnInactive) = newValue.wire } }
    }
    /// Whether a path that is not there counts as deleted.
    public var ignoresMissing: Bool {
        get { document.ignoreMissing ?? false }
        set { change { $0.ignoreMissing = newValue } }
    }

    private mutating func change(_ body: (inout DeleteDocument) -> Void) {
        SubmissionTicket.renew(&ticket)
        body(&document)
    }
}

/// A label of a task, as the service accepts them: 1 to 128 characters, no line end, no blank at either end.
public struct TaskLabel: Hashable, Sendable, CustomStringConvertible {
    /// The text of the label.
    public let description: String

    /// - Throws: `GlobusError` with the code `invalid` if the service would refuse it.
    public init(_ text: String) throws(GlobusError) {
        func refused(_ rule: String) -> GlobusError {
            let shown = text.unicodeScalars.count <= 128 ? text : text.prefix(40) + "…"
            return .invalid(detail: "\(shown.debugDescription) cannot be a label; \(rule)")
        }
        guard !text.isEmpty else { throw refused("give at least one character") }
        guard text.unicodeScalars.count <= 128 else { throw refused("give at most 128 characters, not \(text.unicodeScalars.count)") }
        guard !text.contains(where: \.isNewline), !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw refused("leave out line ends and control characters")
        }
        guard text.first?.isWhitespace == false, text.last?.isWhitespace == false else {
            throw refused("leave out the blanks at its ends")
        }
        description = text
    }

    init(checked text: String) { description = text }
}

/// Ends of a task, and states like an end, of which the service tells its owner by e-mail.
public struct TaskNotifications: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The task has succeeded.
    public static let succeeded = TaskNotifications(rawValue: 1)
    /// The task has failed.
    public static let failed = TaskNotifications(rawValue: 2)
    /// The task stands still until somebody logs in again.
    public static let inactive = TaskNotifications(rawValue: 4)

    /// No e-mail.
    public static let none: TaskNotifications = []
    /// An e-mail in each case: what the service does by itself.
    public static let all: TaskNotifications = [.succeeded, .failed, .inactive]

    /// The fields of a submission; one that is absent counts as `true`.
    fileprivate init(succeeded: Bool?, failed: Bool?, inactive: Bool?) {
        self = .all
        if succeeded == false { remove(.succeeded) }
        if failed == false { remove(.failed) }
        if inactive == false { remove(.inactive) }
    }

    /// The fields of a submission.
    fileprivate var wire: (succeeded: Bool?, failed: Bool?, inactive: Bool?) {
        self == .all ? (nil, nil, nil) : (contains(.succeeded), contains(.failed), contains(.inactive))
    }
}
