import ArgumentParser
import FoundationEssentials
import Globus
import GlobusCLILogin
import PPTransfer
import PPTransferReports

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel the Globus tasks of cycles.",
        discussion: """
            Files that have arrived stay at the destination. A 'run' that waits for such a task exits with status 51 (cancelled). A \
            later 'run' sends the rest.

              pptransfer cancel u-ab123 --cycle 19880901T0000Z
              pptransfer cancel aps-download      # a transfer without cycles
            """)

    private static let choice = "--cycle, --from or --to"

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions

    func validate() throws {
        try cycles.requireChoice(place, Self.choice)
    }

    func run() async throws {
        let session = try CommandSession(json: place.json)
        let console = session.console
        let journal = place.place(session.environment)
        let workflow = place.workflow(session.environment)
        try cycles.requireNoCycles(of: workflow, in: journal, Self.choice, console)
        let found = cycles.selection(workflow).records(in: journal)
        for problem in found.problems { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        let globus: GlobusSession
        do { globus = try session.connected(for: .question) } catch { throw console.refused(login: error) }
        let results = await Cancellation(service: globus.transfer, words: .commands).cancel(found.records)
        var status = ExitStatus.mostSerious(
            of: results.map { ExitStatus(number: $0.exitStatus) } + found.problems.map { _ in ExitStatus.journal })
        if results.isEmpty, status == .ok { status = .nothing }
        if place.json {
            console.document(ReportDocument(CancelReport(transfers: results), status: status))
        } else if results.isEmpty {
            console.result("no such record in \(journal.directory)")
        } else {
            for result in results { console.result(line: "\(result.title): \(result.message)") }
        }
        try console.leave(with: status)
    }
}
