import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

/// The articles on Globus, done as they say.
struct GlobusArticleTests {
    private static let articles = ["YourFirstTransfer", "LogInToGlobus", "AskGlobus", "FollowATask", "TestYourProgram"]
    private let source = CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21")!
    private let destination = CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0")!

    @Test(arguments: articles)
    func `the Swift of an article is what is compiled here`(_ article: String) throws {
        let snippets = try Articles.snippets(of: "Tests/GlobusTestingTests/Documentation/GlobusSnippets.swift")
        let blocks = try Articles.blocks(of: "Sources/Globus/Documentation.docc/\(article).md")
        #expect(!blocks.isEmpty)
        for block in blocks { #expect(snippets.contains(block), "\(block)") }
    }

    @Test func `every snippet stands in an article`() throws {
        let blocks = try Self.articles.flatMap { try Articles.blocks(of: "Sources/Globus/Documentation.docc/\($0).md") }
        for snippet in try Articles.snippets(of: "Tests/GlobusTestingTests/Documentation/GlobusSnippets.swift") {
            #expect(blocks.contains(snippet), "\(snippet)")
        }
    }

    private func place() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        for folder in ["instrument/results", "archive"] {
            try FileManager.default.createDirectory(atPath: "\(directory.path)/\(folder)", withIntermediateDirectories: true)
        }
        try Data("a scan".utf8).write(to: URL(filePath: "\(directory.path)/instrument/results/a.h5"))
        return directory
    }

    @Test func `a first transfer sends its files, is followed, and has sent them once`() async throws {
        let directory = try place()
        let (globus, client) = await GlobusSnippets.simulator(source: source, destination: destination, directory: directory.path)
        try await GlobusSnippets.list(client, source: source)
        let task = try await GlobusSnippets.send(client, source: source, destination: destination)
        try await GlobusSnippets.follow(client, id: task)
        #expect(try String(contentsOfFile: "\(directory.path)/archive/archive/results/a.h5", encoding: .utf8) == "a scan")
        #expect(await globus.tasks == [task])
    }

    @Test func `the faults of the article are met, and one task comes of it`() async throws {
        let directory = try place()
        let (globus, client) = await GlobusSnippets.simulator(source: source, destination: destination, directory: directory.path)
        await GlobusSnippets.faults(globus)
        let task = try await GlobusSnippets.send(client, source: source, destination: destination)
        #expect(await globus.tasks == [task])
        #expect(globus.requests.count { $0.path == "/v0.10/transfer" } == 3)
    }

    @Test func `what is asked of Globus is answered`() async throws {
        let directory = try place()
        try FileManager.default.createDirectory(atPath: "\(directory.path)/archive/archive", withIntermediateDirectories: true)
        let (globus, client) = await GlobusSnippets.simulator(source: source, destination: destination, directory: directory.path)
        #expect(try await GlobusSnippets.ask(client, source: source, destination: destination) == 6)
        #expect(FileManager.default.fileExists(atPath: "\(directory.path)/archive/archive/2026"))
        let paths = Set(globus.requests.map(\.path))
        #expect(paths.isSuperset(of: ["/v0.10/endpoint_search", "/v0.10/task_list"]))
    }

    @Test func `the collections are those of the article, and what is chosen is asked for`() throws {
        #expect(try #require(GlobusSnippets.collections()) == (source, destination))
        var request = TransferRequest(from: source, to: destination)
        try GlobusSnippets.choose(&request, digest: String(repeating: "ab", count: 32))
        #expect(request.notifications == .failed)
        #expect(request.skipsSourceErrors == true)
        #expect(request.itemCount == 1)
    }

    @Test func `documents are answered as they were made`() async throws {
        let client = GlobusClient(
            login: .token(AccessToken("a-token")), configuration: GlobusClient.Configuration(), transport: GlobusSnippets.documents(),
            clock: SteppedTimekeeper())
        let found = try await client.entries(of: .root, on: .example(1)).all()
        #expect(found.map(\.name) == ["a.h5", "raw", "latest", "b.h5"])
        #expect(try await client.stat(.root, on: .example(1)) == nil)
    }

    @Test func `a script is followed without waiting`() async throws {
        let id = TaskID.example(1)
        var states: [String] = []
        for try await task in GlobusSnippets.script(id: id).updates(of: id) { states.append("\(task.status)") }
        #expect(states == ["ACTIVE", "SUCCEEDED"])
    }

    @Test func `each kind of error has its words`() async throws {
        let client = GlobusClient(
            login: .token(AccessToken("a-token")), configuration: GlobusClient.Configuration(),
            transport: ScriptedTransport(.refusal(404, code: "ClientError.NotFound")), clock: SteppedTimekeeper())
        let id = TaskID.example(1)
        let error = await #expect(throws: GlobusError.self) { try await client.task(id) }
        #expect(try GlobusSnippets.words(of: #require(error)) == "there is nothing of that name")
    }

    @Test func `a client and its login are made without a network`() async throws {
        let transport = ScriptedTransport()
        let login = GlobusSnippets.login(store: EmptyStore(), id: "an-id", secret: AccessToken("a-secret"))
        _ = try GlobusSnippets.client(id: "an-id", secret: AccessToken("a-secret"))
        _ = GlobusClient(login: login, configuration: GlobusClient.Configuration(), transport: transport, clock: SteppedTimekeeper())
        #expect(transport.requests.isEmpty)
    }

    private struct EmptyStore: TokenSource {
        struct Empty: Error {}
        func token() async throws -> AccessToken { throw Empty() }
        func replacement(for refused: AccessToken) async throws -> AccessToken { throw Empty() }
    }
}
