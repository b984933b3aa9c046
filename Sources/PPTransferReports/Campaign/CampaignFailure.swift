package import PPTransfer
import PositionedYAML
import SystemFiles

/// Transfers of one workflow that one cause keeps from being archived.
package struct CampaignFailure: Sendable {
    package var status: ExitStatus
    /// Never empty.
    package var transfers: [CampaignTransfer]

    var needsPerson: Bool { transfers[0].call == .person }

    /// `no-space: 2 transfers need action now`
    var heading: String {
        let number = transfers.count
        let call =
            needsPerson ? (number == 1 ? "needs action now" : "need action now") : (number == 1 ? "is" : "are") + " to be run again"
        return "\(status.name): \(Quantity.count(number, "transfer")) \(call)"
    }

    /// `19880901T0000Z atmos`: which ones, as many as a person reads.
    func titles(most: Int) -> [String] { Quantity.list(transfers.map(\.row.title), most: most) }

    /// What the runs said, each once, the most frequent first.
    var messages: [(text: String, count: Int)] {
        var counts: [String: Int] = [:]
        for transfer in transfers { if let message = transfer.row.message, !message.isEmpty { counts[message, default: 0] += 1 } }
        return counts.map { (text: $0.key, count: $0.value) }.sorted { ($1.count, $0.text) < ($0.count, $1.text) }
    }

    /// What sends them again.
    var command: String {
        let workflow = transfers[0].row.workflow
        guard transfers.count == 1, let cycle = transfers[0].row.cycle else {
            return "pptransfer rerun \(ShellWord.plainOrQuoted(workflow)) --failed"
        }
        return "pptransfer rerun \(ShellWord.plainOrQuoted(workflow)) --cycle \(ShellWord.plainOrQuoted(cycle))"
    }
}

extension StatusReport.Row {
    /// Which one of its workflow.
    var title: String {
        let title = [cycle, name].compactMap { $0 }.joined(separator: " ")
        return title.isEmpty ? "(no cycle)" : title
    }
}
