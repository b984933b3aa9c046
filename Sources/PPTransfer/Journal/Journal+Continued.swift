import Globus
import SystemFiles

extension Journal {
    /// The plans under the names of the records that they continue.
    ///
    /// Earlier versions named a record without a workflow after the description's file alone. Such a record whose ends are the plan's is
    /// continued: under another name the same files would be submitted a second time.
    package func continuing(_ plans: [TransferPlan]) -> [TransferPlan] {
        plans.map { plan in
            guard let former = plan.formerWorkflow, holdsRecord(of: plan, as: former) else { return plan }
            var plan = plan
            plan.formerWorkflow = nil
            plan.rename(former)
            return plan
        }
    }

    /// A record that cannot be read may be the plan's: the run then tells what is wrong with it, and submits nothing.
    private func holdsRecord(of plan: TransferPlan, as workflow: String) -> Bool {
        guard hasPlace else { return false }
        do {
            guard let record = try record(workflow: workflow, cycle: nil, name: plan.name)?.record else { return false }
            let submission = record.submission.flatMap { $0.state == .intended || $0.state == .accepted ? $0 : nil }
            return record.plan.source.isPlace(of: plan.source) && record.plan.destination.isPlace(of: plan.destination)
                || submission?.source?.isPlace(of: plan.source) == true && submission?.destination?.isPlace(of: plan.destination) == true
        } catch {
            return true
        }
    }
}

extension JournalRecord.Plan.End {
    fileprivate func isPlace(of end: ResolvedEnd) -> Bool {
        collection == end.collection && path.isSameBytes(as: end.path.description)
    }
}
