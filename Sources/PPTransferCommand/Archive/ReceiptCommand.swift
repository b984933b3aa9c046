import ArgumentParser
import FoundationEssentials
import PPTransfer
import PPTransferReports

struct ReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Show the proof that a cycle is archived, or fail.",
        discussion: """
            Prints files and bytes, when and how they were verified, and by which Globus tasks: from the journal, without a network. \
            Exits with status 0 only if every transfer of the cycle is archived and verified, with 61 if one is not, and with 71 if the \
            journal cannot be read. Use it as the gate of a task that removes staged files.

              pptransfer receipt --cycle "$CYLC_TASK_CYCLE_POINT"
              pptransfer receipt u-ab123 --cycle 19880901T0000Z --name atmos --name ocean
              pptransfer receipt aps-download     # a transfer without cycles

            If the journal is gone, as after 'cylc clean', the command prints the second copy of the receipt, and says so. In a Cylc job \
            it does not: another run of the workflow may have written that copy.

            A transfer that never began has no record; name it with --name, so that it is missed. 'pptransfer verify' checks whether the \
            files are still there.
            """)

    @OptionGroup var place: JournalOptions

    @Argument(help: "The cycle, as 'status' prints it; '-': the transfers without a cycle.")
    var point: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The cycle. Default: CYLC_TASK_CYCLE_POINT.", valueName: "point"))
    var cycle: String?

    @Option(name: .customLong("name"), help: ArgumentHelp("A transfer that must be archived. May be repeated.", valueName: "name"))
    var names: [String] = []

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let console = Console(isRehearsal: place.isRehearsal(environment))
        let wanted: (journal: Journal, workflow: String?, cycle: String?)
        do throws(RecordProblem) { wanted = try self.wanted(environment) } catch { throw console.refused(error) }
        // In a job, this is the gate of a deletion.
        let isJob = !(environment["CYLC_TASK_CYCLE_POINT"] ?? "").isEmpty
        let report = ReceiptReport(
            wanted.journal, workflow: wanted.workflow, cycle: wanted.cycle, names: names, usesCopies: !isJob)
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
        for problem in report.problems { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        try console.leave(with: report.status)
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
        if let given = point ?? cycle ?? environment["CYLC_TASK_CYCLE_POINT"], !given.isEmpty {
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
