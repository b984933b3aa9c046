extension JournalRecord {
    package var title: String { [workflow, cycle, name].compactMap { $0 }.joined(separator: " ") }

    func isOf(_ plan: TransferPlan) -> Bool {
        workflow == plan.workflow && cycle == plan.cycle?.description && name == plan.name
    }

    /// A cycle that is archived, and whose plan now names other ends: its receipt would be lost by a mistake in a path. Without a cycle
    /// each run is a comparison of what lies there now.
    func conflict(with plan: TransferPlan) -> JournalProblem? {
        guard cycle != nil, let receipt, receipt.files > 0 else { return nil }
        let now = Plan(plan)
        let isSameSource = now.source.isSamePlace(as: receipt.source), isSameEnd = now.destination.isSamePlace(as: receipt.destination)
        let isArchive = isArchived && receipt.source == self.plan.source && receipt.destination == self.plan.destination
        // Files of another source would replace what is verified there, however the latest run has ended.
        guard isArchive ? !isSameSource || !isSameEnd : !isSameSource && isSameEnd else { return nil }
        return .archivedElsewhere(
            of: .init(workflow: workflow, cycle: cycle, name: name), part: isArchive ? nil : receipt.files,
            ends: "\(receipt.source.text) to \(receipt.destination.text)",
            now: "\(now.source.text) to \(now.destination.text)", proven: receipt.proven)
    }
}
