import ArgumentParser
import PPTransfer

struct RerunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Run cycles again from the journal, outside a workflow.",
        discussion: """
            The journal holds the whole plan of each transfer. Neither the description nor the suite's environment is needed. The oldest \
            cycle is first. Three transfers run at a time, because Globus works on three tasks of a user at once; none is started in the \
            last minute of a batch job. As 'run' does, the command resumes what is under way and leaves alone what is archived.

              pptransfer rerun u-ab123 --failed
              pptransfer rerun u-ab123 --from 19880901T0000Z --to 19891201T0000Z
            """)

    /// As many tasks as Globus works on at once for one user.
    private static let together = 3

    private static let choice = "--failed, --cycle, --from or --to"

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var logging: LogOptions

    @Flag(help: "Only cycles whose latest run failed, or was killed before it submitted.")
    var failed = false

    @OptionGroup var forgetting: ForgetOptions
    @OptionGroup var archiving: ArchiveAgainOptions

    func validate() throws {
        if !failed { try cycles.requireChoice(place, Self.choice) }
    }

    func run() async throws {
        guard let work = try RecordedWork(place, cycles, logging, choice: failed ? nil : Self.choice, { $0.failedOnly = failed }) else {
            return
        }
        var options = SendOptions(limit: waiting.longest, together: Self.together, forgetsTask: forgetting.forgetsTask)
        options.archivesAgain = archiving.archivesAgain
        try await work.session.send(work.plans, options, journal: work.journal, reporter: RunReporter(work.session))
    }
}
