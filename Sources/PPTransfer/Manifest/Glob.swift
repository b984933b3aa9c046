/// A pattern of file names, as `select` uses it.
///
/// Without a `/` it is matched against a file's bare name, in whatever directory; with one, against its path below the source. `*` is any
/// run of characters and `?` any one, neither a `/`; `[a-c]` is one of these, `[!a-c]` one of the others; `**` is anything at all, and
/// `**/` at the start of a component any number of directories, none included. There is no escape: `[*]` means an asterisk. A dot at the
/// start of a name is a character like any other.
///
/// Names are bytes, as file systems have them; where they are UTF-8, a character is a Unicode scalar. No pattern takes more than the
/// product of the lengths, `**` aside, which may take the length once more.
package struct Glob: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    /// Whether the pattern is matched against bare names.
    package let isForNames: Bool
    private let tokens: [Token]
    private let classes: [CharacterClass]

    package init(_ text: String) {
        var compiler = Compiler(Array(text.unicodeScalars))
        compiler.compile()
        (description, isForNames) = (text, !text.utf8.contains(UInt8(ascii: "/")))
        (tokens, classes) = (compiler.tokens, compiler.classes)
    }

    /// - Parameter path: a file's path below the source, without a leading slash.
    package func matches(_ path: some Collection<UInt8>) -> Bool {
        path.withContiguousStorageIfAvailable { matches(bytes: $0) } ?? Array(path).withUnsafeBufferPointer { matches(bytes: $0) }
    }

    package func matches(_ path: String) -> Bool { matches(path.utf8) }

    /// Whether there may be a path below `directory` that matches.
    func mayMatch(below directory: some Collection<UInt8>) -> Bool {
        guard !isForNames else { return true }
        let parts = description.utf8.split(separator: slash, omittingEmptySubsequences: false)
        for (depth, name) in directory.split(separator: slash).enumerated() {
            guard depth < parts.count - 1 else { return false }
            let part = String(Substring(parts[depth]))
            // What may hold a slash itself says nothing of a single name.
            if part.utf8.contains(UInt8(ascii: "[")) || part.firstRange(of: "**") != nil { return true }
            guard Glob(part).matches(name) else { return false }
        }
        return true
    }

    private func matches(bytes path: UnsafeBufferPointer<UInt8>) -> Bool {
        let name = isForNames ? path.lastIndex(of: slash).map { $0 + 1 } ?? 0 : 0
        return tokens.withUnsafeBufferPointer { Matcher(tokens: $0, classes: classes, text: .init(rebasing: path[name...])).matches() }
    }
}

private let slash = UInt8(ascii: "/")

private struct Token: Hashable {
    enum Kind: UInt8 { case byte, one, oneOf, run, anything, directories }

    var kind: Kind
    var byte: UInt8 = 0
    /// Which class, for `oneOf`.
    var number = 0
}

private struct CharacterClass: Hashable {
    var isNegated = false
    var ranges: [ClosedRange<UInt32>] = []

    func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }
}

private struct Compiler {
    let text: [Unicode.Scalar]
    var place = 0
    var tokens: [Token] = []
    var classes: [CharacterClass] = []

    init(_ text: [Unicode.Scalar]) { self.text = text }

    mutating func compile() {
        while place < text.count {
            switch text[place] {
            case "*": stars()
            case "?": add(Token(kind: .one))
            case "[": characterClass()
            case let scalar:
                tokens += UTF8.encode(scalar)?.map { Token(kind: .byte, byte: $0) } ?? []
                place += 1
            }
        }
    }

    private mutating func add(_ token: Token) {
        tokens.append(token)
        place += 1
    }

    private mutating func stars() {
        let startsComponent = place == 0 || text[place - 1] == "/"
        let count = text[place...].prefix { $0 == "*" }.count
        place += count
        if count == 1 {
            tokens.append(Token(kind: .run))
        } else if startsComponent, place < text.count, text[place] == "/" {
            add(Token(kind: .directories))
        } else {
            tokens.append(Token(kind: .anything))
        }
    }

    /// A `[` that is never closed is an ordinary character, and so is a `]` right after it.
    private mutating func characterClass() {
        var found = CharacterClass()
        var next = place + 1
        if next < text.count, text[next] == "!" || text[next] == "^" {
            found.isNegated = true
            next += 1
        }
        let first = next
        while next < text.count, text[next] != "]" || next == first {
            let low = text[next].value
            if next + 2 < text.count, text[next + 1] == "-", text[next + 2] != "]" {
                let high = text[next + 2].value
                if low <= high { found.ranges.append(low...high) }
                next += 3
            } else {
                found.ranges.append(low...low)
                next += 1
            }
        }
        guard next < text.count else { return add(Token(kind: .byte, byte: UInt8(ascii: "["))) }
        classes.append(found)
        tokens.append(Token(kind: .oneOf, number: classes.count - 1))
        place = next + 1
    }
}

/// Walks along pattern and text. At a mismatch the latest run takes one character more; the earlier ones never need to, since the
/// latest can take whatever they could.
private struct Matcher {
    let tokens: UnsafeBufferPointer<Token>
    let classes: [CharacterClass]
    let text: UnsafeBufferPointer<UInt8>

    func matches() -> Bool {
        var (token, place) = (0, 0)
        /// Where to go on after the latest `*`, and after the latest `**`: the token behind it, and how far it reaches now.
        var run: (token: Int, place: Int)?
        var anything: (token: Int, place: Int)?
        while true {
            if token < tokens.count {
                switch tokens[token].kind {
                case .run:
                    token += 1
                    run = (token, place)
                    continue
                case .anything, .directories:
                    token += 1
                    (anything, run) = ((token, place), nil)
                    continue
                case .byte, .one, .oneOf:
                    if let length = length(of: tokens[token], at: place) {
                        token += 1
                        place += length
                        continue
                    }
                }
            } else if place == text.count {
                return true
            }
            if let latest = run, latest.place < text.count, text[latest.place] != slash {
                run = (latest.token, latest.place + 1)
                (token, place) = (latest.token, latest.place + 1)
            } else if let latest = anything, let next = next(after: latest) {
                (anything, run) = ((latest.token, next), nil)
                (token, place) = (latest.token, next)
            } else {
                return false
            }
        }
    }

    /// The next place to which a `**` may reach: one byte on, or for whole directories behind the next slash.
    private func next(after latest: (token: Int, place: Int)) -> Int? {
        guard latest.place < text.count else { return nil }
        if tokens[latest.token - 1].kind == .anything { return latest.place + 1 }
        var place = latest.place
        while place < text.count {
            place += 1
            if text[place - 1] == slash { return place }
        }
        return nil
    }

    /// How many bytes of the text this token takes; `nil` if it does not fit.
    private func length(of token: Token, at place: Int) -> Int? {
        guard place < text.count else { return nil }
        let byte = text[place]
        if token.kind == .byte { return byte == token.byte ? 1 : nil }
        guard byte != slash else { return nil }
        let (scalar, length) = scalar(at: place)
        return token.kind == .one || classes[token.number].contains(scalar) ? length : nil
    }

    /// The character at `place`; a byte that begins none stands for itself, outside Unicode.
    private func scalar(at place: Int) -> (UInt32, Int) {
        let byte = text[place]
        if byte < 0x80 { return (UInt32(byte), 1) }
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        guard byte >= 0xC2, byte < 0xF5, place + length <= text.count else { return (0x11_0000 + UInt32(byte), 1) }
        var value = UInt32(byte) & (0x7F >> UInt32(length))
        for next in text[(place + 1)..<(place + length)] {
            guard next & 0xC0 == 0x80 else { return (0x11_0000 + UInt32(byte), 1) }
            value = value << 6 | UInt32(next & 0x3F)
        }
        return (value, length)
    }
}
