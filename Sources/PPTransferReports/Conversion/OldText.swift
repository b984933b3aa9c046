import PositionedYAML

/// A text of the old tool's settings, where `$NAME` stands for a variable, as a template of a description.
struct OldText {
    struct Fault: Error {
        var what: String
        var remedy: String
    }

    /// What the app itself sets for its command.
    var settings: [String: String]
    /// Whether Rose has written the text already: a backslash before a dollar is then one of the name.
    var isOfRose = false

    /// What a description says itself: the same text then serves other cycles, and jobs without Rose's variables.
    static let words = [
        "ROSE_DATAC": "{datac}", "CYLC_TASK_SHARE_CYCLE_DIR": "{datac}", "CYLC_TASK_CYCLE_POINT": "{cycle}",
        "CYLC_TASK_CYCLE_TIME": "{cycle}", "ROSE_TASK_CYCLE_TIME": "{cycle}",
    ]

    /// - Parameter hasWords: whether `{word}` means something in the result; a brace of the old text is then doubled.
    func template(_ text: String, hasWords: Bool) throws(Fault) -> String { try template(text, hasWords, depth: 0) }

    private func template(_ text: String, _ hasWords: Bool, depth: Int) throws(Fault) -> String {
        var (result, rest) = ("", text.unicodeScalars[...])
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\" where rest.first == "$":
                guard !isOfRose else {
                    throw Fault(
                        what: "'\\$' in the namelist is a backslash and a variable: transfer.py would have used a name with a backslash",
                        remedy: "remove the backslash; only in rose-app.conf does it keep Rose from filling the variable in")
                }
                rest.removeFirst()
                // Rose takes the backslash away, and the old tool then expands the name that follows.
                result += try Self.beginsName(rest) ? variable(&rest, hasWords: hasWords, depth: depth) : "$$"
            case "$": result += try variable(&rest, hasWords: hasWords, depth: depth)
            case "{", "}": result += hasWords ? "\(scalar)\(scalar)" : "\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether a variable's name follows a dollar: `NAME` or `{NAME}`.
    private static func beginsName(_ rest: Substring.UnicodeScalarView) -> Bool {
        let first = rest.first == "{" ? rest.dropFirst().first : rest.first
        return first.map(Template.begins) ?? false
    }

    private func variable(_ rest: inout Substring.UnicodeScalarView, hasWords: Bool, depth: Int) throws(Fault) -> String {
        if rest.first == "(" {
            throw Fault(
                what: "'$(': commands are not executed", remedy: "set a variable beforehand and write '$NAME'; write '\\$' for a dollar")
        }
        let braced = rest.first == "{"
        let letters = (braced ? rest.dropFirst() : rest).prefix { Template.continues($0) }
        let name = String(String.UnicodeScalarView(letters))
        guard let first = letters.first, Template.begins(first) else { return "$$" }
        rest = rest.dropFirst(letters.count + (braced ? 1 : 0))
        if braced {
            guard rest.first == "}" else {
                throw Fault(what: "'${\(name)' without its '}'", remedy: "write '${\(name)}'")
            }
            rest.removeFirst()
        }
        if hasWords, let word = Self.words[name] { return word }
        guard let value = settings[name] else { return "${\(name)}" }
        guard depth < 8 else { throw Fault(what: "the variable \(name) is set to itself", remedy: "correct [env]") }
        return try template(value, hasWords, depth: depth + 1)
    }
}

/// A value as Fortran's namelists write it: `'text'`, `.true.`, `1, 2`.
enum OldValue {
    /// The parts between commas, without their quotes.
    static func texts(_ value: String) -> [String] {
        var (parts, part, quote): ([String], String, Character?) = ([], "", nil)
        var (rest, wasQuoted) = (value[...], false)
        while let character = rest.popFirst() {
            if let open = quote {
                if character != open {
                    part.append(character)
                } else if rest.first == open {
                    part.append(character)
                    rest.removeFirst()
                } else {
                    quote = nil
                }
            } else if character == "'" || character == "\"", part[...].trimmed.isEmpty {
                (quote, wasQuoted, part) = (character, true, "")
            } else if character == "," {
                parts.append(wasQuoted ? part : String(part[...].trimmed))
                (part, wasQuoted) = ("", false)
            } else if !(wasQuoted && character.isWhitespace) {
                part.append(character)
            }
        }
        // What a comma at the end begins is nothing.
        if wasQuoted || !part[...].trimmed.isEmpty { parts.append(wasQuoted ? part : String(part[...].trimmed)) }
        return parts
    }

    /// - Returns: `nil` for a text that is neither.
    static func boolean(_ value: String) -> Bool? {
        switch value.lowercased() {
        case ".true.", "true", "t": true
        case ".false.", "false", "f": false
        default: nil
        }
    }
}
