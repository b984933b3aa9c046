import ArgumentParser
import PPTransfer

struct CleanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Deletes staged files that are proven at their destination. Without --delete it only tells which.",
        discussion: """
            Each file goes only if its own row is proven, at the level that the description asks for, and its size and time are still \
            those of the row. Nothing else is touched: no link is followed, nothing outside of the source directory. What stays is \
            listed with its reason, and leaves with 61.

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
        guard let work = try RecordedWork(place, cycles, logging, { $0.archivedOnly = all }) else { return }
        let deletes = delete && work.console.mayDelete(work.execution.environment)
        if delete, !deletes {
            work.console.note(
                "a rehearsal deletes nothing; PPTRANSFER_REHEARSAL_DELETES=1 makes it, where the source is made for that", .warning)
        }
        let cleanUp = CleanUp(work.journal, SourceCleaner(deletes: deletes, removesDirectories: directories))
        var reports: [CleanUp.Report] = []
        for plan in work.plans { reports.append(await cleanUp.clean(plan)) }
        if place.json {
            work.console.document(JSONText.of(reports))
        } else {
            for report in reports {
                work.console.result("\(report.title): \(report.message)")
                for line in Quantity.list(report.kept) { work.console.note("  " + line, .warning) }
            }
        }
        let status = ExitStatus.mostSerious(of: reports.map { ExitStatus(number: $0.exitStatus) })
        if status != .ok { throw ExitCode(status.number) }
    }
}
