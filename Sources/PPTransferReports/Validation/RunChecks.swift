import PPTransfer
import PositionedYAML
import SystemFiles

/// Whether runs of a workflow that are on record have sent to the directories to which a description would send again.
struct RunChecks {
    private let environment: [String: String]
    private let home: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
        home = environment.filter { ["HOME", "XDG_STATE_HOME"].contains($0.key) }
    }

    /// - Returns: at most one warning for each description.
    func problems(of transfers: [PlacedTransfer]) -> [Problem] {
        var seen: Set<SourcePosition> = []
        // All cycles of a description go alike.
        return transfers.filter { seen.insert($0.description.to.path.position).inserted && !tellsRunsApart($0) }
            .compactMap { problem(of: $0) }
    }

    private func tellsRunsApart(_ transfer: PlacedTransfer) -> Bool {
        ["to.path", "workflow"].contains { key in
            guard case .scalar(let scalar)? = transfer.node.node(at: key)?.content else { return false }
            return ["{run}", "CYLC_WORKFLOW_ID", "CYLC_WORKFLOW_RUN_DIR"].contains { scalar.text.firstRange(of: $0) != nil }
        }
    }

    private func problem(of transfer: PlacedTransfer) -> Problem? {
        let (name, own) = workflow(of: transfer)
        guard let name, let directory = environment["HOME"], DirectoryState("\(directory)/cylc-run/\(name)") == .directory else {
            return nil
        }
        for place in JournalSearch(workflow: name, environment: home).places where place.run != nil && place.run != own {
            guard sendsAlike(transfer, in: place, name) else { continue }
            return Problem(
                .warning, at: transfer.description.to.path.position, key: "to.path",
                "the run \(name)/\(place.run ?? "-") has sent to the same directories, and another run (CYLC_WORKFLOW_ID) would, too",
                remedy: "write {run} into the path to keep the archives of both runs")
        }
        return nil
    }

    /// As the description calls the workflow; without that, as Cylc calls what is installed from the directory, or in it.
    private func workflow(of transfer: PlacedTransfer) -> (name: String?, run: String?) {
        let own = environment["CYLC_WORKFLOW_ID"].flatMap { WorkflowRun.name($0, of: environment["CYLC_WORKFLOW_NAME"]) }
        let name = transfer.description.workflow.value
        guard name == KnownVariables.workflow, let suite = SuiteFiles.suite(of: transfer.description.position.file) else {
            return (name, own)
        }
        if let parent = suite.directory, DirectoryState(parent + "/_cylc-install") == .directory {
            return (parent.lastName, suite.lastName)
        }
        return (suite.lastName, own)
    }

    private func sendsAlike(_ transfer: PlacedTransfer, in place: JournalSearch.Place, _ workflow: String) -> Bool {
        let wanted = Self.pattern(transfer.destination.path.description, transfer.cycle, transfer.description.workflow.value)
        return place.journal.summaries(of: workflow).summaries.contains { record in
            record.destination.collection == transfer.destination.collection && record.name == transfer.description.name?.value
                && Self.pattern(record.destination.path, record.cycle, workflow) == wanted
        }
    }

    /// A path with marks in the place of the cycle and the workflow.
    private static func pattern(_ path: String, _ cycle: String?, _ workflow: String) -> String {
        path.replacing(workflow, with: "{workflow}").replacing(cycle ?? "{cycle}", with: "{cycle}")
    }
}
