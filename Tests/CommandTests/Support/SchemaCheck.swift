import Globus

/// A JSON Schema, as far as this program's schemas go.
struct SchemaCheck {
    let schema: JSONValue

    /// Where `value` is not what the schema says: nothing if it is.
    func mismatches(_ value: JSONValue, at place: String = "$") -> [String] {
        if let parts = schema["anyOf"].array {
            let each = parts.map { SchemaCheck(schema: $0).mismatches(value, at: place) }
            return each.contains { $0.isEmpty } ? [] : each.flatMap { $0 }
        }
        if let constant = schema.object?["const"], constant != value { return ["\(place): not \(constant)"] }
        if let choice = schema["enum"].array, !choice.contains(value) { return ["\(place): not one of \(choice)"] }
        guard let type = schema["type"].string else { return [] }
        switch (type, value) {
        case ("string", .string), ("integer", .integer), ("boolean", .bool), ("null", .null): return []
        case ("array", .array(let items)):
            let item = SchemaCheck(schema: schema["items"])
            return items.enumerated().flatMap { item.mismatches($1, at: "\(place)[\($0)]") }
        case ("object", .object(let members)): return mismatches(of: members, at: place)
        default: return ["\(place): not a value of type \(type)"]
        }
    }

    private func mismatches(of members: [String: JSONValue], at place: String) -> [String] {
        let keys = schema["properties"].object ?? [:]
        var found = (schema["required"].strings ?? []).filter { members[$0] == nil }.map { "\(place).\($0): missing" }
        for (key, value) in members {
            if let known = keys[key] {
                found += SchemaCheck(schema: known).mismatches(value, at: "\(place).\(key)")
            } else if schema["additionalProperties"] == false {
                found.append("\(place).\(key): not known")
            }
        }
        return found.sorted()
    }
}
