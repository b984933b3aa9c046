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
        changed.label = try TaskLabel("another")
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

    @Test(arguments: [
        ("", #""" cannot be a label; give at least one character"#),
        (" a", #"" a" cannot be a label; leave out the blanks at its ends"#),
        ("a ", #""a " cannot be a label; leave out the blanks at its ends"#),
        ("a\nb", #""a\nb" cannot be a label; leave out line ends and control characters"#),
        ("a\r\nb", #""a\r\nb" cannot be a label; leave out line ends and control characters"#),
        ("a\u{0}b", #""a\0b" cannot be a label; leave out line ends and control characters"#),
        (
            String(repeating: "x", count: 129),
            #""\#(String(repeating: "x", count: 40))…" cannot be a label; give at most 128 characters, not 129"#
        ),
    ])
    func `a label that the service would refuse is not dropped`(text: String, message: String) {
        let error = #expect(throws: GlobusError.self) { try TaskLabel(text) }
        #expect(error?.code == .invalid)
        #expect(error?.message == message)
    }

    @Test func `a label may be as long as the service takes`() throws {
        var request = try request()
        request.label = try TaskLabel(String(repeating: "é", count: 128))
        #expect(request.label?.description.count == 128)
    }

    @Test(arguments: [
        ("MD5", "", "'' is no checksum; give an even number of hexadecimal digits"),
        ("MD5", "abc", "'abc' is no checksum; give an even number of hexadecimal digits"),
        ("MD5", "xy", "'xy' is no checksum; give an even number of hexadecimal digits"),
        ("", "abcd", "the checksum 'abcd' has no algorithm; name it: MD5, SHA1, SHA256 or SHA512"),
    ])
    func `a checksum that is none is not dropped`(algorithm: String, text: String, message: String) {
        let error = #expect(throws: GlobusError.self) { try TransferRequest.Checksum(algorithm, text) }
        #expect(error?.code == .invalid)
        #expect(error?.message == message)
    }

    private func body(_ script: ScriptedTransport) throws -> [String: JSONValue] {
        try JSONDecoder().decode(JSONValue.self, from: #require(script.requests.last?.body?.data)).object ?? [:]
    }

    @Test func `e-mails are sent only where they are asked for`() async throws {
        let script = ScriptedTransport(Self.id, Self.accepted, Self.other, Self.accepted)
        let client = client(script)
        var transfer = try request()
        #expect(transfer.notifications == .all)
        transfer.notifications = .failed
        _ = try await client.submit(transfer)
        #expect(try body(script)["notify_on_succeeded"] == false)
        #expect(try body(script)["notify_on_failed"] == true)
        #expect(try body(script)["notify_on_inactive"] == false)

        var deletion = DeletionRequest(on: .null)
        deletion.add(try CollectionPath("/a"))
        deletion.notifications = .none
        #expect(deletion.notifications == [])
        _ = try await client.submit(deletion)
        for name in ["succeeded", "failed", "inactive"] { #expect(try body(script)["notify_on_\(name)"] == false) }
    }

    @Test func `what is not said of e-mails is left to the service`() async throws {
        let script = ScriptedTransport(Self.id, Self.accepted)
        var transfer = try request()
        transfer.notifications = .none
        transfer.notifications = .all
        _ = try await client(script).submit(transfer)
        #expect(try body(script).keys.allSatisfy { !$0.hasPrefix("notify") })
    }
}
