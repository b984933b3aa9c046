package import Globus
import PositionedYAML
import SystemFiles

/// Deletes at the source what archived cycles have proven, or tells what could be.
package struct CleanUp: Sendable {
    private let journal: Journal
    private let cleaner: SourceCleaner
    private let service: (any TransferService)?
    private let time: any Timekeeper

    /// - Parameter service: asked, before anything is deleted, whether the destination is another place. Without it nothing is deleted.
    package init(
        _ journal: Journal, _ cleaner: SourceCleaner, service: (any TransferService)? = nil, time: any Timekeeper = SystemTimekeeper()
    ) {
        (self.journal, self.cleaner, self.service, self.time) = (journal, cleaner, service, time)
    }

    package struct Report: Sendable {
        package var title: String
        package var status: String
        package var exitStatus: Int32
        package var message: String
        package var files = 0
        package var bytes: Int64 = 0
        package var kept: [String] = []
        /// What else is at the source, each with the reason why it stays; listed only where nothing is deleted.
        package var others: [String] = []
    }

    package func clean(_ plan: TransferPlan) async -> Report {
        guard !plan.description.transfer.deleteExtra else {
            let message = "with 'delete_extra', the next run deletes at the destination what is deleted at the source; nothing is deleted"
            return report(plan, .description, message)
        }
        do throws(JournalProblem) {
            let cycle = try await CycleJournal(journal, plan, time: time)
            defer { cycle.release() }
            guard cycle.record.isArchived, let deletable = try Deletable(cycle, plan.description) else {
                return report(plan, .unverified, "not verified at the level that the description requires; nothing is deleted")
            }
            if plan.description.rights.onDifference?.value == .fail, cycle.record.outcome?.exitStatus != ExitStatus.ok.number {
                let message = "the latest run did not find every group and mode as the description says; nothing is deleted"
                return report(plan, .unverified, message)
            }
            if let look = cycle.record.look {
                let message = "at the destination: \(look.count) since \(look.since); nothing is deleted"
                return report(plan, .unverified, message)
            }
            guard let root = plan.localRoot else {
                return report(plan, .ok, "the source is not on this machine, or no longer exists: nothing to delete")
            }
            let claims = SourceClaims(on: plan, in: journal)
            let others = LiveTransfers(of: journal, besides: [plan], time: time)
            let deletion = SourceDeletion(
                plan: plan, cleaner: cleaner, service: service?.acting(as: plan.localUsers), time: time, claims: claims, record: cycle,
                others: others)
            var result = await deletion.perform(on: deletable, in: root)
            if result.isComplete { try cycle.cleaned(deletable.rows) }
            result.kept += result.held
            if let refusal = result.refusal {
                if refusal.isSamePlace {
                    cycle.withdraw()
                    try cycle.ended(JournalRecord.Ending(.samePlace(refusal.reason), plan, time.now), taskHasFailed: true)
                }
                return report(plan, refusal.status, "nothing was deleted: \(refusal.reason)")
            }
            if result.isCutOff { return report(plan, .signal(Signal.assumed), "ended by a signal; the same command deletes the rest") }
            let amount = "\(Quantity.count(result.files, "file")), \(Quantity.bytes(result.bytes)) at \(root)"
            var answer = report(
                plan, result.kept.isEmpty ? .ok : .unverified, cleaner.deletes ? "deleted \(amount)" : "would delete \(amount)")
            (answer.files, answer.bytes, answer.kept) = (result.files, result.bytes, result.kept)
            if !cleaner.deletes, plan.localSource?.isFile == false, access(root, F_OK) == 0 {
                let lists = [deletable.rows, deletable.withheld]
                answer.others = await Leftovers(in: root).lines(besides: lists, FileSelector(plan.description.select))
            }
            if !result.kept.isEmpty { answer.message += "; \(Quantity.count(result.kept.count, "file")) left there" }
            if !answer.others.isEmpty { answer.message += "; \(Quantity.count(answer.others.count, "other file")) would stay" }
            return answer
        } catch {
            return report(plan, Task.isCancelled ? .signal(Signal.assumed) : error.status, "\(error)")
        }
    }

    private func report(_ plan: TransferPlan, _ status: ExitStatus, _ message: String) -> Report {
        Report(title: plan.title, status: status.name, exitStatus: status.number, message: message)
    }
}
