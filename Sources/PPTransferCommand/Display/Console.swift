import Globus
import Logging
import PPTransfer
import PPTransferReports
import PositionedYAML

/// Results go to stdout, narration to stderr. Narration that a full disk or a reader that left does not take is lost, no more; a result
/// that cannot be written ends the program with status 73 (`PPTransferTool.end`).
///
/// Text of others is shown here without what would control a terminal (`Outlet`).
struct Console: Sendable {
    var isRehearsal: Bool
    var narration = Narration()

    /// A rehearsal leaves the source alone, unless the caller says that it is made for that.
    func mayDelete(_ environment: [String: String]) -> Bool { !isRehearsal || environment["PPTRANSFER_REHEARSAL_DELETES"] == "1" }

    // MARK: results

    /// Text for people, marked line by line.
    func result(_ text: String) { StandardStreams.shared.write(marked(Outlet.text(text)), to: .output) }

    /// The same in one line, whatever names are in it.
    func result(line: String) { result(Outlet.line(line)) }

    /// A document for programs: all that `--json` prints. Whether it is of a rehearsal stands within.
    func document(_ document: ReportDocument<some ReportBody>) { text(document.text + "\n") }

    /// The same with a secret that is meant for whoever reads it: a stand-in's, by which one logs in there.
    func disclosure(_ text: String) { StandardStreams.shared.write(text + "\n", to: .output, withSecrets: true) }

    /// A file's text, as it is.
    func text(_ text: String) { StandardStreams.shared.write(Outlet.exact(text), to: .output) }

    /// A piece of a long document.
    func bytes(_ bytes: [UInt8]) { StandardStreams.shared.write(bytes) }

    /// How one of the transfers of a run ended: where the narration's format wants it, and for people on stdout.
    ///
    /// - Parameter asText: whether stdout is for people.
    func result(of report: FinishedTransfer, asText: Bool) {
        let level: Logger.Level = report.status == .ok ? .info : .error
        if narration.format != .text {
            let metadata = log.about(report.plan).handler.metadata.merging(.result(report)) { $1 }
            write(narration.format == .moci ? report.headline : report.message, level, metadata, isBinding: true)
        }
        // The status says the same: that the line is lost changes nothing about it.
        // Where both streams are one, as on a terminal, the message of a failure has said it a line above.
        let isSaid = report.status != .ok && StandardStreams.shared.areOne && narration.least <= (report.isPostponed ? .info : .error)
        if asText, narration.format != .moci, !isSaid {
            StandardStreams.shared.write(marked(Outlet.line(report.resultLine)), to: .output, isResult: false)
        }
    }

    // MARK: narration

    /// What the program has to say apart from any transfer, and the lines that explain it, below it.
    func note(_ text: String, _ level: Logger.Level = .info, details: [String] = []) {
        guard level >= narration.least else { return }
        guard narration.format == .text else {
            return write(text, level, (level >= .warning ? .event(.problem) : [:]).merging(.details(details)) { $1 })
        }
        for line in [text] + details.map({ "    " + $0 }) { StandardStreams.shared.write(marked(Outlet.line(line)), to: .errors) }
    }

    /// - Parameter remedy: what to do, each command on a line of its own.
    func error(_ text: String, remedy: Remedy? = nil) {
        note(narration.format == .text ? "error: " + text : text, .error, details: remedy?.advice ?? [])
    }

    func tell(_ problem: Problem) { note(problem.description, problem.severity == .error ? .error : .warning) }

    func tell(_ problems: Problems) { for problem in problems.all { tell(problem) } }

    var log: Logger {
        Logger(label: "pptransfer") { _ in NarrationHandler(console: self, logLevel: narration.least) }
    }

    /// - Parameter isBinding: it is written however little is wanted.
    fileprivate func write(_ message: String, _ level: Logger.Level, _ metadata: Logger.Metadata, isBinding: Bool = false) {
        guard isBinding || level >= narration.least else { return }
        let record = LogRecord(message, level: level, at: SystemTimekeeper().now, isRehearsal: isRehearsal, metadata: metadata)
        // As moci's scripts: good news to job.out, all else to job.err.
        let isGoodNews = level == .info || level == .notice
        let stream: StandardStreams.Stream = narration.format == .moci && isGoodNews && !narration.outputIsDocument ? .output : .errors
        StandardStreams.shared.write(narration.coloured(record.text(in: narration.format), level), to: stream, isResult: false)
    }

    private func marked(_ text: String) -> String {
        guard isRehearsal else { return text + "\n" }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { LogRecord.rehearsalMark + $0 + "\n" }.joined()
    }
}

struct NarrationHandler: LogHandler {
    let console: Console
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        console.write("\(event.message)", event.level, metadata.merging(event.metadata ?? [:]) { $1 })
    }
}
