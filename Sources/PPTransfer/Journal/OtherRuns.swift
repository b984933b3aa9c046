package import PositionedYAML
import SystemFiles

/// The other runs of the Cylc workflow that a job belongs to, as far as their journals are on this machine.
///
/// Two runs have journals of their own, so that neither knows what the other has sent; their cycles have the same names.
package struct OtherRuns: Sendable {
    /// The job's own: `u-ab123/run2`.
    private let own: String
    private let workflow: String
    private let places: [JournalSearch.Place]

    /// - Parameter isRehearsal: whether the journals of rehearsals are meant.
    /// - Returns: `nil` outside of the jobs of a workflow that was installed with a run name.
    package init?(_ environment: [String: String], isRehearsal: Bool = false) {
        guard let id = environment["CYLC_WORKFLOW_ID"], let run = WorkflowRun.name(id, of: environment["CYLC_WORKFLOW_NAME"]),
            let share = environment["CYLC_WORKFLOW_SHARE_DIR"]?.withoutEndingSlashes, let runs = share.directory?.directory
        else { return nil }
        own = id
        workflow = String(id.dropLast(run.count + 1))
        let ours = resolvedPath(share)
        places = DurableFile.names(in: runs).sorted().compactMap { name in
            let other = runs + "/" + name + "/share"
            guard name != "runN", name != run, let there = resolvedPath(other), there != ours else { return nil }
            let journal = Journal(directory: other + "/pptransfer" + (isRehearsal ? Journal.rehearsals : ""))
            return DirectoryState(journal.directory) == .directory ? JournalSearch.Place(journal, run: name) : nil
        }
    }

    /// A warning if another run has sent the same cycle to the same directory.
    package func problem(of plan: TransferPlan) -> Problem? {
        for place in places {
            let found = try? place.journal.record(workflow: plan.workflow, cycle: plan.cycle?.description, name: plan.name)
            guard let record = found?.record, record.submission != nil, record.plan.destination.isSame(as: plan.destination) else {
                continue
            }
            return Problem(
                .warning, at: plan.description.to.path.position, key: "to.path",
                "the run \(workflow)/\(place.run ?? "-") has sent \(plan.cycle.map { "the cycle \($0)" } ?? "this transfer") to the same directory; "
                    + "this is \(own) (CYLC_WORKFLOW_ID)",
                remedy: "write {run} into the path to keep the archives of both runs")
        }
        return nil
    }
}

extension JournalRecord.Plan.End {
    fileprivate func isSame(as end: ResolvedEnd) -> Bool { collection == end.collection && path == end.path.description }
}
