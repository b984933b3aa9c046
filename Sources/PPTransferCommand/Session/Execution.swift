import ArgumentParser
import FoundationEssentials
import Globus
import Logging
import PPTransfer
import PPTransferReports
import PositionedYAML

/// What `run` and `rehearse` both do, once they know their environment: read, plan, send, report, leave.
struct Execution: Sendable {
    let descriptions: DescriptionOptions
    let environment: [String: String]
    /// Instead of the descriptions' limit; zero does not wait at all.
    var limit: Duration?
    /// Where the journal is, if not where the environment says.
    var journal: String?
    /// How much is told meanwhile, and how.
    var narration = Narration()
    /// Whether a workflow that we run in waits for what comes of this.
    var isStepOfWorkflow = false
    /// A person says that earlier tasks which this login cannot see have ended.
    var forgetsTask = false

    /// - Throws: `ExitCode`, unless all is well.
    func run(dryRun: Bool) async throws {
        let globus: GlobusEnvironment
        do {
            globus = try globusEnvironment()
        } catch {
            await tellSuite(ofRefusal: error, console(isRehearsal: false))
            throw error
        }
        // A service on this machine's loopback is a stand-in: nothing that is sent there leaves the machine.
        let console = console(isRehearsal: globus.transfer.isLoopback)
        if dryRun {
            try await preview(prepare(console), globus, console)
        } else {
            let plans: [TransferPlan]
            do {
                if !Journal(environment: environment, given: journal).hasPlace { throw refuse(JournalProblem.noPlace, console) }
                plans = try await prepareOnline(globus, console)
            } catch {
                await tellSuite(ofRefusal: error, console)
                throw error
            }
            try await send(plans, globus, console)
        }
    }

    func console(isRehearsal: Bool) -> Console { Console(isRehearsal: isRehearsal, narration: narration) }

    /// Who tells the workflow; `nil` if none waits for us.
    private func suite(_ console: Console) -> SuiteReporter? {
        guard isStepOfWorkflow else { return nil }
        var suite = SuiteReporter(environment: environment, log: console.log)
        suite?.isRehearsal = console.isRehearsal
        return suite
    }

    private func tellSuite(ofRefusal error: any Error, _ console: Console) async {
        guard let code = error as? ExitCode else { return }
        await suite(console)?.refused(ExitStatus(number: code.rawValue))
    }

    func globusEnvironment() throws -> GlobusEnvironment {
        do {
            return try GlobusEnvironment(environment, names: .pptransfer)
        } catch {
            let console = console(isRehearsal: false)
            console.error("\(error.description)")
            if descriptions.json {
                let problems = Problems([Problem(at: SourcePosition(file: error.variable), error.description)])
                console.document(ReportDocument(RefusalReport(problems: problems, isRehearsal: false), status: .usage))
            }
            throw ExitCode(ExitStatus.usage.number)
        }
    }

    /// Without a network.
    ///
    /// - Returns: the plans; their warnings are told.
    func prepare(_ console: Console, named: Preparation.NamedCollections = .unknown) throws -> [TransferPlan] {
        try plans(descriptions.preparation(environment: environment), console, named)
    }

    /// Looks up the collections that are named by what people call them.
    func prepareOnline(_ globus: GlobusEnvironment, _ console: Console) async throws -> [TransferPlan] {
        let preparation = descriptions.preparation(environment: environment)
        guard !preparation.searches.isEmpty else { return try plans(preparation, console, .unknown) }
        do {
            let session = try GlobusSession(
                environment: globus, variables: environment, client: Program.client, names: .pptransfer,
                policy: RetryPolicy(budget: .seconds(300)))
            let search = CollectionSearch(service: session.transfer)
            return try plans(preparation, console, .found(try await search.collections(for: preparation.descriptions)))
        } catch let problems as Problems {
            throw refuse(problems, console)
        } catch let error as GlobusError {
            console.error("\(error)")
            throw ExitCode(ExitStatus(lookingUp: error).number)
        }
    }

    private func plans(_ preparation: Preparation, _ console: Console, _ named: Preparation.NamedCollections) throws -> [TransferPlan] {
        do {
            let (plans, warnings) = try preparation.plans(
                named: named, today: SystemTimekeeper().now.day, isRehearsal: console.isRehearsal)
            for warning in warnings { console.tell(warning) }
            return plans
        } catch {
            throw refuse(error, console)
        }
    }

    private func preview(_ plans: [TransferPlan], _ globus: GlobusEnvironment, _ console: Console) async throws {
        let (previews, warnings) = await PlanPreview.all(plans, service: globus.transfer, now: SystemTimekeeper().now)
        for warning in warnings { console.tell(warning) }
        let report = PlanReport(transfers: previews, isRehearsal: console.isRehearsal)
        if descriptions.json {
            console.document(ReportDocument(report, status: report.status))
        } else {
            for preview in previews { console.result(preview.text) }
        }
        try leave(with: report.status)
    }

    /// The plans of records, as they were made.
    func plans(of records: [JournalRecord], _ console: Console) throws -> [TransferPlan] {
        do {
            let sites = try SiteCatalogue.load(environment: environment)
            return try records.map { try TransferPlan($0, sites: sites, isRehearsal: console.isRehearsal, home: environment["HOME"]) }
        } catch let problems as Problems {
            throw refuse(problems, console)
        }
    }

    /// - Parameter together: how many transfers may be under way at once.
    func send(_ plans: [TransferPlan], _ globus: GlobusEnvironment, _ console: Console, together: Int = .max) async throws {
        let suite = suite(console)
        try await perform(plans, globus, console, for: suite) { session, journal, log, display, signal in
            var run = TransferRun(service: session.transfer, journal: journal, log: log)
            run.login = session.login
            run.deletes = console.mayDelete(environment)
            run.suite = suite
            (run.limit, run.together) = (limit, together)
            run.display = display
            run.forgetsTask = forgetsTask
            run.leaveBy = BatchJob.end(environment)
            run.signal = signal
            return await run.run(plans)
        }
    }

    /// Logs in, does `work` until a signal comes, tells what came of it. A signal that comes later ends the telling; the result stands.
    ///
    /// - Parameter work: its last argument gives the signal that came first, if one did.
    func perform(
        _ plans: [TransferPlan], _ globus: GlobusEnvironment, _ console: Console, for suite: SuiteReporter? = nil,
        _ work:
            @escaping @Sendable (GlobusSession, Journal, Logger, (any ProgressDisplay)?, @escaping @Sendable () -> Int32?) async ->
            [TransferReport]
    ) async throws {
        let interruption = Interruption {}
        let log = console.log
        let policy = RetryPolicy(budget: plans.map(\.description.wait.outage).max() ?? RetryPolicy().budget)
        let outages = OutageNarrator()
        var watch: (@Sendable (ExchangeNotice) -> Void)?
        if narration.least <= .debug { watch = { log.debug("\($0)", metadata: $0.metadata) } }
        let session: GlobusSession
        do {
            session = try GlobusSession(
                environment: globus, variables: environment, client: Program.client, names: .pptransfer, policy: policy,
                observe: { notice in
                    if outages.isWorthTelling(notice) { log.warning("\(notice.sentence)", metadata: notice.metadata) }
                },
                watch: watch,
                clock: ServiceClock { skew in
                    log.warning("\(TransferReport.sentence(on: skew)): what depends on time, as logins and file times do, may go wrong")
                },
                warn: { log.warning("\($0)") })
        } catch {
            let reports = plans.map { TransferReport(plan: $0, outcome: .service(error, during: .submission)) }
            return try await report(RunReport(transfers: reports, isRehearsal: console.isRehearsal), console, suite, nil)
        }
        let place = Journal(environment: environment, given: journal, isRehearsal: console.isRehearsal && journal == nil)
        log.debug("\(session.login.kind.title); the journal is in \(place.directory)")
        let display = narration.makeDisplay()
        let task = Task { await work(session, place, log, display) { interruption.number } }
        interruption.whenSignalled { task.cancel() }
        var transfers = await task.value
        display?.end()
        if let signal = interruption.number {
            for index in transfers.indices where transfers[index].isInterrupted { transfers[index].outcome = .interrupted(signal: signal) }
        }
        // The work is over and has its status. Telling the workflow of it may take a while, for which a signal leaves no time.
        let end = RunReport(transfers: transfers, isRehearsal: console.isRehearsal)
        let telling = Task { try await report(end, console, suite, place) }
        interruption.whenSignalled { telling.cancel() }
        try await telling.value
    }

    /// Tells what came of work for which no service was needed.
    func tell(_ reports: [TransferReport], _ console: Console) async throws {
        for case .asked(let request) in reports.map(\.outcome) {
            for line in request.details { console.note("  " + line) }
        }
        for report in reports where report.status == .ok {
            if let remedy = report.remedy { console.note("\(report.plan.title): \(remedy)") }
        }
        try await report(RunReport(transfers: reports, isRehearsal: console.isRehearsal), console, nil, nil)
    }

    private func report(_ report: RunReport, _ console: Console, _ suite: SuiteReporter?, _ journal: Journal?) async throws {
        for transfer in report.transfers where transfer.status != .ok {
            let log = console.log.about(transfer.plan)
            for line in transfer.failureLines { log.error("\(line)") }
        }
        for transfer in report.transfers { console.result(of: transfer, asText: !descriptions.json) }
        if descriptions.json { console.document(ReportDocument(report, status: report.status)) }
        await suite?.ended(report, journal: journal)
        try leave(with: report.status)
    }

    /// Tells why there is no journal, before anything was asked.
    private func refuse(_ problem: JournalProblem, _ console: Console) -> ExitCode {
        console.error("\(problem); \(problem.remedy)")
        if descriptions.json {
            let problems = Problems([Problem(at: SourcePosition(file: "journal"), "\(problem)", remedy: problem.remedy)])
            console.document(ReportDocument(RefusalReport(problems: problems, isRehearsal: console.isRehearsal), status: problem.status))
        }
        return ExitCode(problem.status.number)
    }

    /// Tells what is wrong in a file, before anything was begun.
    func refuse(_ problems: Problems, _ console: Console) -> ExitCode {
        let status: ExitStatus = problems.errors.allSatisfy { $0.kind == .collection } ? .collection : .description
        console.tell(problems)
        if descriptions.json {
            console.document(ReportDocument(RefusalReport(problems: problems, isRehearsal: console.isRehearsal), status: status))
        } else {
            console.note("\(Quantity.count(problems.errors.count, "error")); nothing was sent; leaving with \(status)", .error)
        }
        return ExitCode(status.number)
    }

    private func leave(with status: ExitStatus) throws {
        if status != .ok { throw ExitCode(status.number) }
    }
}
