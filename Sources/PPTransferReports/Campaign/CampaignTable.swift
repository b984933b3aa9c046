import Globus
import PositionedYAML

/// The page's table of transfers: what is shown first stands in it, also for those who run no script; the script shows the rest.
///
/// `page.js` writes the same rows from `CampaignData`; a judge compares the two.
struct CampaignTable {
    let report: CampaignReport

    /// Rows on a page.
    static let page = 100

    func write(to html: inout HTMLText) {
        let transfers = report.transfers
        html.markup("<section class=\"transfers\" aria-labelledby=\"transfers\">\n<h2 id=\"transfers\" tabindex=\"-1\">Transfers</h2>\n")
        html.markup(Self.controls)
        html.element("p id=\"count\" role=\"status\"", count(transfers.count))
        html.markup("\n<div class=\"wide\" role=\"region\" aria-labelledby=\"transfers\" tabindex=\"0\">\n<table id=\"table\">\n")
        html.markup(
            "<caption>Where each transfer stands: ✓ done, … under way, ✗ failed, – not yet. Times are UTC; a proof is by size or by digest.</caption>\n<thead>\n<tr>"
        )
        for (key, words, meaning) in columns {
            html.markup("<th scope=\"col\" data-key=\"\(key)\" data-words=\"\(words)\" title=\"")
            html.text(meaning)
            html.markup("\"\(key == "cycle" ? " aria-sort=\"descending\"" : "")>\(words)</th>")
        }
        html.markup("</tr>\n</thead>\n<tbody>\n")
        for transfer in transfers.reversed().prefix(Self.page) { row(transfer, &html) }
        html.markup("</tbody>\n</table>\n</div>\n")
        html.markup(Self.pages)
        html.markup("</section>\n")
    }

    private func count(_ all: Int) -> String {
        all > Self.page
            ? "The latest \(Self.page) of \(all) transfers; a browser that runs the page's script shows all." : "All \(all) transfers."
    }

    private var columns: [(key: String, words: String, meaning: String)] {
        let stages = CycleStages.Stage.allCases.map { (key: $0.rawValue, words: $0.rawValue.capitalizedFirst, meaning: $0.meaning) }
        return (isOfSeveral ? [("workflow", "Workflow", "of which workflow")] : [])
            + [
                ("cycle", "Cycle", "in the order of the cycles"), ("name", "Name", "of the transfer"),
                ("state", "State", "and what the latest run said"),
            ]
            + stages + [("task", "Task", "in the Globus web app")]
    }

    private var isOfSeveral: Bool { report.workflows.count > 1 }

    private func row(_ transfer: CampaignTransfer, _ html: inout HTMLText) {
        let row = transfer.row
        html.markup("<tr>")
        if isOfSeveral { html.element("td", transfer.section) }
        html.element("th scope=\"row\"", row.cycle ?? "–")
        html.element("td", row.name ?? "–")
        html.markup("<td><strong class=\"\(transfer.call)\">")
        html.text(row.state)
        html.markup("</strong>")
        if let message = transfer.message { html.element("p", message) }
        html.markup("</td>")
        for stage in CycleStages.Stage.allCases { cell(stage, of: transfer, &html) }
        html.markup("<td>")
        if let task = row.task {
            if task.isPlain {
                html.markup("<a href=\"\(task.webPage)\" rel=\"noreferrer\">\(task.description.prefix(8))</a>")
            } else {
                html.text(task.description)
            }
        }
        html.markup("</td></tr>\n")
    }

    private func cell(_ stage: CycleStages.Stage, of transfer: CampaignTransfer, _ html: inout HTMLText) {
        let mark = transfer.stages[stage]
        html.markup(
            "<td class=\"\(mark.rawValue)\"><span aria-hidden=\"true\">\(mark.symbol)</span><span class=\"spoken\">\(mark.words)</span> ")
        if mark != .open { html.text(transfer.detail(stage)) }
        html.markup("</td>")
    }

    /// Shown by the script.
    private static let controls = """
        <form id="controls" hidden>
        <label>Workflow <select id="workflow"></select></label>
        <label>State <select id="state"></select></label>
        <label>Text <input id="text" type="search" placeholder="cycle, name, message, task"></label>
        <button type="reset">Show all</button>
        </form>

        """

    private static let pages = """
        <nav id="pages" aria-label="Pages of the table" hidden>
        <button type="button" data-go="first">First</button>
        <button type="button" data-go="previous">Previous</button>
        <span id="page"></span>
        <button type="button" data-go="next">Next</button>
        <button type="button" data-go="last">Last</button>
        </nav>

        """
}

extension CampaignTransfer {
    /// What the latest run said, where that matters.
    var message: String? { call == .archived ? nil : row.message.flatMap { $0.isEmpty ? nil : $0 } }

    /// What stands beside the mark.
    func detail(_ stage: CycleStages.Stage) -> String {
        switch stage {
        case .staged: row.files == 0 ? "" : "\(Quantity.count(row.files, "file")), \(Quantity.bytes(row.bytes))"
        case .submitted: submitted?.minute ?? ""
        case .transferred: row.rate.map { $0 > 0 ? Quantity.rate($0) : "" } ?? ""
        case .proven: proven.map { "\($0.minute), \(level ?? "")" } ?? ""
        case .cleaned: cleaned?.minute ?? ""
        }
    }
}

extension TaskID {
    /// An id as Globus makes them: fit for an address.
    var isPlain: Bool {
        description.utf8.count == 36
            && description.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
