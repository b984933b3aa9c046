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

    /// What event lists and `nice_status` say.
    let code: String
    let description: String
    let side: Side
    /// As the server names what it was doing.
    let operation: String
    let command: String
    let serverCode: String
    let reason: String

    /// Errors of the kind that a transfer may skip at its source.
    var isSkippable: Bool { side == .source && ["FILE_NOT_FOUND", "PERMISSION_DENIED"].contains(code) }

    init(_ error: StorageError, _ side: Side, _ operation: String, _ command: String) {
        // Of these codes, PERMISSION_DENIED and FILE_NOT_FOUND are known from the service; the others are inferred.
        (code, description, serverCode) =
            switch error.number {
            case ENOTDIR where side == .destination: ("NOT_A_DIRECTORY", "not a directory", "INVALID_PATH_TYPE")
            case _ where error.isMissing: ("FILE_NOT_FOUND", "file not found", "PATH_NOT_FOUND")
            case _ where error.isRefusal: ("PERMISSION_DENIED", "permission denied", "PERMISSION_DENIED")
            case EDQUOT: ("QUOTA_EXCEEDED", "quota exceeded", "QUOTA_EXCEEDED")
            case ENOSPC: ("NO_SPACE_LEFT", "no space left on device", "NO_SPACE_LEFT")
            case EEXIST, EISDIR: ("PATH_EXISTS", "path exists", "PATH_EXISTS")
            default: ("ENDPOINT_ERROR", "endpoint error", "INTERNAL_ERROR")
            }
        (self.side, self.operation, self.command, reason) = (side, operation, command, error.text)
    }

    init(_ code: String, _ description: String, _ side: Side, _ operation: String, _ command: String, serverCode: String, reason: String) {
        (self.code, self.description, self.side, self.operation) = (code, description, side, operation)
        (self.command, self.serverCode, self.reason) = (command, serverCode, reason)
    }

    /// An error that only a rule asks for.
    init(scripted code: String) {
        let isAtDestination = ["QUOTA_EXCEEDED", "NO_SPACE_LEFT", "VERIFY_CHECKSUM", "NOT_A_DIRECTORY", "PATH_EXISTS"].contains(code)
        self.init(
            code, FaultWords.of(code), isAtDestination ? .destination : .source, "transfer", isAtDestination ? "STOR" : "RETR",
            serverCode: code == "FILE_NOT_FOUND" ? "PATH_NOT_FOUND" : code, reason: FaultWords.of(code))
    }

    /// The text block of an error event.
    func details(path: String, collection: PlayedCollection) -> String {
        """
        Error (\(operation))
        Endpoint: \(collection.settings.displayName) (\(collection.id))
        Server: 127.0.0.1:443
        File: \(path)
        Command: \(command) \(path)
        Message: Fatal FTP response
        ---
        Details: 550-GlobusError: v=1 c=\(serverCode)\\r\\n550-GridFTP-Reason: System error in \(operation)\\r\\n\
        550-GridFTP-Error-String: \(reason)\\r\\n550 End.\\r\\n
        """
    }
}
