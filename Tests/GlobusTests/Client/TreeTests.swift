import Globus
import GlobusTesting
import Synchronization
import Testing

/// Directories below directories, as one sequence.
struct TreeTests {
    /// A collection by what its directories hold.
    private final class Played: HTTPTransport {
        let asked = Mutex<[String]>([])
        private let answer: @Sendable (String) -> [DirectoryEntry]?

        init(_ answer: @escaping @Sendable (String) -> [DirectoryEntry]?) { self.answer = answer }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let path = request.url.query.first { $0.name == "path" }?.value ?? ""
            asked.withLock { $0.append(path) }
            guard let entries = answer(path) else {
                return try Result<HTTPResponse, TransportError>.refusal(404, code: "ClientError.NotFound").get()
            }
            return try Result<HTTPResponse, TransportError>.page(entries).get()
        }
    }

    private func client(_ played: Played) -> GlobusClient {
        GlobusClient(login: .token(AccessToken("mine")), configuration: .init(), transport: played, clock: SteppedTimekeeper())
    }

    private func shape(_ played: Played, levels: Int? = nil, requests: Int = 100) async throws -> [String] {
        try await client(played).tree(of: CollectionPath("/r"), on: .example(1), levels: levels, requests: requests).all().map(
            \.path.description)
    }

    private static let files: [String: [DirectoryEntry]] = [
        "/r/": [.directory("a"), .file("b"), .directory("c"), .link("up", to: "..", type: "dir")],
        "/r/a/": [.directory("d"), .file("e")], "/r/a/d/": [], "/r/c/": [.file("f")],
    ]

    @Test func `each directory is given whole, and then what is in it`() async throws {
        let played = Played { Self.files[$0] }
        #expect(try await shape(played) == ["/r/a", "/r/b", "/r/c", "/r/up", "/r/a/d", "/r/a/e", "/r/c/f"])
        #expect(played.asked.withLock { $0 } == ["/r/", "/r/a/", "/r/a/d/", "/r/c/"])
    }

    @Test func `whoever leaves early asks for no further directory`() async throws {
        let played = Played { Self.files[$0] }
        for try await found in try client(played).tree(of: CollectionPath("/r"), on: .example(1)) where found.entry.name == "e" { break }
        #expect(played.asked.withLock { $0 } == ["/r/", "/r/a/"])
    }

    @Test func `levels that were not asked for are not looked into`() async throws {
        let played = Played { Self.files[$0] }
        #expect(try await shape(played, levels: 1) == ["/r/a", "/r/b", "/r/c", "/r/up"])
        #expect(try await shape(Played { Self.files[$0] }, levels: 2).count == 7)
        #expect(played.asked.withLock { $0 } == ["/r/"])
    }

    @Test func `a tree without an end is an error after what there was`() async throws {
        let played = Played { _ in [.directory("x")] }
        var found = 0
        await #expect(
            throws: GlobusError.endless(directory: "/r", reason: "takes more than 3 requests, the next of them for /r/x/x/x")
        ) {
            for try await _ in try client(played).tree(of: CollectionPath("/r"), on: .example(1), requests: 3) { found += 1 }
        }
        #expect(found == 3)
        let error = await #expect(throws: GlobusError.self) { try await shape(Played { _ in [.directory("x")] }, requests: 1000) }
        #expect(error?.code == .endless)
        #expect("\(try #require(error))".contains("is deeper than 256 levels at /r/x/x"))
    }

    @Test(arguments: ["..", ".", "", "a/b", "/etc"])
    func `a name that leads elsewhere is given and not followed`(name: String) async throws {
        let played = Played { _ in [.directory(name), .file("b")] }
        #expect(try await shape(played) == ["/r", "/r/b"])
        #expect(played.asked.withLock { $0 } == ["/r/"])
    }

    @Test func `a directory that has gone ends the walk`() async throws {
        let played = Played { $0 == "/r/a/" ? nil : Self.files[$0] }
        let error = await #expect(throws: GlobusError.self) { try await shape(played) }
        #expect(error?.code == .notFound)
    }
}
