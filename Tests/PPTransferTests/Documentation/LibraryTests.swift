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
            let transfers = try LibrarySnippets.transfers(environment: environment, journalPath: root + "/journal")
            let first = await LibrarySnippets.send(plans, with: transfers)
            let second = await LibrarySnippets.send(plans, with: transfers)
            await standIn.stop()
            #expect(LibrarySnippets.tell(first + second))
            #expect(first.map(\.result) == [.archived])
            #expect(second.map(\.result) == [.alreadyArchived])
            let records = try LibrarySnippets.recorded(journalPath: root + "/journal")
            #expect(records.map(\.result) == [.archived])
            #expect(records.map(\.id) == plans.map(\.id))
            #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/jasmin/gws/nopw/j04/canari") == ["19880901T0000Z"])
        }
    }

    @Test func `a plan is made in code as the article says`() async throws {
        let plan = try LibrarySnippets.planInCode()
        #expect(plan.selection.exclude == ["*.tmp"])
        #expect(plan.id.description == "u-ab123 19880901T0000Z")
        #expect(
            try await plan.planned(with: .builtIn, collections: nil, today: "2026-11-20").warnings.allSatisfy { $0.severity == .warning })
    }

    @Test func `a text is parsed as the article says, and each issue has its place`() {
        let sound = LibrarySnippets.parsedPlans(values: ["CYCLE": "19880901T0000Z"])
        #expect(sound.plans.map(\.id.description) == ["u-ab123 19880901T0000Z"])
        #expect(sound.places.isEmpty)
        let wrong = LibrarySnippets.parsedPlans(values: [:])
        #expect(wrong.plans.isEmpty)
        #expect(
            wrong.places == [
                "line 3, column 9", "cycle the variable CYCLE is not set",
                "what to do: pass a value for CYCLE, or write '${CYCLE:-default}'",
            ])
    }

    @Test func `a signal ends the waiting as the article says`() async throws {
        let world = try LibraryWorld(endless: ["atmos"])
        let transfer = world.transfers().start(try world.plan("atmos"))
        await transfer.reached(.moving)
        // No other test has to do with this signal.
        let source = LibrarySnippets.leave([transfer], on: SIGUSR2)
        // The source takes signals from a moment on that it does not tell; those before are ignored.
        let signals = Task {
            while !Task.isCancelled {
                kill(getpid(), SIGUSR2)
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        #expect(await transfer.value.result == .interrupted)
        signals.cancel()
        await signals.value
        source.cancel()
        #expect(await transfer.cancelTransfer().result == .cancelled)
    }

    @Test func `the journal of the article is below the home directory`() {
        #expect(LibrarySnippets.environment()["JOURNAL"]?.hasSuffix("/my-program/journal") == true)
    }
}
