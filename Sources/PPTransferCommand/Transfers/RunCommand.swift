import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        // Read alone, as suites call it, it is no program of its own: the parser need not try whether a script of completions is asked for.
        _superCommandName: "pptransfer",
        abstract: "Submit transfers, wait, and verify that every file arrived.",
        discussion: """
            The smallest transfer description:

              pptransfer: 1
              from: {collection: UUID, path: "${ROSE_DATAC}"}
              to: {collection: jasmin, path: "/gws/nopw/j04/canari/{workflow}/{cycle}"}

            'pptransfer help description' lists all of its keys. pptransfer uses the login of the Globus CLI ('globus login') as it is; \
            'pptransfer help whoami' lists the other logins. The command never prompts.

            pptransfer records each submission in its journal before it submits. The same command again therefore never sends twice. It \
            resumes a task that is at work, repeats a submission whose answer was lost, or reports that the cycle is archived already.

            pptransfer cannot see a task that another login submitted. It then submits nothing and exits with status 20, until that \
            login has run the cycle, 30 days have passed (the history that Globus keeps), or you add --forget-task.

            If a cycle is archived and the description now names another source or destination, pptransfer sends nothing and exits with \
            status 33, so that a wrong path does not replace a receipt. To archive the cycle there as well, add --archive-again.

            In a Slurm job, the command ends one minute before the job does (SLURM_JOB_END_TIME).

            In a Cylc job, the command sends messages that a graph can trigger on: 'pptransfer submitted' when Globus has accepted every \
            transfer, and at the end 'pptransfer archived' or 'pptransfer' with the name of the status, such as 'pptransfer consent'. A \
            transfer with a name also has its own: 'pptransfer archived atmos'. The description key 'cylc: {messages: false}' switches \
            them off. The file pptransfer-receipt.txt in the job's log directory holds the proof of each transfer.

            Nothing is written at the source, with one exception: before a deletion, pptransfer creates an empty file there for a \
            moment, to make sure that source and destination are different places.
            """)

    @OptionGroup var descriptions: DescriptionOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var logging: LogOptions

    @Flag(name: .customLong("dry-run"), help: "Print the plan and the request, without a network or a login. Nothing is sent.")
    var dryRun = false

    @Flag(help: "With --dry-run: list both ends, and print what is new, what is there, and how much space is free.")
    var remote = false

    @OptionGroup var repeating: RepeatOptions

    @OptionGroup var forgetting: ForgetOptions
    @OptionGroup var archiving: ArchiveAgainOptions
    @OptionGroup var forcing: ForceOptions
    @OptionGroup var sums: SumsOptions

    @Option(
        help: ArgumentHelp(
            "The journal directory. Default: PPTRANSFER_JOURNAL, the workflow's share directory, or ~/.local/state/pptransfer.",
            valueName: "dir"),
        completion: .directory)
    var journal: String?

    func validate() throws {
        if remote, !dryRun { throw ValidationError("--remote adds a listing of both ends to --dry-run: give both") }
        if repeating.every != nil, dryRun || waiting.noWait {
            throw ValidationError("--every excludes --dry-run and --no-wait")
        }
    }

    func run() async throws {
        guard !dryRun else { return try await preview() }
        let (session, plans) = try await prepared()
        try sums.check(plans, session.console)
        var options = SendOptions(limit: waiting.longest, forgetsTask: forgetting.forgetsTask)
        (options.deletesMost, options.archivesAgain) = (forcing.deletesMost, archiving.archivesAgain)
        options.rounds = try repeating.rounds(of: plans, session.console)
        options.writesSums = sums.writesSums
        let place = session.journal(given: journal)
        let reporter = RunReporter(session, for: SuiteReporter(session.environment, session.console), journal: place)
        try await session.send(plans, options, journal: place, reporter: reporter)
    }

    private var narration: Narration { logging.narration(outputIsDocument: descriptions.json) }

    /// What is to be sent. The workflow that we run in is told if that cannot be.
    private func prepared() async throws -> (CommandSession, [TransferPlan]) {
        let environment = CommandEnvironment.variables
        var console = Console(isRehearsal: false, narration: narration)
        do {
            let session = try CommandSession(environment: environment, json: descriptions.json, narration: narration)
            console = session.console
            guard session.journal(given: journal).hasPlace else {
                throw console.refused(JournalProblem.noPlace, asDocument: descriptions.json)
            }
            let plans = try await descriptions.plans(in: session, waits: true)
            let runs = OtherRuns(environment, isRehearsal: console.isRehearsal)
            for plan in plans { if let problem = runs?.problem(of: plan) { console.tell(problem) } }
            return (session, plans)
        } catch let code as ExitCode {
            await SuiteReporter(environment, console)?.refused(ExitStatus(number: code.rawValue))
            throw code
        }
    }

    /// Shows what would be sent: without a network, unless that is asked for.
    private func preview() async throws {
        let session = try CommandSession(json: descriptions.json, narration: narration)
        let place = session.journal(given: journal)
        guard remote else {
            let plans = place.continuing(try descriptions.plans(in: session.environment, session.console))
            return try await session.preview(plans) { [logging] in $0.text(isVerbose: logging.verbose) }
        }
        let plans = place.continuing(try await descriptions.plans(in: session, waits: false))
        try await session.preview(plans, comparing: true) { [logging] preview in
            logging.verbose ? preview.text(isVerbose: true) + "\n" + preview.comparison(isVerbose: true) : preview.text
        }
    }
}
