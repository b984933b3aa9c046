import PositionedYAML

/// Finds plain texts that this program takes as written, and other programs that read or rewrite the file do not.
struct YAMLTraps {
    private static let texts: Set<String> = [
        "name", "workflow", "cycle", "from.collection", "to.collection", "from.path", "to.path", "select.include", "select.exclude",
        "select.required",
    ]

    static func problems(in document: YAMLNode) -> [Problem] {
        var problems: [Problem] = []
        look(at: document, "", &problems)
        return problems
    }

    private static func look(at node: YAMLNode, _ key: String, _ problems: inout [Problem]) {
        switch node.content {
        case .mapping(let entries):
            for entry in entries { look(at: entry.value, key.isEmpty ? entry.key : "\(key).\(entry.key)", &problems) }
        case .sequence(let items):
            for item in items { look(at: item, key, &problems) }
        case .scalar(let scalar):
            if key.hasPrefix("select."), let name = jinja(in: scalar.text) {
                problems.append(
                    Problem(
                        .warning, at: node.position, key: key, "'{{ \(name) }}' is Jinja2, which is not expanded in this file",
                        remedy: "write '${\(name)}', and set \(name) in the task's environment"))
            }
            guard scalar.style == .plain, texts.contains(key), let kind = otherMeaning(scalar.text, isPath: key.hasSuffix(".path")) else {
                return
            }
            problems.append(
                Problem(
                    .warning, at: node.position, key: key, "\(shown(scalar.text)) without quotes is \(kind) to other YAML programs",
                    remedy: "write '\(scalar.text)' in quotes"))
        case .refused: return
        }
    }

    /// The name in `{{ NAME }}`.
    private static func jinja(in text: String) -> String? {
        guard let begin = text.firstRange(of: "{{") else { return nil }
        let inner = text[begin.upperBound...]
        guard let end = inner.firstRange(of: "}}") else { return nil }
        let name = inner[..<end.lowerBound].trimmed
        return name.first.map { $0.isLetter || $0 == "_" } ?? false ? String(name) : nil
    }

    private static func otherMeaning(_ text: String, isPath: Bool) -> String? {
        switch text.lowercased() {
        case "on", "off", "yes", "no", "y", "n", "true", "false": return "true or false"
        case "~" where isPath: return "null"
        default: break
        }
        let bytes = Array(text.utf8)
        guard let first = bytes.first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= first else { return nil }
        /// Digits between separators.
        func parts(_ separator: Character) -> [Substring]? {
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            return parts.count > 1 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { "0"..."9" ~= $0 } } ? parts : nil
        }
        if bytes.count > 1, first == UInt8(ascii: "0"), bytes.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) {
            return "a number that loses its zeros"
        }
        if parts("e") != nil || parts("E") != nil || parts(".")?.count == 2 { return "a number" }
        if parts(":") != nil { return "a number to the base 60" }
        return parts("-").map { $0.count == 3 && $0[0].count == 4 } == true ? "a date" : nil
    }
}

extension YAMLNode {
    /// The node at a dotted path; `nil` where nothing is written.
    func node(at path: String) -> YAMLNode? {
        path.split(separator: ".").reduce(self) { node, name in
            guard let node, case .mapping(let entries) = node.content else { return nil }
            return entries.first { $0.key == name }?.value
        }
    }
}
