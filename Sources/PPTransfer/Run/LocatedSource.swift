import Globus
import PositionedYAML
import SystemFiles

extension TransferPlan {
    /// The plan once it is known whether the source is on this machine.
    enum Located {
        case plan(TransferPlan)
        case stopped(Outcome)
    }

    /// Reads the list of files, if one is named, and asks the source collection whether it shows what is at the source's path here, unless that is known.
    ///
    /// - Returns: where it shows something else, a plan whose source is elsewhere: nothing at the path here is read or deleted.
    func located(through service: any TransferService, _ journal: CycleJournal?, time: any Timekeeper, warn: (String) -> Void) async
        -> Located
    {
        var plan = self
        let problems = plan.readList()
        guard problems.isEmpty else { return .stopped(.source(problems)) }
        return await plan.withSource(through: service, journal, time: time, warn: warn)
    }

    private func withSource(
        through service: any TransferService, _ journal: CycleJournal?, time: any Timekeeper, warn: (String) -> Void
    ) async -> Located {
        guard let localSource, localSource.evidence != .certain, let localRoot else { return .plan(self) }
        // The scan reports what may not be read here.
        guard access(localSource.path, localSource.isFile ? R_OK : R_OK | X_OK) == 0 else { return .plan(self) }
        let identity = MountedSource.identity(of: localRoot)
        var plan = self
        plan.localSource?.evidence = .certain
        if let identity, journal?.record.mounted == identity { return .plan(plan) }
        switch await MountedSource(self, service, time).finding(at: localSource) {
        case .same:
            journal?.sourceIsMounted(as: identity)
            return .plan(plan)
        case .other(let reason):
            journal?.sourceIsMounted(as: nil)
            warn(
                "'\(localSource.path)' on this machine is not what \(source.name) shows (\(reason)); the source is read through the "
                    + "collection, and nothing is deleted")
            plan.localSource = nil
            plan.notMounted = reason
            if let key = keyThatNeedsSource {
                return .stopped(.source([.notMounted(localSource.path, reason: reason, key: key)]))
            }
            return .plan(plan)
        case .unknown(.cancelled): return .stopped(.interrupted())
        // With a site's word for it the run goes on: whatever stands in the way of the listing will show in what follows, and a deletion
        // looks for itself.
        case .unknown(let error):
            guard localSource.evidence == .stated else { return .stopped(.service(error, during: .source)) }
            return .plan(self)
        }
    }

    /// What Globus cannot do where only it sees the source.
    private var keyThatNeedsSource: String? {
        if description.verify.level == .digest, localDestination == nil { return "verify.level: digest" }
        return (description.select.include + description.select.exclude).first { $0.value.has("/") }.map { "select: \($0.value)" }
    }
}
