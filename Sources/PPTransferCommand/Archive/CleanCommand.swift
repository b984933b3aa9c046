import ArgumentParser
import Globus
import PPTransfer
import PPTransferReports
import PositionedYAML

struct CleanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Delete staged files that are verified at the destination.",
        discussion: """
            Without --delete, the command only lists what it would delete, and what stays with the reason. Each file is deleted only if it is verified at the level that \
            the description requires, and if it is still the file that was sent: same size, inode, modification time and change time. If \
            only the change time differs (chmod, mv, ln), the file must still have its verified digest. Nothing else is touched: no \
            symbolic link is followed, and nothing outside the source directory is deleted. What stays is listed with its reason, and \
            the command exits with status 61.

            Before it deletes, --delete creates an empty file of a unique name in each source directory, looks for it at the \
            destination, and removes it. If the file appears at the destination, both are the same place, and nothing is deleted (status \
            61). This needs a login. Without --delete, no network is used.

              pptransfer clean u-ab123 --cycle 19880901T0000Z
              pptransfer clean u-ab123 --to 19891201T0000Z --delete --directories
            """)

    private static let choice = "--cycle, --from, --to or --all"

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions
    @OptionGroup var logging: LogOptions

    @Flag(help: "Every archived cycle of the workflow.")
    var all = false

    @Flag(help: "Delete the files. Without it, only list them.")
    var delete = false

    @Flag(help: "Also remove directories that are empty then.")
    var directories = false

    func validate() throws {
        if !all { try cycles.requireChoice(place, Self.choice) }
    }

    func run() async throws {
        let work = try RecordedWork(
            place, cycles, logging, command: "pptransfer clean", choice: all ? nil : Self.choice,
            ifNone: { _ in CleanReport(transfers: []) }, idle: ("no transfer is archived, and nothing is deleted", .ok)
        ) { $0.archivedOnly = all }
        guard let work else { return }
        let deletes = delete && work.console.mayDelete(work.session.environment)
        if delete, !deletes {
            work.console.note(
                "a rehearsal deletes nothing; PPTRANSFER_REHEARSAL_DELETES=1 lets it delete", .warning)
        }
        let (reports, signal) = await clean(work, deletes: deletes)
        let status =
            signal.map { .signal($0) }
            ?? ExitStatus.mostSerious(of: reports.map { ExitStatus(number: $0.exitStatus) } + [work.unreadStatus])
        if place.json {
            work.console.document(ReportDocument(CleanReport(transfers: reports), status: status))
        } else {
            for report in reports {
                work.console.result(line: "\(report.title): \(report.message)")
                for line in Quantity.list(report.kept) { work.console.note("  " + line, .warning) }
                for line in Quantity.list(report.others, most: logging.verbose ? .max : 20) { work.console.note("  " + line) }
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
        let (journal, plans, directories, words) = (work.journal, work.plans, directories, work.words)
        let task = Task { [service] in
            var cleaner = SourceCleaner(deletes: deletes, removesDirectories: directories)
            cleaner.words = words
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
