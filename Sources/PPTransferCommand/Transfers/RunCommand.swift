import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Sends what the descriptions say, waits, proves that it arrived.",
        discussion: """
            The smallest description:

              pptransfer: 1
              from: {collection: archer2, path: "${ROSE_DATAC}"}
              to: {collection: jasmin, path: "/gws/nopw/j04/canari/archive/{workflow}/{cycle}"}

            The login of the Globus CLI ('globus login') is used as it is; 'pptransfer help whoami' tells of other logins. Nothing is \
            asked; nothing is written at the source, except that before a deletion an empty file is made there for a moment, to see \
            that it does not appear at the destination.

            What is submitted is written down first, so that the same command again never sends twice: it takes up a task that is at \
            work, repeats a submission whose answer was lost, and says so if the cycle is archived already. A task that another login \
            submitted cannot be seen: then nothing is submitted (status 20) until that login has run the cycle, Globus's history of 30 \
            days has passed, or --forget-task is given. In a Slurm job it leaves \
            a minute before the job's end (SLURM_JOB_END_TIME).

            In a Cylc job it sends messages that a graph can trigger on, unless the description has 'cylc: {messages: false}': \
            'pptransfer submitted' once Globus has every transfer; in the end 'pptransfer archived', else 'pptransfer' and the name of \
            the status, such as 'pptransfer consent'. Transfers with a name have their own beside: 'pptransfer archived atmos'. Each \
            proof also stands in pptransfer-receipt.txt among the job's logs.
            """)

    @OptionGroup var descriptions: DescriptionOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var logging: LogOptions

    @Flag(name: .customLong("dry-run"), help: "Show the plan and the request that would be sent. Uses no network and no login.")
    var dryRun = false

    @OptionGroup var forgetting: ForgetOptions

    @Option(
        help: ArgumentHelp(
            "Where the journal is. Default: PPTRANSFER_JOURNAL, the workflow's share directory, or ~/.local/state/pptransfer.",
            valueName: "dir"),
        completion: .directory)
    var journal: String?

    func run() async throws {
        guard !dryRun else { return try await preview() }
        let (session, plans) = try await prepared()
        let options = SendOptions(limit: waiting.longest, forgetsTask: forgetting.forgetsTask)
        let reporter = RunReporter(session, for: SuiteReporter(session.environment, session.console))
        try await session.send(plans, options, journal: session.journal(given: journal), reporter: reporter)
    }

    private var narration: Narration { logging.narration(outputIsDocument: descriptions.json) }

    /// What is to be sent. The workflow that we run in is told if that cannot be.
    private func prepared() async throws -> (CommandSession, [TransferPlan]) {
        let environment = ProcessInfo.processInfo.environment
        var console = Console(isRehearsal: false, narration: narration)
        do {
            let session = try CommandSession(environment: environment, json: descriptions.json, narration: narration)
            console = session.console
            guard session.journal(given: journal).hasPlace else {
                throw console.refused(JournalProblem.noPlace, asDocument: descriptions.json)
            }
            return (session, try await descriptions.plans(in: session))
        } catch let code as ExitCode {
            await SuiteReporter(environment, console)?.refused(ExitStatus(number: code.rawValue))
            throw code
        }
    }

    /// Shows what would be sent, without a network.
    private func preview() async throws {
        let session = try CommandSession(json: descriptions.json, narration: narration)
        let console = session.console
        let plans = try descriptions.plans(in: session.environment, console)
        let (previews, warnings) = await PlanPreview.all(plans, service: session.globus.transfer, now: SystemTimekeeper().now)
        for warning in warnings { console.tell(warning) }
        let report = PlanReport(transfers: previews, isRehearsal: console.isRehearsal)
        if descriptions.json {
            console.document(ReportDocument(report, status: report.status))
        } else {
            for preview in previews { console.result(preview.text) }
        }
        try console.leave(with: report.status)
    }
}
