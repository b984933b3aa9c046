import ArgumentParser
import Globus
import PPTransfer

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows where each cycle stands, from the journal alone.",
        discussion: """
            A line for each workflow, cycle and name: 'archived', 'submitted' (a Globus task may be at work), 'begun' (a run was killed \
            before it submitted), or the status with which the latest run left. The exit status is the most serious of those shown: 0 \
            means that all of it is archived, 31 that something is under way.

            After 'pptransfer rehearse FILE' look at '--journal rehearsal/journal'.
            """)

    @OptionGroup var place: JournalOptions

    @Flag(help: "Only what did not end well.")
    var failed = false

    @Option(help: ArgumentHelp("Only what is not archived and has not changed for so long (24h).", valueName: "time"))
    var stale: WrittenDuration?

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let journal = place.place(environment)
        var report = StatusReport(journal, workflow: place.workflow(environment), now: SystemTimekeeper().now)
        if failed { report.keepFailed() }
        if let stale { report.keepStale(for: stale.duration) }
        let console = Console(isRehearsal: false)
        if place.json {
            console.document(JSONText.of(report))
        } else {
            console.result(report.text(in: journal.directory))
        }
        for problem in report.problems { console.note("error: \(problem); \(problem.remedy)") }
        if report.status != .ok { throw ExitCode(report.status.number) }
    }
}
