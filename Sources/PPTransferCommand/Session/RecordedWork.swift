import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

/// What the commands need that work on cycles from the journal: the plans of the records that are meant, and all that carries them out.
struct RecordedWork {
    let session: CommandSession
    let records: [JournalRecord]
    /// Of the records, as they were made.
    let plans: [TransferPlan]
    let journal: Journal

    var console: Console { session.console }

    /// - Parameter options: by which cycles are chosen, if some must be, or the workflow has none.
    /// - Parameter leavesNoted: leaves out what somebody has noted to be elsewhere, and says so.
    /// - Parameter nothing: what `--json` prints if no record is meant, given whether it is a rehearsal.
    /// - Returns: `nil` if no record is meant, which is said.
    /// - Throws: `ExitCode`.
    init?(
        _ place: JournalOptions, _ cycles: CycleOptions, _ logging: LogOptions, choice options: String?, leavesNoted: Bool = false,
        ifNone nothing: (Bool) -> some ReportBody = { RunReport(transfers: [], isRehearsal: $0) },
        _ refine: (inout RecordSelection) -> Void
    ) throws {
        let environment = ProcessInfo.processInfo.environment
        journal = place.place(environment)
        var selection = cycles.selection(place.workflow(environment))
        refine(&selection)
        session = try CommandSession(
            environment: environment, json: place.json, narration: logging.narration(outputIsDocument: place.json))
        let console = session.console
        if let options { try cycles.requireNoCycles(of: selection.workflow, in: journal, options, console) }
        let found = selection.records(in: journal)
        for problem in found.problems { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        let noted = leavesNoted ? found.records.filter { $0.elsewhere != nil } : []
        records = found.records.filter { record in !noted.contains { $0.title == record.title } }
        for record in noted { console.note("\(record.title): left out; lies elsewhere now: \(record.elsewhere ?? "")") }
        plans = try session.plans(of: records)
        if plans.isEmpty, !noted.isEmpty {
            if place.json { console.document(ReportDocument(nothing(console.isRehearsal), status: .unverified)) }
            try console.leave(with: .unverified)
            return nil
        }
        if plans.isEmpty {
            console.note("no such record in \(journal.directory)")
            // Whoever names a workflow or a cycle means one that is there.
            let isNamed = place.workflow != nil || cycles.isNamed
            let named = cycles.selection(place.workflow(environment))
            let isMissing = isNamed && named.records(in: journal).records.isEmpty
            let status: ExitStatus = !found.problems.isEmpty ? .journal : isMissing ? .nothing : .ok
            if place.json { console.document(ReportDocument(nothing(console.isRehearsal), status: status)) }
            try console.leave(with: status)
            return nil
        }
    }
}
