/// What can be said of a text before it is parsed.
struct YAMLTextCheck {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    let file: String

    func problem(in text: [UInt8]) -> Problem? {
        if text.count > YAMLLimits.fileBytes {
            return Problem(
                at: SourcePosition(file: file), "the file has \(text.count) bytes; the limit is \(YAMLLimits.fileBytes)",
                remedy: "check that this is the file you mean")
        }
        let start = SourcePosition(file: file, line: 1, column: 1)
        if text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF]) {
            return Problem(at: start, "the file is in UTF-16", remedy: "save it as UTF-8")
        }
        if let place = text.firstIndex(of: 0) {
            return Problem(
                at: position(of: place, in: text[...]), "this is a binary file, not text: it holds a NUL byte",
                remedy: "check that this is the file you mean")
        }
        return nil
    }

    /// - Returns: lines, and characters within the line, counted from 1.
    func position(of place: Int, in text: ArraySlice<UInt8>) -> SourcePosition {
        let before = text[..<min(place, text.endIndex)]
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.startIndex
        let column = before[lineStart...].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        return SourcePosition(file: file, line: line, column: column)
    }
}

/// Says in plain words why a text is not YAML, and what to do.
struct YAMLExplanation {
    let file: String
    let text: ArraySlice<UInt8>

    func problem(for fault: YAMLFault) -> Problem {
        if let offset = fault.offset { return encodingProblem(fault, at: offset) }
        let position = SourcePosition(file: file, line: fault.line, column: fault.column)
        if let tab = indentingTab(in: fault) {
            return Problem(at: tab, "a tab in the indentation, which YAML forbids", remedy: "replace it with spaces")
        }
        let (what, remedy) = words(for: fault)
        return Problem(at: position, what, remedy: remedy)
    }

    private func encodingProblem(_ fault: YAMLFault, at offset: Int) -> Problem {
        let position = YAMLTextCheck(file: file).position(of: text.startIndex + offset, in: text)
        if fault.problem.contains("control characters") {
            return Problem(
                at: position, "a control character, which no YAML text may hold",
                remedy: "remove it, or write it as an escape in double quotes")
        }
        return Problem(
            at: position, "this is not UTF-8 text", remedy: "save the file as UTF-8; of a binary file, check that it is the one you mean")
    }

    private func indentingTab(in fault: YAMLFault) -> SourcePosition? {
        for line in [fault.line, fault.line - 1] where line > 0 {
            let indentation = self.line(line).prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "-") }
            if let tab = indentation.firstIndex(of: UInt8(ascii: "\t")) {
                return SourcePosition(file: file, line: line, column: tab - indentation.startIndex + 1)
            }
        }
        return nil
    }

    private func line(_ number: Int) -> ArraySlice<UInt8> {
        var start = text.startIndex
        for _ in 1..<number {
            guard let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) else { return [] }
            start = end + 1
        }
        return text[start...].prefix { $0 != UInt8(ascii: "\n") }
    }

    private func character(at fault: YAMLFault) -> Character? {
        let line = String(decoding: line(fault.line), as: UTF8.self).unicodeScalars
        return line.dropFirst(fault.column - 1).first.map(Character.init)
    }

    /// The parser's phrases are few and stable; one that is not listed is passed on as it is.
    private func words(for fault: YAMLFault) -> (String, String?) {
        let begun = fault.contextLine.map { " (begun in line \($0))" } ?? ""
        switch fault.problem {
        case "found character that cannot start any token":
            if String(decoding: line(fault.line), as: UTF8.self).contains("{%") {
                return (
                    "'{% … %}' is Jinja2, which is not expanded in this file", "write the values themselves, or '${NAME}' for a variable"
                )
            }
            let found = character(at: fault).map { "'\($0)'" } ?? "this character"
            return ("a value cannot begin with \(found)", "put the value in quotes")
        case "mapping values are not allowed in this context":
            return (
                "a second ':' in one line, or a line indented further than the one before",
                "put a value that holds ': ' in quotes, or align the line"
            )
        case "block sequence entries are not allowed in this context":
            return ("a list item cannot stand here", "put each '- ' on a line of its own")
        case "did not find expected alphabetic or numeric character":
            return ("a '*' or '&' here marks an alias or an anchor, but no name follows", "put a pattern such as '*.pp' in quotes")
        case "did not find expected key":
            return ("this does not continue the mapping\(begun)", "align it with the mapping's other keys; close a quote before it")
        case "could not find expected ':'":
            return ("a key without its ':'\(begun)", "write 'key: value', with a blank after the ':'")
        case "did not find expected '-' indicator":
            return ("this does not continue the list\(begun)", "begin the line with '- ', aligned with the other items")
        case "did not find expected ',' or ']'":
            return ("the '[' list is not closed\(begun)", "separate its items with ',' and end it with ']'")
        case "did not find expected ',' or '}'":
            return (
                "the '{' mapping is not closed\(begun)",
                "separate its entries with ',', end it with '}', and put values that hold braces in quotes"
            )
        case "found unexpected end of stream":
            return ("the text ends within quotes\(begun)", "close the quotes")
        case "found unknown escape character":
            return (
                "an escape that double quotes do not know\(begun)", "write the text in single quotes, where '\\' is an ordinary character"
            )
        case "did not find expected <document start>":
            return ("this does not belong to the document before it", "check its indentation; begin another document with '---'")
        case "found undefined tag handle":
            return ("a tag, which means nothing here", "remove it, or put a value that begins with '!' in quotes")
        default:
            return ("this is not YAML: \(fault.problem)\(begun)", nil)
        }
    }
}
