import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check that a transfer would work now, without sending.",
        usage: "pptransfer check <file> ... [<options>]",
        discussion: """
            Checks network, login, consents, collections and paths, and prints a line for each: 'ok', 'WARNING', 'FAILED' or 'unknown'. \
            The most serious is the exit status. Commands that you must type are on lines of their own, for both collections at once. \
            Run it as the first task of a workflow.

            Nothing is sent. To test whether it can write to the destination, pptransfer creates a directory there and removes it again.

            For a task in every cycle, use --quick: after a check that found everything in order, it makes one request, and looks up when \
            the logins end. If that is not enough, everything is checked.

              pptransfer check task.yaml --quick

            At JASMIN a login is valid for 30 days. The command prints how many days are left, and a warning below --warn-days.
            """)

    @OptionGroup var descriptions: DescriptionOptions

    @Option(name: .customLong("warn-days"), help: ArgumentHelp("Warn if a login is valid for fewer days.", valueName: "n"))
    var warnDays = 7

    @Flag(help: "Make one request, if a check of the last 7 days found everything in order.")
    var quick = false

    @OptionGroup var outage: OutageOptions

    func validate() throws {
        if descriptions.files.isEmpty { throw ValidationError("name a description, or '-' for standard input") }
        if warnDays < 0 { throw ValidationError("--warn-days is a number of days, 0 or more") }
    }

    func run() async throws {
        var session = try CommandSession(json: descriptions.json)
        session.outage = outage.outage?.duration
        let console = session.console
        let plans = try await descriptions.plans(in: session, waits: false)
        let report: CheckReport
        do {
            let globus = try session.connected(for: .question)
            let journal = session.journal(given: nil)
            let short = quick ? await QuickCheck(globus, journal, warnDays: warnDays).check(plans, isRehearsal: console.isRehearsal) : nil
            if let short {
                report = short
            } else {
                report = await Preflight(globus, warnDays: warnDays).check(
                    plans, isRehearsal: console.isRehearsal, keptIn: quick ? journal : nil)
            }
        } catch {
            report = CheckReport(noLogin: error, isRehearsal: console.isRehearsal)
        }
        try console.leave(with: ReportDocument(report, status: report.status), text: descriptions.json ? nil : report.text)
    }
}
