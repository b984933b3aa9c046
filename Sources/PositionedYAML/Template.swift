/// What a `{word}` in a path or name stands for.
package enum TemplateWord {
    case text(String)
    /// Nothing, and why.
    case missing(what: String, remedy: String)
    /// Its own value was refused and reported.
    case refused
}

/// Puts values into one scalar's text: `${NAME}` from the variables and, where words are given, `{word}` from the description.
///
/// One pass from left to right: what is put in is never looked at again, so no value can smuggle in a template.
package struct Template {
    var variables: Variables
    /// `nil` leaves braces alone.
    var words: [String: TemplateWord]?
    var position: SourcePosition
    var key: String

    private(set) var problems: [Problem] = []
    private(set) var variablesUsed: Set<String> = []

    init(variables: Variables, words: [String: TemplateWord]?, position: SourcePosition, key: String) {
        (self.variables, self.words, self.position, self.key) = (variables, words, position, key)
    }

    /// - Returns: `nil` if something could not be put in; `problems` says what, or did so before.
    mutating func expand(_ scalar: YAMLScalar) -> String? {
        let text = Array(scalar.text.unicodeScalars)
        var (result, place, isComplete) = (String.UnicodeScalarView(), 0, true)
        while place < text.count {
            let start = place
            let value: String?
            switch text[place] {
            case "$":
                value = variable(in: text, from: &place, scalar)
                if value == "", words != nil, text[start..<place].elementsEqual(text[start..<place].filter { $0 != ":" }),
                    result.last == "/", place == text.count || text[place] == "/"
                {
                    let written = Self.string(text[start..<place])
                    _ = report(
                        scalar, start, "\(written) is empty here, which leaves a part of the path empty",
                        "set it, or write '\(written.dropLast()):-text}'")
                    isComplete = false
                }
            case "{" where words != nil, "}" where words != nil: value = word(in: text, from: &place, scalar)
            default:
                result.append(text[place])
                place += 1
                continue
            }
            place = max(place, start + 1)
            if let value { result.append(contentsOf: value.unicodeScalars) } else { isComplete = false }
        }
        return isComplete ? String(result) : nil
    }

    // MARK: ${NAME}

    private mutating func variable(in text: [Unicode.Scalar], from place: inout Int, _ scalar: YAMLScalar) -> String? {
        let start = place
        place += 1
        let next = place < text.count ? text[place] : nil
        switch next {
        case "$":
            place += 1
            return "$"
        case "{":
            guard let end = text[place...].firstIndex(of: "}") else {
                place = text.count
                return report(scalar, start, "'${' without its '}'", "write '${NAME}'; write '$$' for a dollar")
            }
            let inner = text[(place + 1)..<end]
            place = end + 1
            return value(of: inner, scalar, start, &place)
        case "(", "`":
            return report(
                scalar, start, "'$(': commands are not executed", "set a variable beforehand and write '${NAME}'; write '$$' for a dollar"
            )
        case let letter? where Self.begins(letter):
            let name = text[place...].prefix { Self.continues($0) }
            place += name.count
            let written = Self.string(name)
            return report(scalar, start, "'$\(written)' is not a template here", "write '${\(written)}'; write '$$' for a dollar")
        default:
            return report(scalar, start, "a '$' that begins no '${NAME}'", "write '$$' for a dollar")
        }
    }

    private mutating func value(of inner: ArraySlice<Unicode.Scalar>, _ scalar: YAMLScalar, _ start: Int, _ place: inout Int) -> String? {
        let letters = inner.prefix { Self.continues($0) }
        let (name, rest) = (Self.string(letters), Self.string(inner.dropFirst(letters.count)))
        guard let first = letters.first, Self.begins(first), rest.isEmpty || rest.hasPrefix(":-") else {
            return report(
                scalar, start, "'${\(Self.string(inner))}' is not understood",
                "only '${NAME}' and '${NAME:-default}' are; a name is letters, digits and '_'")
        }
        variablesUsed.insert(name)
        if rest.isEmpty {
            if let value = variables[name] { return value }
            return report(
                scalar, start, "the variable \(name) is not set",
                variables.remedy(unset: name, orElse: "set it in the environment", kind: "value") + ", or write '${\(name):-default}'")
        }
        if rest.contains("$") || rest.contains("{") {
            // Where such a default ends is anyone's guess, so the rest is not looked at.
            place = scalar.text.unicodeScalars.count
            return report(scalar, start, "the default in '${\(Self.string(inner))}' holds a template", "write a plain text as the default")
        }
        return variables.nonEmpty(name) ?? String(rest.dropFirst(2))
    }

    // MARK: {word}

    private mutating func word(in text: [Unicode.Scalar], from place: inout Int, _ scalar: YAMLScalar) -> String? {
        let (start, brace) = (place, text[place])
        place += 1
        if place < text.count, text[place] == brace {
            place += 1
            if brace == "{" { warnOfForeignTemplate(in: text[place...], scalar, start) }
            return String(brace)
        }
        guard brace == "{" else { return report(scalar, start, "a '}' without its '{'", "write '}}' for a brace") }
        let known = (words ?? [:]).keys.sorted()
        let name = text[place...].prefix { Self.continues($0) }
        let end = place + name.count
        guard !name.isEmpty, end < text.count, text[end] == "}" else {
            return report(scalar, start, "a '{' that begins no word", "write '{{' for a brace; the words are \(Self.list(known))")
        }
        place = end + 1
        let written = Self.string(name)
        switch words?[written] {
        case .text(let value): return value
        case .missing(let what, let remedy): return report(scalar, start, "'{\(written)}' has no value: \(what)", remedy)
        case .refused: return nil
        case nil:
            let near = nearest(to: written, among: known).map { "did you mean '{\($0)}'?" }
            return report(
                scalar, start, "'{\(written)}' stands for nothing", near ?? "the words are \(Self.list(known)); write '{{' for a brace")
        }
    }

    /// `{{ NAME }}` is how Cylc's Jinja2 fills a value in; files below a suite's `app` directories never meet it.
    private mutating func warnOfForeignTemplate(in text: ArraySlice<Unicode.Scalar>, _ scalar: YAMLScalar, _ start: Int) {
        let inner = text.drop { $0 == " " }.prefix { Self.continues($0) }
        let rest = text.drop { $0 == " " }.dropFirst(inner.count).drop { $0 == " " }
        guard let first = inner.first, Self.begins(first), rest.starts(with: ["}", "}"]) else { return }
        let name = Self.string(inner)
        // Anything else may well be a brace that is meant.
        guard words?[name] != nil || text.first == " " || name.allSatisfy({ !$0.isLowercase }) else { return }
        let better = words?[name] == nil ? "'${\(name)}' for a variable" : "'{\(name)}'"
        let what = "'{{ \(name) }}' is Jinja2, which is not expanded in this file: '{{' is a literal brace here"
        _ = report(scalar, start, what, "write \(better)", .warning)
    }

    // MARK: Reporting

    private mutating func report(
        _ scalar: YAMLScalar, _ place: Int, _ what: String, _ remedy: String, _ severity: Problem.Severity = .error
    ) -> String? {
        var position = position
        if let offset = scalar.literalOffset { position.column += offset + place }
        problems.append(Problem(severity, at: position, key: key, what, remedy: remedy))
        return nil
    }

    private static func list(_ words: [String]) -> String { words.map { "{\($0)}" }.joined(separator: ", ") }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    package static func begins(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "_": true
        default: false
        }
    }

    package static func continues(_ scalar: Unicode.Scalar) -> Bool { begins(scalar) || ("0"..."9").contains(scalar) }
}
