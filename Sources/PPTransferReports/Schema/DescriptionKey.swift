import Globus
import PPTransfer

/// A key of a transfer description, as help, manual page and articles list it.
package struct DescriptionKey: Hashable, Sendable {
    /// `wait.on_fault.after`
    package var name: String
    /// What may be written: `fail, warn or replace`, `a duration`.
    package var values: String
    /// The value of a key that is left out; `nil` where none is fixed.
    package var fallback: String?
    package var meaning: String

    /// In the order in which people write them; those of a mapping below it.
    package static let all: [DescriptionKey] = rows(of: DescriptionSchema.document, below: "")

    /// The order of the keys at the top; a test compares them with the schema.
    static let order = [
        "pptransfer", "name", "workflow", "cycle", "from", "to", "select", "expect", "empty", "partial", "symlinks", "transfer", "wait",
        "verify", "clean", "after", "site", "cylc",
    ]

    /// `wait.limit (a duration such as 30m, 12h or 3d; default: 12h)`
    package var title: String { "\(name) (\(values)" + (fallback.map { "; default: \($0)" } ?? "") + ")" }

    private static func rows(of schema: Schema, below prefix: String) -> [DescriptionKey] {
        let keys = schema.properties
        let names = keys.keys.sorted { (order.firstIndex(of: $0) ?? 0, $0) < (order.firstIndex(of: $1) ?? 0, $1) }
        return names.flatMap { name -> [DescriptionKey] in
            guard let schema = keys[name] else { return [] }
            let row = DescriptionKey(
                name: prefix + name, values: schema.values, fallback: schema.fallback?.string ?? schema.fallback?.bool.map { "\($0)" },
                meaning: schema.meaning ?? "")
            return [row] + rows(of: schema, below: row.name + ".")
        }
    }
}

extension Schema {
    private var alternatives: [Schema] { if case .either(let several) = shape { several } else { [self] } }

    /// The keys of a mapping, in whichever form it may be written.
    fileprivate var properties: [String: Schema] {
        alternatives.reduce(into: [:]) { keys, schema in
            switch schema.shape {
            case .object(let own, _, _): keys.merge(own) { first, _ in first }
            case .either: keys.merge(schema.properties) { first, _ in first }
            default: break
            }
        }
    }

    /// What may be written, in words.
    fileprivate var values: String {
        let words = alternatives.compactMap(\.word).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return Self.list(words.filter { !$0.hasPrefix("a list") } + words.filter { $0.hasPrefix("a list") })
    }

    private var word: String? {
        switch shape {
        case .object, .map, .members: "a mapping"
        case .array(let item): item.word.map { "a list of \($0)" } ?? "a list"
        case .text: "text"
        case .pattern: isDuration ? "a duration such as 30m, 12h or 3d" : nil
        case .choice(let values): Self.list(values)
        case .integer, .null, .anything: nil
        case .boolean: "true or false"
        case .constant(let value): if case .integer(let number) = value { "\(number)" } else { nil }
        case .either: values
        }
    }

    private var isDuration: Bool {
        guard case .pattern(let own) = shape, case .pattern(let durations) = Self.duration.shape else { return false }
        return own == durations
    }

    private static func list(_ words: [String]) -> String {
        words.count > 1 ? words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "") : words.first ?? ""
    }
}
