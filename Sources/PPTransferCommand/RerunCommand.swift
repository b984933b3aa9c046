import ArgumentParser
import Globus
import PPTransfer

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

struct RerunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Runs cycles again from the journal, outside of any workflow.",
        discussion: """
            The journal holds each transfer's plan whole: neither the suite's environment nor the description is needed. The oldest \
            cycle goes first, three at a time (Globus works on three of your tasks at once). What is under way is taken up, what is \
            archived is left alone, exactly as 'run' does.

              pptransfer rerun u-ab123 --failed
              pptransfer rerun u-ab123 --from 19880901T0000Z --to 19891201T0000Z
            """)

    /// As many tasks as Globus works on at once for one user.
    private static let together = 3

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions
    @OptionGroup var waiting: WaitOptions

    @Flag(help: "Only cycles whose latest run did not end well.")
    var failed = false

    func validate() throws {
        if !failed, cycles.cycles.isEmpty, cycles.from == nil, cycles.to == nil {
            throw ValidationError("say which: --failed, --cycle, --from or --to")
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let journal = place.place(environment)
        var selection = cycles.selection(place.workflow(environment))
        selection.failedOnly = failed
        let execution = Execution(
            descriptions: DescriptionOptions.reporting(json: place.json), environment: environment, limit: waiting.longest,
            journal: journal.directory)
        let globus = try execution.globusEnvironment()
        let console = Console(isRehearsal: globus.transfer.isLoopback)
        let found = selection.records(in: journal)
        for problem in found.problems { console.note("error: \(problem); \(problem.remedy)") }
        let plans = try execution.plans(of: found.records, console)
        guard !plans.isEmpty else {
            console.note("no such record in \(journal.directory)")
            if !found.problems.isEmpty { throw ExitCode(ExitStatus.journal.number) }
            return
        }
        try await execution.send(plans, globus, console, together: Self.together)
    }
}
