package import Globus
package import Logging

/// Proves archived transfers again: every file that was proven is looked for at the destination, as it was recorded. What arrived on this
/// machine is read here.
///
/// Files that are no longer there count as not sent from then on, so that a later run sends them again.
package struct Verification: Sendable {
    private let service: (any TransferService)?
    private let journal: Journal
    private let time: any Timekeeper
    private let log: Logger
    /// Whether the checksums of what is verified are left beside the files.
    package var writesSums = false
    /// Where progress is shown to whoever watches.
    package var display: (any ProgressDisplay)?

    /// - Parameter service: `nil` verifies only what arrived on this machine, without a network.
    package init(service: (any TransferService)?, journal: Journal, time: any Timekeeper = SystemTimekeeper(), log: Logger) {
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
        if let destination = plan.localDestination { return try await read(manifest, receipt, at: destination, plan, cycle) }
        guard let service else { return .rechecked(.notArchived) }
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
        return try lost(differences, receipt, plan, cycle)
    }

    private func lost(
        _ differences: [FileDifference], _ receipt: JournalRecord.Receipt, _ plan: TransferPlan, _ cycle: CycleJournal
    ) throws(JournalProblem) -> Outcome {
        let outcome = Outcome.rechecked(.lost(differences, receipt))
        try cycle.disproven(differences)
        try cycle.ended(JournalRecord.Ending(outcome, plan, time.now), taskHasFailed: outcome.taskHasFailed)
        return outcome
    }
    /// Reads the files where they arrived, on this machine.
    private func read(
        _ manifest: Manifest, _ receipt: JournalRecord.Receipt, at destination: LocalDestination, _ plan: TransferPlan,
        _ cycle: CycleJournal
    ) async throws(JournalProblem) -> Outcome {
        let proof = ArrivalProof(manifest, recording: plan.description.verify.digest.algorithm ?? .sha256)
        let reader = ArrivalReader(destination: destination, time: time, log: log.about(plan)) { [display] in
            display?.show($0, of: plan.title)
        }
        let begin = time.now
        let readings = await reader.read(manifest.entries) { proof.algorithms($0) }
        guard let readings, !Task.isCancelled else { return .interrupted() }
        let found = proof.finding(readings)
        guard found.differences.isEmpty else { return try lost(found.differences, receipt, plan, cycle) }
        if let unread = found.unread { return .localDisk(.unread(unread.paths, reason: unread.reason)) }
        // Of files that are known by their size only nothing was read.
        if found.sizeOnly.isEmpty { try cycle.readHere(from: begin) } else { try cycle.foundAgain(level: .size) }
        if writesSums, let problem = try await SumsFile(plan)?.write(found.manifest, by: reader) { return .localDisk(problem) }
        return .rechecked(.readHere(receipt, Tally(byDigest: found.count, bySize: found.sizeOnly.count, unproven: 0)))
    }
}
