/// The door through which text leaves the program: every terminal, log, report and message gets its text from one of these functions.
///
/// What others wrote is part of it: names of files, messages of the service, link targets, names of collections. None of that may move
/// a cursor, turn the direction of writing, or begin a line of its own.
package enum Outlet {
    /// Text for people. Its line feeds are ours; whatever else controls a display is shown as an escape (`\u{1B}`).
    package static func text(_ text: String) -> String { shown(leaving(text)) { $0 == "\n" } }

    /// The same in one line: line ends of all kinds are shown as escapes too.
    package static func line(_ text: String) -> String { shown(leaving(text)) { _ in false } }

    /// JSON whose strings say exactly the same, without a character that controls a display.
    package static func json(_ text: String) -> String {
        let text = leaving(text)
        guard !text.utf8.allSatisfy({ $0 < 0x7F }) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            // What JSON itself is laid out with stays; within strings the encoder has escaped it.
            guard scalar.value >= 0x7F, controlsDisplay(scalar) else {
                safe.unicodeScalars.append(scalar)
                continue
            }
            for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                let digits = String(unit, radix: 16)
                safe += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        }
        return safe
    }

    /// Text for programs, as it is.
    package static func exact(_ text: String) -> String { leaving(text) }

    /// The bytes of a name, fit to be found again: what is not UTF-8 stands there as `\xE9`.
    package static func name(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var name = ""
        var index = 0
        while index < bytes.count {
            let lengths = 1...min(4, bytes.count - index)
            if let length = lengths.first(where: { String(validating: bytes[index..<index + $0], as: UTF8.self) != nil }) {
                name += String(decoding: bytes[index..<index + length], as: UTF8.self)
                index += length
            } else {
                name += (bytes[index] < 16 ? "\\x0" : "\\x") + String(bytes[index], radix: 16, uppercase: true)
                index += 1
            }
        }
        return name
    }

    /// All text passes through here on its way out.
    private static func leaving(_ text: String) -> String { text }

    private static func shown(_ text: String, keeping isKept: (Unicode.Scalar) -> Bool) -> String {
        func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F || byte == UInt8(ascii: "\n") && isKept("\n") }

        if text.utf8.allSatisfy(isPlain) { return text }
        guard text.unicodeScalars.contains(where: { controlsDisplay($0) && !isKept($0) }) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if !isKept(scalar), controlsDisplay(scalar) {
                shown += scalar.escaped(asASCII: true)
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Control characters (C0, DEL, C1), the line and the paragraph separator, and format characters: those that turn the direction of
    /// writing, and those that nobody sees.
    private static func controlsDisplay(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
