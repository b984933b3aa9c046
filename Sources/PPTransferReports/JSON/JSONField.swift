/// One key of a document, declared once: the name, the value and its meaning make both the JSON and the JSON Schema.
package struct JSONField<Document>: Sendable {
    package let name: String
    package let schema: Schema
    /// Whether every document has the key.
    package let isRequired: Bool
    private let write: @Sendable (Document, inout KeyedEncodingContainer<JSONKey>, JSONKey) throws -> Void

    private init(
        _ name: String, _ schema: Schema, _ meaning: String?, isRequired: Bool,
        write: @escaping @Sendable (Document, inout KeyedEncodingContainer<JSONKey>, JSONKey) throws -> Void
    ) {
        (self.name, self.isRequired, self.write) = (name, isRequired, write)
        self.schema = Schema(schema.shape, meaning ?? schema.meaning)
    }

    /// A key that every document has.
    package init<Value: JSONRepresentable>(
        _ name: String, _ value: @escaping @Sendable (Document) -> Value, _ meaning: String? = nil
    ) {
        self.init(name, Value.jsonSchema, meaning, isRequired: true) { document, container, key in
            try container.encode(JSONRepresentation(value: value(document)), forKey: key)
        }
    }

    /// A key that is left out where the value is `nil`.
    package init<Value: JSONRepresentable>(
        _ name: String, _ value: @escaping @Sendable (Document) -> Value?, _ meaning: String? = nil
    ) {
        self.init(name, Value.jsonSchema, meaning, isRequired: false) { document, container, key in
            guard let value = value(document) else { return }
            try container.encode(JSONRepresentation(value: value), forKey: key)
        }
    }

    /// A key that every document has, and that is `null` where the value is `nil`.
    package static func nullable<Value: JSONRepresentable>(
        _ name: String, _ value: @escaping @Sendable (Document) -> Value?, _ meaning: String? = nil
    ) -> JSONField {
        JSONField(name, Schema(.either([Value.jsonSchema, Schema(.null)])), meaning, isRequired: true) { document, container, key in
            guard let value = value(document) else { return try container.encodeNil(forKey: key) }
            try container.encode(JSONRepresentation(value: value), forKey: key)
        }
    }

    /// A text that is one of the cases of `Choice`. A text of a later version, which no case has, is printed as it is.
    package static func text<Choice: JSONChoice>(
        _ name: String, _ choice: Choice.Type, _ value: @escaping @Sendable (Document) -> String, _ meaning: String? = nil
    ) -> JSONField {
        JSONField(name, Choice.jsonSchema, meaning, isRequired: true) { document, container, key in
            try container.encode(value(document), forKey: key)
        }
    }

    /// A text that is the same in every document.
    package static func constant(_ name: String, _ text: String, _ meaning: String? = nil) -> JSONField {
        JSONField(name, Schema(.constant(.string(text))), meaning, isRequired: true) { _, container, key in
            try container.encode(text, forKey: key)
        }
    }

    /// A number that is the same in every document.
    package static func constant(_ name: String, _ number: Int64, _ meaning: String? = nil) -> JSONField {
        JSONField(name, Schema(.constant(.integer(number))), meaning, isRequired: true) { _, container, key in
            try container.encode(number, forKey: key)
        }
    }

    /// The same key in a document that holds `Document` and shows its keys as its own.
    package func lifted<Outer>(_ inner: @escaping @Sendable (Outer) -> Document) -> JSONField<Outer> {
        JSONField<Outer>(name, schema, nil, isRequired: isRequired) { outer, container, key in
            try write(inner(outer), &container, key)
        }
    }

    package func encode(_ document: Document, in container: inout KeyedEncodingContainer<JSONKey>) throws {
        try write(document, &container, JSONKey(name))
    }
}

/// The name of a field.
package struct JSONKey: CodingKey {
    package let stringValue: String
    package var intValue: Int? { nil }

    package init(_ name: String) { stringValue = name }
    package init?(stringValue: String) { self.init(stringValue) }
    package init?(intValue: Int) { nil }
}
