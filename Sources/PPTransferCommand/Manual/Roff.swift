/// Text for `man`, in the macros of man(7).
struct Roff {
    private(set) var text = ""

    /// A macro with its arguments, in which a hyphen stands as it is: dates are read.
    mutating func request(_ name: String, _ arguments: String...) {
        let written = arguments.map { argument in
            " \"" + Self.escaped(argument).replacing("\\-", with: "-").replacing("\"", with: "\\(dq") + "\""
        }
        text += "." + name + written.joined() + "\n"
    }

    /// A line that is filled with its neighbours.
    mutating func line(_ content: String) { text += Self.atLineStart(Self.escaped(content)) + "\n" }

    /// Bold words, then plain ones.
    mutating func line(bold: String, plain: String = "") {
        text += "\\fB" + Self.escaped(bold) + "\\fR" + (plain.isEmpty ? "" : " " + Self.escaped(plain)) + "\n"
    }

    /// Paragraphs; lines that are indented by two blanks stand as they are.
    mutating func paragraphs(_ content: String) {
        var isExample = false
        var isApart = false
        for line in content.split(separator: "\n", omittingEmptySubsequences: false) {
            guard !line.isEmpty else {
                isApart = true
                continue
            }
            let isIndented = line.hasPrefix("  ")
            switch (isExample, isIndented) {
            case (false, true): text += ".sp\n.RS 4\n.nf\n"
            case (true, false): text += ".fi\n.RE\n.PP\n"
            case (false, false) where isApart && !text.hasSuffix(".PP\n"): text += ".PP\n"
            case (true, true), (false, false): break
            }
            (isExample, isApart) = (isIndented, false)
            self.line(isIndented ? String(line.dropFirst(2)) : String(line))
        }
        if isExample { text += ".fi\n.RE\n" }
    }

    /// Characters that the formatter would take for its own; what is not ASCII by its code.
    static func escaped(_ content: String) -> String {
        var result = ""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            default:
                if scalar.isASCII {
                    result.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
                }
            }
        }
        return result
    }

    private static func atLineStart(_ line: String) -> String { line.hasPrefix(".") ? "\\&" + line : line }
}
