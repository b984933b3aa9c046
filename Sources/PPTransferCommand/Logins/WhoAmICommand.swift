import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct WhoAmICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Shows which login is in use, whose it is, and how long the sites will be content with it.",
        discussion: """
            Logins are looked for in this order, and the first that is there is used:

              PPTRANSFER_ACCESS_TOKEN                         an access token for Transfer
              GLOBUS_CLI_CLIENT_ID, GLOBUS_CLI_CLIENT_SECRET  a service account
              ~/.config/pptransfer/login.json                 by 'pptransfer login' (or where PPTRANSFER_LOGIN says)
              ~/.globus/cli/storage.db                        by 'globus login', of GLOBUS_PROFILE (or PPTRANSFER_GLOBUS_STORE)

            The exit status is that of the login itself: 0, 20 (there is none, or it is dead), or 30 (Globus is out of reach).
            """)

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let execution = Execution(descriptions: .reporting(json: json), environment: environment)
        let globus = try execution.globusEnvironment()
        let console = Console(isRehearsal: globus.transfer.isLoopback)
        let sites: SiteCatalogue
        do {
            sites = try SiteCatalogue.load(environment: environment)
        } catch {
            throw execution.refuse(error, console)
        }
        let findings = Credentials.survey(environment, names: .pptransfer)
        let now = SystemTimekeeper().now
        let report: LoginReport
        do {
            let session = try GlobusSession(
                environment: globus, variables: environment, client: Program.client, names: .pptransfer, policy: .interactive)
            report = await LoginReport(findings, login: session.login, sites: sites, now: now)
        } catch {
            report = LoginReport(findings, problem: error, now: now)
        }
        if json { console.document(ReportDocument(report, status: report.status)) } else { console.result(report.text) }
        if report.status != .ok { throw ExitCode(report.status.number) }
    }
}
