package import Logging

extension Logger.Metadata {
    /// How one of the transfers of a run ended.
    package static func result(_ report: FinishedTransfer) -> Logger.Metadata {
        var details: [LogRecord.Detail: String] = [.status: report.status.name, .exitStatus: "\(report.status.number)"]
        details[.task] = report.task.map { "\($0)" }
        details[.requestID] = report.outcome.requestID ?? report.requestID
        return .event(.result, details)
    }
}
