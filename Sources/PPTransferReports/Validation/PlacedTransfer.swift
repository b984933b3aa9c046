import CycleCalendar
import PPTransfer
import PositionedYAML
import SystemFiles

/// One transfer of one cycle, its two ends found: what the checks look at.
struct PlacedTransfer {
    var description: TaskDescription
    var source: ResolvedEnd
    var destination: ResolvedEnd
    /// The document it was read from.
    var node: YAMLNode
    /// Where the journal of its job would be.
    var journal: Journal
    /// A stand-in for a cycle, because none was given.
    var isOfAnyCycle: Bool

    var cycle: String? { description.cycle?.value.description }
    var label: TransferLabel {
        TransferLabel(workflow: description.workflow.value, cycle: cycle, name: description.name?.value)
    }

    /// Where something is written, else where the document begins.
    func position(of key: String) -> SourcePosition { node.node(at: key)?.position ?? description.position }

    /// Whether both keep the same journal record.
    func isSame(as other: PlacedTransfer) -> Bool { description.isSameTransfer(as: other.description) }

    /// Whether both are of one cycle of one workflow: they may belong together.
    func isOfSameCycle(as other: PlacedTransfer) -> Bool {
        cycle == other.cycle && description.workflow.value == other.description.workflow.value
    }
}

extension TaskDescription.End {
    /// Whether the path begins with what only a job's environment knows.
    var isPlaceholder: Bool {
        path.value == KnownVariables.placeholderRoot || path.value.begins(with: KnownVariables.placeholderRoot + "/")
    }
}
