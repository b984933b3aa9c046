import Globus
import PPTransfer
import PositionedYAML
import SystemFiles

/// The page's part about one workflow: headline, figures, drawings, failures.
struct CampaignSection {
    let workflow: CampaignWorkflow
    let report: CampaignReport

    private var now: Timestamp { report.now }

    func write(to html: inout HTMLText) {
        html.markup("<section class=\"workflow\">\n")
        html.element("h2 id=\"\(Self.anchor(workflow.name))\"", workflow.name)
        html.markup("\n")
        html.element("p class=\"headline\"", workflow.headline)
        html.markup("\n")
        bar(&html)
        states(&html)
        figures(&html)
        html.markup("<div class=\"drawings\">\n")
        ProgressDrawing(workflow).write(to: &html)
        RateDrawing(workflow).write(to: &html)
        html.markup("</div>\n")
        for transfer in workflow.transfers { PastRunTable(transfer)?.write(to: &html) }
        failures(&html)
        html.markup("</section>\n")
    }

    /// Where the part begins, for a link to it.
    static func anchor(_ workflow: String) -> String { "workflow-" + RecordName.fileName(workflow) }

    /// How the transfers divide, at a glance; the words follow below it.
    private func bar(_ html: inout HTMLText) {
        html.markup("<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">")
        var start = 0.0
        for call in CampaignTransfer.Call.allCases {
            let width = Double(workflow.count(call)) / Double(workflow.transfers.count) * 1000
            guard width > 0 else { continue }
            html.markup("<rect class=\"\(call)\" x=\"\(start.tenths)\" y=\"0\" width=\"\(width.tenths)\" height=\"10\"/>")
            start += width
        }
        html.markup("</svg>\n")
    }

    /// Each state with its number, which leads to its transfers in the table.
    private func states(_ html: inout HTMLText) {
        html.markup("<ul class=\"states\">\n")
        for (state, status, count) in workflow.states {
            let call = workflow.transfers.first { $0.row.state == state }?.call ?? .running
            html.markup(
                "<li><a class=\"\(call)\" href=\"#workflow=\(RecordName.fileName(workflow.name))&amp;state=\(RecordName.fileName(state))\" title=\""
            )
            html.text(state == StatusReport.Row.archived ? status.meaning : status.explanation)
            html.markup("\"><strong>\(count)</strong> ")
            html.text(state)
            html.markup("</a></li>\n")
        }
        html.markup("</ul>\n")
    }

    private func figures(_ html: inout HTMLText) {
        var figures: [(name: String, value: String)] = []
        if let first = workflow.transfers.first?.row.cycle, let last = workflow.transfers.last?.row.cycle, first != last {
            figures.append(("cycles", "\(first) to \(last)"))
        }
        if let last = workflow.lastArchived {
            figures.append(("last archived", "\(last.minute) UTC, \(last.age(now)) ago"))
        }
        if let oldest = workflow.oldestOpen {
            figures.append(("oldest not archived", "since \(oldest.minute) UTC, \(oldest.age(now))"))
        }
        if let rate = workflow.medianRate { figures.append(("median rate", Quantity.rate(rate))) }
        guard !figures.isEmpty else { return }
        html.markup("<dl>\n")
        for (name, value) in figures {
            html.markup("<div>")
            html.element("dt", name)
            html.element("dd", value)
            html.markup("</div>\n")
        }
        html.markup("</dl>\n")
    }

    private func failures(_ html: inout HTMLText) {
        guard !workflow.failures.isEmpty else { return }
        html.markup("<div class=\"failures\">\n")
        for failure in workflow.failures {
            html.markup("<div class=\"failure \(failure.needsPerson ? "person" : "again")\">\n")
            html.element("h3", failure.heading)
            html.markup("\n<p>")
            html.prose(failure.status.explanation)
            html.markup(".</p>\n<ul class=\"messages\">\n")
            for line in Quantity.list(failure.messages.map { ($0.count > 1 ? "\($0.count) × " : "") + $0.text }, most: 3) {
                html.element("li", line)
                html.markup("\n")
            }
            html.markup("</ul>\n<p class=\"muted\">")
            html.text(failure.titles(most: 8).joined(separator: ", "))
            html.markup("</p>\n")
            for command in failure.logInCommands(report) {
                html.markup("<p>Log in again: ")
                html.element("code", command)
                html.markup("</p>\n")
            }
            if let command = failure.command {
                html.markup("<p>\(failure.needsPerson ? "Once that is mended:" : "Again:") ")
                html.element("code", command)
                html.markup("</p>\n")
            }
            html.markup("</div>\n")
        }
        html.markup("</div>\n")
    }
}

extension Double {
    /// A coordinate.
    var tenths: String {
        let tenths = Int(clamping: (self * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
