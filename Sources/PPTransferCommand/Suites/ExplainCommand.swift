import ArgumentParser
import FoundationEssentials
import PPTransfer
import PPTransferReports

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain an exit status or an error code of Globus.",
        discussion: """
            Prints what it means, its usual causes, what to do, and what the next run does. Takes the number or the name of a status, or \
            a code of Globus, in any case. Without one, lists all of them.

              pptransfer explain 33
              pptransfer explain session ConsentRequired
              pptransfer explain ExternalError.DirListingFailed.GCDisconnected
              pptransfer explain --all --format markdown
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument, Sendable {
        case text, markdown, json
    }

    @Argument(
        help: ArgumentHelp("The number or name of a status, or a code of Globus.", valueName: "word"),
        completion: .list(Explanations.all.pages.flatMap(\.names)))
    var words: [String] = []

    @Flag(help: "Print every page.")
    var all = false

    @Option(help: "The format.")
    var format: Format = .text

    @Flag(help: "The same as '--format json'.")
    var json = false

    func validate() throws {
        if all, !words.isEmpty { throw ValidationError("--all shows every page; leave out \(words.joined(separator: " "))") }
    }

    func run() throws {
        let console = Console(isRehearsal: false)
        let explanations = Explanations.all
        let width = Terminal.width(CommandEnvironment.variables)
        let format = json ? .json : format
        if words.isEmpty, format != .json, !all {
            return console.result(format == .markdown ? ExitStatus.table : explanations.list(width: width))
        }
        if all, format == .markdown { return console.text(explanations.article) }
        let found = words.map { (word: $0, pages: explanations.pages(for: $0)) }
        let pages = words.isEmpty ? explanations.pages : found.flatMap(\.pages)
        let unknown = found.filter(\.pages.isEmpty).map(\.word)
        switch format {
        case .json: console.document(ReportDocument(ExplanationReport(pages: pages), status: unknown.isEmpty ? .ok : .usage))
        case .markdown where !pages.isEmpty: console.result(pages.map(\.markdown).joined(separator: "\n\n"))
        case .text where !pages.isEmpty: console.result(pages.map { $0.text(width: width) }.joined(separator: "\n\n\n"))
        case .text, .markdown: break
        }
        guard unknown.isEmpty else { throw refuse(unknown, explanations, console) }
    }

    private func refuse(_ unknown: [String], _ explanations: Explanations, _ console: Console) -> ExitCode {
        for word in unknown {
            let suggestions = explanations.suggestions(for: word)
            let hint = suggestions.isEmpty ? "" : "; did you mean \(suggestions.map { "'\($0)'" }.joined(separator: " or "))?"
            console.error("'\(word)' is neither an exit status nor an error code of Globus\(hint)")
        }
        console.note("'pptransfer explain' lists all of them")
        return ExitCode(.usage)
    }
}
