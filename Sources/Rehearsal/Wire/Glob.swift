/// A shell pattern: `*`, `?`, `[..]`, `[!..]`, on a whole name. A slash is nothing special.
struct Glob: Hashable, Sendable {
    private enum Part: Hashable {
        case anything, one
        case literal(Character)
        case oneOf(Set<ClosedRange<Character>>, negated: Bool)
    }

    private let parts: [Part]
    private let ignoresCase: Bool

    init(_ pattern: some StringProtocol, ignoringCase: Bool = false) {
        ignoresCase = ignoringCase
        var parts: [Part] = []
        var rest = Array(ignoringCase ? pattern.lowercased() : String(pattern))[...]
        while let character = rest.popFirst() {
            switch character {
            case "*": if parts.last != .anything { parts.append(.anything) }
            case "?": parts.append(.one)
            case "[":
                if let (set, remaining) = Glob.set(rest) { (_, rest) = (parts.append(set), remaining) } else { parts.append(.literal("[")) }
            default: parts.append(.literal(character))
            }
        }
        self.parts = parts
    }

    /// What stands between `[` and `]`; `nil` if there is no `]`, and the bracket means itself.
    private static func set(_ text: ArraySlice<Character>) -> (Part, ArraySlice<Character>)? {
        var rest = text
        let negated = rest.first == "!" || rest.first == "^"
        if negated { rest.removeFirst() }
        var ranges: Set<ClosedRange<Character>> = []
        var isFirst = true
        while let low = rest.popFirst() {
            if low == "]", !isFirst { return (.oneOf(ranges, negated: negated), rest) }
            isFirst = false
            if rest.first == "-", let high = rest.dropFirst().first, high != "]", low <= high {
                ranges.insert(low...high)
                rest = rest.dropFirst(2)
            } else {
                ranges.insert(low...low)
            }
        }
        return nil
    }

    func matches(_ name: some StringProtocol) -> Bool {
        let text = Array(ignoresCase ? name.lowercased() : String(name))
        // Only the latest star ever needs to give back what it took.
        var (part, position) = (0, 0)
        var lastStar: (part: Int, position: Int)?
        while position < text.count {
            if part < parts.count, parts[part] == .anything {
                lastStar = (part, position)
                part += 1
            } else if part < parts.count, Glob.matches(parts[part], text[position]) {
                part += 1
                position += 1
            } else if let star = lastStar {
                lastStar = (star.part, star.position + 1)
                (part, position) = (star.part + 1, star.position + 1)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == .anything }
    }

    private static func matches(_ part: Part, _ character: Character) -> Bool {
        switch part {
        case .anything: false
        case .one: true
        case .literal(let wanted): wanted == character
        case .oneOf(let ranges, let negated): ranges.contains { $0.contains(character) } != negated
        }
    }
}
