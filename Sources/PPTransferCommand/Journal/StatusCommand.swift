import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where each cycle stands, from the journal.",
        discussion: """
            Prints a line for each workflow, cycle and name: 'archived', 'submitted' (a Globus task may be at work), 'begun' (a run has \
            not submitted yet, or was killed before it did), or the status of the latest run. The most serious of them is the exit \
            status: 0 if everything is archived, 31 if something is under way.

              pptransfer status u-ab123 --refresh
              pptransfer status u-ab123 --missing 19880901T0000Z..19991201T0000Z \\
                --every P1M --cycling 360day

            --refresh queries Globus, with one request for a hundred tasks, and adds what each task is doing: queued, moving, paused, \
            inactive (needs a login), retrying, succeeded (not verified yet: run the cycle again), or why it failed. The journal does \
            not change. If Globus cannot be reached, the table is printed all the same, and the exit status states the reason.

            After 'pptransfer rehearse FILE', use '--journal rehearsal/journal'.
            """)

    @OptionGroup var place: JournalOptions

    @Flag(help: "Only transfers that failed.")
    var failed = false

    @Option(help: ArgumentHelp("Only transfers that are not archived and have not changed for this long (24h).", valueName: "time"))
    var stale: WrittenDuration?

    @Option(help: ArgumentHelp("Only transfers of this name.", valueName: "name"))
    var name: String?

    @OptionGroup var missing: MissingOptions

    @Flag(help: "Add what Globus tasks are doing now. Needs a login, as 'run' does.")
    var refresh = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let journal = place.place(environment)
        let workflow = place.workflow(environment)
        var report = StatusReport(journal, workflow: workflow, now: SystemTimekeeper().now, mustBeKnown: place.workflow != nil)
        if let name { report.keep(name: name) }
        var console = Console(isRehearsal: false)
        let allWell = try missing.keepMissing(in: &report, workflow: workflow, environment, console)
        if refresh, report.hasLiveTasks { console = try await ask(&report) }
        if failed { report.keepFailed() }
        if let stale { report.keepStale(for: stale.duration) }
        if place.json {
            console.document(ReportDocument(report, status: report.status))
        } else {
            console.result(report.rows.isEmpty ? allWell ?? "no such record in \(journal.directory)" : report.text)
        }
        if let note = StatusReport.note(copies: report.copies, journal) { console.note(note) }
        for problem in report.problems {
            let remedy = problem.remedy(in: .commands)
            if problem.isWarning {
                console.note("warning: \(problem)", .warning, details: remedy.advice)
            } else {
                console.error("\(problem)", remedy: remedy)
            }
        }
        if let problem = report.refreshProblem { console.error("Globus could not be queried: \(problem)") }
        try console.leave(with: report.status)
    }

    /// - Returns: where to speak, now that it is known who answers.
    private func ask(_ report: inout StatusReport) async throws -> Console {
        let session = try CommandSession(json: place.json)
        do {
            await report.refresh(from: try session.connected(for: .question).transfer)
        } catch {
            report.refreshProblem = error
        }
        return session.console
    }
}
