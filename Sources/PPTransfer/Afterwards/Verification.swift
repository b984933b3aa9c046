package import Globus
package import Logging
import PositionedYAML

/// Proves archived transfers again: every file that was proven is looked for at the destination, as it was recorded. What arrived on this
/// machine is read here.
///
/// Files that are no longer there count as not sent from then on, so that a later run sends them again. What was proven stays recorded, and
/// counts again when the files are found again.
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
                    try await compareRights(&report, cycle)
                    if let problem = cycle.copyReceipt() {
                        log.about(plan).warning("the second copy of the receipt is missing: \(problem)")
                    }
                    cycle.release()
                } catch {
                    report.outcome = Task.isCancelled ? .interrupted() : .journal(error)
                }
            }
            reports.append(report)
        }
        return reports
    }

    /// Groups and permissions may have changed, too; what was verified stays so.
    private func compareRights(_ report: inout FinishedTransfer, _ cycle: CycleJournal) async throws(JournalProblem) {
        let plan = report.plan
        guard report.outcome.isProven, let service, let expected = plan.expectedRights, let proven = try cycle.proof() else { return }
        let rights = await RightsLook(service: service, time: time).finding(of: proven, expected, at: plan.destination)
        report.rights = rights
        if rights.isAsAsked { return }
        if rights.problem == .cancelled { return report.outcome = .interrupted() }
        if plan.description.rights.onDifference?.value == .fail { return report.outcome = .permissions(rights) }
        log.about(plan).warning("\(rights.sentence(plan))")
        for line in Quantity.list(rights.different.lines, of: rights.different.count, most: 5) { log.about(plan).warning("\(line)") }
    }

    private func outcome(_ plan: TransferPlan, _ cycle: CycleJournal) async throws(JournalProblem) -> Outcome {
        guard cycle.record.isArchived, cycle.provesPlan, let receipt = cycle.record.receipt else {
            return .rechecked(.notArchived)
        }
        guard let manifest = try cycle.proof() else { throw .noProof(beside: cycle.path("")) }
        if let destination = plan.localDestination { return try await read(manifest, receipt, at: destination, plan, cycle) }
        guard let service = service?.acting(as: plan.localUsers) else { return .rechecked(.notArchived) }
        let differences: [FileDifference]
        do throws(GlobusError) {
            differences = try await Proof(service: service, time: time).finding(of: manifest, at: plan.destination).differences
        } catch {
            if error == .cancelled { return .interrupted() }
            if let fault = await plan.fault(of: [plan.destination], after: error, through: service, time) { return .unusable(fault) }
            return .unverified(error, sent: nil, of: manifest.entries.count)
        }
        return try judged(differences, receipt, plan, cycle, level: .size) ?? .rechecked(.verified(receipt))
    }

    /// Writes down what a look found, and that all was found, if it was.
    ///
    /// - Returns: `nil` if all is as it was proven.
    private func judged(
        _ differences: [FileDifference], _ receipt: JournalRecord.Receipt, _ plan: TransferPlan, _ cycle: CycleJournal,
        level: TaskDescription.VerifyOptions.Level
    ) throws(JournalProblem) -> Outcome? {
        let since = cycle.record.look?.since
        // How a run ended that found something else, such as files that vanished at the source, stays.
        let endsWell = cycle.record.isArchivedOrUnfound
        func end(_ outcome: Outcome) throws(JournalProblem) {
            guard endsWell else { return }
            let ending = JournalRecord.Ending(outcome, plan, time.now)
            try cycle.ended(ending, taskHasFailed: false, leaving: cycle.record.unsettled)
        }
        let unseen = try cycle.looked(differences, readsContents: level == .digest)
        guard differences.isEmpty, unseen.entries.isEmpty else {
            let outcome = Outcome.rechecked(.lost(differences + unseen.entries.map { .unread($0.path) }, receipt))
            try end(outcome)
            return outcome
        }
        try cycle.foundAgain(level: min(level, .size))
        if since != nil { try end(.rechecked(.verified(cycle.record.receipt ?? receipt))) }
        if let since { log.about(plan).info("all files that were missing or different since \(since) are as verified again") }
        return nil
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
        if found.differences.isEmpty, let unread = found.unread { return .localDisk(.unread(unread.paths, reason: unread.reason)) }
        if let lost = try judged(found.differences, receipt, plan, cycle, level: .digest) { return lost }
        // Of files that are known by their size only nothing was read.
        if found.sizeOnly.isEmpty { try cycle.readHere(from: begin) }
        if writesSums, let problem = try await SumsFile(plan)?.write(found.manifest, by: reader) { return .localDisk(problem) }
        return .rechecked(.readHere(receipt, Tally(byDigest: found.count, bySize: found.sizeOnly.count, unproven: 0)))
    }
}
