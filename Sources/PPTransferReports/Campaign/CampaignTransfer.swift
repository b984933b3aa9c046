import Globus
import PPTransfer

/// One transfer of one cycle: its row of the status table, its way through the stages, and when it took each step.
package struct CampaignTransfer: Sendable {
    package var row: StatusReport.Row
    package var stages: CycleStages
    /// When the latest submission was begun, which is when its files had been listed.
    var submitted: Timestamp?
    /// When it was proven; `nil` unless it is archived.
    var proven: Timestamp?
    /// `size` or `digest`; `none` if the description asked for no proof.
    var level: String?
    var cleaned: Timestamp?
    /// When the record was last written.
    var updated: Timestamp?
    /// Where its files come from and go to; none without a record.
    var ends: [JournalRecord.Plan.End] = []
    /// The workflow, with the run if several runs of it are on record: under which title it is shown.
    var section: String
    /// Whether a command in a login shell finds its journal.
    var isFound = true

    /// A cycle without a record.
    init(absent row: StatusReport.Row) {
        self.row = row
        section = row.workflow
        stages = CycleStages()
    }

    init(_ record: JournalRecord.Summary, now: Timestamp) {
        row = StatusReport.Row(record, now: now)
        section = record.workflow
        stages = CycleStages(record, row)
        submitted = record.submission.flatMap { Timestamp(wire: $0.begun) }
        updated = Timestamp(wire: record.updated)
        ends = [record.source, record.destination]
        guard row.isArchived, let proof = record.proof else { return }
        (proven, level) = (Timestamp(wire: proof.proven), proof.level)
        cleaned = proof.cleaned.flatMap { Timestamp(wire: $0) }
    }

    /// What it asks of those who look.
    var call: Call { row.call }

    typealias Call = StatusReport.Row.Call
}
