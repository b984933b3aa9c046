package import Globus

/// A JSON Schema as a small table: what a document may say, and what it means.
package struct Schema: Sendable {
    package indirect enum Shape: Sendable {
        /// Each key with its schema; the names of those that must be there.
        case object([String: Schema], required: [String], open: Bool)
        /// Any key.
        case map(Schema)
        /// Keys of their own, and any other one.
        case members([String: Schema], others: Schema)
        case array(Schema)
        case text
        case pattern(String)
        case choice([String])
        case integer
        case boolean
        case constant(JSONValue)
        case null
        case either([Schema])
        case anything
    }

    package var shape: Shape
    package var meaning: String?
    /// The value of a key that is left out.
    package var fallback: JSONValue?

    init(_ shape: Shape, _ meaning: String? = nil, default fallback: JSONValue? = nil) {
        (self.shape, self.meaning, self.fallback) = (shape, meaning, fallback)
    }

    /// `30d`, `PT12H`.
    static let duration = Schema(.pattern("^([0-9]+(w|d|h|m|s|ms))+$|^P[0-9DTHMSW]+$"))

    /// As JSON Schema writes it.
    package var json: JSONValue {
        var members = members
        if let meaning { members["description"] = .string(meaning) }
        if let fallback { members["default"] = fallback }
        return .object(members)
    }

    private var members: [String: JSONValue] {
        switch shape {
        case .object(let keys, let required, let open):
            var members: [String: JSONValue] = ["type": .string("object"), "properties": .object(keys.mapValues(\.json))]
            if !required.isEmpty { members["required"] = .array(required.map { .string($0) }) }
            if !open { members["additionalProperties"] = .bool(false) }
            return members
        case .map(let value): return ["type": .string("object"), "additionalProperties": value.json]
        case .members(let keys, let others):
            return [
                "type": .string("object"), "properties": .object(keys.mapValues(\.json)), "additionalProperties": others.json,
            ]
        case .array(let item): return ["type": .string("array"), "items": item.json]
        case .text: return ["type": .string("string")]
        case .pattern(let pattern): return ["type": .string("string"), "pattern": .string(pattern)]
        case .choice(let values): return ["enum": .array(values.map { .string($0) })]
        case .integer: return ["type": .string("integer")]
        case .boolean: return ["type": .string("boolean")]
        case .constant(let value): return ["const": value]
        case .null: return ["type": .string("null")]
        case .either(let several): return ["anyOf": .array(several.map(\.json))]
        case .anything: return [:]
        }
    }
}
