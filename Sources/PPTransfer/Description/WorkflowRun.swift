import SystemFiles

/// What Cylc calls the runs of a workflow.
package enum WorkflowRun {
    /// The name of a run: `run2` of `u-ab123/run2`.
    ///
    /// - Parameters:
    ///   - id: `CYLC_WORKFLOW_ID`.
    ///   - workflow: `CYLC_WORKFLOW_NAME`, which leaves the run out.
    /// - Returns: `nil` for a workflow that was installed without a run name.
    package static func name(_ id: String, of workflow: String?) -> String? {
        if let workflow, id.isSameBytes(as: workflow) { return nil }
        if let workflow, id.begins(with: workflow + "/") { return String(id.dropFirst(workflow.count + 1)) }
        return id.has("/") ? id.lastName : nil
    }
}
