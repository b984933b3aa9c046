package import Globus

/// What a live task is doing, as far as a person cares. Two documents of the same condition are not worth two lines.
package struct Condition: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case queued, moving, paused, inactive
        /// The latest attempt met an error, possibly a passing one.
        case faulting
        case unrecognised(String)
    }

    package var kind: Kind
    /// The service's own code and words, where it gives any: `FILE_NOT_FOUND`, `file not found`.
    package var code: String?
    package var text: String?
    /// Whether the words are this program's, as a finding of its own, rather than the service's.
    var isOwnText = false

    package init(_ task: TransferTask) {
        code = task.niceStatus
        text = task.niceStatusText
        switch task.status {
        case .inactive: kind = .inactive
        case .active, .succeeded, .failed:
            if task.isPaused {
                kind = .paused
            } else {
                switch task.niceStatus {
                case nil, "OK": kind = .moving
                case "Queued": kind = .queued
                default: kind = .faulting
                }
            }
        default: kind = .unrecognised(task.status.description)
        }
    }

    /// What was written is not what was read: a source that changes meanwhile, or bad storage. Globus sends the file again, for ever.
    var isChecksumFault: Bool { kind == .faulting && code == "VERIFY_CHECKSUM" }

    /// A task that reports no error, and sends bytes that it has sent already. Globus compares the checksums of what it has sent.
    package static var resending: Condition {
        var condition = Condition(TransferTask(fields: [:]))
        (condition.kind, condition.code, condition.text) = (.faulting, "VERIFY_CHECKSUM", "files are sent again and again")
        condition.isOwnText = true
        return condition
    }

    /// Errors that Globus retries until the deadline although only a person can mend them.
    package var needsAPerson: Bool {
        guard kind == .faulting, let code else { return false }
        return ExitStatus(taskError: code) != .failed
    }
}
