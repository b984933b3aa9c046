import Globus
import GlobusTesting
import Testing

/// Documents without JSON, sent through a client as the service's own are.
struct ExampleDocumentTests {
    private func client(_ answers: Result<HTTPResponse, TransportError>...) -> GlobusClient {
        GlobusClient(
            login: .token(AccessToken("mine")), configuration: .init(), transport: ScriptedTransport(answers), clock: SteppedTimekeeper())
    }

    @Test func `a task arrives as it was made`() async throws {
        let made = TransferTask.example(.succeeded, id: .example(3), label: "a label", files: 4, fields: ["is_paused": true, "new": [1]])
        let task = try await client(.document(made)).task(.example(3))
        #expect(task.id == .example(3))
        #expect(task.label == "a label")
        #expect(task.filesTransferred == 4)
        #expect(task.isPaused)
        #expect(task[field: "new"] == [1])
        #expect(task.completionTime == .example + .seconds(2))
        #expect(TransferTask.example(.active).completionTime == nil)
    }

    @Test func `a listing arrives as it was made`() async throws {
        let made: [DirectoryEntry] = [
            .file("a", size: 7, fields: ["tape": "cold"]), .directory("b"), .link("c", to: "b", type: "dir"),
            .file("d", fields: ["size": "x"]),
        ]
        let found = try await client(.page(made)).entries(of: .root, on: .example(1)).all()
        #expect(found == made)
        #expect(found.map(\.isDirectory) == [false, true, true, false])
        #expect(found.map(\.isFile) == [true, false, false, false])
        #expect(found[0][field: "tape"] == "cold")
        #expect(found[0].modified == .example)
    }

    @Test func `lists arrive as they were made`() async throws {
        let (from, to) = (try CollectionPath("/a"), try CollectionPath("/b"))
        let sent = [SentFile.example(from, to: to, size: 3, checksum: "abcd", fields: ["block": 1])]
        #expect(try await client(.page(sent)).sentFiles(of: .example(1)).all() == sent)
        #expect(sent[0].checksumAlgorithm == "SHA256")
        let skipped = [SkippedFile.example(from, to: to, details: "gone", fields: ["error_code": "NEW"])]
        #expect(try await client(.page(skipped)).skippedFiles(of: .example(1)).all() == skipped)
        #expect(skipped[0].errorCode == "NEW")
        let events = [TaskEvent.example("STARTED"), .example("PERMISSION_DENIED", isError: true)]
        #expect(try await client(.page(events)).events(of: .example(1)).all() == events)
        let collections = [CollectionInfo.example(.example(7), "the archive", entityType: .guestCollection)]
        #expect(try await client(.page(collections)).collections(matching: "archive").all() == collections)
        #expect(collections[0].id == .example(7))
        let tasks = [TransferTask.example(.active), .example(.failed, id: .example(2))]
        #expect(try await client(.page(tasks)).tasks().all() == tasks)
    }

    @Test func `ids are those of their numbers`() {
        #expect(CollectionID.example(1) == CollectionID.example(1))
        #expect(CollectionID.example(1) != CollectionID.example(2))
        #expect(CollectionID.example(0) != .null)
    }
}
