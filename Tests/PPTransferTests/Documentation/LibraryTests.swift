import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

@testable import PPTransfer

/// What the articles tell of the libraries.
struct LibraryTests {
    @Test func `the Swift of the article is what is compiled here`() throws {
        let snippets = try Articles.snippets(of: "Tests/PPTransferTests/Documentation/LibrarySnippets.swift")
        let blocks = try Articles.blocks(of: "Sources/PPTransfer/Documentation.docc/UseTheLibrary.md")
        #expect(blocks.count >= 2)
        for block in blocks { #expect(snippets.contains(block), "\(block)") }
        for snippet in snippets { #expect(blocks.contains(snippet), "\(snippet)") }
    }

    @Test func `a program that does as the article says sends its files, once`() async throws {
        let directory = try TemporaryDirectory()
        let root = directory.path
        for folder in ["source", "jasmin/gws/nopw/j04/canari", "home"] {
            try FileManager.default.createDirectory(atPath: root + "/" + folder, withIntermediateDirectories: true)
        }
        try Data("some temperatures".utf8).write(to: URL(fileURLWithPath: root + "/source/a.pp"))
        let description = root + "/task.yaml"
        try Data(
            """
            pptransfer: 1
            workflow: u-ab123
            cycle: "${CYCLE}"
            from: {collection: tutorial1, path: "\(root)/source"}
            to: {collection: jasmin, path: "/gws/nopw/j04/canari/{cycle}"}
            """.utf8
        ).write(to: URL(fileURLWithPath: description))
        let tutorial = try #require(CollectionID("6c54cade-bde5-45c1-bdea-f4bd71dba2cc"))
        let jasmin = try #require(CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"))
        let configuration = StandInConfiguration(collections: [
            StandInCollection(id: tutorial, displayName: "Tutorial", mounts: [StandInCollection.Mount("/", isWritable: false)]),
            StandInCollection(id: jasmin, displayName: "JASMIN", root: root + "/jasmin"),
        ])
        try await Turns.standIns.pass {
            let standIn = try await StandIn.start(configuration)
            var environment = Dictionary(standIn.environment.map { ($0.name, $0.value) }) { _, last in last }
            environment["HOME"] = root + "/home"
            let plans = try LibrarySnippets.plans(descriptionPath: description)
            let first = try await LibrarySnippets.send(plans, environment: environment, journalPath: root + "/journal")
            let second = try await LibrarySnippets.send(plans, environment: environment, journalPath: root + "/journal")
            await standIn.stop()
            #expect(LibrarySnippets.tell(first + second))
            #expect(first.map(\.result) == [.archived])
            #expect(second.map(\.result) == [.alreadyArchived])
            #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/jasmin/gws/nopw/j04/canari") == ["19880901T0000Z"])
        }
    }

    @Test func `a plan is made in code as the article says`() throws {
        let id = try #require(CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"))
        let plan = try LibrarySnippets.planInCode(source: id, destination: id)
        #expect(plan.selection.exclude == ["*.tmp"])
        #expect(plan.id.description == "u-ab123 19880901T0000Z")
    }
}
