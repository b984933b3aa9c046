import Copying
import Foundation
import Globus
import GlobusTesting
import Testing

/// The program with the simulator in the place of Globus: no network, and files really move.
struct CopyingTests {
    private let source = Directory("3e90d018-0d05-461a-bbaf-aab605283d21:/results")!
    private let destination = Directory("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0:/archive")!
    private let root: URL
    private let globus: GlobusSimulator
    private let client: GlobusClient

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        for folder in ["here/results", "there"] {
            try FileManager.default.createDirectory(at: root.appending(path: folder), withIntermediateDirectories: true)
        }
        try Data("a scan".utf8).write(to: root.appending(path: "here/results/a.h5"))
        globus = GlobusSimulator([
            .init(source.collection, "here", root: root.path + "/here"), .init(destination.collection, "there", root: root.path + "/there"),
        ])
        client = GlobusClient(
            login: .serviceAccount(id: globus.account.id, secret: globus.account.secret), configuration: GlobusClient.Configuration(),
            transport: globus.transport, clock: SteppedTimekeeper())
    }

    @Test func `a directory is listed, sent and followed`() async throws {
        var shown: [String] = []
        let task = try await copy(source, to: destination, with: client) { shown.append($0) }
        #expect(task?.status == .succeeded)
        #expect(shown.first == "a.h5  6 bytes")
        #expect(try String(contentsOf: root.appending(path: "there/archive/a.h5"), encoding: .utf8) == "a scan")
    }

    @Test func `an answer that was lost makes no second task`() async throws {
        await globus.setFaults([.lostAnswer(to: .submit)])
        _ = try await copy(source, to: destination, with: client) { _ in }
        #expect(await globus.tasks.count == 1)
    }

    @Test func `a task that fails is returned as it ended`() async throws {
        await globus.setFaults([.failure(code: "PERMISSION_DENIED")])
        #expect(try await copy(source, to: destination, with: client) { _ in }?.status == .failed)
    }
}
