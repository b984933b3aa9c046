import Foundation
import Globus
import GlobusTesting
import Testing

/// Lists that come in pages, as one sequence.
struct PagesTests {
    private let collection = CollectionID.null
    private static let task = TaskID.example(1)

    private func client(_ script: ScriptedTransport, _ clock: SteppedTimekeeper = SteppedTimekeeper()) -> GlobusClient {
        GlobusClient(
            login: .token(AccessToken("mine")), configuration: .init(), transport: script, clock: clock)
    }

    private func names(_ range: Range<Int>) -> String { range.map { #"{"name":"f\#($0)","type":"file"}"# }.joined(separator: ",") }

    @Test func `a listing is read until the service has no more, and what comes again is given once`() async throws {
        let script = ScriptedTransport(
            .answer(200, "{\"DATA\":[\(names(0..<3))],\"total\":5}"), .answer(200, "{\"DATA\":[\(names(2..<5))],\"total\":5}"))
        let found = try await client(script).entries(of: CollectionPath("/a"), on: collection, hidden: false).all()
        #expect(found.map(\.name) == ["f0", "f1", "f2", "f3", "f4"])
        #expect(script.requests.map { $0.url.query.first { $0.name == "offset" }?.value } == ["0", "3"])
        #expect(script.requests.allSatisfy { $0.url.query.contains(.init("show_hidden", "0")) })
    }

    @Test func `a listing that is shorter than it says is an error after what there was`() async throws {
        let script = ScriptedTransport(.answer(200, "{\"DATA\":[\(names(0..<3))],\"total\":5}"), .answer(200, #"{"DATA":[],"total":5}"#))
        var found: [String] = []
        await #expect(throws: GlobusError.endless(directory: "/a", reason: "has 5 entries, and returned 3")) {
            for try await entry in try client(script).entries(of: CollectionPath("/a"), on: collection) { found.append(entry.name) }
        }
        #expect(found == ["f0", "f1", "f2"])
    }

    @Test func `the same page again is an error`() async throws {
        let page = "{\"DATA\":[\(names(0..<3))],\"total\":9}"
        let script = ScriptedTransport(.answer(200, page), .answer(200, page))
        await #expect(throws: GlobusError.endless(directory: "/a", reason: "repeats entries, after 3")) {
            try await client(script).entries(of: CollectionPath("/a"), on: collection).all()
        }
    }

    @Test func `whoever leaves early asks for no further page`() async throws {
        let script = ScriptedTransport(.answer(200, "{\"DATA\":[\(names(0..<3))],\"total\":9}"))
        for try await _ in try client(script).entries(of: CollectionPath("/a"), on: collection) { break }
        #expect(script.requests.count == 1)
    }

    @Test func `a marker that does not rise is an error`() async throws {
        let script = ScriptedTransport(
            .answer(200, #"{"DATA":[{"source_path":"/a"}],"next_marker":7}"#),
            .answer(200, #"{"DATA":[{"source_path":"/b"}],"next_marker":7}"#))
        var found: [String?] = []
        let error = await #expect(throws: GlobusError.self) {
            for try await file in client(script).sentFiles(of: Self.task) { found.append(file.sourcePath) }
        }
        #expect(found == ["/a"])
        #expect("\(try #require(error))".contains("leads back to its marker 7"))
    }

    @Test func `tasks beyond a thousand are asked for by their time`() async throws {
        func tasks(_ range: Range<Int>) -> String {
            let all = range.map { #"{"task_id":"\#(TaskID.example($0))","status":"ACTIVE","request_time":"\#(Self.time($0))"}"# }
            return "{\"DATA\":[\(all.joined(separator: ","))],\"total\":\(range.count)}"
        }
        let script = ScriptedTransport(.answer(200, tasks(0..<1000)), .answer(200, tasks(999..<1400)))
        var filter = TaskFilter()
        filter.statuses = [.active]
        let found = try await client(script).tasks(filter).all()
        #expect(found.map(\.id) == (0..<1400).map { TaskID.example($0) })
        #expect(
            script.requests.map { $0.url.query.first?.value } == [
                "status:ACTIVE", "status:ACTIVE/request_time:,\(Self.time(999).prefix(19))",
            ])
    }

    private static func time(_ number: Int) -> String { Timestamp(secondsSince1970: 1_700_000_000 - Int64(number)).wire }

    @Test func `more than a thousand tasks of one second are an error, not a shorter list`() async throws {
        let all = (0..<1000).map { #"{"task_id":"\#(TaskID.example($0))","request_time":"2026-01-01 00:00:00+00:00"}"# }.joined(
            separator: ",")
        let page = "{\"DATA\":[\(all)]}"
        let script = ScriptedTransport(.answer(200, page), .answer(200, page))
        await #expect(throws: GlobusError.self) { try await client(script).tasks().all() }
    }

    @Test func `a label that a filter cannot hold is refused before anything is sent`() async throws {
        var filter = TaskFilter()
        filter.label = "a/b"
        await #expect(throws: GlobusError.self) { try await client(ScriptedTransport()).tasks(filter).all() }
    }

    @Test func `a task is followed until it has ended`() async throws {
        let clock = SteppedTimekeeper()
        let script = ScriptedTransport(
            .answer(200, #"{"task_id":"\#(Self.task)","status":"ACTIVE"}"#),
            .answer(200, #"{"task_id":"\#(Self.task)","status":"INACTIVE"}"#),
            .answer(200, #"{"task_id":"\#(Self.task)","status":"NEW WORD"}"#),
            .answer(200, #"{"task_id":"\#(Self.task)","status":"FAILED"}"#))
        let seen = try await client(script, clock).updates(of: Self.task, every: .seconds(60)).all()
        #expect(seen.map(\.status.description) == ["ACTIVE", "INACTIVE", "NEW WORD", "FAILED"])
        #expect(clock.elapsed == .seconds(180))
    }

    @Test func `a task without a status is an error, not an endless wait`() async throws {
        let script = ScriptedTransport(.answer(200, #"{"task_id":"\#(Self.task)"}"#))
        await #expect(throws: GlobusError.unreadableReply(request: "GET /v0.10/task/\(Self.task)", detail: "status is missing")) {
            try await client(script).updates(of: Self.task).all()
        }
    }

    @Test func `a task without an id is an error that names what is missing`() async throws {
        for (id, detail) in [("null", "task_id is missing"), ("\"x\"", "task_id: 'x' is not a UUID")] {
            let script = ScriptedTransport(.answer(200, #"{"task_id":\#(id),"status":"ACTIVE"}"#))
            await #expect(throws: GlobusError.unreadableReply(request: "GET /v0.10/task/\(Self.task)", detail: detail)) {
                var configuration = GlobusClient.Configuration()
                configuration.retry = RetryPolicy(budget: .zero)
                let client = GlobusClient(
                    login: .token(AccessToken("mine")), configuration: configuration, transport: script, clock: SteppedTimekeeper())
                return try await client.task(Self.task)
            }
        }
    }

    // MARK: odd entries

    @Test func `an odd entry of a listing neither fails it nor vanishes`() async throws {
        let page = #"""
            {"DATA":[7,{"name":"a","type":"file","size":1},{"type":"file"},{"name":"b","type":"wormhole"},{"name":"c","type":"file","size":"x"}],
            "total":5}
            """#
        let found = try await client(ScriptedTransport(.answer(200, page))).entries(of: CollectionPath("/a"), on: collection).all()
        #expect(found.map(\.name) == ["", "a", "", "b", "c"])
        #expect(found.map(\.isFile) == [false, true, false, false, false])
        #expect(found.allSatisfy { !$0.isDirectory })
        #expect(found[3].type == "wormhole")
    }

    @Test func `an odd task, event or sent file fails no list`() async throws {
        let tasks = ScriptedTransport(.answer(200, #"{"DATA":[7,{"status":"ODD"},null]}"#))
        let found = try await client(tasks).tasks().all()
        #expect(found.map(\.status.description) == ["", "ODD", ""])
        #expect(found.map(\.id) == [.null, .null, .null])
        let events = ScriptedTransport(.answer(200, #"{"DATA":["x",{"code":5,"description":"d"},{"code":"NEW"}]}"#))
        let seen = try await client(events).events(of: Self.task).all()
        #expect(seen.map(\.code) == [nil, nil, "NEW"])
        #expect(seen.map(\.description) == [nil, "d", nil])
        let sent = ScriptedTransport(.answer(200, #"{"DATA":[7,{"destination_path":"/b","size":"x"}],"next_marker":null}"#))
        let files = try await client(sent).sentFiles(of: Self.task).all()
        #expect(files.map(\.destinationPath) == [nil, "/b"])
        #expect(files.map(\.size) == [nil, nil])
    }
}
