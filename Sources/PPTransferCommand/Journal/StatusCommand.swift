import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports
import SystemFiles

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

            In a login shell, the command finds the journals of the runs of a workflow: below ~/cylc-run/WORKFLOW (share/pptransfer), in \
            ~/.local/state/pptransfer and in PPTRANSFER_JOURNAL. It prints which it reads, and joins several runs in one table. Exits \
            with status 13 if a workflow, a cycle or a transfer that you name is not on record.

              pptransfer status u-ab123/run2      # one run
              pptransfer status --journal -       # a list of all journals

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

    @OptionGroup var filter: FilterOptions
    @OptionGroup var missing: MissingOptions

    @Flag(help: "Add what Globus tasks are doing now. Needs a login, as 'run' does.")
    var refresh = false

    func validate() throws {
        if missing.missing != nil, filter.from != nil || filter.to != nil {
            throw ValidationError("--missing has a range of its own: leave out --from and --to")
        }
        if missing.missing != nil, !filter.states.isEmpty {
            throw ValidationError("--missing prints what is not archived: leave out --state")
        }
    }

    func run() async throws {
        let environment = CommandEnvironment.variables
        var console = Console(isRehearsal: false)
        let search = place.search(environment)
        if place.journal == JournalOptions.all { return list(search, console) }
        let places = search.places.isEmpty ? [JournalSearch.Place(search.standard)] : search.places
        var report = StatusReport(places, workflow: search.workflow, now: SystemTimekeeper().now)
        let allWell: String?
        let known = report.rows.count
        let workflows = Set(report.rows.map(\.workflow))
        do throws(RecordProblem) {
            let isKnown = report.copies != nil && search.workflow != nil
            if !isKnown, let problem = RecordProblem(search, workflow: place.workflow, journal: place.journal) { throw problem }
            try keepNamed(in: &report, search, places)
            if !place.json { console.tell(search) }
        } catch {
            (report.rows, report.copies) = ([], nil)
            report.isUnknown = true
            let status = ExitStatus.mostSerious(of: [error.status, report.status])
            throw console.refused(error, document: place.json ? ReportDocument(report, status: status) : nil)
        }
        allWell = try missing.keepMissing(in: &report, workflow: search.workflow, environment, console)
        if refresh, report.hasLiveTasks { console = try await ask(&report) }
        if failed { report.keepFailed() }
        if let stale { report.keepStale(for: stale.duration) }
        if let sites = try? SiteCatalogue.load(environment: environment, words: .commands) {
            report.findEndedSites(sites, now: SystemTimekeeper().now)
        }
        if place.json {
            console.document(ReportDocument(report, status: report.status))
        } else {
            let nothing = known == 0 ? "no records in \(search.standard.directory)" : "no such transfer among the \(known) on record"
            console.result(report.rows.isEmpty ? allWell ?? nothing : report.text)
        }
        if let note = StatusReport.note(copies: report.copies, search.standard) { console.note(note) }
        if search.workflow == nil, place.journal == nil, report.copies == nil {
            let lost = search.standard.workflowsWithCopies.subtracting(workflows)
            for workflow in lost.sorted().prefix(5) {
                console.note("the journal of \(workflow) is gone; its receipts: pptransfer status \(ShellWord.plainOrQuoted(workflow))")
            }
        }
        for problem in report.problems where !problem.isWarning { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        console.warn(of: report.problems.filter(\.isWarning))
        if let problem = report.refreshProblem { console.error("Globus could not be queried: \(problem)") }
        try console.leave(with: report.status)
    }

    /// - Throws: if nothing of what is named is on record.
    private func keepNamed(
        in report: inout StatusReport, _ search: JournalSearch, _ places: [JournalSearch.Place]
    ) throws(RecordProblem) {
        if let name {
            let known = Set(report.rows.compactMap(\.name)).sorted()
            report.keep(name: name)
            if report.rows.isEmpty, report.problems.allSatisfy(\.isWarning) {
                throw RecordProblem(no: "transfer", name, known: known, of: search.workflow, in: places)
            }
        }
        try filter.keep(in: &report, places)
    }

    /// Prints the journals instead of what they hold.
    private func list(_ search: JournalSearch, _ console: Console) {
        let entries = search.places.map { JournalEntry($0) }
        if place.json {
            var report = StatusReport(rows: [], problems: [])
            report.journals = entries
            console.document(ReportDocument(report, status: .ok))
        } else {
            let none = "no journal has a record; a run makes one in \(search.standard.directory)"
            console.result(entries.isEmpty ? none : JournalEntry.text(entries))
        }
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

extension Console {
    /// Tells of problems of the journal that keep nothing from being shown, the first of many.
    func warn(of problems: [JournalProblem]) {
        let most = 10
        for problem in problems.prefix(most) {
            note("warning: \(problem)", .warning, details: problem.remedy(in: .commands).advice)
        }
        if problems.count > most { note("warning: \(problems.count - most) more of this kind; --json has all", .warning) }
    }
}
