import Globus
import GlobusCLILogin
import Logging
import PPTransfer
import PPTransferReports

/// What work on transfers is done with.
struct TransferWork: Sendable {
    let globus: GlobusSession
    let journal: Journal
    let log: Logger
    let display: (any ProgressDisplay)?
    /// The signal that came first, if one did.
    let signal: @Sendable () -> Int32?
}

/// How transfers are sent, where the command line says it.
struct SendOptions: Sendable {
    /// Instead of the descriptions' limit; zero does not wait at all.
    var limit: Duration?
    /// How many transfers may be under way at once.
    var together = Int.max
    /// A person says that earlier tasks which this login cannot see have ended.
    var forgetsTask = false
    /// A person says that an archived cycle is to be archived at the ends that its description now names.
    var archivesAgain = false
    /// A person says that most files at the destination may be deleted.
    var deletesMost = false
    /// Whether the checksums of what is proven are left beside the files.
    var writesSums = false
    /// Again and again; `nil`: once.
    var rounds: Rounds?
}

/// What came of work on transfers.
struct WorkResult: Sendable {
    var transfers: [FinishedTransfer]
    /// Whether it was told already: a signal ended a wait, and no work.
    var areTold = false
}

extension CommandSession {
    func send(_ plans: [TransferPlan], _ options: SendOptions = SendOptions(), journal: Journal, reporter: RunReporter) async throws {
        let plans = journal.continuing(plans)
        try await performWork(on: plans, journal: journal, reporter: reporter) { work in
            var transfers = Transfers(service: work.globus.transfer, journal: work.journal, log: work.log)
            transfers.run.login = work.globus.login
            transfers.run.deletes = console.mayDelete(environment)
            transfers.run.suite = reporter.suite
            (transfers.run.limit, transfers.run.together) = (options.limit, options.together)
            transfers.run.words = .commands.naming(reporter.namedJournal)
            (transfers.run.forgetsTask, transfers.run.deletesMost) = (options.forgetsTask, options.deletesMost)
            transfers.run.archivesAgain = options.archivesAgain
            transfers.run.writesSums = options.writesSums
            transfers.run.display = work.display
            transfers.run.leaveBy = BatchJob.end(environment)
            transfers.run.signal = work.signal
            guard let rounds = options.rounds else { return WorkResult(transfers: await transfers.finished(plans)) }
            let (last, areTold) = await rounds.run {
                await transfers.finished(plans)
            } after: {
                reporter.tell($0)
            }
            return WorkResult(transfers: last, areTold: areTold)
        }
    }

    func perform(
        on plans: [TransferPlan], journal: Journal, reporter: RunReporter,
        _ work: @escaping @Sendable (TransferWork) async -> [FinishedTransfer]
    ) async throws {
        try await performWork(on: plans, journal: journal, reporter: reporter) { WorkResult(transfers: await work($0)) }
    }

    /// Logs in, does `work` until a signal comes, tells what came of it. A signal that comes later ends the telling; the result stands.
    private func performWork(
        on plans: [TransferPlan], journal: Journal, reporter: RunReporter,
        _ work: @escaping @Sendable (TransferWork) async -> WorkResult
    ) async throws {
        let interruption = Interruption {}
        let globus: GlobusSession
        do {
            globus = try connected(for: .transfers(plans), heardBy: reporter)
        } catch {
            return try await reporter.end(plans.map { FinishedTransfer(plan: $0, outcome: .service(error, during: .submission)) })
        }
        let log = console.log
        log.debug("\(globus.login.kind.title); the journal is in \(journal.directory)")
        let display = console.narration.makeDisplay()
        let task = Task {
            await work(TransferWork(globus: globus, journal: journal, log: log, display: display) { interruption.number })
        }
        interruption.whenSignalled { task.cancel() }
        let result = await task.value
        var transfers = result.transfers
        display?.end()
        if result.areTold {
            if let signal = interruption.number { log.info("stopped between two rounds (\(Signal.name(signal)))") }
            return try console.leave(with: RunReport(transfers: transfers, isRehearsal: console.isRehearsal).status)
        }
        for index in transfers.indices { transfers[index].endsWithService = endsWithService }
        if let signal = interruption.number {
            for index in transfers.indices where transfers[index].isInterrupted { transfers[index].outcome = .interrupted(signal: signal) }
        }
        // The work is over and has its status. Telling the workflow of it may take a while, for which a signal leaves no time.
        let telling = Task { [transfers] in try await reporter.end(transfers, journal: journal) }
        interruption.whenSignalled { telling.cancel() }
        try await telling.value
    }
}
