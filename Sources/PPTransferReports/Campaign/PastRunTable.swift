import PPTransfer
import PositionedYAML

/// The latest runs of a transfer that is repeated: how many files and bytes were there, and how many were new.
struct PastRunTable {
    private let title: String
    /// The oldest first.
    private let rounds: [PastRun]

    /// More lines than this nobody reads on a page; the drawing has all.
    private static let lines = 20

    /// - Returns: `nil` of a transfer that has a cycle, or of which a record of an earlier version knows no runs.
    init?(_ transfer: CampaignTransfer) {
        guard !transfer.row.history.isEmpty else { return nil }
        title = [transfer.row.workflow, transfer.row.name].compactMap(\.self).joined(separator: " ")
        rounds = transfer.row.history
    }

    private static let headings = ["run", "result", "files", "bytes", "new files", "new bytes"]

    /// The newest first.
    private var cells: [[String]] {
        rounds.reversed().prefix(Self.lines).map { round in
            [
                round.time, round.status, "\(round.files)", Quantity.bytes(round.bytes), "\(round.newFiles)",
                Quantity.bytes(round.newBytes),
            ]
        }
    }

    var markdown: [String] {
        var lines = ["### Runs of \(CampaignMarkdown.plain(title))", "", "| " + Self.headings.joined(separator: " | ") + " |"]
        lines.append("|---|---|---:|---:|---:|---:|")
        lines += cells.map { "| " + $0.map(CampaignMarkdown.plain).joined(separator: " | ") + " |" }
        return lines + [""]
    }

    func write(to html: inout HTMLText) {
        drawing(&html)
        html.markup("<table class=\"rounds\">\n<caption>")
        html.text("The latest runs of \(title)")
        html.markup("</caption>\n<thead><tr>")
        for heading in Self.headings { html.element("th scope=\"col\"", heading) }
        html.markup("</tr></thead>\n<tbody>\n")
        for line in cells {
            html.markup("<tr>")
            for cell in line { html.element("td", cell) }
            html.markup("</tr>\n")
        }
        html.markup("</tbody>\n</table>\n")
    }

    /// A bar for the new files of each run.
    private func drawing(_ html: inout HTMLText) {
        guard rounds.count > 1, let first = rounds.first, let last = rounds.last else { return }
        let most = max(1, rounds.map(\.newFiles).max() ?? 1)
        let width = Drawing.width / Double(rounds.count)
        let bars = rounds.enumerated().map { number, round in
            let height = Drawing.height * Double(round.newFiles) / Double(most)
            return Drawing.rectangle(
                "rate", x: Double(number) * width, y: Drawing.height - height, width: width * 0.8, height: height)
        }
        Drawing.write(
            "New files of each run of \(title)",
            "\(Quantity.count(rounds.count, "run")) brought \(Quantity.count(rounds.map(\.newFiles).clampedSum(), "new file")).",
            shapes: bars.joined(), top: Quantity.count(most, "file"), scale: [first.time, last.time], to: &html)
    }
}
