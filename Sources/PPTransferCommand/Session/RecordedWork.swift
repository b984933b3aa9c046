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
    /// The status for records that could not be read, whatever came of the others.
    let unreadStatus: ExitStatus

    var console: Console { session.console }
    var reporter: RunReporter {
        var reporter = RunReporter(session, journal: journal)
        reporter.unreadStatus = unreadStatus
        return reporter
    }
    /// What is printed as the next command names the journal if nothing else does.
    var words: RemedyWording { .commands.naming(reporter.namedJournal) }

    /// - Parameters:
    ///   - options: by which cycles are chosen, if some must be, or the workflow has none.
    ///   - leavesNoted: leaves out what somebody has noted to be elsewhere, and says so.
    ///   - nothing: what `--json` prints if no record is meant, given whether it is a rehearsal.
    ///   - idle: what to say, and the status, where the records that are named need nothing of the command.
    /// - Returns: `nil` if there is nothing to do, which is said.
    /// - Throws: `ExitCode`.
    init?(
        _ place: JournalOptions, _ cycles: CycleOptions, _ logging: LogOptions, command: String, choice options: String?,
        leavesNoted: Bool = false,
        ifNone nothing: (Bool) -> some ReportBody = { RunReport(transfers: [], isRehearsal: $0) },
        idle: (message: String, status: ExitStatus) = ("there is nothing to do", .ok), _ refine: (inout RecordSelection) -> Void
    ) throws {
        let environment = CommandEnvironment.variables
        session = try CommandSession(
            environment: environment, json: place.json, narration: logging.narration(outputIsDocument: place.json))
        let console = session.console
        let none = nothing(console.isRehearsal)
        let chosen: ChosenRecords
        do throws(RecordProblem) {
            chosen = try place.chosen(cycles, environment, options: options, command: command, refine)
        } catch {
            throw console.refused(error, document: place.json ? ReportDocument(none, status: error.status) : nil)
        }
        journal = chosen.journal
        unreadStatus = chosen.problems.contains { !$0.isWarning } ? .journal : .ok
        for problem in chosen.problems { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        let noted = leavesNoted ? chosen.records.filter { $0.elsewhere != nil } : []
        records = chosen.records.filter { record in !noted.contains { $0.title == record.title } }
        for record in noted { console.note("\(record.title): left out; lies elsewhere now: \(record.elsewhere ?? "")") }
        plans = try session.plans(of: records)
        if plans.isEmpty, !noted.isEmpty {
            if place.json { console.document(ReportDocument(none, status: .unverified)) }
            try console.leave(with: .unverified)
            return nil
        }
        if plans.isEmpty {
            if chosen.problems.isEmpty { console.note(chosen.idle(idle.message)) }
            let status = chosen.problems.isEmpty ? idle.status : .journal
            if place.json { console.document(ReportDocument(none, status: status)) }
            try console.leave(with: status)
            return nil
        }
        if journal.directory != place.search(environment, .standard).standard.directory {
            console.note("the journal is \(journal.directory)")
        }
    }
}

extension ChosenRecords {
    /// `no transfer has failed (35 transfers: 35 archived)`
    fileprivate func idle(_ message: String) -> String {
        guard !named.isEmpty else { return "no records in \(journal.directory)" }
        var counts: [String: Int] = [:]
        for record in named { counts[StatusReport.Row.state(of: record), default: 0] += 1 }
        let states = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        return "\(message) (\(workflow.map { "workflow '\($0)': " } ?? "")\(states.joined(separator: ", ")))"
    }
}
