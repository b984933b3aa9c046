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
        html.element("code", report.journal.directory)
        html.markup(". The page does not change by itself; <code>pptransfer report</code> makes it anew.</p>\n</header>\n<main>\n")
        if report.workflows.isEmpty { html.markup("<p class=\"headline\">The journal has no record of these workflows.</p>\n") }
        for workflow in report.workflows { CampaignSection(workflow: workflow, now: report.now).write(to: &html) }
        problems(&html)
        html.markup("<section aria-labelledby=\"logins\">\n<h2 id=\"logins\">Logins</h2>\n<ul>\n")
        for sentence in report.loginSentences {
            html.element("li", sentence)
            html.markup("\n")
        }
        html.markup("</ul>\n</section>\n")
        CampaignTable(report: report).write(to: &html)
        html.markup("</main>\n")
    }

    private func problems(_ html: inout HTMLText) {
        guard !report.problems.isEmpty else { return }
        html.markup(
            "<section class=\"failure person\" aria-labelledby=\"unreadable\">\n<h2 id=\"unreadable\">Unreadable records</h2>\n<ul>\n")
        for line in Quantity.list(report.problems.map { "\($0); \($0.remedy(in: .commands))" }) {
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
