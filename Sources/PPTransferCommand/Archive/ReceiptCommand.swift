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
        let (journal, workflow) = (place.place(environment), place.workflow(environment))
        let cycle = try wantedCycle(of: workflow, in: journal, environment, console)
        // In a job, this is the gate of a deletion.
        let isJob = !(environment["CYLC_TASK_CYCLE_POINT"] ?? "").isEmpty
        let report = ReceiptReport(journal, workflow: workflow, cycle: cycle, names: names, usesCopies: !isJob)
        if place.json {
            console.document(ReportDocument(report, status: report.status))
        } else if !report.entries.isEmpty {
            console.result(report.text)
        }
        if let note = StatusReport.note(copies: report.copies, journal) { console.note(note) }
        for missing in report.missing { console.error("\(missing)") }
        for problem in report.problems { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        try console.leave(with: report.status)
    }

    /// - Returns: `nil` for the transfers without a cycle.
    /// - Throws: `ExitCode`, after a message.
    private func wantedCycle(
        of workflow: String?, in journal: Journal, _ environment: [String: String], _ console: Console
    ) throws -> String? {
        if let given = point ?? cycle ?? environment["CYLC_TASK_CYCLE_POINT"], !given.isEmpty {
            return given == RecordSelection.noCycle ? nil : given
        }
        guard let workflow else {
            console.error(
                "no workflow and no cycle is named; write 'pptransfer receipt WORKFLOW --cycle POINT', or for a transfer without cycles "
                    + "'pptransfer receipt NAME', with the name that 'pptransfer status' prints")
            throw ExitCode(.usage)
        }
        try journal.requireNoCycles(of: workflow, "--cycle", console)
        return nil
    }
}
