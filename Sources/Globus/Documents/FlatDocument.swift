/// A document whose known fields are properties, and which keeps the others beside them: for lists of many, where a dictionary for each
/// entry would cost several times as much.
package protocol FlatDocument: Hashable, Sendable, Codable {
    associatedtype Field: DocumentField

    /// What this version has no property for, and known fields of another kind than expected, as they were sent.
    var others: [String: JSONValue] { get }

    /// The value of the property that holds a field.
    func value(of field: Field) -> JSONValue?
}

/// The fields of a document that properties hold.
package protocol DocumentField: RawRepresentable, CaseIterable, Sendable where RawValue == String {
    static var names: KnownNames { get }
}

extension FlatDocument {
    func raw(_ name: String) -> JSONValue? { (Field(rawValue: name).flatMap(value) ?? others[name]).flatMap { $0 == .null ? nil : $0 } }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FieldName.self)
        for field in Field.allCases {
            if let value = value(of: field) { try container.encode(value, forKey: FieldName(field.rawValue)) }
        }
        for (name, value) in others { try container.encode(value, forKey: FieldName(name)) }
    }
}

/// The name of any field.
struct FieldName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}

/// A few names, of which one is found with one comparison: nearly every entry of a long list is asked for all of its names in vain.
package struct KnownNames: Sendable {
    /// Four times as many places as names, at least; the empty name is none.
    private let places: [String]

    package init(_ fields: (some DocumentField).Type) {
        let names = fields.allCases.map(\.rawValue)
        var count = 1
        while count < 4 * names.count { count *= 2 }
        var places = Array(repeating: "", count: count)
        for name in names {
            var place = Self.place(of: name, in: count)
            while !places[place].isEmpty { place = (place + 1) & (count - 1) }
            places[place] = name
        }
        self.places = places
    }

    func contains(_ name: String) -> Bool {
        var place = Self.place(of: name, in: places.count)
        while !places[place].isEmpty {
            if places[place] == name { return true }
            place = (place + 1) & (places.count - 1)
        }
        return false
    }

    private static func place(of name: String, in count: Int) -> Int {
        let bytes = name.utf8
        return (bytes.count &* 7 &+ Int(bytes.first ?? 0)) & (count - 1)
    }
}

/// Reads the fields that are properties, and then what remains.
struct FieldReader<Field: DocumentField> {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ field: Field) { stringValue = field.rawValue }
        /// For `allKeys`: only what no property holds.
        init?(stringValue: String) {
            guard !Field.names.contains(stringValue) else { return nil }
            self.stringValue = stringValue
        }
        init?(intValue: Int) { nil }
    }

    private let container: KeyedDecodingContainer<Key>
    private var odd: [Field] = []

    /// - Throws: if it is not an object.
    init(_ decoder: any Decoder) throws { container = try decoder.container(keyedBy: Key.self) }

    // One for each kind: a generic one would take the decoder's long way for every field.

    /// - Throws: if the field is absent, or of another kind.
    func required(_ field: Field) throws -> String { try container.decode(String.self, forKey: Key(field)) }

    /// - Throws: if the field is of another kind.
    func optional(_ field: Field) throws -> String? { try container.decodeIfPresent(String.self, forKey: Key(field)) }
    func optional(_ field: Field) throws -> Int64? { try container.decodeIfPresent(Int64.self, forKey: Key(field)) }

    /// The field; `nil` also if it is of another kind, which remains then.
    mutating func readable(_ field: Field) -> String? {
        remaining(field) { container throws in try container.decodeIfPresent(String.self, forKey: Key(field)) }
    }
    mutating func readable(_ field: Field) -> Int64? {
        remaining(field) { container throws in try container.decodeIfPresent(Int64.self, forKey: Key(field)) }
    }
    mutating func readable(_ field: Field) -> Bool? {
        remaining(field) { container throws in try container.decodeIfPresent(Bool.self, forKey: Key(field)) }
    }

    private mutating func remaining<Value>(_ field: Field, _ read: (KeyedDecodingContainer<Key>) throws -> Value?) -> Value? {
        do { return try read(container) } catch {
            odd.append(field)
            return nil
        }
    }

    /// What no property holds.
    func others() -> [String: JSONValue] {
        let keys = container.allKeys + odd.map { Key($0) }
        guard !keys.isEmpty else { return [:] }
        return Dictionary(
            keys.compactMap { key in (try? container.decode(JSONValue.self, forKey: key)).map { (key.stringValue, $0) } }
        ) { first, _ in first }
    }
}
