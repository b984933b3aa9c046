import Foundation
import Globus
import Testing

@testable import PPTransfer
@testable import PPTransferReports

/// The reader decides what a description may say; the schema must not say otherwise.
@Suite struct `The description's schema` {
    /// Nothing is near to it, so the reader lists what it knows.
    private static let stranger = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"

    /// What the reader lists as known where a stranger stands.
    private func known(_ text: String, after beginning: String) throws -> Set<String> {
        let line = try #require(lines(text).first { $0.contains(beginning) }, "\(lines(text))")
        let list = try #require(line.components(separatedBy: beginning).last)
        return Set(list.split(separator: ", ").map(String.init))
    }

    private static func properties(_ value: JSONValue) -> [String: JSONValue] {
        if let own = value.object?["properties"]?.object { return own }
        return (value.object?["anyOf"]?.array ?? []).reduce(into: [:]) { $0.merge(properties($1)) { first, _ in first } }
    }

    private static func values(_ value: JSONValue) -> Set<String> {
        if let own = value.object?["enum"]?.strings { return Set(own) }
        let parts = (value.object?["anyOf"]?.array ?? []) + (value.object?["items"].map { [$0] } ?? [])
        return parts.reduce(into: []) { $0.formUnion(values($1)) }
    }

    private func schema(at path: [String]) -> JSONValue {
        path.reduce(SchemaDocument.description.schema) { Self.properties($0)[$1] ?? .null }
    }

    /// A description in which `value` stands at a path, in braces.
    private func text(_ path: [String], _ value: String) -> String {
        let nested = path.reversed().reduce(value) { "{\($1): \($0)}" }
        let inner = path.isEmpty ? "\(Self.stranger): x" : String(nested.dropFirst().dropLast())
        return path.first == "from"
            ? "pptransfer: 1\n\(inner)\nto: {collection: jasmin, path: /a}\n"
            : path.first == "to" ? "pptransfer: 1\nfrom: {collection: archer2, path: /a}\n\(inner)\n" : minimal(inner)
    }

    @Test(arguments: [
        [], ["from"], ["from", "collection"], ["select"], ["transfer"], ["wait"], ["wait", "on_fault"], ["verify"], ["clean"], ["cylc"],
        ["to"],
    ])
    func `a mapping has the keys that the reader knows`(path: [String]) throws {
        let read = try known(text(path, "{\(Self.stranger): x}"), after: "known here are ")
        #expect(Set(Self.properties(schema(at: path)).keys) == read)
    }

    @Test(arguments: [
        ["empty"], ["symlinks"], ["transfer", "sync"], ["transfer", "notify"], ["wait", "on_fault", "then"], ["wait", "on_inactive"],
        ["verify", "level"], ["verify", "digest"], ["verify", "extra"], ["clean", "source"], ["to", "existing"],
    ])
    func `a choice has the values that the reader knows`(path: [String]) throws {
        let read = try known(text(path, Self.stranger), after: "write one of ")
        #expect(Self.values(schema(at: path)) == read)
    }

    @Test func `a site has the keys that the reader knows`() throws {
        let site = SchemaDocument.sites.schema.object?["additionalProperties"] ?? .null
        let problems = SiteFileReader.read(Array("x: {\(Self.stranger): 1}".utf8), file: "sites.yaml").problems
        let line = try #require(problems.map(\.description).first { $0.contains("known here are ") })
        let list = try #require(line.components(separatedBy: "known here are ").last)
        #expect(Set(list.split(separator: ", ").map(String.init)) == Set(Self.properties(site).keys))
    }

    @Test(arguments: SchemaDocument.allCases) func `every schema says which dialect it is written in`(document: SchemaDocument) {
        #expect(document.schema.object?["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
        #expect(document.schema.object?["title"]?.string?.isEmpty == false)
    }

    @Test func `the article about descriptions has every key`() throws {
        func keys(_ value: JSONValue) -> Set<String> {
            let own = Self.properties(value)
            return own.values.reduce(into: Set(own.keys)) { $0.formUnion(keys($1)) }
        }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let article = try String(
            contentsOf: package.appendingPathComponent("Sources/PPTransfer/Documentation.docc/WriteADescription.md"), encoding: .utf8)
        let all = keys(SchemaDocument.description.schema)
        #expect(all.count > 30)
        for key in all.sorted() { #expect(article.contains("\(key):"), "\(key)") }
    }
}
