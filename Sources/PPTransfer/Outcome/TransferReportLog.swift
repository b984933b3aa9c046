public import Logging

extension Logger.Metadata {
    /// How one of the transfers of a run ended.
    public static func result(_ report: TransferReport) -> Logger.Metadata {
        var details: [LogRecord.Detail: String] = [.status: report.status.name, .exitStatus: "\(report.status.number)"]
        details[.task] = report.task.map { "\($0)" }
        details[.requestID] = report.outcome.requestID ?? report.requestID
        return .event(.result, details)
    }
}
