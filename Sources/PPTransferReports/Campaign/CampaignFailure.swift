package import PPTransfer
import PositionedYAML
import SystemFiles

/// Transfers of one workflow that one cause keeps from being archived.
package struct CampaignFailure: Sendable {
    struct Kind: Hashable {
        var status: ExitStatus
        var journal: String?
    }

    package var status: ExitStatus
    /// Never empty.
    package var transfers: [CampaignTransfer]

    /// Of all of them; empty without a record.
    var journal: String { transfers[0].row.journal ?? "" }

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

    /// What sends them again, or corrects their group and mode; `nil` for cycles without a record, which their task must run.
    var command: String? {
        guard transfers[0].row.state != StatusReport.Row.absent else { return nil }
        let row = transfers[0].row
        let isSent = status == .permissions
        var words = ["pptransfer", isSent ? "verify" : "rerun", transfers[0].section]
        if transfers.count == 1, let cycle = row.cycle { words += ["--cycle", cycle] } else { words.append(isSent ? "--all" : "--failed") }
        if isSent { words += ["--via", "manifest", "--fix-permissions"] }
        if !transfers[0].isFound { words += ["--journal", journal] }
        return words.map(ShellWord.plainOrQuoted).joined(separator: " ")
    }

    /// What renews the logins that they lack, a line each; empty if no login is why.
    func logInCommands(_ report: CampaignReport) -> [String] {
        var needs = LoginNeeds()
        switch status {
        case .auth: needs.login = true
        case .session:
            let sites = transfers.flatMap(\.ends).compactMap { report.sites?.site(for: $0.collection) }.filter { $0.identity != nil }
            // Of a site with a login that is still valid nothing is wanted, unless nothing else is known.
            let expired = sites.filter { site in report.logins[site.alias].map { $0.lapses <= report.now } ?? true }
            for site in expired.isEmpty ? sites : expired { if let domain = site.identity { needs.add(session: domain) } }
        default: return []
        }
        return needs.commands(for: report.login, in: .commands)
    }
}

extension StatusReport.Row {
    /// Which one of its workflow.
    var title: String {
        let title = [cycle, name].compactMap { $0 }.joined(separator: " ")
        return title.isEmpty ? "(no cycle)" : title
    }
}
