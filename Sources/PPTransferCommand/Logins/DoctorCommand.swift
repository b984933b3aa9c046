import ArgumentParser
import FoundationEssentials
import PPTransfer
import PPTransferReports

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find problems on this machine that would stop a transfer.",
        discussion: """
            Checks certificates, proxy, libcurl, home directory, login, site files, journal and variables, without a network. Prints a \
            line for each: 'ok', 'note', 'WARNING' or 'FAILED'. The most serious failure is the exit status; warnings leave it at 0.

            Run it where the transfers will run: home directory and proxy of a job may differ from those of a login node. 'pptransfer \
            check' checks what needs Globus.
            """)

    @Option(help: ArgumentHelp("The journal directory, as for 'run'.", valueName: "dir"), completion: .directory)
    var journal: String?

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func run() throws {
        let report = Doctor(environment: CommandEnvironment.variables, journal: journal).report()
        let console = Console(isRehearsal: false)
        try console.leave(with: ReportDocument(report, status: report.status), text: json ? nil : report.text)
    }
}
