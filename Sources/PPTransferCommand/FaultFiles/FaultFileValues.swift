import Globus
import PositionedYAML
import Rehearsal

/// The types of values that only this file has.
extension FaultFileReader {
    /// A whole number; `nil` if it is absent, or wrong and reported.
    mutating func number(_ name: String, _ fields: Fields, from least: Int) -> Int? {
        fields[name].flatMap { number($0, key: fields.key(name), from: least) }
    }

    mutating func number(_ node: YAMLNode, key: String, from least: Int) -> Int? {
        guard let text = reader.text(node, key: key) else { return nil }
        if let number = Int(text.value), number >= least { return number }
        reader.report(
            at: text.position, key: key, "\(shown(text.value)) is not a whole number from \(least) on", remedy: "write it in digits")
        return nil
    }

    mutating func text(_ name: String, _ fields: Fields) -> String? {
        fields[name].flatMap { reader.text($0, key: fields.key(name))?.value }
    }

    mutating func duration(_ name: String, _ fields: Fields) -> Duration? {
        fields[name].flatMap { reader.duration($0, key: fields.key(name)) }
    }

    /// A length of time, ahead or, with a minus, back.
    mutating func signedDuration(_ node: YAMLNode, key: String) -> Duration? {
        guard case .scalar(var scalar) = node.content, scalar.text.hasPrefix("-") else { return reader.duration(node, key: key) }
        scalar.text.removeFirst()
        var positive = node
        positive.content = .scalar(scalar)
        return reader.duration(positive, key: key).map { .zero - $0 }
    }

    /// `50%` as 0.5.
    mutating func share(_ name: String, _ fields: Fields) -> Double? {
        guard let node = fields[name], let text = reader.text(node, key: fields.key(name)) else { return nil }
        if text.value.hasSuffix("%"), let percent = Double(text.value.dropLast()), (0...100).contains(percent) { return percent / 100 }
        reader.report(
            at: text.position, key: fields.key(name), "\(shown(text.value)) is not a percentage",
            remedy: "write it as in 50%, from 0% to 100%")
        return nil
    }

    /// What `after`, `times` and `chance` say.
    mutating func count(_ fields: Fields, standard: Int?) -> FaultCount {
        var count = FaultCount(after: number("after", fields, from: 0) ?? 0, times: standard)
        if let node = fields["chance"], let text = reader.text(node, key: fields.key("chance")) {
            if let chance = Double(text.value), chance > 0, chance <= 1 {
                (count.chance, count.times) = (chance, nil)
            } else {
                reader.report(
                    at: text.position, key: fields.key("chance"), "\(shown(text.value)) is not a chance",
                    remedy: "write it as in 0.2, up to 1")
            }
        }
        if let node = fields["times"] {
            if case .scalar(let scalar) = node.content, scalar.text == "forever" {
                count.times = nil
            } else if case .scalar(let scalar) = node.content, Int(scalar.text).map({ $0 < 1 }) ?? true, !node.isBlank {
                reader.report(
                    at: node.position, key: fields.key("times"), "\(shown(scalar.text)) is not a number of times",
                    remedy: "write 1, 2, … or forever")
            } else {
                count.times = number(node, key: fields.key("times"), from: 1) ?? count.times
            }
        }
        return count
    }

    /// JSON as it would be written on the wire: plain numbers, `true`, `false` and `null` are what they look like, all else is text.
    func json(_ node: YAMLNode) -> JSONValue {
        switch node.content {
        case .sequence(let items): .array(items.map { json($0) })
        case .mapping(let entries): .object(Dictionary(entries.map { ($0.key, json($0.value)) }) { _, last in last })
        case .refused: .null
        case .scalar(let scalar) where scalar.style != .plain: .string(scalar.text)
        case .scalar(let scalar):
            switch scalar.text {
            case _ where node.isNull: .null
            case "true": .bool(true)
            case "false": .bool(false)
            default: Int64(scalar.text).map { .integer($0) } ?? .string(scalar.text)
            }
        }
    }
}

/// A word that `do` knows.
struct FaultVerb {
    enum Value { case none, optional, required }

    let name: String
    let value: Value
    let options: [String]
    /// How it is written with its value.
    let example: String

    init(_ name: String, _ value: Value = .none, options: [String] = [], example: String? = nil) {
        (self.name, self.value, self.options) = (name, value, options)
        self.example = example ?? name
    }
}

/// What `do` said: one word, its value, its options.
struct FaultAction {
    var verb: String
    var value: YAMLNode?
    var options: Fields?
    var key: String
    var position: SourcePosition
}

extension FaultFileReader {
    /// - Returns: `nil` if it says nothing that `verbs` knows, which is reported.
    mutating func action(_ fields: Fields, among verbs: [FaultVerb]) -> FaultAction? {
        guard let node = fields["do"] else {
            reader.reportMissing("do", in: fields, remedy: "say what happens, as in 'do: \(verbs[0].example)'")
            return nil
        }
        let key = fields.key("do")
        guard case .mapping(let entries) = node.content else {
            guard let verb = reader.choice(node, key: key, among: verbs.map { ($0.name, $0) }) else { return nil }
            if verb.value == .required {
                reader.report(at: node.position, key: key, "'\(verb.name)' lacks its value", remedy: "write 'do: \(verb.example)'")
                return nil
            }
            return FaultAction(verb: verb.name, key: key, position: node.position)
        }
        guard let verb = said(entries, of: node, key: key, among: verbs) else { return nil }
        var kept: [YAMLEntry] = []
        for entry in entries {
            if entry.key == verb.name || verb.options.contains(entry.key) {
                kept.append(entry)
            } else if Self.ruleKeys.contains(entry.key) {
                reader.report(
                    at: entry.keyPosition, key: "\(key).\(entry.key)", "this is of the rule, not of what it does",
                    remedy: "write it beside 'do'")
            } else if verbs.contains(where: { $0.name == entry.key }) {
                reader.report(at: entry.keyPosition, key: key, "'\(verb.name)' and '\(entry.key)' at once", remedy: "write a rule for each")
            } else if verbs.contains(where: { $0.options.contains(entry.key) }) {
                let remedy = verb.options.isEmpty ? "it takes no options" : "its options are \(verb.options.joined(separator: ", "))"
                reader.report(at: entry.keyPosition, key: "\(key).\(entry.key)", "this does not define '\(verb.name)'", remedy: remedy)
            } else {
                kept.append(entry)
            }
        }
        let own = YAMLNode(content: .mapping(kept), position: node.position)
        guard let options = reader.fields(own, key: key, known: [verb.name] + verb.options, example: "'do: \(verb.example)'") else {
            return nil
        }
        let value = options[verb.name]
        if verb.value == .required, value == nil {
            reader.report(at: node.position, key: key, "'\(verb.name)' lacks its value", remedy: "write 'do: \(verb.example)'")
            return nil
        }
        if verb.value == .none, let value {
            reader.report(
                at: value.position, key: options.key(verb.name), "'\(verb.name)' takes no value", remedy: "write 'do: \(verb.name)'")
        }
        return FaultAction(verb: verb.name, value: value, options: options, key: options.key(verb.name), position: node.position)
    }

    private static let ruleKeys = ["route", "task", "label", "path", "at", "after", "chance", "when"]

    /// The first word of a mapping that is one of `verbs`.
    private mutating func said(_ entries: [YAMLEntry], of node: YAMLNode, key: String, among verbs: [FaultVerb]) -> FaultVerb? {
        let names = verbs.map(\.name)
        for entry in entries { if let verb = verbs.first(where: { $0.name == entry.key }) { return verb } }
        if let entry = entries.first(where: { entry in !verbs.contains { $0.options.contains(entry.key) } }) {
            let remedy = hint(for: entry.key, known: names, listing: "known here are ")
            reader.report(at: entry.keyPosition, key: "\(key).\(entry.key)", "this key is not known", remedy: remedy)
        } else {
            reader.report(
                at: node.position, key: key, "this does not say what happens", remedy: "write one of \(names.joined(separator: ", "))")
        }
        return nil
    }
}
