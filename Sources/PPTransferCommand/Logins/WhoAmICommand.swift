import ArgumentParser
import FoundationEssentials
import Globus
import GlobusCLILogin
import PPTransfer
import PPTransferReports

struct WhoAmICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show the login in use and how long it is valid.",
        discussion: """
            pptransfer looks for logins in this order, and uses the first that it finds:

              PPTRANSFER_ACCESS_TOKEN
                  an access token for Globus Transfer
              GLOBUS_CLI_CLIENT_ID, GLOBUS_CLI_CLIENT_SECRET
                  a service account
              ~/.config/pptransfer/login.json
                  made by 'pptransfer login'; PPTRANSFER_LOGIN names another file
              ~/.globus/cli/storage.db
                  made by 'globus login', with GLOBUS_PROFILE; PPTRANSFER_GLOBUS_STORE
                  names another file

            Exits with status 0 if the login works, with 20 if there is none or Globus refuses it, and with 30 if Globus cannot be \
            reached.
            """)

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @OptionGroup var outage: OutageOptions

    func run() async throws {
        var session = try CommandSession(json: json)
        session.outage = outage.outage?.duration
        let console = session.console
        let sites: SiteCatalogue
        do {
            sites = try SiteCatalogue.load(environment: session.environment, words: .commands)
        } catch {
            throw console.refused(error, asDocument: json)
        }
        let findings = Credentials.survey(session.environment, names: .pptransfer)
        let now = SystemTimekeeper().now
        let used = session.journal(given: nil).summaries().summaries.flatMap { [$0.source.collection, $0.destination.collection] }
        let report: LoginReport
        do {
            report = await LoginReport(
                findings, login: try session.connected(for: .identity).login, sites: sites, used: Set(used), now: now)
        } catch {
            report = LoginReport(findings, problem: error, now: now)
        }
        try console.leave(with: ReportDocument(report, status: report.status), text: json ? nil : report.text)
    }
}
