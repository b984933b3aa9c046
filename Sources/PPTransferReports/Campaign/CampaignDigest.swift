import Globus
import PPTransfer
import PositionedYAML
import SystemFiles

/// The report in plain text, for mail or a terminal: what was archived in the last days, and what needs somebody.
struct CampaignDigest {
    let report: CampaignReport
    /// Columns of a line of text.
    var width = 78

    /// The digest is of a week.
    private static let days: Int64 = 7

    var text: String {
        let since = report.now + .seconds(-Self.days * 86_400)
        var lines = ["Archive report, \(report.now.minute) UTC, from the pptransfer journal", ""]
        if report.isPart { lines += [CampaignReport.partSentence, ""] }
        if report.workflows.isEmpty { lines += wrapped(report.nothing) + [""] }
        if report.workflows.count > 1 {
            lines += TextTable.text([CampaignReport.overviewHeadings] + report.overview.map { $0.map(Outlet.line) }).parts(at: "\n")
                .map(String.init)
            lines.append("")
        }
        for workflow in report.workflows { lines += section(workflow, since) }
        if !report.allProblems.isEmpty {
            lines +=
                ["UNREADABLE RECORDS AND LISTS"]
                + Quantity.list(report.allProblems.map { "\($0); \($0.remedy(in: .commands))" }).flatMap(item) + [""]
        }
        if !report.endedSites.isEmpty { lines += ["SITES"] + report.endedSites.flatMap(item) + [""] }
        return (lines + ["LOGINS"] + report.loginSentences.flatMap(item)).joined(separator: "\n")
    }

    private func section(_ workflow: CampaignWorkflow, _ since: Timestamp) -> [String] {
        let name = Outlet.line(workflow.name)
        var lines = [name, String(repeating: "=", count: name.count)] + wrapped(workflow.headline)
        if !report.isPart { lines += wrapped(lately(workflow, since)) }
        if let oldest = workflow.oldestOpen {
            lines += wrapped("The oldest that is not archived: since \(oldest.minute) UTC, \(oldest.age(report.now)).")
        }
        lines.append("")
        for failure in workflow.failures {
            lines += wrapped(failure.heading)
            lines += item(failure.titles(most: 5).joined(separator: ", "))
            lines += Quantity.list(failure.messages.map { ($0.count > 1 ? "\($0.count) x " : "") + $0.text }, most: 3).flatMap(item)
            lines += (failure.logInCommands(report) + [failure.command].compactMap(\.self)).map { "    " + Outlet.line($0) } + [""]
        }
        return lines
    }

    /// What was archived in the last days.
    private func lately(_ workflow: CampaignWorkflow, _ since: Timestamp) -> String {
        let totals = StatusTotals(workflow.archived(since: since).map(\.row))
        guard totals.transfers > 0 else {
            let latest = workflow.lastArchived.map { "; the latest was \($0.minute) UTC" } ?? ""
            return "In the last \(Self.days) days nothing was archived\(latest)."
        }
        return "In the last \(Self.days) days: \(Quantity.count(totals.transfers, "transfer")), \(Quantity.count(totals.files, "file")), "
            + "\(Quantity.bytes(totals.bytes)) archived."
    }

    private func item(_ text: String) -> [String] {
        Wrapping.lines(Outlet.line(text), width: width - 2).enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
    }

    private func wrapped(_ text: String) -> [String] { Wrapping.lines(Outlet.line(text), width: width) }
}

extension CampaignReport {
    /// Plain text.
    package var digest: String { CampaignDigest(report: self).text }
}
