package import Globus
package import PPTransfer
import SystemFiles

/// What the journal knows of one workflow, or of one of its runs.
package struct CampaignWorkflow: Sendable {
    package var name: String
    /// Ordered by cycle and name; never empty.
    package var transfers: [CampaignTransfer] = []

    init(name: String) { self.name = name }

    /// Those with which nothing is left to do; a cycle counts if all of its transfers do.
    package var archived: [CampaignTransfer] { transfers.filter { $0.call == .archived } }
    package var totals: StatusTotals { StatusTotals(transfers.map(\.row)) }
    var open: [CampaignTransfer] { transfers.filter { $0.call != .archived } }

    func count(_ call: CampaignTransfer.Call) -> Int { transfers.count { $0.call == call } }

    /// How many transfers stand in each state: `archived` first, then by how serious the state is, the worst first.
    package var states: [(state: String, status: ExitStatus, count: Int)] {
        var counts: [String: (status: ExitStatus, count: Int)] = [:]
        for transfer in transfers { counts[transfer.row.state, default: (transfer.row.status, 0)].count += 1 }
        return counts.map { (state: $0.key, status: $0.value.status, count: $0.value.count) }.sorted { left, right in
            let (first, second) = (left.state == StatusReport.Row.archived, right.state == StatusReport.Row.archived)
            return first != second ? first : (right.status.seriousness, left.state) < (left.status.seriousness, right.state)
        }
    }

    /// When the latest proof was made.
    package var lastArchived: Timestamp? { transfers.compactMap(\.proven).max() }

    /// Since when the transfer that has waited longest is not archived; `nil` if all are.
    package var oldestOpen: Timestamp? { open.compactMap { $0.submitted ?? $0.updated }.min() }

    /// Bytes per second: half of the archived transfers were faster.
    package var medianRate: Int64? {
        let rates = transfers.compactMap(\.row.rate).filter { $0 > 0 }.sorted()
        return rates.isEmpty ? nil : rates[rates.count / 2]
    }

    /// What did not end well, by its cause, and by the journal that has it; the most serious first.
    package var failures: [CampaignFailure] {
        Dictionary(grouping: transfers.filter { $0.call == .person || $0.call == .again }) {
            CampaignFailure.Kind(status: $0.row.status, journal: $0.row.journal)
        }
        .map { CampaignFailure(status: $0.status, transfers: $1) }
        .sorted { ($0.status.seriousness, $1.journal) > ($1.status.seriousness, $0.journal) }
    }

    /// The archived transfers of the last days.
    func archived(since moment: Timestamp) -> [CampaignTransfer] { transfers.filter { $0.proven.map { $0 >= moment } ?? false } }
}
