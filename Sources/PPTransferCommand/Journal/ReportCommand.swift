import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a page about whole campaigns, from the journal.",
        usage: "pptransfer report [<workflows> ...] [<options>]",
        discussion: """
            Writes one HTML file that needs no network: for each workflow how much is archived, the progress over time, the rates, the \
            failures by cause with what to do, and a table of all transfers to sort and filter. Several workflows, and several runs of \
            one, come first in one compact table. The address of the page keeps the view, so that you can send it: #state=person, \
            #text=1988&sort=transferred&order=descending.

              pptransfer report --output report.html
              pptransfer report u-ab123 --format markdown
              pptransfer report u-ab123 --every P1M \\
                --missing 19880901T0000Z..19991201T0000Z

            From cron, weekly and every few minutes:

              pptransfer report --format text | mail -s "archive report" me@example.org
              pptransfer report --metrics /var/lib/node_exporter/pptransfer.prom

            Without --output and --format, a terminal gets plain text, and a file or a pipe the HTML. The command finds journals as \
            'pptransfer status' does.

            Exits with status 0 when the page is written, whatever the state of the transfers ('pptransfer status' reports that); with \
            13 if a workflow, or the range of --from and --to, is not on record; with 71 if a record cannot be read; with 73 if the page \
            cannot be written.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case html, markdown, text
    }

    @Argument(help: "Only these workflows, or one run of one (u-ab123/run2). Default: all on record.", completion: .workflow)
    var workflows: [String] = []

    @Option(help: JournalOptions.help, completion: .directory)
    var journal: String?

    @OptionGroup var filter: FilterOptions
    @OptionGroup var missing: MissingOptions

    @Option(
        help: ArgumentHelp("The file to write, replaced as a whole. Default: standard output.", valueName: "file"), completion: .file())
    var output: String?

    @Option(help: "The format: html, markdown for an issue or a wiki, or text for mail. Default: text on a terminal, otherwise html.")
    var format: Format?

    @Option(
        help: ArgumentHelp("A file for Prometheus metrics. Without --output, no page is written.", valueName: "file"), completion: .file())
    var metrics: String?

    @Flag(help: "Print the document of 'status --json' for these workflows.")
    var json = false

    func validate() throws {
        if json, output != nil { throw ValidationError("--json goes to standard output; --output is for the report") }
        if missing.missing != nil, filter.from != nil || filter.to != nil {
            throw ValidationError("--missing has a range of its own: leave out --from and --to")
        }
        if missing.missing != nil, !filter.states.isEmpty {
            throw ValidationError("--missing prints what is not archived: leave out --state")
        }
        if journal == JournalOptions.all { throw ValidationError("'pptransfer status --journal -' lists the journals") }
    }

    func run() throws {
        let environment = CommandEnvironment.variables
        let console = Console(isRehearsal: false)
        let isForTerminal = output == nil && metrics == nil && !json && Terminal.isOutput
        if isForTerminal, format == .html {
            console.error("standard output is a terminal, which cannot show HTML; name a file with --output, or use --format text")
            throw ExitCode(.usage)
        }
        var report = try found(environment, console)
        if let first = report.places.first, let note = StatusReport.note(copies: report.copies, first.journal) { console.note(note) }
        for problem in report.problems { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        console.warn(of: report.lostLists)
        report.sites = try? SiteCatalogue.load(environment: environment, words: .commands)
        if report.lacksLogins {
            report.login = try? CommandSession(environment: environment, json: false).connected(for: .question).login.kind
        }
        do throws(OutputProblem) {
            if let metrics { try CampaignReport.write(Array(report.metrics.utf8), to: metrics) }
            try write(report, format ?? (isForTerminal ? .text : .html), console)
        } catch {
            console.error("\(error)")
            throw ExitCode(error.status)
        }
        if !report.problems.isEmpty { throw ExitCode(.journal) }
    }

    /// - Throws: `ExitCode`, after a message, if a workflow or a cycle that is named is not on record.
    private func found(_ environment: [String: String], _ console: Console) throws -> CampaignReport {
        func search(_ workflow: String?) -> JournalSearch {
            JournalSearch(workflow: workflow, given: journal, environment: environment, isRehearsal: Journal.isRehearsal(environment))
        }

        let names = workflows.isEmpty ? [nil] : Set(workflows).sorted().map(Optional.some)
        let searches = names.map { (name: $0, search: search($0)) }
        let unknown = searches.compactMap { name, search in
            name == nil || search.standard.copies(of: search.workflow).isEmpty
                ? RecordProblem(search, workflow: name, journal: journal) : nil
        }
        var report = CampaignReport(
            searches.map { ($0.search.workflow, $0.search.places.isEmpty ? [JournalSearch.Place($0.search.standard)] : $0.search.places) },
            now: SystemTimekeeper().now, environment: environment)
        if !json, unknown.isEmpty, output != nil { for search in searches { console.tell(search.search) } }
        guard filter.isGiven || missing.missing != nil || !unknown.isEmpty else { return report }
        var table = report.status
        do throws(RecordProblem) {
            for problem in unknown.dropLast() { _ = console.refused(problem) }
            if let problem = unknown.last { throw problem }
            try filter.keep(in: &table, report.places)
        } catch {
            (table.rows, table.copies) = ([], nil)
            throw console.refused(error, document: json ? ReportDocument(table, status: error.status) : nil)
        }
        if let allWell = try missing.keepMissing(in: &table, workflow: searches[0].search.workflow, environment, console) {
            report.nothing = allWell + "."
        } else if table.rows.isEmpty {
            report.nothing = "No transfer is in such a state."
        }
        report.keep(table)
        report.isPart = true
        return report
    }

    private func write(_ report: CampaignReport, _ format: Format, _ console: Console) throws(OutputProblem) {
        if json { return console.document(ReportDocument(report.status, status: report.problems.isEmpty ? .ok : .journal)) }
        if metrics != nil, output == nil { return }
        let bytes =
            switch format {
            case .html: report.html
            case .markdown: Array((report.markdown + "\n").utf8)
            case .text: Array((report.digest + "\n").utf8)
            }
        guard let output else { return console.text(String(decoding: bytes, as: UTF8.self)) }
        try CampaignReport.write(bytes, to: output)
        for workflow in report.workflows { console.note("\(workflow.name): \(workflow.headline)") }
        console.note("written to \(output)")
    }
}
