package import PPTransfer

/// What a command has to say with `--json`, without the envelope that all commands share.
package protocol ReportBody: JSONDocument {
    /// Names the document, and its schema.
    static var document: SchemaDocument { get }
}

/// The one shape of all that `--json` prints: which document it is, how the command ended, then the body's own keys.
package struct ReportDocument<Body: ReportBody>: JSONDocument {
    /// Goes up when a key is renamed or removed, or changes its meaning; a new key leaves it.
    package static var format: Int64 { 2 }

    /// With which the process exits.
    package var status: ExitStatus
    package var body: Body

    package init(_ body: Body, status: ExitStatus) { (self.body, self.status) = (body, status) }

    package static var fields: [JSONField<Self>] {
        [
            .constant("pptransfer", Body.document.rawValue, "Which document this is: 'pptransfer schema NAME' prints its schema."),
            .constant("format", format, "The version of this shape."),
            .statusName { $0.status.name }, .exitStatus { $0.status.number },
        ] + Body.fields.map { $0.lifted(\.body) }
    }

    /// As it is printed.
    package var text: String { JSONText.of(JSONRepresentation(value: self)) }
}

/// The fields that several documents have.
extension JSONField {
    package static func statusName(_ value: @escaping @Sendable (Document) -> String) -> JSONField {
        JSONField("status", value, "The exit status's name, as in the README's table.")
    }

    package static func exitStatus(_ value: @escaping @Sendable (Document) -> Int32) -> JSONField {
        JSONField("exit_status", value, "The exit status.")
    }

    package static func rehearsal(_ value: @escaping @Sendable (Document) -> Bool) -> JSONField {
        JSONField("rehearsal", value, "Whether the service was the simulator.")
    }
}
