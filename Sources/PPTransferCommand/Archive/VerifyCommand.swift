import ArgumentParser
import FoundationEssentials
import Globus
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

            A listing shows no bytes. With --via manifest a list of checksums is written ('sha256sum -c' reads it) and a job that reads \
            every file where it lies now: for Slurm, or for sh. The job leaves a report, which --report takes; neither needs a \
            network here. Files that the report finds changed or missing leave with 60, and are sent again by 'pptransfer rerun'. A \
            report that is cut off, or about another manifest, proves nothing and leaves with 61.

              pptransfer verify u-ab123 --cycle 19880901T0000Z --via manifest --output to-jasmin
              pptransfer verify u-ab123 --cycle 19880901T0000Z --report u-ab123.19880901T0000Z.report
            """)

    enum Way: String, ExpressibleByArgument, CaseIterable { case listing, manifest }

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions
    @OptionGroup var logging: LogOptions

    @Flag(help: "Every archived cycle of the workflow.")
    var all = false

    @Option(help: "How: by the destination's listing, or by a list and a job that reads the files there.")
    var via = Way.listing

    @Option(
        help: ArgumentHelp("Where --via manifest writes its files. Default: the working directory.", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Option(help: ArgumentHelp("What the job has found.", valueName: "file"), completion: .file())
    var report: String?

    func validate() throws {
        if !all, cycles.cycles.isEmpty, cycles.from == nil, cycles.to == nil {
            throw ValidationError("say which: --cycle, --from, --to or --all")
        }
        if report != nil, via == .manifest { throw ValidationError("--via manifest asks, --report takes the answer: not both at once") }
        if output != nil, via != .manifest { throw ValidationError("--output goes with --via manifest") }
    }

    func run() async throws {
        guard let work = try RecordedWork(place, cycles, logging, { $0.archivedOnly = all }) else { return }
        let farEnd = FarEndVerification(journal: work.journal)
        let reporter = RunReporter(work.session)
        if let report { return try await reporter.end(offline: await farEnd.accept(report, work.plans)) }
        if via == .manifest {
            let directory = output ?? FileManager.default.currentDirectoryPath
            return try await reporter.end(offline: await farEnd.ask(work.plans, into: directory))
        }
        try await work.session.perform(on: work.plans, journal: work.journal, reporter: reporter) { [plans = work.plans] work in
            await Verification(service: work.globus.transfer, journal: work.journal, log: work.log).verify(plans)
        }
    }
}
