/// Text for a terminal, broken between words.
package enum Wrapping {
    /// - Parameters:
    ///   - width: columns; a word that is longer stands on a line of its own.
    ///   - indent: blanks before each line.
    ///   - mark: what stands before the first line, within the indent.
    package static func lines(_ text: String, width: Int, indent: Int = 0, mark: String = "") -> [String] {
        let blanks = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > max(width, indent + 20) {
                lines.append(blanks + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(blanks + line)
        lines[0] = lines[0].prefix(indent - mark.count) + mark + lines[0].dropFirst(indent)
        return lines
    }
}
