import ArgumentParser
import Globus
import PPTransfer
import PPTransferReports
import PositionedYAML

struct CleanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Deletes staged files that are proven at their destination. Without --delete it only tells which.",
        discussion: """
            Each file goes only if its own row is proven, at the level that the description asks for, and it is still the file that was \
            sent: its size, inode, and times of modification and of change are those of the row. A file of which only the time of change \
            differs (chmod, mv, ln) goes if it still has its proven digest. Nothing else is touched: no link is followed, nothing outside \
            of the source directory. What stays is listed with its reason, and leaves with 61.

            Before it deletes, --delete makes an empty file of a unique name in each directory of the source, looks for it at the \
            destination, and removes it: if it appears there, source and destination are the same place, and nothing is deleted (61). \
            This needs a login. Without --delete no network is used.

              pptransfer clean u-ab123 --cycle 19880901T0000Z
              pptransfer clean u-ab123 --to 19891201T0000Z --delete --directories
            """)

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions
    @OptionGroup var logging: LogOptions

    @Flag(help: "Every archived cycle of the workflow.")
    var all = false

    @Flag(help: "Delete. Without it nothing is.")
    var delete = false

    @Flag(help: "Directories that are empty then, too.")
    var directories = false

    func validate() throws {
        if !all, cycles.cycles.isEmpty, cycles.from == nil, cycles.to == nil {
            throw ValidationError("say which: --cycle, --from, --to or --all")
        }
    }

    func run() async throws {
        let work = try RecordedWork(place, cycles, logging, ifNone: { _ in CleanReport(transfers: []) }) { $0.archivedOnly = all }
        guard let work else { return }
        let deletes = delete && work.console.mayDelete(work.session.environment)
        if delete, !deletes {
            work.console.note(
                "a rehearsal deletes nothing; PPTRANSFER_REHEARSAL_DELETES=1 makes it, where the source is made for that", .warning)
        }
        let (reports, signal) = await clean(work, deletes: deletes)
        let status = signal.map { .signal($0) } ?? ExitStatus.mostSerious(of: reports.map { ExitStatus(number: $0.exitStatus) })
        if place.json {
            work.console.document(ReportDocument(CleanReport(transfers: reports), status: status))
        } else {
            for report in reports {
                work.console.result(line: "\(report.title): \(report.message)")
                for line in Quantity.list(report.kept) { work.console.note("  " + line, .warning) }
            }
        }
        try work.console.leave(with: status)
    }

    /// - Returns: a report for each cycle, and the signal that ended it, if one did.
    private func clean(_ work: RecordedWork, deletes: Bool) async -> (reports: [CleanUp.Report], signal: Int32?) {
        var service: (any TransferService)?
        if deletes {
            do throws(GlobusError) {
                service = try work.session.connected(for: .transfers(work.plans)).transfer
            } catch {
                // Cycles of which nothing is left do without it.
                work.console.note("\(error)", .warning)
            }
        }
        let (journal, plans, directories) = (work.journal, work.plans, directories)
        let task = Task { [service] in
            var cleaner = SourceCleaner(deletes: deletes, removesDirectories: directories)
            cleaner.words = .commands
            cleaner.isCancelled = { Task.isCancelled }
            let cleanUp = CleanUp(journal, cleaner, service: service)
            var reports: [CleanUp.Report] = []
            for plan in plans where !Task.isCancelled { reports.append(await cleanUp.clean(plan)) }
            return reports
        }
        // So that no file is left of those that are made for a moment.
        let interruption = Interruption { task.cancel() }
        return (await task.value, interruption.number)
    }
}
