/// A mapping of which every key is known.
package struct Fields {
    /// The dotted path of the mapping, empty for the document.
    package var path: String
    package var position: SourcePosition
    fileprivate var entries: [String: YAMLNode] = [:]
    /// Keys that are most likely there under a wrong name, which is reported.
    fileprivate var meant: Set<String> = []

    /// The dotted path of one of its keys.
    package func key(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// `nil` if the key is absent or null.
    package subscript(name: String) -> YAMLNode? { entries[name].flatMap { $0.isNull ? nil : $0 } }

    /// The value as written, where a plain `~` is a path or null says something of its own.
    package func written(_ name: String) -> YAMLNode? { entries[name] }
}

/// Asks nodes for types and collects what is wrong with them, so that one pass finds every mistake.
package struct FieldReader {
    /// `nil` for a file without templates: a `$` is a dollar there.
    package let variables: Variables?
    package private(set) var problems: [Problem] = []
    package private(set) var variablesUsed: Set<String> = []

    package init(variables: Variables?) { self.variables = variables }

    package mutating func report(_ problem: Problem) { problems.append(problem) }

    package mutating func report(at position: SourcePosition, key: String, _ what: String, remedy: String? = nil) {
        problems.append(Problem(at: position, key: key, what, remedy: remedy))
    }

    /// A variable that stands in for a key that is absent; empty counts as unset.
    package mutating func standIn(_ name: String) -> String? {
        guard let value = variables?.nonEmpty(name) else { return nil }
        variablesUsed.insert(name)
        return value
    }

    /// - Parameters:
    ///   - known: in the order in which messages list them.
    ///   - foreign: what other programs call a key, and what it is called here.
    package mutating func fields(_ node: YAMLNode, key: String, known: [String], foreign: [String: String] = [:], example: String)
        -> Fields?
    {
        guard case .mapping(let entries) = node.content else {
            refuse(node, key, wanted: "a mapping", remedy: "write \(example)")
            return nil
        }
        var fields = Fields(path: key, position: node.position)
        for entry in entries {
            if known.contains(entry.key) {
                fields.entries[entry.key] = entry.value
            } else {
                let meant = foreign[entry.key] ?? nearest(to: entry.key, among: known)
                if let meant { fields.meant.insert(meant) }
                let remedy = meant.map { "did you mean '\($0)'?" } ?? "known here are \(known.joined(separator: ", "))"
                report(at: entry.keyPosition, key: fields.key(entry.key), "this key is not known", remedy: remedy)
            }
        }
        return fields
    }

    /// Reports that a key is absent or null, unless its wrong name was reported.
    package mutating func reportMissing(_ name: String, in fields: Fields, remedy: String) {
        guard !fields.meant.contains(name) else { return }
        if let written = fields.written(name) {
            report(at: written.position, key: fields.key(name), "this key has no value", remedy: remedy)
        } else {
            report(at: fields.position, key: fields.key(name), "this key is missing", remedy: remedy)
        }
    }

    /// Text with its templates filled in; `nil` if that failed and was reported.
    package mutating func text(_ node: YAMLNode, key: String, words: [String: TemplateWord]? = nil) -> Positioned<String>? {
        guard case .scalar(let scalar) = node.content, !node.isBlank else {
            refuse(node, key, wanted: "text", remedy: unquotedTemplate(in: node).map { "put it in quotes: '\($0)'" } ?? "write a text")
            return nil
        }
        guard let variables else { return Positioned(scalar.text, at: node.position) }
        var template = Template(variables: variables, words: words, position: node.position, key: key)
        let text = template.expand(scalar)
        problems += template.problems
        variablesUsed.formUnion(template.variablesUsed)
        return text.map { Positioned($0, at: node.position) }
    }

    /// `path: {cycle}` without quotes is a mapping to YAML.
    private func unquotedTemplate(in node: YAMLNode) -> String? {
        guard case .mapping(let entries) = node.content, entries.count == 1, let entry = entries.first, entry.value.isBlank else {
            return nil
        }
        return "{\(entry.key)}"
    }

    package mutating func texts(_ node: YAMLNode, key: String) -> [Positioned<String>] {
        guard case .sequence(let items) = node.content else {
            if case .scalar = node.content { return text(node, key: key).map { [$0] } ?? [] }
            refuse(node, key, wanted: "a list", remedy: "write [a, b], or one item per line after '- '")
            return []
        }
        return items.compactMap { text($0, key: key) }
    }

    package mutating func choice<Value>(_ node: YAMLNode, key: String, among values: [(name: String, value: Value)]) -> Value? {
        guard let text = text(node, key: key) else { return nil }
        if let found = values.first(where: { $0.name == text.value }) { return found.value }
        report(
            at: text.position, key: key, "\(shown(text.value)) is not one of its values",
            remedy: hint(for: text.value, known: values.map(\.name), listing: values.count == 1 ? "write " : "write one of "))
        return nil
    }

    package mutating func choice<Value: CaseIterable & RawRepresentable<String>>(_ node: YAMLNode, key: String) -> Value? {
        choice(node, key: key, among: Value.allCases.map { ($0.rawValue, $0) })
    }

    /// - Parameter other: a third value that the key may have, which the caller has looked for.
    package mutating func boolean(_ node: YAMLNode, key: String, besides other: String? = nil) -> Bool? {
        guard let text = text(node, key: key) else { return nil }
        switch text.value {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: break
        }
        let remedy =
            switch text.value.lowercased() {
            case "on", "yes", "y", "1": "write true"
            case "off", "no", "n", "0": "write false"
            default: other.map { "write true, false or \($0)" } ?? "write true or false"
            }
        let what = "\(shown(text.value)) is neither \(other.map { "true, false nor \($0)" } ?? "true nor false")"
        report(at: text.position, key: key, what, remedy: remedy)
        return nil
    }

    package mutating func duration(_ node: YAMLNode, key: String) -> Duration? {
        guard let text = text(node, key: key) else { return nil }
        do {
            return try Duration(writtenAs: text.value)
        } catch {
            report(at: text.position, key: key, error.what, remedy: error.remedy)
            return nil
        }
    }

    package mutating func refuse(_ node: YAMLNode, _ key: String, wanted: String, remedy: String) {
        guard node.content != .refused else { return }
        report(at: node.position, key: key, "\(wanted) is required here, but this is \(node.kindName)", remedy: remedy)
    }
}
