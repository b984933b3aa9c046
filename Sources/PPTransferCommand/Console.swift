import Globus
import Logging
import PPTransfer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Results go to stdout, narration to stderr. Neither can fail the program: a full disk or a reader that left loses text, no more.
struct Console: Sendable {
    /// Stands before every line of a rehearsal.
    static let rehearsalMark = "REHEARSAL "

    var isRehearsal: Bool

    /// A rehearsal leaves the source alone, unless the caller says that it is made for that.
    func mayDelete(_ environment: [String: String]) -> Bool { !isRehearsal || environment["PPTRANSFER_REHEARSAL_DELETES"] == "1" }

    /// Text for people, marked line by line.
    func result(_ text: String) { write(marked(text), to: STDOUT_FILENO) }

    /// A document for programs; it carries the mark within.
    func document(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// A file's text, as it is.
    func text(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// A piece of a long document.
    func bytes(_ bytes: [UInt8]) { write(bytes[...], to: STDOUT_FILENO) }

    func note(_ text: String) { write(marked(text), to: STDERR_FILENO) }

    var log: Logger {
        Logger(label: "pptransfer") { _ in NarrationHandler(console: self) }
    }

    /// Whoever starts us may have closed a standard stream; the next file or socket that is opened would then take its number, and our
    /// text would go there.
    static func occupyStandardStreams() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number, which is this one.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
        }
    }

    private func marked(_ text: String) -> String {
        guard isRehearsal else { return text + "\n" }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { Self.rehearsalMark + $0 + "\n" }.joined()
    }

    private func write(_ text: String, to descriptor: Int32) {
        write(Array(text.utf8)[...], to: descriptor)
    }

    private func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var bytes = bytes
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }
}

/// `2026-11-20T23:17:08Z INFO  u-ab123 19880901T0000Z atmos: text`
struct NarrationHandler: LogHandler {
    let console: Console
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let transfer = metadata["transfer"].map { "\($0): " } ?? ""
        console.note("\(SystemTimekeeper().now) \(Self.word(event.level)) \(transfer)\(event.message)")
    }

    private static func word(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "DEBUG"
        case .info, .notice: "INFO "
        case .warning: "WARN "
        case .error, .critical: "ERROR"
        }
    }
}
