import ArgumentParser
import FoundationEssentials
import PPTransfer
import PPTransferReports
import PositionedYAML

struct ReceiptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Show the proof that a cycle is archived, or fail.",
        usage: "pptransfer receipt [<workflow>] [<point>] [<options>]",
        discussion: """
            Prints files and bytes, when and how they were verified, and by which Globus tasks: from the journal, without a network. \
            Exits with status 0 only if every transfer of the cycle is archived and verified, with 61 if one is not, and with 71 if the \
            journal cannot be read. Use it as the gate of a task that removes staged files: with --staged, the status is 61 also if the \
            directory holds a file, link or anything else that is not verified, or that has changed since. Each is named.

              pptransfer receipt --cycle "$CYLC_TASK_CYCLE_POINT"
              pptransfer receipt --staged "$STAGED"
              pptransfer receipt u-ab123 --cycle 19880901T0000Z --name atmos --name ocean
              pptransfer receipt aps-download     # a transfer without cycles

            If the journal is gone, as after 'cylc clean', the command prints the second copy of the receipt, and says so. In a Cylc job, \
            and with --staged, it does not: another run of the workflow may have written that copy.

            A transfer that never began has no record; name it with --name, so that it is missed. 'pptransfer verify' checks whether the \
            files are still there.
            """)

    @OptionGroup var place: JournalOptions

    @Argument(help: "The cycle, as 'status' prints it; '-': the transfers without a cycle.")
    var point: String?

    @Option(
        name: .customLong("cycle"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("The cycle. Default: CYLC_TASK_CYCLE_POINT.", valueName: "point"))
    var cycles: [String] = []

    @Option(name: .customLong("name"), help: ArgumentHelp("A transfer that must be archived. May be repeated.", valueName: "name"))
    var names: [String] = []

    @Option(
        help: ArgumentHelp("A directory that must hold only what is verified, so that it can be deleted.", valueName: "dir"),
        completion: .directory)
    var staged: String?

    func validate() throws {
        // What is named and not looked at would pass for proven.
        if cycles.count + (point == nil ? 0 : 1) > 1 { throw ValidationError("one cycle at a time") }
    }

    func run() async throws {
        let environment = CommandEnvironment.variables
        let console = Console(isRehearsal: place.isRehearsal(environment))
        let wanted: (journal: Journal, workflow: String?, cycle: String?)
        do throws(RecordProblem) { wanted = try self.wanted(environment) } catch { throw console.refused(error) }
        // In a job, and before a directory is deleted, this is the gate of a deletion.
        let isJob = !(environment["CYLC_TASK_CYCLE_POINT"] ?? "").isEmpty
        var report = ReceiptReport(
            wanted.journal, workflow: wanted.workflow, cycle: wanted.cycle, names: names, usesCopies: !isJob && staged == nil)
        if let staged, report.problems.isEmpty {
            let plans = try CommandSession(environment: environment, json: place.json).plans(of: report.records)
            do throws(JournalProblem) {
                report.staged = try await StagedCheck(wanted.journal).report(on: Journal.absolute(staged), plans)
            } catch {
                report.problems.append(error)
            }
        }
        if place.json {
            console.document(ReportDocument(report, status: report.status))
        } else if !report.entries.isEmpty {
            console.result(report.text)
        }
        if let note = StatusReport.note(copies: report.copies, wanted.journal) { console.note(note) }
        for missing in report.missing { console.error("\(missing)") }
        if report.entries.isEmpty, let nowhere = RecordProblem(place.search(environment), workflow: place.workflow, journal: place.journal)
        {
            for line in nowhere.details { console.note("    " + line) }
        }
        if let staged = report.staged { tell(staged, console) }
        for problem in report.problems { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        try console.leave(with: report.status)
    }

    private func tell(_ staged: StagedCheck.Report, _ console: Console) {
        guard !staged.isMissing else { return console.error("there is no directory '\(staged.directory)'") }
        guard !staged.unproven.isEmpty else { return }
        for line in Quantity.list(staged.unproven) { console.error("\(line)") }
        console.error(
            "'\(staged.directory)' must not be deleted: \(Quantity.count(staged.unproven.count, "thing")) in it "
                + (staged.unproven.count == 1 ? "is not verified" : "are not verified")
                + "; 'pptransfer clean --delete --directories' deletes only what is")
    }

    /// The journal that holds the cycle; without one, the journal that runs from here write.
    ///
    /// - Returns: no cycle for the transfers without one.
    private func wanted(_ environment: [String: String]) throws(RecordProblem) -> (
        journal: Journal, workflow: String?, cycle: String?
    ) {
        let search = place.search(environment, place.workflow(environment) == nil ? .standard : .likely)
        let workflow = search.workflow
        let places = search.places.isEmpty ? [JournalSearch.Place(search.standard)] : search.places
        var wanted: String?
        if let given = point ?? cycles.first ?? environment["CYLC_TASK_CYCLE_POINT"], !given.isEmpty {
            wanted = given == RecordSelection.noCycle ? nil : given
        } else if let workflow {
            if search.standard.copies(of: workflow).isEmpty,
                let problem = RecordProblem(search, workflow: workflow, journal: place.journal)
            {
                throw problem
            }
            let records = places.flatMap { RecordSelection(workflow: workflow).records(in: $0.journal).records }
            try JournalOptions.requireNoCycles(records, of: workflow, "--cycle")
        } else {
            throw RecordProblem(
                "no workflow and no cycle is named; write 'pptransfer receipt WORKFLOW --cycle POINT', or for a transfer without cycles "
                    + "'pptransfer receipt NAME', with the name that 'pptransfer status' prints", status: .usage)
        }
        var selection = RecordSelection(workflow: workflow)
        selection.cycles = [wanted ?? RecordSelection.noCycle]
        let holders = places.count == 1 ? places : places.filter { !selection.records(in: $0.journal).records.isEmpty }
        guard holders.count < 2 else {
            throw RecordProblem(
                ambiguous: [workflow, wanted].compactMap(\.self).joined(separator: " "), in: holders, workflow: workflow,
                command: "pptransfer receipt")
        }
        return ((holders.first ?? places[0]).journal, workflow, wanted)
    }
}
