import ArgumentParser
import FoundationEssentials
import Logging
public import PPTransfer
import SystemFiles

/// How much the program tells while it works, and how that is written.
struct Narration: Sendable {
    var format = LogFormat.text
    /// What is less important is not told.
    var least = Logger.Level.info
    /// Whether stdout is for programs: no narration goes there.
    var outputIsDocument = false
    /// What stderr can show, if it is a terminal that can.
    var terminal: TerminalStyle?

    /// Where progress is shown, if it is to be.
    func makeDisplay() -> TerminalProgress? {
        guard let terminal, least <= .info, format != .json else { return nil }
        return TerminalProgress(terminal)
    }

    /// Warnings and errors stand out on a terminal.
    func coloured(_ text: String, _ level: Logger.Level) -> String {
        guard let terminal, terminal.hasColour, format != .json, level >= .warning else { return text }
        let mark = format == .moci ? text.prefix { $0 != "]" } + "]" : level == .warning ? "WARN " : "ERROR"
        let colour = level == .warning ? TerminalStyle.Colour.yellow : .red
        return text.split(separator: "\n").map { line in
            guard let place = line.firstRange(of: mark) else { return line + "\n" }
            return line[..<place.lowerBound] + terminal.coloured(String(mark), colour) + line[place.upperBound...] + "\n"
        }.joined()
    }
}

/// The options of every command that tells what it does.
struct LogOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Print only warnings, errors and the result; no progress bar.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Also print each request with its request id, and each decision.")
    var verbose = false

    @Option(
        help: ArgumentHelp(
            "The format of the log: text, json (one object per line, see 'pptransfer schema log'), or moci ([INFO], as its scripts). "
                + "Default: PPTRANSFER_LOG_FORMAT, otherwise text.",
            valueName: "format"))
    var logFormat: LogFormat?

    func validate() throws {
        if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other") }
        if logFormat == nil, let text = Self.variable, LogFormat(rawValue: text) == nil {
            let known = LogFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("PPTRANSFER_LOG_FORMAT: '\(text)' is not a log format; use one of \(known), or unset it")
        }
    }

    private static var variable: String? {
        CommandEnvironment.variables["PPTRANSFER_LOG_FORMAT"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Parameter outputIsDocument: whether the command prints something for programs on stdout.
    func narration(outputIsDocument: Bool) -> Narration {
        var narration = Narration()
        narration.format = logFormat ?? Self.variable.flatMap { LogFormat(rawValue: $0) } ?? .text
        narration.least = quiet ? .warning : verbose ? .debug : .info
        narration.outputIsDocument = outputIsDocument
        if isatty(STDERR_FILENO) == 1 { narration.terminal = TerminalStyle(CommandEnvironment.variables) }
        return narration
    }
}

extension LogFormat: ExpressibleByArgument {}
