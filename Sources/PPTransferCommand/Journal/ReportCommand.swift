import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a page about whole campaigns, from the journal.",
        discussion: """
            Writes one HTML file that needs no network: for each workflow how much is archived, the progress over time, the rates, the \
            failures by cause with what to do, and a table of all transfers to sort and filter. The address of the page keeps the view, \
            so that you can send it: #state=person, #text=1988&sort=transferred&order=descending.

              pptransfer report --output report.html
              pptransfer report u-ab123 --format markdown
              pptransfer report --metrics /var/lib/node_exporter/pptransfer.prom  # from cron

            Exits with status 0 when the page is written, whatever the state of the transfers ('pptransfer status' reports that); with \
            64 if the journal has no record of a workflow that you name; with 71 if a record cannot be read; with 73 if the page cannot \
            be written.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case html, markdown
    }

    @Argument(help: "Only these workflows. Default: all in the journal.")
    var workflows: [String] = []

    @Option(help: ArgumentHelp("The journal directory, as for 'run'.", valueName: "dir"), completion: .directory)
    var journal: String?

    @Option(
        help: ArgumentHelp("The file to write, replaced as a whole. Default: standard output.", valueName: "file"), completion: .file())
    var output: String?

    @Option(help: "The format: html, or markdown for an issue or a wiki.")
    var format: Format = .html

    @Option(
        help: ArgumentHelp("A file for Prometheus metrics. Without --output, no page is written.", valueName: "file"), completion: .file())
    var metrics: String?

    @Flag(help: "Print the document of 'status --json' for these workflows.")
    var json = false

    func validate() throws {
        if json, output != nil { throw ValidationError("--json goes to standard output; --output is for the report") }
    }

    func run() throws {
        let journal = Journal(given: journal, ProcessInfo.processInfo.environment)
        let console = Console(isRehearsal: false)
        let report = CampaignReport(journal, workflows: workflows, now: SystemTimekeeper().now)
        let missing = report.missing(workflows)
        if let note = StatusReport.note(copies: report.copies, journal) { console.note(note) }
        for name in missing { console.note("error: \(MissingCyclesProblem.noRecord(workflow: name))") }
        for problem in report.problems { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        if !missing.isEmpty { throw ExitCode(.usage) }
        do throws(OutputProblem) {
            if let metrics { try CampaignReport.write(Array(report.metrics.utf8), to: metrics) }
            try write(report, console)
        } catch {
            console.error("\(error)")
            throw ExitCode(error.status)
        }
        if !report.problems.isEmpty { throw ExitCode(.journal) }
    }

    private func write(_ report: CampaignReport, _ console: Console) throws(OutputProblem) {
        if json { return console.document(ReportDocument(report.status, status: report.problems.isEmpty ? .ok : .journal)) }
        if metrics != nil, output == nil { return }
        let bytes = format == .html ? report.html : Array((report.markdown + "\n").utf8)
        guard let output else { return console.text(String(decoding: bytes, as: UTF8.self)) }
        try CampaignReport.write(bytes, to: output)
        for workflow in report.workflows { console.note("\(workflow.name): \(workflow.headline)") }
        console.note("written to \(output)")
    }
}
