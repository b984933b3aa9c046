import FoundationEssentials
package import Globus
package import Logging
import PositionedYAML

/// How narration is written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-11-20T23:17:08Z INFO  u-ab123 19880901T0000Z atmos: text`
    case text
    /// One JSON object in each line.
    case json
    /// `[INFO]  2026-11-20T23:17:08Z u-ab123 19880901T0000Z atmos: text`, with the tags that moci's scripts print.
    case moci
}

/// One line of narration: what happened, to which transfer, how bad it is.
package struct LogRecord: Sendable {
    /// What programs tell lines apart by. New ones may be added.
    package enum Event: String, Sendable, CaseIterable {
        case scanned, submitted, adopted, progress, heartbeat, retry, request, problem, result
    }

    /// What a line may carry beside its message, under these names; the numbers are whole.
    package enum Detail: String, Sendable, CaseIterable {
        case event, status, task, state, request
        case requestID = "request_id"
        case exitStatus = "exit_status"
        case files, bytes, faults
        case totalFiles = "total_files"
        case totalBytes = "total_bytes"
        case bytesPerSecond = "bytes_per_second"
        case secondsLeft = "seconds_left"
        case httpStatus = "http_status"
        case milliseconds

        /// Whether its value is a number.
        package var isNumber: Bool {
            switch self {
            case .event, .status, .task, .state, .request, .requestID: false
            case .exitStatus, .files, .bytes, .faults, .totalFiles, .totalBytes, .bytesPerSecond, .secondsLeft, .httpStatus, .milliseconds:
                true
            }
        }
    }

    package var time: Timestamp
    package var level: Logger.Level
    package var isRehearsal: Bool
    package var message: String
    /// Whose line it is, and what it carries.
    package var metadata: Logger.Metadata
    /// What explains the message, a line each.
    package var details: [String]

    package init(_ message: String, level: Logger.Level, at time: Timestamp, isRehearsal: Bool, metadata: Logger.Metadata = [:]) {
        (self.message, self.level, self.time, self.isRehearsal, self.metadata) = (message, level, time, isRehearsal, metadata)
        details = metadata.details
    }

    /// Stands before every line of a rehearsal.
    package static let rehearsalMark = "REHEARSAL "

    /// Lines that end with a line feed, whatever the message holds; its details follow, indented.
    package func text(in format: LogFormat) -> String {
        switch format {
        case .text: line(word + " ", markFirst: true)
        case .moci: line(tag, markFirst: false)
        case .json: json + "\n"
        }
    }

    /// `u-ab123 19880901T0000Z atmos`
    private var title: String? {
        let parts = TransferField.allCases.compactMap { metadata[$0.rawValue].map { "\($0)" } }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private func line(_ severity: String, markFirst: Bool) -> String {
        let mark = isRehearsal ? Self.rehearsalMark : ""
        let beginning = markFirst ? "\(mark)\(time) \(severity)" : "\(severity)\(mark)\(time) "
        let explanation = details.map { mark + "    " + Outlet.line($0) + "\n" }.joined()
        return beginning + Outlet.line((title.map { $0 + ": " } ?? "") + message) + "\n" + explanation
    }

    private var word: String {
        switch level {
        case .trace, .debug: "DEBUG"
        case .info, .notice: "INFO "
        case .warning: "WARN "
        case .error, .critical: "ERROR"
        }
    }

    /// As `utils.log_msg` of moci's Postprocessing has it.
    private var tag: String {
        if metadata[Detail.event.rawValue].map({ "\($0)" }) == Event.result.rawValue { return level < .warning ? "[ OK ]  " : "[FAIL]  " }
        return switch level {
        case .trace, .debug: "[DEBUG]  "
        case .info, .notice: "[INFO]  "
        case .warning: "[WARN]  "
        case .error, .critical: "[ERROR]  "
        }
    }

    private var json: String {
        var members: [String: JSONValue] = [
            "pptransfer_log": 1, "time": .string(time.description), "level": .string(word.lowercased().filter { $0 != " " }),
            "rehearsal": .bool(isRehearsal), "message": .string(message),
        ]
        if !details.isEmpty { members[Logger.Metadata.detailsKey] = .array(details.map { .string($0) }) }
        for field in TransferField.allCases { members[field.rawValue] = metadata[field.rawValue].map { .string("\($0)") } }
        for detail in Detail.allCases {
            guard let text = metadata[detail.rawValue].map({ "\($0)" }) else { continue }
            members[detail.rawValue] = detail.isNumber ? Int64(text).map { .integer($0) } : .string(text)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(JSONValue.object(members))).map { Outlet.json(String(decoding: $0, as: UTF8.self)) } ?? "{}"
    }
}
