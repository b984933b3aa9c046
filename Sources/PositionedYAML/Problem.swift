/// A place in a file. Lines and columns count from 1, columns in characters; line 0 stands for the file as a whole.
package struct SourcePosition: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int = 0, column: Int = 0) {
        (self.file, self.line, self.column) = (file, line, column)
    }

    package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// A value, and where it stands in its file; a default or a value from the environment stands where its document begins.
package struct Positioned<Value> {
    package var value: Value
    package var position: SourcePosition

    package init(_ value: Value, at position: SourcePosition) {
        (self.value, self.position) = (value, position)
    }
}

extension Positioned: Sendable where Value: Sendable {}
extension Positioned: Equatable where Value: Equatable {}
extension Positioned: Hashable where Value: Hashable {}

/// One thing that is wrong, or looks wrong, in a file that a person wrote: where, what, and what to do.
package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable, Codable, CaseIterable { case error, warning }

    /// Who must act, for the exit status.
    package enum Kind: String, Hashable, Sendable, Codable {
        /// The text itself is wrong.
        case invalid
        /// The text is right, but it names a collection that cannot be used.
        case collection
    }

    package var severity: Severity
    package var kind: Kind
    package var position: SourcePosition
    /// The dotted path of the key (`transfer.deadline`); empty where the problem is not one key's.
    package var key: String
    package var what: String
    package var remedy: String?

    package init(
        _ severity: Severity = .error, kind: Kind = .invalid, at position: SourcePosition, key: String = "", _ what: String,
        remedy: String? = nil
    ) {
        (self.severity, self.kind, self.position) = (severity, kind, position)
        (self.key, self.what, self.remedy) = (key, what, remedy)
    }

    /// Always one line, whatever was quoted in it.
    package var description: String {
        Outlet.line(
            "\(position): \(severity.rawValue): " + (key.isEmpty ? "" : shortened(key) + ": ") + what + (remedy.map { "; " + $0 } ?? ""))
    }
}

/// All that was found in one pass, in the order of the text, each once.
package struct Problems: Error, Equatable, Sendable, CustomStringConvertible {
    package let all: [Problem]

    package init(_ problems: [Problem]) {
        var seen: Set<Problem> = []
        let distinct = problems.filter { seen.insert($0).inserted }
        all = distinct.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element)
    }

    package var errors: [Problem] { all.filter { $0.severity == .error } }
    package var warnings: [Problem] { all.filter { $0.severity == .warning } }

    /// As many as a person will read, and how many more there were.
    package func limited(to count: Int = 100) -> Problems {
        guard all.count > count else { return self }
        let rest = Problem(
            at: all[count].position, "and \(all.count - count) more problems", remedy: "check that this is the file you mean")
        return Problems(all[..<count] + [rest])
    }

    /// One line each.
    package var description: String { all.map(\.description).joined(separator: "\n") }
}
