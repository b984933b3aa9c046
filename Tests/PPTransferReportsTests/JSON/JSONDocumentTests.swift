import Foundation
import Globus
import GlobusTesting
import Testing

@testable import PPTransfer
@testable import PPTransferReports

/// A document's fields are declared once; what is printed and what the schema says both come from them.
@Suite struct `A document's fields` {
    private enum Colour: String, JSONChoice { case red, green }

    private struct Inner: JSONDocument {
        var count: Int

        static let fields: [JSONField<Self>] = [JSONField("count", \.count, "How many.")]
    }

    private struct Outer: ReportBody {
        var title = "t"
        var note: String?
        var reason: String?
        var colour = Colour.green
        var word = "red"
        var inner: [Inner] = []
        var task: TaskID?
        var isGood = true
        var bytes: Int64 = 9_007_199_254_740_993
        var answer: JSONValue = ["x": [1, nil]]

        static let document = SchemaDocument.doctor
        static let fields: [JSONField<Self>] = [
            JSONField("title", \.title), JSONField("note", \.note), .nullable("reason", \.reason, "Why."), JSONField("colour", \.colour),
            .text("word", Colour.self, \.word), JSONField("inner", \.inner), JSONField("task", \.task), JSONField("good", \.isGood),
            JSONField("bytes", \.bytes), JSONField("answer") { FreeJSON($0.answer) }, .constant("kind", "outer"), .constant("version", 3),
        ]
    }

    private func written(_ outer: Outer) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(JSONText.of(JSONRepresentation(value: outer)).utf8))
    }

    private func property(_ name: String) -> JSONValue? { Outer.jsonSchema.json.object?["properties"]?.object?[name] }

    @Test func `absent values have no key, and explicit ones are null`() throws {
        let empty = try written(Outer())
        #expect(empty.object?["note"] == nil)
        #expect(empty.object?["task"] == nil)
        #expect(empty.object?["reason"] == .null)
        let full = try written(Outer(note: "n", reason: "r", task: .example(1)))
        #expect(full.object?["note"] == "n")
        #expect(full.object?["reason"] == "r")
        #expect(full.object?["task"] == "00000000-0000-4000-a000-000000000001")
    }

    @Test func `values of each kind are written as they are`() throws {
        let all = try written(Outer(inner: [Inner(count: 1), Inner(count: 2)]))
        #expect(
            all == [
                "answer": ["x": [1, nil]], "bytes": 9_007_199_254_740_993, "colour": "green", "good": true,
                "inner": [["count": 1], ["count": 2]], "kind": "outer", "reason": nil, "title": "t", "version": 3, "word": "red",
            ])
    }

    @Test func `a word of a later version is printed, not lost`() throws {
        #expect(try written(Outer(word: "blue")).object?["word"] == "blue")
    }

    @Test func `keys are sorted`() {
        let keys = JSONText.of(JSONRepresentation(value: Outer())).split(separator: "\n").filter { $0.hasPrefix("  \"") }
        #expect(keys.count > 8)
        #expect(keys == keys.sorted())
    }

    @Test func `the schema has every key, and requires all that are always there`() throws {
        let schema = try #require(Outer.jsonSchema.json.object)
        #expect(
            schema["required"]?.strings == [
                "answer", "bytes", "colour", "good", "inner", "kind", "reason", "title", "version", "word",
            ])
        #expect(
            schema["properties"]?.object?.keys.sorted() == [
                "answer", "bytes", "colour", "good", "inner", "kind", "note", "reason", "task", "title", "version", "word",
            ])
        #expect(schema["additionalProperties"] == false)
        #expect(schema["type"] == "object")
    }

    @Test func `a key's schema is that of its type`() {
        #expect(property("title") == ["type": "string"])
        #expect(property("note") == ["type": "string"])
        #expect(property("task") == ["type": "string"])
        #expect(property("bytes") == ["type": "integer"])
        #expect(property("good") == ["type": "boolean"])
        #expect(property("answer") == [:])
        #expect(property("colour") == ["enum": ["red", "green"]])
        #expect(property("word") == ["enum": ["red", "green"]])
        #expect(property("reason") == ["anyOf": [["type": "string"], ["type": "null"]], "description": "Why."])
        #expect(property("kind") == ["const": "outer"])
        #expect(property("version") == ["const": 3])
        #expect(
            property("inner") == [
                "type": "array",
                "items": [
                    "type": "object", "required": ["count"], "additionalProperties": false,
                    "properties": ["count": ["type": "integer", "description": "How many."]],
                ],
            ])
    }

    @Test func `the envelope stands beside the body's keys`() throws {
        let document = ReportDocument(Outer(), status: .session)
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(document.text.utf8))
        #expect(value.object?["pptransfer"] == "doctor")
        #expect(value.object?["format"] == 2)
        #expect(value.object?["status"] == "session")
        #expect(value.object?["exit_status"] == 22)
        #expect(value.object?["title"] == "t")
        let schema = try #require(ReportDocument<Outer>.jsonSchema.json.object)
        #expect(schema["properties"]?.object?["pptransfer"]?.object?["const"] == "doctor")
        #expect(schema["properties"]?.object?["format"]?.object?["const"] == 2)
        #expect(Set(["pptransfer", "format", "status", "exit_status"]).isSubset(of: schema["required"]?.strings ?? []))
    }
}

/// What `pptransfer schema` prints of what `--json` prints.
@Suite struct `Every document's schema` {
    private static let documents = SchemaDocument.allCases.filter { ![.description, .sites, .log].contains($0) }

    @Test(arguments: documents) func `names the document, and has the envelope`(document: SchemaDocument) {
        let schema = document.schema
        for part in schema.object?["anyOf"]?.array ?? [schema] {
            let keys = part.object?["properties"]?.object ?? [:]
            let name = keys["pptransfer"]?.object?["const"]
            #expect(name == .string(document.rawValue) || name == "refusal", "\(document)")
            #expect(keys["format"]?.object?["const"] == 2)
            #expect(part.object?["additionalProperties"] == false)
            #expect(
                Set(["pptransfer", "format", "status", "exit_status"]).isSubset(of: part.object?["required"]?.strings ?? []), "\(document)")
        }
    }
}
