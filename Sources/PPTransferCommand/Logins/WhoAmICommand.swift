import ArgumentParser
import FoundationEssentials
import Globus
import GlobusCLILogin
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
        let session = try CommandSession(json: json)
        let console = session.console
        let sites: SiteCatalogue
        do {
            sites = try SiteCatalogue.load(environment: session.environment, words: .commands)
        } catch {
            throw console.refused(error, asDocument: json)
        }
        let findings = Credentials.survey(session.environment, names: .pptransfer)
        let now = SystemTimekeeper().now
        let report: LoginReport
        do {
            report = await LoginReport(findings, login: try session.connected(for: .identity).login, sites: sites, now: now)
        } catch {
            report = LoginReport(findings, problem: error, now: now)
        }
        try console.leave(with: ReportDocument(report, status: report.status), text: json ? nil : report.text)
    }
}
