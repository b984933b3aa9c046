import ArgumentParser
import FoundationEssentials
import Globus
import PPTransfer
import PPTransferReports

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Re-check that archived cycles are at the destination.",
        discussion: """
            Lists the destination, and compares each file that was verified with the size on record. Nothing is sent. Exits with status \
            60 and names the files that are missing or have another size. That they were verified stays on record; 'pptransfer rerun' re-sends \
            those that the source still has, and a later 'verify' that finds them again clears the finding. Exits with status 61 for a cycle that is not archived.

              pptransfer verify u-ab123 --all
              pptransfer verify u-ab123 --cycle 19880901T0000Z

            What arrived on this machine (to: {collection: {gcp: local}}) is read here instead, and compared with the digests on record, \
            without a network.

            Where the description has 'to.group' or 'to.mode', what differs is a warning, or status 43 with 'on_difference: fail'.

            A listing shows no content. With '--via manifest', pptransfer writes a list of checksums (for 'sha256sum -c') and a job that \
            reads every file at the destination, for Slurm or for sh. The job writes a report, which you pass to --report. Neither step \
            needs a network here. Exits with status 60 if the report names changed or missing files, which 'pptransfer rerun' then \
            re-sends. A report that is cut off, or that belongs to another manifest, proves nothing: status 61. With '--fix-permissions' the \
            job also corrects the group and the mode of each file that is as it was sent, and of the directories that lead to it. It \
            changes nothing else, follows no symbolic link, and names what it may not change.

              pptransfer verify u-ab123 --cycle 19880901T0000Z \\
                --via manifest --output to-jasmin
              pptransfer verify u-ab123 --cycle 19880901T0000Z \\
                --report u-ab123.19880901T0000Z.report
            """)

    enum Way: String, ExpressibleByArgument, CaseIterable { case listing, manifest }

    private static let choice = "--cycle, --from, --to or --all"

    @OptionGroup var place: JournalOptions
    @OptionGroup var cycles: CycleOptions
    @OptionGroup var logging: LogOptions

    @OptionGroup var sums: SumsOptions

    @Flag(help: "Every archived cycle of the workflow.")
    var all = false

    @Option(help: "The method: list the destination, or write a job that reads the files there.")
    var via = Way.listing

    @Option(
        help: ArgumentHelp("The directory for the files of --via manifest. Default: the working directory.", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(
        name: .customLong("fix-permissions"),
        help: "With --via manifest, the job also corrects group and mode (to.group, to.mode) of the files that are as they were sent.")
    var fixesRights = false

    @Option(help: ArgumentHelp("The report that the job has written.", valueName: "file"), completion: .file())
    var report: String?

    func validate() throws {
        if !all { try cycles.requireChoice(place, Self.choice) }
        if report != nil, via == .manifest { throw ValidationError("use either --via manifest or --report") }
        if sums.writesSums, via == .manifest || report != nil {
            throw ValidationError("--write-sums goes with a verification on this machine")
        }
        if fixesRights, via != .manifest { throw ValidationError("--fix-permissions goes with --via manifest") }
        if output != nil, via != .manifest { throw ValidationError("--output goes with --via manifest") }
    }

    func run() async throws {
        let work = try RecordedWork(
            place, cycles, logging, command: "pptransfer verify", choice: all ? nil : Self.choice, leavesNoted: all,
            idle: ("no transfer is archived, and nothing is verified", .unverified)
        ) { $0.archivedOnly = all }
        guard let work else { return }
        for record in work.records where !record.isArchivedOrUnfound { work.console.note(ReceiptReport.standing(of: record)) }
        let farEnd = FarEndVerification(journal: work.journal)
        let reporter = work.reporter
        if let report { return try await reporter.end(offline: await farEnd.accept(report, work.plans)) }
        if via == .manifest {
            if fixesRights, let plan = work.plans.first(where: { $0.expectedRights == nil }) {
                work.console.error(
                    "\(plan.title) has neither a group nor a mode to correct",
                    remedy: "write 'to: {group: …, mode: g+rX}' in its description and run it, or leave --fix-permissions out")
                throw ExitCode(.usage)
            }
            let directory = output ?? FileManager.default.currentDirectoryPath
            return try await reporter.end(offline: await farEnd.ask(work.plans, into: directory, fixesRights: fixesRights))
        }
        try sums.check(work.plans, work.console)
        if work.plans.allSatisfy({ $0.localDestination != nil }) {
            var verification = Verification(service: nil, journal: work.journal, log: work.console.log)
            let display = work.console.narration.makeDisplay()
            (verification.writesSums, verification.display) = (sums.writesSums, display)
            let transfers = await verification.verify(work.plans)
            display?.end()
            return try await reporter.end(offline: transfers)
        }
        try await work.session.perform(on: work.plans, journal: work.journal, reporter: reporter) { [plans = work.plans] work in
            await Verification(service: work.globus.transfer, journal: work.journal, log: work.log).verify(plans)
        }
    }
}
