package import Globus
package import Logging

/// Proves archived transfers again: every file that was proven is looked for at the destination, as it was recorded.
///
/// Files that are no longer there count as not sent from then on, so that a later run sends them again.
package struct Verification: Sendable {
    private let service: any TransferService
    private let journal: Journal
    private let time: any Timekeeper
    private let log: Logger

    package init(service: any TransferService, journal: Journal, time: any Timekeeper = SystemTimekeeper(), log: Logger) {
        (self.service, self.journal, self.time, self.log) = (service, journal, time, log)
    }

    /// - Returns: a report for each plan, in their order.
    package func verify(_ plans: [TransferPlan]) async -> [FinishedTransfer] {
        var reports: [FinishedTransfer] = []
        for plan in plans {
            var report = FinishedTransfer(plan: plan, outcome: .interrupted())
            if !Task.isCancelled {
                do throws(JournalProblem) {
                    let cycle = try await CycleJournal(journal, plan, time: time)
                    report.task = cycle.record.submission?.task
                    report.outcome = try await outcome(plan, cycle)
                    cycle.release()
                } catch {
                    report.outcome = Task.isCancelled ? .interrupted() : .journal(error)
                }
            }
            reports.append(report)
        }
        return reports
    }

    private func outcome(_ plan: TransferPlan, _ cycle: CycleJournal) async throws(JournalProblem) -> Outcome {
        guard cycle.record.isArchived, let receipt = cycle.record.receipt, let manifest = try cycle.proven(atLeast: .none) else {
            return .rechecked(.notArchived)
        }
        let differences: [FileDifference]
        do throws(GlobusError) {
            differences = try await Proof(service: service, time: time).finding(of: manifest, at: plan.destination).differences
        } catch {
            return error == .cancelled ? .interrupted() : .unverified(error, sent: nil, of: manifest.entries.count)
        }
        guard !differences.isEmpty else {
            try cycle.foundAgain(level: .size)
            return .rechecked(.verified(receipt))
        }
        let outcome = Outcome.rechecked(.lost(differences, receipt))
        try cycle.disproven(differences)
        try cycle.ended(JournalRecord.Ending(outcome, plan, time.now), taskHasFailed: outcome.taskHasFailed)
        return outcome
    }
}
