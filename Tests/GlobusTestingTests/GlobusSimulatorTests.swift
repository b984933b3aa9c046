import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

/// The simulator within the process: the client's own calls, no socket.
struct GlobusSimulatorTests {
    private let directory: TemporaryDirectory
    private let globus: GlobusSimulator
    private let client: TransferClient
    private let here = CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21")!
    private let archive = CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0")!

    init() throws {
        directory = try TemporaryDirectory()
        for name in ["here", "archive"] {
            try FileManager.default.createDirectory(atPath: "\(directory.path)/\(name)", withIntermediateDirectories: true)
        }
        try Data("model output".utf8).write(to: URL(filePath: "\(directory.path)/here/a.pp"))
        globus = GlobusSimulator([
            .init(here, "here", root: "\(directory.path)/here"), .init(archive, "archive", root: "\(directory.path)/archive"),
        ])
        let transport = globus.transport
        let auth = try ServiceURL(base: "https://auth.globus.org")
        let login = ClientCredentials(id: globus.account.id, secret: globus.account.secret, auth: auth, transport: transport)
        client = TransferClient(base: try ServiceURL(base: "https://transfer.api.globus.org"), transport: transport, tokens: login)
    }

    private func submitted() async throws -> TaskID {
        var document = TransferDocument(
            from: here, to: archive, items: [TransferItem(sourcePath: "/a.pp", destinationPath: "/b/a.pp", recursive: false)])
        document.submissionID = try await client.newSubmissionID()
        return try #require(try await client.submit(.bytes(document.encoded())).taskID)
    }

    private func ended(_ task: TaskID) async throws -> TransferTask {
        while true {
            let document = try await client.task(task)
            if document.status.hasEnded { return document }
            await Task.yield()
        }
    }

    @Test func `files really move, and no port is opened`() async throws {
        let end = try await ended(submitted())
        #expect(end.status == .succeeded)
        #expect(try String(contentsOfFile: "\(directory.path)/archive/b/a.pp", encoding: .utf8) == "model output")
        #expect(globus.requests.first?.path == "/v2/oauth2/token")
        #expect(await globus.tasks.count == 1)
    }

    @Test func `faults are those that were set, and end`() async throws {
        await globus.setFaults([.refusal(of: .submissionID, status: 503), .failure(code: "PERMISSION_DENIED")])
        await #expect(throws: GlobusError.self) { try await client.newSubmissionID() }
        let end = try await ended(submitted())
        #expect(end.status == .failed)
        #expect(end.fatalError?.code == "PERMISSION_DENIED")
    }

    @Test func `a lost answer leaves the task at work`() async throws {
        await globus.setFaults([.lostAnswer(to: .submit)])
        await #expect(throws: GlobusError.self) { try await submitted() }
        #expect(await globus.tasks.count == 1)
    }

    @Test func `a task is paused until it is resumed`() async throws {
        await globus.setFaults([.pause(message: "maintenance")])
        let task = try await submitted()
        while try await !client.task(task).isPaused { await Task.yield() }
        #expect(await globus.resume(task))
        #expect(try await ended(task).status == .succeeded)
    }

    @Test func `other processes reach it once it serves`() async throws {
        let environment = try await globus.serve()
        let address = try #require(environment["GLOBUS_SDK_SERVICE_URL_TRANSFER"])
        #expect(address.hasPrefix("http://127.0.0.1:"))
        #expect(environment["GLOBUS_CLI_CLIENT_ID"] == globus.account.id)
        await globus.stop()
    }
}

struct ScriptedTransportTests {
    @Test func `a request too many is refused and kept`() async throws {
        let transport = ScriptedTransport(.answer(200), .refusal(404, code: "ClientError.NotFound"))
        let request = HTTPRequest(.get, try ServiceURL(base: "https://transfer.api.globus.org").appending("/v0.10/task/x"))
        #expect(try await transport.send(request).status == 200)
        #expect(try await transport.send(request).status == 404)
        await #expect(throws: TransportError.self) { try await transport.send(request) }
        #expect(transport.requests.count == 3)
        #expect(transport.unexpected.map(\.url.path) == ["/v0.10/task/x"])
        #expect(transport.answersLeft == 0)
    }
}
