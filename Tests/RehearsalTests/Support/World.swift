import Foundation
import Globus
import TestSupport
import Testing

@testable import Rehearsal

/// A stand-in with two collections in a temporary directory, and a client that is logged in.
struct World: Sendable {
    static let archer = "3e90d018-0d05-461a-bbaf-aab605283d21"
    static let jasmin = "a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"

    let directory: String
    let standIn: StandIn
    let secret: String
    var client: WireClient

    /// Runs `body` with a fresh world, and clears it away afterwards.
    static func with(
        _ change: (inout StandInConfiguration) throws -> Void = { _ in }, _ body: (World) async throws -> Void
    ) async throws {
        try await Turns.standIns.pass { try await withoutTurn(change, body) }
    }

    private static func withoutTurn(
        _ change: (inout StandInConfiguration) throws -> Void, _ body: (World) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/rehearsal-" + UUID().uuidString
        for name in ["archer2", "jasmin"] {
            try FileManager.default.createDirectory(atPath: "\(directory)/\(name)", withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var configuration = StandInConfiguration(collections: [
            StandInCollection(id: try #require(CollectionID(archer)), displayName: "Archer2 file systems", root: "\(directory)/archer2"),
            StandInCollection(
                id: try #require(CollectionID(jasmin)), displayName: "JASMIN Default Collection", root: "\(directory)/jasmin"),
        ])
        configuration.backOff = StandInBackOff(first: .milliseconds(10), limit: .milliseconds(20))
        try change(&configuration)
        let standIn = try await StandIn.start(configuration)
        let secret = configuration.clientSecret.withSecret { $0 }
        var world = World(directory: directory, standIn: standIn, secret: secret, client: WireClient(standIn))
        world.client.token = try await world.newToken()
        do {
            try await body(world)
        } catch {
            await standIn.stop()
            throw error
        }
        await standIn.stop()
    }

    func tokens(_ scope: String) async throws -> WireReply {
        try await client.form("/v2/oauth2/token", "grant_type=client_credentials&scope=\(encoded(scope))", basic: (clientID, secret))
    }

    var clientID: String { standIn.environment.first { $0.name == "GLOBUS_CLI_CLIENT_ID" }?.value ?? "" }

    func newToken(_ scope: String = ScopeList.transfer) async throws -> String? { try await tokens(scope)["access_token"].string }

    // MARK: Files

    /// Writes a file of a collection, by its directory's name and its path.
    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: "\(directory)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: "\(directory)/\(path)").map { String(decoding: $0, as: UTF8.self) }
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(directory)/\(path)") }

    func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(directory)/\(path)", withDestinationPath: target)
    }

    // MARK: Tasks

    static func item(_ source: String, _ destination: String, recursive: Bool? = nil, _ more: [String: JSONValue] = [:]) -> JSONValue {
        var fields: [String: JSONValue] = [
            "DATA_TYPE": "transfer_item", "source_path": .string(source), "destination_path": .string(destination),
        ]
        if let recursive { fields["recursive"] = .bool(recursive) }
        return .object(fields.merging(more) { _, last in last })
    }

    func submissionID() async throws -> String { try await client.get("/v0.10/submission_id")["value"].string ?? "" }

    func document(_ items: [JSONValue], id: String? = nil, _ more: [String: JSONValue] = [:]) async throws -> JSONValue {
        let id = if let id { id } else { try await submissionID() }
        let fields: [String: JSONValue] = [
            "DATA_TYPE": "transfer", "submission_id": .string(id), "source_endpoint": .string(World.archer),
            "destination_endpoint": .string(World.jasmin), "DATA": .array(items),
        ]
        return .object(fields.merging(more) { _, last in last })
    }

    /// - Returns: the id of the accepted task.
    func submit(_ items: [JSONValue], _ more: [String: JSONValue] = [:]) async throws -> String {
        let reply = try await client.post("/v0.10/transfer", try await document(items, more))
        try #require(reply.code == "Accepted", "\(reply.json)")
        return try #require(reply["task_id"].string)
    }

    func task(_ id: String) async throws -> WireReply { try await client.get("/v0.10/task/\(id)") }

    /// Asks for the task until `condition` holds.
    @discardableResult
    func wait(_ id: String, until condition: (WireReply) -> Bool) async throws -> WireReply {
        for _ in 0..<4000 {
            let task = try await task(id)
            if condition(task) { return task }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw WireClient.Failure(text: "the task did not come so far: \(try await task(id).json)")
    }

    @discardableResult
    func ended(_ id: String) async throws -> WireReply {
        try await wait(id) { ["SUCCEEDED", "FAILED"].contains($0["status"].string) }
    }

    @discardableResult
    func transfer(_ items: [JSONValue], _ more: [String: JSONValue] = [:]) async throws -> WireReply {
        try await ended(try await submit(items, more))
    }
}

func encoded(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text }
