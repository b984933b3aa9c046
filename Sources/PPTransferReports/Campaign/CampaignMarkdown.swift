import PPTransfer
import PositionedYAML

/// The report for an issue or a wiki: the headline, what needs somebody, and the open transfers.
struct CampaignMarkdown {
    let report: CampaignReport

    /// More rows than this nobody reads in an issue.
    private static let rows = 50

    var text: String {
        var lines = ["_As of \(report.now.minute) UTC, from the pptransfer journal._", ""]
        if report.isPart { lines += [CampaignReport.partSentence, ""] }
        if report.workflows.isEmpty { lines += [Self.plain(report.nothing), ""] }
        if report.workflows.count > 1 {
            lines += ["| " + CampaignReport.overviewHeadings.joined(separator: " | ") + " |", "|---|---:|---:|---:|---:|---:|---|"]
            lines += report.overview.map { "| " + $0.map(Self.plain).joined(separator: " | ") + " |" } + [""]
        }
        for workflow in report.workflows { lines += section(workflow) }
        if !report.allProblems.isEmpty {
            lines += ["## Unreadable records and lists", ""]
            lines += Quantity.list(report.allProblems.map { "\($0); \($0.remedy(in: .commands))" }).map { "- " + Self.plain($0) } + [""]
        }
        if !report.endedSites.isEmpty { lines += ["## Sites", ""] + report.endedSites.map { "- " + Self.plain($0) } + [""] }
        lines += ["## Logins", ""] + report.loginSentences.map { "- " + Self.plain($0) }
        return lines.joined(separator: "\n")
    }

    private func section(_ workflow: CampaignWorkflow) -> [String] {
        var lines = ["## " + Self.plain(workflow.name), "", workflow.headline, "", "| state | transfers |", "|---|---:|"]
        lines += workflow.states.map { "| \(Self.plain($0.state)) | \($0.count) |" } + [""]
        for transfer in workflow.transfers { lines += PastRunTable(transfer)?.markdown ?? [] }
        for failure in workflow.failures {
            lines += [
                "### " + failure.heading, "", failure.status.explanation + ".",
                "",
            ]
            lines += Quantity.list(failure.messages.map { ($0.count > 1 ? "\($0.count) × " : "") + $0.text }, most: 3).map {
                "- " + Self.plain($0)
            }
            let commands = failure.logInCommands(report) + [failure.command].compactMap(\.self)
            lines += commands.isEmpty ? [""] : ["", "```sh"] + commands.map(Outlet.line) + ["```", ""]
        }
        let open = workflow.open
        guard !open.isEmpty else { return lines }
        let stages = CycleStages.Stage.allCases
        lines += ["| transfer | state | " + stages.map(\.rawValue).joined(separator: " | ") + " |"]
        lines += ["|---|---|" + stages.map { _ in ":-:|" }.joined()]
        lines += open.prefix(Self.rows).map { transfer in
            "| \(Self.plain(transfer.row.title)) | \(Self.plain(transfer.row.state)) | "
                + stages.map { transfer.stages[$0].symbol }.joined(separator: " | ") + " |"
        }
        if open.count > Self.rows { lines += ["", "… and \(open.count - Self.rows) more that are not archived."] }
        return lines + [""]
    }

    /// Nothing in it is taken for markup, in a table either.
    static func plain(_ text: String) -> String {
        var plain = ""
        let spaced = String(String.UnicodeScalarView(text.unicodeScalars.map { "\n\r\t".unicodeScalars.contains($0) ? " " : $0 }))
        for character in Outlet.line(spaced).unicodeScalars {
            switch character {
            case "&": plain += "&amp;"
            case "<": plain += "&lt;"
            case ">": plain += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "!": plain += "\\\(character)"
            default: plain.unicodeScalars.append(character)
            }
        }
        return plain
    }
}

extension CampaignReport {
    package var markdown: String { CampaignMarkdown(report: self).text }
}
