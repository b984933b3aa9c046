import SystemFiles

/// Why a subtask did not get done.
enum MoveProblem: Error {
    /// To be tried again, or skipped if it lies at the source and the task skips such errors.
    case fault(MoveFault)
    /// The end of the whole task.
    case fatal(TaskProgress.Fatality, details: String)
    case stopped
}

/// An error of a collection, in the words of its server.
struct MoveFault: Error {
    enum Side { case source, destination }

    /// What the server was doing, in its own words, and at which side.
    struct Step {
        let side: Side
        let operation: String
        let command: String

        static let looking = Step(side: .source, operation: "stat", command: "MLST")
        static let listing = Step(side: .source, operation: "list", command: "MLSD")
        static let reading = Step(side: .source, operation: "transfer", command: "RETR")
        static let readingLink = Step(side: .source, operation: "readlink", command: "MLST")
        static let writing = Step(side: .destination, operation: "transfer", command: "STOR")
        static let makingDirectory = Step(side: .destination, operation: "mkdir", command: "MKD")
        static let makingLink = Step(side: .destination, operation: "symlink", command: "SITE SYMLINK")
        /// A task that deletes has its one collection as the source.
        static let deletingItem = Step(side: .source, operation: "delete", command: "DELE")
        static let deletingExtra = Step(side: .destination, operation: "delete", command: "DELE")

        static func takingChecksum(at side: Side) -> Step { Step(side: side, operation: "checksum", command: "CKSM") }
    }

    /// What event lists and `nice_status` say.
    let code: String
    let description: String
    let step: Step
    let serverCode: String
    let reason: String

    var side: Side { step.side }

    /// Errors of the kind that a transfer may skip at its source.
    var isSkippable: Bool { side == .source && ["FILE_NOT_FOUND", "PERMISSION_DENIED"].contains(code) }

    init(_ error: StorageError, while step: Step) {
        // Of these codes, PERMISSION_DENIED and FILE_NOT_FOUND are known from the service; the others are inferred.
        (code, description, serverCode) =
            switch error.number {
            case ENOTDIR where step.side == .destination: ("NOT_A_DIRECTORY", "not a directory", "INVALID_PATH_TYPE")
            case _ where error.isMissing: ("FILE_NOT_FOUND", "file not found", "PATH_NOT_FOUND")
            case _ where error.isRefusal: ("PERMISSION_DENIED", "permission denied", "PERMISSION_DENIED")
            case EDQUOT: ("QUOTA_EXCEEDED", "quota exceeded", "QUOTA_EXCEEDED")
            case ENOSPC: ("NO_SPACE_LEFT", "no space left on device", "NO_SPACE_LEFT")
            case EEXIST, EISDIR: ("PATH_EXISTS", "path exists", "PATH_EXISTS")
            default: ("ENDPOINT_ERROR", "endpoint error", "INTERNAL_ERROR")
            }
        (self.step, reason) = (step, error.text)
    }

    init(_ code: String, _ description: String, while step: Step, serverCode: String, reason: String) {
        (self.code, self.description, self.step) = (code, description, step)
        (self.serverCode, self.reason) = (serverCode, reason)
    }

    /// An error that only a rule asks for.
    init(scripted code: String) {
        let isAtDestination = ["QUOTA_EXCEEDED", "NO_SPACE_LEFT", "VERIFY_CHECKSUM", "NOT_A_DIRECTORY", "PATH_EXISTS"].contains(code)
        self.init(
            code, FaultWords.of(code), while: isAtDestination ? .writing : .reading,
            serverCode: code == "FILE_NOT_FOUND" ? "PATH_NOT_FOUND" : code, reason: FaultWords.of(code))
    }

    /// The text block of an error event.
    func details(path: String, collection: PlayedCollection) -> String {
        """
        Error (\(step.operation))
        Endpoint: \(collection.settings.displayName) (\(collection.id))
        Server: 127.0.0.1:443
        File: \(path)
        Command: \(step.command) \(path)
        Message: Fatal FTP response
        ---
        Details: 550-GlobusError: v=1 c=\(serverCode)\\r\\n550-GridFTP-Reason: System error in \(step.operation)\\r\\n\
        550-GridFTP-Error-String: \(reason)\\r\\n550 End.\\r\\n
        """
    }
}
