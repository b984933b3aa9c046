import Globus
import Logging
import PPTransfer
import PPTransferReports

/// Tells of transfers while a command is at work on them, and what came of it: the log, the result, the workflow.
struct RunReporter: Sendable {
    let console: Console
    /// Whether the result is a document for programs.
    let json: Bool
    /// Who tells the workflow; `nil` if none waits for us.
    let suite: SuiteReporter?
    /// The directory of the journal, if commands that are printed must name it.
    var namedJournal: String?
    /// The status for records that could not be read.
    var unreadStatus = ExitStatus.ok
    private let outages = OutageNarrator()

    init(_ session: CommandSession, for suite: SuiteReporter? = nil) {
        (console, json, self.suite) = (session.console, session.json, suite)
    }

    /// - Parameter journal: of the transfers.
    init(_ session: CommandSession, for suite: SuiteReporter? = nil, journal: Journal) {
        self.init(session, for: suite)
        namedJournal = journal.isFound(in: session.environment) ? nil : journal.directory
    }

    // MARK: meanwhile

    /// What is to be told of every exchange; `nil` if nobody wants to know.
    var watch: (@Sendable (ExchangeNotice) -> Void)? {
        guard console.narration.least <= .debug else { return nil }
        return { [log = console.log] in log.debug("\($0)", metadata: $0.metadata) }
    }

    func tell(retry notice: RetryNotice) {
        if outages.isWorthTelling(notice) { console.log.warning("\(notice.sentence)", metadata: notice.metadata) }
    }

    func tell(clockSkew skew: Duration) {
        console.log.warning("\(FinishedTransfer.sentence(on: skew)): logins and file times may be wrong")
    }

    func tell(login warning: LoginWarning) { console.log.warning("\(warning)") }

    /// Tells of a round that another one follows: of one that brought nothing in one line.
    func tell(_ round: Rounds.Round) {
        let isVerbose = console.narration.least <= .debug
        for transfer in round.transfers where transfer.status != .ok {
            let details = Logger.Metadata.details(transfer.explanation(in: .commands, raw: isVerbose))
            console.log.about(transfer.plan).log(level: .warning, "\(transfer.headline)", metadata: details)
        }
        if json {
            let report = RunReport(transfers: round.transfers, isRehearsal: console.isRehearsal)
            console.document(ReportDocument(report, status: report.status))
        }
        console.log.info("\(round.sentence)")
    }

    // MARK: in the end

    /// Tells what came of work for which no service was needed, and leaves.
    func end(offline transfers: [FinishedTransfer]) async throws {
        let transfers = naming(transfers)
        for case .rechecked(.asked(let request)) in transfers.map(\.outcome) {
            for line in request.details { console.note("  " + line) }
        }
        for transfer in transfers where transfer.status == .ok {
            if let remedy = transfer.remedy(in: .commands) { console.note("\(transfer.plan.title): \(remedy)") }
        }
        try await end(transfers)
    }

    /// Tells what came of transfers, and leaves.
    ///
    /// - Parameter journal: holds the receipts that a workflow is shown.
    /// - Throws: `ExitCode`, unless all is well.
    func end(_ transfers: [FinishedTransfer], journal: Journal? = nil) async throws {
        let transfers = naming(transfers)
        let report = RunReport(transfers: transfers, isRehearsal: console.isRehearsal)
        let isVerbose = console.narration.least <= .debug
        for transfer in transfers where transfer.status != .ok {
            let details = Logger.Metadata.details(transfer.explanation(in: .commands, raw: isVerbose))
            // A task that continues is no error: the next run waits for it.
            let level: Logger.Level = transfer.isPostponed ? .info : transfer.status == .running ? .warning : .error
            console.log.about(transfer.plan).log(level: level, "\(transfer.headline)", metadata: details)
        }
        for transfer in transfers { console.result(of: transfer, asText: !json) }
        let status = ExitStatus.mostSerious(of: [report.status, unreadStatus])
        if json { console.document(ReportDocument(report, status: status)) }
        await suite?.ended(report, journal: journal)
        try console.leave(with: status)
    }
}

extension RunReporter {
    private func naming(_ transfers: [FinishedTransfer]) -> [FinishedTransfer] {
        transfers.map { transfer in
            var transfer = transfer
            transfer.namedJournal = namedJournal
            return transfer
        }
    }
}

extension SuiteReporter {
    /// - Returns: `nil` outside of Cylc jobs.
    init?(_ environment: [String: String], _ console: Console) {
        self.init(environment: environment, log: console.log)
        isRehearsal = console.isRehearsal
    }
}
