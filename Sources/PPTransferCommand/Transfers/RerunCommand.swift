import ArgumentParser
import PPTransfer

struct RerunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Runs cycles again from the journal, outside of any workflow.",
        discussion: """
            The journal holds each transfer's plan whole: neither the suite's environment nor the description is needed. The oldest \
            cycle goes first, three at a time (Globus works on three of your tasks at once): as one ends, the next begins, but none in \
            the last minute of a batch job. What is under way is taken up, what is \
            archived is left alone, exactly as 'run' does.

              pptransfer rerun u-ab123 --failed
              pptransfer rerun u-ab123 --from 19880901T0000Z --to 19891201T0000Z
            """)

    /// As many tasks as Globus works on at once for one user.
    private static let together = 3

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var logging: LogOptions

    @Flag(help: "Only cycles whose latest run did not end well, or was killed before it submitted.")
    var failed = false

    @OptionGroup var forgetting: ForgetOptions

    func validate() throws {
        if !failed, cycles.cycles.isEmpty, cycles.from == nil, cycles.to == nil {
            throw ValidationError("say which: --failed, --cycle, --from or --to")
        }
    }

    func run() async throws {
        guard let work = try RecordedWork(place, cycles, logging, { $0.failedOnly = failed }) else { return }
        let options = SendOptions(limit: waiting.longest, together: Self.together, forgetsTask: forgetting.forgetsTask)
        try await work.session.send(work.plans, options, journal: work.journal, reporter: RunReporter(work.session))
    }
}
