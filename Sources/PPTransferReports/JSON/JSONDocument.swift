package import Globus

/// A value that a field may hold: how it is written, and what schema that has.
///
/// It is not `Encodable` itself: a record of the journal is, in the journal's format, and is printed in another one.
package protocol JSONRepresentable: Sendable {
    static var jsonSchema: Schema { get }
    func writeJSON(to encoder: any Encoder) throws
}

/// An object whose fields are declared once.
package protocol JSONDocument: JSONRepresentable {
    static var fields: [JSONField<Self>] { get }
}

extension JSONDocument {
    package static var jsonSchema: Schema {
        let fields = fields
        return Schema(
            .object(
                Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.schema) }),
                required: fields.filter(\.isRequired).map(\.name).sorted(), open: false))
    }

    package func writeJSON(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: JSONKey.self)
        for field in Self.fields { try field.encode(self, in: &container) }
    }
}

/// One word out of a few.
package protocol JSONChoice: JSONRepresentable, RawRepresentable<String>, CaseIterable {}

extension JSONChoice {
    package static var jsonSchema: Schema { Schema(.choice(allCases.map(\.rawValue))) }
    package func writeJSON(to encoder: any Encoder) throws { try rawValue.encode(to: encoder) }
}

/// Any JSON, written as it is: a document of the service.
package struct FreeJSON: JSONRepresentable {
    private let value: any Encodable & Sendable

    package init(_ value: any Encodable & Sendable) { self.value = value }

    package static var jsonSchema: Schema { Schema(.anything) }
    package func writeJSON(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

/// What encoders take.
struct JSONRepresentation<Value: JSONRepresentable>: Encodable {
    let value: Value

    func encode(to encoder: any Encoder) throws { try value.writeJSON(to: encoder) }
}

extension String: JSONRepresentable {
    package static var jsonSchema: Schema { Schema(.text) }
    package func writeJSON(to encoder: any Encoder) throws { try encode(to: encoder) }
}

extension Bool: JSONRepresentable {
    package static var jsonSchema: Schema { Schema(.boolean) }
    package func writeJSON(to encoder: any Encoder) throws { try encode(to: encoder) }
}

extension FixedWidthInteger where Self: Encodable {
    package static var jsonSchema: Schema { Schema(.integer) }
    package func writeJSON(to encoder: any Encoder) throws { try encode(to: encoder) }
}

extension Int: JSONRepresentable {}
extension Int32: JSONRepresentable {}
extension Int64: JSONRepresentable {}

extension TaskID: JSONRepresentable {
    package static var jsonSchema: Schema { Schema(.text) }
    package func writeJSON(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}

extension CollectionID: JSONRepresentable {
    package static var jsonSchema: Schema { Schema(.text) }
    package func writeJSON(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}

extension Array: JSONRepresentable where Element: JSONRepresentable {
    package static var jsonSchema: Schema { Schema(.array(Element.jsonSchema)) }

    package func writeJSON(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for element in self { try container.encode(JSONRepresentation(value: element)) }
    }
}
