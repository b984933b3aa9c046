import Crypto
import FoundationEssentials
import PPTransfer
import PositionedYAML

/// The report as one HTML file that asks nobody for anything: style, script, drawings and data are inside.
struct CampaignPage {
    let report: CampaignReport

    /// The whole file.
    var html: [UInt8] {
        let style = PackageResources.page_css, script = PackageResources.page_js
        var html = HTMLText()
        html.markup(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(Self.policy(style, script))">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <meta name="generator" content="pptransfer report">

            """)
        html.element("title", title)
        html.markup("\n<style>\(String(decoding: style, as: UTF8.self))</style>\n</head>\n<body>\n")
        body(&html)
        html.markup("<script type=\"application/json\" id=\"data\">")
        html.markup(CampaignData(report).json)
        html.markup("</script>\n<script>\(String(decoding: script, as: UTF8.self))</script>\n</body>\n</html>\n")
        return html.bytes
    }

    /// Only this very style and this very script: neither a request nor anything that found its way in.
    private static func policy(_ style: [UInt8], _ script: [UInt8]) -> String {
        func hash(_ bytes: [UInt8]) -> String { "'sha256-\(Data(SHA256.hash(data: bytes)).base64EncodedString())'" }
        return "default-src 'none'; style-src \(hash(style)); script-src \(hash(script)); base-uri 'none'; form-action 'none'"
    }

    private var title: String {
        let names = report.workflows.map(\.name)
        return names.count == 1 ? "\(names[0]): archive report" : "Archive report of \(Quantity.count(names.count, "workflow"))"
    }

    private func body(_ html: inout HTMLText) {
        html.markup("<a class=\"skip\" href=\"#transfers\">Skip to the table of transfers</a>\n<header>\n")
        html.element("h1", title)
        html.markup("<p class=\"muted\">As of <time datetime=\"\(report.now)\">\(report.now.minute) UTC</time>, from the journal ")
        for (number, place) in report.places.prefix(5).enumerated() {
            if number > 0 { html.markup(", ") }
            html.element("code", place.journal.directory)
        }
        if report.places.count > 5 { html.text(" and \(report.places.count - 5) more") }
        html.markup(". The page does not update itself: run <code>pptransfer report</code> again.</p>\n</header>\n<main>\n")
        if report.isPart {
            html.element("p", CampaignReport.partSentence)
            html.markup("\n")
        }
        if report.workflows.isEmpty {
            html.element("p class=\"headline\"", report.nothing)
            html.markup("\n")
        }
        overview(&html)
        for workflow in report.workflows { CampaignSection(workflow: workflow, report: report).write(to: &html) }
        problems(&html)
        if !report.endedSites.isEmpty {
            html.markup("<section aria-labelledby=\"sites\">\n<h2 id=\"sites\">Sites</h2>\n<ul>\n")
            for sentence in report.endedSites {
                html.element("li", sentence)
                html.markup("\n")
            }
            html.markup("</ul>\n</section>\n")
        }
        html.markup("<section aria-labelledby=\"logins\">\n<h2 id=\"logins\">Logins</h2>\n<ul>\n")
        for sentence in report.loginSentences {
            html.element("li", sentence)
            html.markup("\n")
        }
        html.markup("</ul>\n</section>\n")
        CampaignTable(report: report).write(to: &html)
        html.markup("</main>\n")
    }

    /// Several workflows, a line each, before their sections.
    private func overview(_ html: inout HTMLText) {
        guard report.workflows.count > 1 else { return }
        html.markup(
            "<div class=\"wide\" role=\"region\" aria-label=\"All workflows\" tabindex=\"0\">\n<table class=\"rounds\">\n"
                + "<caption>All workflows</caption>\n<thead><tr>")
        for heading in CampaignReport.overviewHeadings { html.element("th scope=\"col\"", heading) }
        html.markup("</tr></thead>\n<tbody>\n")
        for (number, line) in report.overview.enumerated() {
            html.markup("<tr>")
            for (column, cell) in line.enumerated() {
                if column == 0, number < report.workflows.count {
                    html.markup("<th scope=\"row\"><a href=\"#\(CampaignSection.anchor(cell))\">")
                    html.text(cell)
                    html.markup("</a></th>")
                } else {
                    html.element("td", cell)
                }
            }
            html.markup("</tr>\n")
        }
        html.markup("</tbody>\n</table>\n</div>\n")
    }

    private func problems(_ html: inout HTMLText) {
        guard !report.allProblems.isEmpty else { return }
        html.markup(
            "<section class=\"failure person\" aria-labelledby=\"unreadable\">\n<h2 id=\"unreadable\">Unreadable records and lists</h2>\n<ul>\n"
        )
        for line in Quantity.list(report.allProblems.map { "\($0); \($0.remedy(in: .commands))" }) {
            html.element("li", line)
            html.markup("\n")
        }
        html.markup("</ul>\n</section>\n")
    }
}

extension CampaignReport {
    /// The page, as UTF-8.
    package var html: [UInt8] { CampaignPage(report: self).html }
}
