/// Columns for people, two blanks between them.
package enum TextTable {
    /// - Parameter lines: the headings first; each with as many cells.
    package static func text(_ lines: [[String]]) -> String {
        var widths: [Int] = []
        for line in lines {
            for (column, cell) in line.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], width(cell))
            }
        }
        var text = ""
        for (number, line) in lines.enumerated() {
            if number > 0 { text += "\n" }
            for (column, cell) in line.enumerated() {
                text += cell
                if column < line.count - 1 { text += blanks(widths[column] - width(cell) + 2) }
            }
        }
        return text
    }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }

    /// In characters. To find their borders is slow; ASCII, which nearly all text here is, needs no search.
    private static func width(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.count
    }
}
