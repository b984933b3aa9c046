import Foundation
import Globus
import GlobusTesting
import Testing

/// Submissions that cannot start anything twice.
struct SubmissionTests {
    private func client(_ script: ScriptedTransport) -> GlobusClient {
        var configuration = GlobusClient.Configuration()
        configuration.retry = RetryPolicy(budget: .zero)
        return GlobusClient(
            login: .token(AccessToken("mine")), configuration: configuration, transport: script, clock: SteppedTimekeeper())
    }

    private func request(_ submission: SubmissionID? = nil) throws -> TransferRequest {
        var request = TransferRequest(from: .null, to: .null, submission: submission)
        request.add(try CollectionPath("/a"), to: try CollectionPath("/b"))
        return request
    }

    private static let id = Result<HTTPResponse, TransportError>.answer(200, #"{"value":"00000000-0000-4000-b000-000000000001"}"#)
    private static let other = Result<HTTPResponse, TransportError>.answer(200, #"{"value":"00000000-0000-4000-b000-000000000002"}"#)
    private static let accepted = Result<HTTPResponse, TransportError>.answer(
        202, #"{"code":"Accepted","task_id":"00000000-0000-4000-a000-000000000001"}"#)
    private static let duplicate = Result<HTTPResponse, TransportError>.answer(
        200, #"{"code":"Duplicate","task_id":"00000000-0000-4000-a000-000000000001"}"#)

    private func submissions(_ script: ScriptedTransport) -> [SubmissionID?] {
        script.requests.filter { $0.method == .post }.map { request in
            (try? JSONDecoder().decode(JSONValue.self, from: request.body?.data ?? Data()))?.object?["submission_id"]?.string.flatMap {
                SubmissionID($0)
            }
        }
    }

    @Test func `after an answer that was lost the same value starts nothing again`() async throws {
        let script = ScriptedTransport(Self.id, .failure(.interrupted(host: "h", detail: "d")), Self.duplicate)
        let (client, request) = (client(script), try request())
        await #expect(throws: GlobusError.self) { try await client.submit(request) }
        #expect(request.submission == .example(1))
        let submitted = try await client.submit(request)
        #expect(submitted.task == .example(1))
        #expect(submitted.isDuplicate)
        #expect(submissions(script) == [.example(1), .example(1)])
    }

    @Test func `a copy is the same submission until it is changed`() async throws {
        let script = ScriptedTransport(Self.id, Self.accepted, Self.duplicate, Self.other, Self.accepted)
        let client = client(script)
        let first = try request()
        let same = first
        var changed = first
        changed.label = TaskLabel("another")
        for request in [first, same, changed] { _ = try await client.submit(request) }
        #expect(submissions(script) == [.example(1), .example(1), .example(2)])
    }

    @Test func `what was submitted and then changed is another submission`() async throws {
        let script = ScriptedTransport(Self.id, Self.accepted, Self.other, Self.accepted)
        let client = client(script)
        var request = try request()
        _ = try await client.submit(request)
        request.add(try CollectionPath("/c"), to: try CollectionPath("/d"))
        _ = try await client.submit(request)
        #expect(submissions(script) == [.example(1), .example(2)])
    }

    @Test func `an id that was written down before is used`() async throws {
        let script = ScriptedTransport(Self.accepted)
        let submitted = try await client(script).submit(try request(.example(9)))
        #expect(submitted.submission == .example(9))
        #expect(submissions(script) == [.example(9)])
    }

    @Test func `a deletion has an id of its own, and nothing to delete is not sent`() async throws {
        let script = ScriptedTransport(Self.id, Self.accepted)
        let client = client(script)
        var request = DeletionRequest(on: .null)
        let empty = request
        await #expect(throws: GlobusError.self) { try await client.submit(empty) }
        #expect(script.requests.isEmpty)
        request.add(try CollectionPath("/a"))
        request.isRecursive = true
        #expect(try await client.submit(request).submission == .example(1))
        #expect(submissions(script) == [.example(1)])
    }

    @Test func `what cancels a task that has ended says how`() async throws {
        let script = ScriptedTransport(
            .answer(200, #"{"code":"TaskComplete"}"#), .answer(200, #"{"task_id":"\#(TaskID.example(1))","status":"SUCCEEDED"}"#))
        guard case .alreadyEnded(let task) = try await client(script).cancel(.example(1)) else {
            Issue.record("it is still at work")
            return
        }
        #expect(task.status == .succeeded)
    }

    @Test(arguments: ["", " a", "a ", "a\nb", "a\r\nb", String(repeating: "x", count: 129), "a\u{0}b"])
    func `a label that the service would refuse cannot be made`(text: String) { #expect(TaskLabel(text) == nil) }

    @Test func `a label may be as long as the service takes`() { #expect(TaskLabel(String(repeating: "é", count: 128)) != nil) }

    @Test(arguments: ["", "abc", "xy"])
    func `a checksum is hexadecimal`(text: String) { #expect(TransferRequest.Checksum("MD5", text) == nil) }
}
