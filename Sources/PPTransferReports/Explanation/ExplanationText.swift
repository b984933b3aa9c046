import PPTransfer
import PositionedYAML

/// Pages as people read them.
extension Explanation {
    /// For a terminal of `width` columns. Commands are never broken.
    package func text(width: Int) -> String {
        var lines = Wrapping.lines(headline, width: width)
        lines += [""] + Wrapping.lines(meaning, width: width, indent: 2)
        if !causes.isEmpty {
            lines += ["", "Usual causes"] + causes.flatMap { Wrapping.lines($0, width: width, indent: 4, mark: "- ") }
        }
        lines += ["", "What to do"]
        for remedy in remedies {
            lines += Wrapping.lines(remedy.text, width: width, indent: 4, mark: "- ")
            lines += remedy.commands.map { "        " + $0 }
        }
        lines += ["", "The next run"] + Wrapping.lines(nextRun, width: width, indent: 2)
        return lines.joined(separator: "\n")
    }

    /// A section of second level.
    package var markdown: String {
        var lines: [String]
        switch subject {
        case .status(let status):
            lines = [
                "## \(status.isSignal ? status.name : status.description)", "",
                "\(status.meaning.sentence) \(status.again.sentence.sentence)",
            ]
        case .code(let status):
            lines = ["## \(names.joined(separator: ", "))", ""]
            lines.append(
                (httpStatus.map { "HTTP status \($0)." } ?? "An error of a Globus task.")
                    + " pptransfer exits with status `\(status.name)` "
                    + "(\(status.number)): \(status.again.sentence).")
        }
        if isOfStatus, names.count > 1 {
            lines += ["", "Names in Globus: \(names.dropFirst().map { "`\($0)`" }.joined(separator: ", "))."]
        }
        lines += ["", meaning]
        if !causes.isEmpty { lines += ["", "**Usual causes**", ""] + causes.map { "- " + $0 } }
        lines += ["", "**What to do**"]
        for remedy in remedies {
            lines += ["", remedy.text]
            if !remedy.commands.isEmpty { lines += ["", "```sh"] + remedy.commands + ["```"] }
        }
        lines += ["", "**The next run**", "", nextRun]
        return lines.joined(separator: "\n")
    }
}

extension Explanations {
    /// What can be asked for: the statuses with their meaning, then the codes.
    package func list(width: Int) -> String {
        let statuses = pages.filter(\.isOfStatus)
        var rows = statuses.filter { !$0.status.isSignal }.map { ["\($0.status.number)", $0.names[0], $0.status.again.short] }
        rows += statuses.filter(\.status.isSignal).map { ["128+n", $0.names[0], $0.status.again.short] }
        let columns = TextTable.text(rows + [["", "", ""]]).split(separator: "\n").map(String.init)
        let indent = columns.map(\.count).max() ?? 0
        var lines: [String] = []
        for (page, column) in zip(statuses, columns) {
            var wrapped = Wrapping.lines(page.status.meaning, width: width, indent: indent + 2)
            wrapped[0] = column + wrapped[0].dropFirst(column.count)
            lines += wrapped
        }
        lines += ["", "Codes of Globus that have a page:"]
        lines += Wrapping.lines(pages.filter { !$0.isOfStatus }.flatMap(\.names).joined(separator: ", "), width: width, indent: 2)
        return lines.joined(separator: "\n")
    }

    /// The article of the documentation: the table, then every page.
    package var article: String {
        let codes = pages.filter { !$0.isOfStatus }
        return """
            # Exit statuses

            The exit statuses of pptransfer and the codes of Globus: the meaning, the usual causes, what to do, and what the next run does.

            ## Overview

            `pptransfer explain 33`, `pptransfer explain session` and `pptransfer explain FILE_NOT_FOUND` print these pages. \
            This article is the output of `pptransfer explain --all --format markdown`.

            \(ExitStatus.table)

            \(pages.filter(\.isOfStatus).map(\.markdown).joined(separator: "\n\n"))

            \(codes.map(\.markdown).joined(separator: "\n\n"))

            """
    }
}

extension String {
    /// With a capital at its beginning and a full stop at its end.
    fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() + "." }
}
