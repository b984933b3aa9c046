import Globus
import SystemFiles

/// Deletes, once a run is over, the sources that several of its transfers send to different places.
struct PostponedCleaning {
    let run: TransferRun
    let journal: Journal

    /// Transfers of which a source file may be needed by another one of the run.
    static func labels(of plans: [TransferPlan]) -> Set<TransferLabel> {
        guard plans.contains(where: { $0.description.clean.source == .delete }), plans.count > 1 else { return [] }
        var labels: Set<TransferLabel> = []
        for plan in plans where plan.description.clean.source == .delete {
            let isShared = plans.contains { $0.label != plan.label && SourceClaims.mayShareSource(plan, $0) }
            if isShared { labels.insert(plan.label) }
        }
        return labels
    }

    func clean(_ reports: inout [FinishedTransfer], _ labels: Set<TransferLabel>) async {
        let unproven = reports.filter { !$0.outcome.isProven }.map(\.plan)
        for index in reports.indices where labels.contains(reports[index].plan.label) && !Task.isCancelled {
            let plan = reports[index].plan
            guard reports[index].outcome.isProven, let cycle = try? await CycleJournal(journal, plan, time: run.time) else { continue }
            defer { cycle.release() }
            await run.clean(&reports[index].outcome, plan, cycle, besides: unproven)
            if case .samePlace = reports[index].outcome { cycle.withdraw() }
            let ending = JournalRecord.Ending(reports[index].outcome, plan, run.time.now)
            try? cycle.ended(ending, taskHasFailed: false)
        }
    }
}
