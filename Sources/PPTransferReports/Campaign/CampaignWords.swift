import Globus
import PPTransfer
import PositionedYAML

/// The headline, in words: the same on the page, in Markdown and in a terminal.
extension CampaignWorkflow {
    /// `297 of 300 cycles archived: 36000 files, 4.1 TB. 2 transfers under way. 1 transfer needs action now.`
    package var headline: String { totals.headline }
}

extension CampaignReport {
    /// What every form of the report says if it does not show all.
    static let partSentence = "Only the transfers that were selected are shown and counted."

    static let overviewHeadings = ["workflow", "cycles archived", "size", "under way", "again", "needs action", "last archived"]

    /// All workflows in a compact table, a line each, and a line with the totals.
    var overview: [[String]] {
        func line(_ name: String, _ totals: StatusTotals, _ last: Timestamp?) -> [String] {
            var cells = [name, "\(totals.archivedCycles) of \(totals.cycles)", Quantity.bytes(totals.bytes)]
            for call in [StatusReport.Row.Call.running, .again, .person] { cells.append("\(totals.count(call))") }
            cells.append(last?.minute ?? "-")
            return cells
        }
        var lines = workflows.map { line($0.name, $0.totals, $0.lastArchived) }
        lines.append(line("total", StatusTotals(transfers.map(\.row)), workflows.compactMap(\.lastArchived).max()))
        return lines
    }

    /// Days left of each login, a sentence each; what is not known is said.
    var loginSentences: [String] {
        guard !logins.isEmpty else {
            return ["The journal does not show when logins expire; 'pptransfer whoami' queries Globus."]
        }
        return logins.sorted { $0.key < $1.key }.map { alias, login in
            let end = login.lapses <= now ? "expired on" : "has \(Quantity.count(login.daysLeft(now), "day")) left, until"
            return "\(alias) (\(login.domain)): the login \(end) \(login.lapses.minute) UTC, as seen at \(login.seen.minute) UTC."
        }
    }
}
