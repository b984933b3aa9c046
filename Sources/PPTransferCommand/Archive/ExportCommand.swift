import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the checksums of archived cycles as a BagIt tag set.",
        usage: "pptransfer export [<workflow>] [<points> ...] [<options>] --bagit <dir>",
        discussion: """
            Writes bagit.txt, bag-info.txt, manifest-sha256.txt and tagmanifest-sha256.txt (RFC 8493) from the journal, without a network. \
            The files themselves stay where they are: 'data/' in the manifest stands for the destination of the cycle, or for the \
            directory that holds all of them. Put the tag files beside a copy or a link of it with that name, and any BagIt program \
            checks it.

              pptransfer export u-ab123 --bagit bag
              pptransfer export u-ab123 --cycle 19880901T0000Z --bagit bag

            Every transfer must be archived, and every file must have a SHA-256 on record ('verify: {level: digest}', or \
            'pptransfer verify --via manifest'); otherwise nothing is written, and the status is 61. A directory that holds anything but \
            'data' or an earlier export is left alone: status 73.
            """)

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions

    @Option(help: ArgumentHelp("The directory for the tag files.", valueName: "dir"), completion: .directory)
    var bagit: String

    func run() throws {
        let environment = CommandEnvironment.variables
        let console = Console(isRehearsal: place.isRehearsal(environment))
        let found: ChosenRecords
        do throws(RecordProblem) {
            found = try place.chosen(cycles, environment, options: nil, command: "pptransfer export")
        } catch {
            let document = place.json ? ReportDocument(BagReport(report: nil), status: error.status) : nil
            throw console.refused(error, document: document)
        }
        var report: BagExport.Report?
        var status = ExitStatus.ok
        do throws(BagExport.Problem) {
            // What cannot be read may be what was meant.
            if let problem = found.problems.first { throw .journal(problem) }
            let export = BagExport(found.journal, agent: "pptransfer \(Program.version)", now: SystemTimekeeper().now)
            report = try export.write(found.records, to: Journal.absolute(bagit))
        } catch {
            status = error.status
            let only = found.records.count == 1 ? found.records.first : nil
            let transfer = found.records.first.map { RemedyStep.TransferWords(workflow: $0.workflow, cycle: only?.cycle, name: only?.name) }
            console.error("\(error)", remedy: error.remedy(in: .commands.naming(nil, transfer)))
            for line in error.details { console.note(line) }
        }
        if place.json {
            console.document(ReportDocument(BagReport(report: report), status: status))
        } else if let report {
            console.result(BagReport(report: report).text)
        }
        try console.leave(with: status)
    }
}
