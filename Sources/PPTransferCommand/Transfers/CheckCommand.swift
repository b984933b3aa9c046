import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Looks whether descriptions would find their way: network, login, consents, collections, paths.",
        discussion: """
            Fit for the first task of a workflow. A line for each thing looked at: 'ok', 'WARNING', 'FAILED' or 'unknown'; the worst is \
            the exit status. What a person must type stands on lines of its own, for both collections at once. Nothing is sent; a \
            directory that is made to see whether the destination can be written is removed again.

            A login lasts 30 days at JASMIN: how many of them are left is told, and a warning below '--warn-days'.
            """)

    @OptionGroup var descriptions: DescriptionOptions

    @Option(name: .customLong("warn-days"), help: ArgumentHelp("Warn when fewer days of a login are left.", valueName: "n"))
    var warnDays = 7

    func validate() throws {
        if descriptions.files.isEmpty { throw ValidationError("name a description, or '-' for standard input") }
        if warnDays < 0 { throw ValidationError("--warn-days is a number of days, 0 or more") }
    }

    func run() async throws {
        let session = try CommandSession(json: descriptions.json)
        let console = session.console
        let plans = try await descriptions.plans(in: session)
        let report: CheckReport
        do {
            let globus = try session.connected(for: .question)
            report = await Preflight(globus, warnDays: warnDays).check(plans, isRehearsal: console.isRehearsal)
        } catch {
            report = CheckReport(noLogin: error, isRehearsal: console.isRehearsal)
        }
        try console.leave(with: ReportDocument(report, status: report.status), text: descriptions.json ? nil : report.text)
    }
}
