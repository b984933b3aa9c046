import ArgumentParser
import FoundationEssentials
import PPTransfer
import PPTransferReports

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what of this machine would get in the way: certificates, proxy, home, login, journal, variables. No network.",
        discussion: """
            A line for each thing looked at: 'ok', 'note', 'WARNING' or 'FAILED'; the worst failure is the exit status, and warnings \
            leave it at 0. Run it where the transfers will run: in a job, home and proxies may be others than on a login node. What \
            only Globus can tell is told by 'pptransfer check'.
            """)

    @Option(help: ArgumentHelp("Where the journal is, as for 'run'.", valueName: "dir"), completion: .directory)
    var journal: String?

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func run() throws {
        let report = Doctor(environment: ProcessInfo.processInfo.environment, journal: journal).report()
        let console = Console(isRehearsal: false)
        try console.leave(with: ReportDocument(report, status: report.status), text: json ? nil : report.text)
    }
}
