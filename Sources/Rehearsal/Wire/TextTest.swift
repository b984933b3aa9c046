import FoundationEssentials

/// Several tests of one text: one of those that ask for something must hold, and all of those that exclude something.
///
/// The CLI joins what to find and what to leave out in one clause, and means it so; the grammar's own words are only "any of".
struct TextTests: Sendable {
    private let wanted: [TextTest]
    private let unwanted: [TextTest]

    init(_ texts: [String]) {
        let tests = texts.map { TextTest($0) }
        (wanted, unwanted) = (tests.filter { !$0.isNegated }, tests.filter(\.isNegated))
    }

    func match(_ text: String) -> Bool {
        (wanted.isEmpty || wanted.contains { $0.matches(text) }) && unwanted.allSatisfy { $0.matches(text) }
    }
}

/// A test of a text: `=exact` or bare, `!exact` and `!=exact`, `~pattern`, `!~pattern`. Patterns have `*` and ignore case.
struct TextTest: Sendable {
    let isNegated: Bool
    private let wanted: String
    private let glob: Glob?

    init(_ text: String) {
        var rest = text[...]
        isNegated = rest.first == "!"
        if isNegated { rest.removeFirst() }
        let isPattern = rest.first == "~"
        if isPattern || rest.first == "=" { rest.removeFirst() }
        wanted = String(rest)
        // Here only the star is a wildcard.
        glob = isPattern ? Glob(rest.replacing("[", with: "[[]").replacing("?", with: "[?]"), ignoringCase: true) : nil
    }

    func matches(_ text: String) -> Bool { (glob?.matches(text) ?? (text == wanted)) != isNegated }
}
