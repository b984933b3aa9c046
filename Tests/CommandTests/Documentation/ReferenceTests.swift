import Foundation
import Globus
import Testing

@testable import PPTransferCommand
@testable import PPTransferReports

/// The reference articles are complete, and have nothing that the program has not.
struct ReferenceTests {
    /// The first column of an article's tables: what stands between its backticks.
    private static func rows(of article: String) -> [String] {
        Document("Sources/PPTransfer/Documentation.docc/\(article).md").text.matches(of: /(?m)^\| `([^`]+)` \|/).map { String($0.1) }
    }

    /// The keys of a schema, each with those above it: `wait.on_fault.after`.
    private static func keys(_ schema: JSONValue, below path: String = "") -> Set<String> {
        var keys: Set<String> = []
        for (name, value) in schema.object?["properties"]?.object ?? [:] {
            keys.insert(path + name)
            keys.formUnion(Self.keys(value, below: path + name + "."))
        }
        for choice in ["anyOf", "oneOf"] {
            for value in schema.object?[choice]?.array ?? [] { keys.formUnion(Self.keys(value, below: path)) }
        }
        return keys
    }

    @Test func `every key of a description`() {
        let keys = Self.keys(SchemaDocument.description.schema)
        // A mapping that only holds others has no row.
        let leaves = keys.filter { key in !keys.contains { $0.hasPrefix(key + ".") } || key.hasSuffix(".collection") }
        #expect(leaves.count > 30)
        #expect(Set(Self.rows(of: "DescriptionKeys")).symmetricDifference(leaves).sorted() == [])
    }

    @Test func `every key of a site file`() throws {
        let entry = try #require(SchemaDocument.sites.schema.object?["additionalProperties"])
        #expect(
            Set(Self.rows(of: "SitesFile")).symmetricDifference(Self.keys(entry).union(["login.client", "acknowledge_end"])).sorted() == [])
    }

    /// The manual page has both from the program itself; tests of its own see to that.
    private func manual() async throws -> String { try await Desk().run("manual").output }

    @Test func `every command`() async throws {
        let commands = try await manual().matches(of: /(?m)^\.SS "pptransfer ([a-z]+( [a-z]+)?)/).map { String($0.1) }
        #expect(commands.count > 20)
        #expect(Set(Self.rows(of: "Commands")).symmetricDifference(commands).sorted() == [])
    }

    @Test func `every variable`() async throws {
        let section = try #require(
            try await manual().components(separatedBy: ".SH \"ENVIRONMENT\"").last?.components(separatedBy: ".SH").first)
        let names = section.matches(of: /(?m)^\\fB(.*)\\fR$/).flatMap { $0.1.components(separatedBy: ", ") }
        #expect(names.count > 20)
        #expect(Set(Self.rows(of: "EnvironmentVariables")).symmetricDifference(names).sorted() == [])
    }

    @Test func `every document of --json, and the log's`() {
        let names = SchemaDocument.allCases.map(\.rawValue).filter { !["description", "sites"].contains($0) }
        #expect(Set(Self.rows(of: "JSONDocuments")).symmetricDifference(names).sorted() == [])
    }

    @Test func `every file of the journal`() throws {
        let source = Document("Sources/PPTransfer/Journal/CycleJournal.swift").text
        let list = try #require(source.firstMatch(of: /let endings = \[([^\]]+)\]/)).1
        let endings = list.matches(of: /"(\.[a-z]+)"/).map { String($0.1) }
        #expect(endings.count > 10)
        let all = Set(endings + [".lock", ".json.previous", ".proven.previous"])
        #expect(Set(Self.rows(of: "JournalFiles")).symmetricDifference(all).sorted() == [])
    }
}
