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

    init(_ record: JournalRecord.Summary, now: Timestamp) {
        row = StatusReport.Row(record, now: now)
        stages = CycleStages(record, row)
        submitted = record.submission.flatMap { Timestamp(wire: $0.begun) }
        updated = Timestamp(wire: record.updated)
        guard row.isArchived, let proof = record.proof else { return }
        (proven, level) = (Timestamp(wire: proof.proven), proof.level)
        cleaned = proof.cleaned.flatMap { Timestamp(wire: $0) }
    }

    /// What it asks of those who look.
    var call: Call { Call(row) }

    enum Call: String, CaseIterable, Sendable {
        /// Nothing: it is archived, or had no files, which its description allows.
        case archived
        /// Nothing now: it is under way, or the next run takes it up.
        case running
        /// A run, later.
        case again
        /// A person, first.
        case person

        init(_ row: StatusReport.Row) {
            self =
                switch row.status.again {
                case .needless: .archived
                case .resumes: .running
                case .later, .laterResumes: .again
                case .no, .act, .actThenResumes: .person
                }
        }

        var words: String {
            switch self {
            case .archived: "archived"
            case .running: "under way"
            case .again: "to be run again"
            case .person: "needs action"
            }
        }
    }
}

extension StatusReport.Row {
    var isArchived: Bool { state == Self.archived }
}
