package import Globus
package import Logging

/// What tells transfers apart, in the order in which people read it.
package enum TransferField: String, CaseIterable { case workflow, cycle, name }

extension Logger {
    /// The same, for lines about one transfer.
    package func about(_ plan: TransferPlan) -> Logger {
        var log = self
        log[metadataKey: TransferField.workflow.rawValue] = "\(plan.workflow)"
        log[metadataKey: TransferField.cycle.rawValue] = plan.cycle.map { "\($0)" }
        log[metadataKey: TransferField.name.rawValue] = plan.name.map { "\($0)" }
        return log
    }
}

extension Logger.Metadata {
    package static func event(_ event: LogRecord.Event, _ details: [LogRecord.Detail: String] = [:]) -> Logger.Metadata {
        var metadata: Logger.Metadata = [LogRecord.Detail.event.rawValue: "\(event.rawValue)"]
        for (detail, text) in details { metadata[detail.rawValue] = "\(text)" }
        return metadata
    }

    static func event(_ event: LogRecord.Event, task: TaskID) -> Logger.Metadata { .event(event, [.task: "\(task)"]) }

    static func event(_ event: LogRecord.Event, _ amount: Amount) -> Logger.Metadata {
        .event(event, [.files: "\(amount.files)", .bytes: "\(amount.bytes)"])
    }
}

extension Logger.Metadata {
    static let detailsKey = "details"

    /// Lines that explain a message, below it.
    package static func details(_ lines: [String]) -> Logger.Metadata {
        lines.isEmpty ? [:] : [detailsKey: .array(lines.map { .string($0) })]
    }

    var details: [String] { if case .array(let lines) = self[Self.detailsKey] { lines.map { "\($0)" } } else { [] } }
}

extension WaitProgress {
    var metadata: Logger.Metadata {
        var details: [LogRecord.Detail: String] = [
            .state: work.phase.rawValue, .files: "\(work.done.files)", .bytes: "\(work.done.bytes)", .faults: "\(document.faults)",
            .bytesPerSecond: "\(work.bytesPerSecond)",
        ]
        if document.id != .null { details[.task] = "\(document.id)" }
        details[.totalFiles] = work.totalFiles.map { "\($0)" }
        details[.totalBytes] = work.totalBytes.map { "\($0)" }
        details[.secondsLeft] = work.timeLeft.map { "\($0.components.seconds)" }
        return .event(isHeartbeat ? .heartbeat : .progress, details)
    }
}

extension RetryNotice {
    package var metadata: Logger.Metadata { .event(.retry, [.request: request]) }
}

extension ExchangeNotice {
    package var metadata: Logger.Metadata {
        var details: [LogRecord.Detail: String] = [.request: request, .milliseconds: "\(milliseconds)"]
        if case .success(let status) = result { details[.httpStatus] = "\(status)" }
        details[.requestID] = requestID
        return .event(.request, details)
    }
}
