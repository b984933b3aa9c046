import SystemFiles

/// What to do about a failure: sentences without a full stop, and the commands that can be pasted.
///
/// Written as text, with each command as an interpolation of its own: `"log in again: \(command: line)"`.
package struct Remedy: Hashable, Sendable {
    fileprivate enum Part: Hashable, Sendable {
        case text(String)
        case command(String)
        /// A command in the middle of a sentence, which is in quotes there.
        case quoted(String)
    }

    fileprivate var parts: [Part] = []

    fileprivate init(_ parts: [Part]) { self.parts = parts }

    /// On one line, as programs and tables have it.
    package var oneLine: String {
        parts.map { part in
            switch part {
            case .text(let text), .command(let text): text
            case .quoted(let text): "'\(text)'"
            }
        }.joined()
    }

    /// On lines of its own, each command on one, indented by four blanks.
    package var lines: [String] {
        var lines: [String] = []
        var sentence = ""
        func end(before command: Bool) {
            let words = sentence[...].trimmed { [" ", ";", ","].contains($0) }
            sentence = ""
            guard words.contains(where: \.isLetter) else { return }
            lines.append(command && !words.hasSuffix(":") ? words + ":" : words)
        }
        for part in parts {
            switch part {
            case .text(let text): sentence += text
            case .command(let command), .quoted(let command):
                end(before: true)
                lines.append("    " + command)
            }
        }
        end(before: false)
        return lines
    }

    /// What follows a message: `To fix this:`, then the lines, indented.
    package var advice: [String] { ["To fix this:"] + lines.map { "    " + $0 } }

    /// The commands alone.
    package var commands: [String] {
        parts.compactMap { part in
            switch part {
            case .text: nil
            case .command(let command), .quoted(let command): command
            }
        }
    }

    package static func + (left: Self, right: Self) -> Self { Remedy(left.parts + right.parts) }

    /// Several on one line, divided by `separator`.
    package static func joined(_ remedies: [Self], separator: String) -> Self {
        remedies.enumerated().reduce(into: Remedy([])) { all, next in
            if next.offset > 0 { all.parts.append(.text(separator)) }
            all.parts += next.element.parts
        }
    }

    /// A command to paste.
    package static func command(_ line: String) -> Self { Remedy([.command(line)]) }
}

extension Remedy: CustomStringConvertible {
    package var description: String { oneLine }
}

extension Remedy: ExpressibleByStringInterpolation {
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) { if !literal.isEmpty { parts.append(.text(literal)) } }

        package mutating func appendInterpolation(_ value: some CustomStringConvertible) { appendLiteral(value.description) }

        package mutating func appendInterpolation(_ remedy: Remedy) { parts += remedy.parts }

        package mutating func appendInterpolation(command: String) { parts.append(.command(command)) }

        package mutating func appendInterpolation(quoted command: String) { parts.append(.quoted(command)) }
    }

    package init(stringLiteral text: String) { self.init([.text(text)]) }

    package init(stringInterpolation: StringInterpolation) { self.init(stringInterpolation.parts) }

    /// A text that holds no command.
    package init(_ text: String) { self.init([.text(text)]) }
}
