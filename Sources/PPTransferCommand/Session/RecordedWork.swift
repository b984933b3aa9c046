import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer

/// What the commands need that work on cycles from the journal: the plans of the records that are meant, and all that carries them out.
struct RecordedWork {
    let execution: Execution
    let plans: [TransferPlan]
    let globus: GlobusEnvironment
    let console: Console
    let journal: Journal

    /// - Returns: `nil` if no record is meant, which is said.
    /// - Throws: `ExitCode`.
    init?(
        _ place: JournalOptions, _ cycles: CycleOptions, _ logging: LogOptions, limit: Duration? = nil,
        _ refine: (inout RecordSelection) -> Void
    ) throws {
        let environment = ProcessInfo.processInfo.environment
        journal = place.place(environment)
        var selection = cycles.selection(place.workflow(environment))
        refine(&selection)
        var execution = Execution(
            descriptions: DescriptionOptions.reporting(json: place.json), environment: environment, limit: limit,
            journal: journal.directory)
        execution.narration = logging.narration(outputIsDocument: place.json)
        self.execution = execution
        globus = try execution.globusEnvironment()
        console = execution.console(isRehearsal: globus.transfer.isLoopback)
        let found = selection.records(in: journal)
        for problem in found.problems { console.error("\(problem); \(problem.remedy)") }
        plans = try execution.plans(of: found.records, console)
        if plans.isEmpty {
            console.note("no such record in \(journal.directory)")
            if !found.problems.isEmpty { throw ExitCode(ExitStatus.journal.number) }
            // Whoever names a workflow or a cycle means one that is there.
            let isNamed = place.workflow != nil || cycles.isNamed
            let named = cycles.selection(place.workflow(environment))
            if isNamed, named.records(in: journal).records.isEmpty { throw ExitCode(ExitStatus.nothing.number) }
            return nil
        }
    }
}
