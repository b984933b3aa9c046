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
        usage: "pptransfer cancel [<workflow>] [<points> ...] [<options>]",
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
        let chosen: ChosenRecords
        do throws(RecordProblem) {
            chosen = try place.chosen(cycles, session.environment, options: Self.choice, command: "pptransfer cancel")
        } catch {
            let document = place.json ? ReportDocument(CancelReport(transfers: []), status: error.status) : nil
            throw console.refused(error, document: document)
        }
        for problem in chosen.problems { console.error("\(problem)", remedy: problem.remedy(in: .commands)) }
        let globus: GlobusSession
        do { globus = try session.connected(for: .question) } catch { throw console.refused(login: error) }
        let results = await Cancellation(service: globus.transfer, words: .commands).cancel(chosen.records)
        var status = ExitStatus.mostSerious(
            of: results.map { ExitStatus(number: $0.exitStatus) } + chosen.problems.map { _ in ExitStatus.journal })
        if results.isEmpty, status == .ok { status = .noRecord }
        if place.json {
            console.document(ReportDocument(CancelReport(transfers: results), status: status))
        } else if results.isEmpty {
            console.result("no records in \(chosen.journal.directory)")
        } else {
            for result in results { console.result(line: "\(result.title): \(result.message)") }
        }
        try console.leave(with: status)
    }
}
