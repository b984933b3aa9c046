import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows where each cycle stands, from the journal; with --refresh, what Globus is doing about it.",
        discussion: """
            A line for each workflow, cycle and name: 'archived', 'submitted' (a Globus task may be at work), 'begun' (a run has not \
            submitted yet, or was killed before it did), or the status with which the latest run left. The exit status is the most serious of those shown: 0 \
            means that all of it is archived, 31 that something is under way.

              pptransfer status u-ab123 --missing 19880901T0000Z..19991201T0000Z --every P1M --cycling 360day
              pptransfer status u-ab123 --refresh

            --refresh asks Globus, one request for a hundred tasks, and adds what each task is doing now: queued, moving, paused, \
            inactive (waits for a login), retrying, succeeded (not proven yet: run the cycle again), or how it failed. The journal \
            stays as it is. If Globus cannot be asked, the table is shown all the same, and the exit status says why.

            After 'pptransfer rehearse FILE' look at '--journal rehearsal/journal'.
            """)

    @OptionGroup var place: JournalOptions

    @Flag(help: "Only what did not end well.")
    var failed = false

    @Option(help: ArgumentHelp("Only what is not archived and has not changed for so long (24h).", valueName: "time"))
    var stale: WrittenDuration?

    @Option(help: ArgumentHelp("Only transfers of this name.", valueName: "name"))
    var name: String?

    @OptionGroup var missing: MissingOptions

    @Flag(help: "Ask Globus what tasks that may be at work are doing now. Needs a login, as 'run' does.")
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
        for problem in report.problems {
            let text = "\(problem); \(problem.remedy(in: .commands))"
            if problem.isWarning { console.note("warning: " + text, .warning) } else { console.error(text) }
        }
        if let problem = report.refreshProblem { console.error("Globus could not be asked: \(problem)") }
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
