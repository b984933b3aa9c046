import SystemFiles

/// Any JSON value, so that what this version does not know is kept rather than lost.
public enum JSONValue: Hashable, Sendable, Codable {
    /// The value `null`.
    case null
    /// The value `true` or `false`.
    case bool(Bool)
    /// A number without a fraction, exact to 64 bits (sizes go beyond 2^53).
    case integer(Int64)
    /// A number with a fraction, or one beyond 64 bits; a `Double` holds it to about 16 digits.
    case number(Double)
    /// A text.
    case string(String)
    /// A list of values, in their order.
    case array([JSONValue])
    /// An object: values by name. The order of the names is not kept.
    case object([String: JSONValue])

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// The text; `nil` if the value is not a string.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The truth value; `nil` if the value is neither `true` nor `false`.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements; `nil` if the value is not an array.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The values by name; `nil` if the value is not an object.
    public var object: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }

    /// The whole number; `nil` if the value is not a number, has a fraction or does not fit 64 bits.
    public var int: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// A count or an amount: never below zero, and the largest that there is where the number has no room.
    public var count: Int64? {
        switch self {
        case .integer(let value): max(0, value)
        case .number(let value): max(0, Int64(clamping: value))
        default: nil
        }
    }

    /// The strings of an array, or a single string taken for an array of one: the service writes both.
    public var strings: [String]? { string.map { [$0] } ?? array?.compactMap(\.string) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes a string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes a whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Makes `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Makes `null`.
    public init(nilLiteral: ()) { self = .null }
    /// Makes an array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Makes an object. If a name occurs twice, its last value is kept.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(Dictionary(elements) { _, last in last }) }
}

/// A document of the service that is kept whole: typed where this version reads it, untouched elsewhere.
///
/// Real documents gain fields over time and any of them may be absent or null, so every typed property is optional or has a
/// meaning for "absent".
package protocol OpenDocument: Hashable, Sendable, Codable {
    var fields: [String: JSONValue] { get set }
    init(fields: [String: JSONValue])
}

extension OpenDocument {
    func raw(_ name: String) -> JSONValue? { fields[name].flatMap { $0 == .null ? nil : $0 } }

    /// The fields of a document that is no good without its id.
    static func fields(from decoder: any Decoder, identifiedBy name: String) throws -> [String: JSONValue] {
        let fields = try decoder.singleValueContainer().decode([String: JSONValue].self)
        guard let text = fields[name]?.string else {
            throw DecodingError.keyNotFound(FieldName(name), DecodingError.Context(codingPath: [], debugDescription: "there is no text"))
        }
        guard text.asUUID != nil else {
            let context = DecodingError.Context(codingPath: [FieldName(name)], debugDescription: "'\(text)' is not a UUID")
            throw DecodingError.dataCorrupted(context)
        }
        return fields
    }

    public init(from decoder: any Decoder) throws {
        self.init(fields: try decoder.singleValueContainer().decode([String: JSONValue].self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(fields)
    }

    package subscript(name: String) -> JSONValue {
        get { fields[name] ?? .null }
        set { fields[name] = newValue }
    }
}
