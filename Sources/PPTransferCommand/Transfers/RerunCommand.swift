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

            If the staged files have moved, or the archive is elsewhere now, name the new place with --from or --to. A place holds ':/', or \
            begins with '/', which means the recorded collection. '{cycle}', '{workflow}' and '{name}' stand for those of each record. \
            --dry-run prints the new plans and sends nothing.

              pptransfer rerun u-ab123 --failed --dry-run \\
                --to 'jasmin:/gws/ssde/j25b/canari/{workflow}/{cycle}'

            Cycles that are archived stay where they are: see 'pptransfer records move'.
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

    @Flag(name: .customLong("dry-run"), help: "Print the plans. Nothing is sent.")
    var dryRun = false

    @OptionGroup var forgetting: ForgetOptions
    @OptionGroup var archiving: ArchiveAgainOptions

    func validate() throws {
        var cycles = cycles
        _ = try cycles.takePlaces()
        if !failed { try cycles.requireChoice(place, Self.choice) }
    }

    func run() async throws {
        var cycles = cycles
        let (source, destination) = try cycles.takePlaces()
        let work = try RecordedWork(
            place, cycles, logging, command: "pptransfer rerun", choice: failed ? nil : Self.choice,
            idle: ("no transfer has failed, and nothing is run again", .ok)
        ) { $0.failedOnly = failed }
        guard let work else { return }
        var plans = work.plans
        if source != nil || destination != nil { plans = try await work.session.plans(of: work, from: source, to: destination) }
        guard !dryRun else { return try await work.session.preview(plans) { $0.text } }
        var options = SendOptions(limit: waiting.longest, together: Self.together, forgetsTask: forgetting.forgetsTask)
        options.archivesAgain = archiving.archivesAgain
        try await work.session.send(plans, options, journal: work.journal, reporter: work.reporter)
    }
}
