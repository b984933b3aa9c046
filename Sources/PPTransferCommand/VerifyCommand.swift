import ArgumentParser
import PPTransfer

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Looks once more whether archived cycles are at their destination.",
        discussion: """
            Every file that was proven is looked for in the destination's listing, with the size that was recorded. Nothing is sent. \
            What is missing, short or long is named, leaves with 60, and counts as not sent from then on: 'pptransfer rerun' sends \
            it again. A cycle that is not archived leaves with 61.

              pptransfer verify u-ab123 --all
              pptransfer verify u-ab123 --cycle 19880901T0000Z
            """)

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions
    @OptionGroup var logging: LogOptions

    @Flag(help: "Every archived cycle of the workflow.")
    var all = false

    func validate() throws {
        if !all, cycles.cycles.isEmpty, cycles.from == nil, cycles.to == nil {
            throw ValidationError("say which: --cycle, --from, --to or --all")
        }
    }

    func run() async throws {
        guard let work = try RecordedWork(place, cycles, logging, { $0.archivedOnly = all }) else { return }
        try await work.execution.perform(work.plans, work.globus, work.console) { [plans = work.plans] session, journal, log, _ in
            await Verification(service: session.transfer, journal: journal, log: log).verify(plans)
        }
    }
}
