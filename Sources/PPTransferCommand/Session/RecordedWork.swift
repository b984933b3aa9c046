import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

/// What the commands need that work on cycles from the journal: the plans of the records that are meant, and all that carries them out.
struct RecordedWork {
    let execution: Execution
    let plans: [TransferPlan]
    let globus: GlobusEnvironment
    let console: Console
    let journal: Journal

    /// - Parameter nothing: what `--json` prints if no record is meant, given whether it is a rehearsal.
    /// - Returns: `nil` if no record is meant, which is said.
    /// - Throws: `ExitCode`.
    init?(
        _ place: JournalOptions, _ cycles: CycleOptions, _ logging: LogOptions, limit: Duration? = nil,
        ifNone nothing: (Bool) -> some ReportBody = { RunReport(transfers: [], isRehearsal: $0) },
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
            // Whoever names a workflow or a cycle means one that is there.
            let isNamed = place.workflow != nil || cycles.isNamed
            let named = cycles.selection(place.workflow(environment))
            let isMissing = isNamed && named.records(in: journal).records.isEmpty
            let status: ExitStatus = !found.problems.isEmpty ? .journal : isMissing ? .nothing : .ok
            if place.json { console.document(ReportDocument(nothing(console.isRehearsal), status: status)) }
            if status != .ok { throw ExitCode(status.number) }
            return nil
        }
    }
}
