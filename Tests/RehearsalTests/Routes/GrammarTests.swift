import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct GrammarTests {
    private static let tasks: [TransferTask] = [
        TransferTask(fields: [
            "task_id": "1", "status": "ACTIVE", "type": "TRANSFER", "label": "pp u-ab123 atmos",
            "request_time": "2026-03-01T00:00:00+00:00",
        ]),
        TransferTask(fields: [
            "task_id": "2", "status": "SUCCEEDED", "type": "TRANSFER", "label": "pp u-AB124 ocean",
            "request_time": "2026-03-02T00:00:00+00:00",
            "completion_time": "2026-03-02T01:00:00+00:00",
        ]),
        TransferTask(fields: [
            "task_id": "3", "status": "FAILED", "type": "DELETE", "label": nil, "request_time": "2026-03-03T00:00:00+00:00",
            "completion_time": "2026-03-03T01:00:00+00:00",
        ]),
    ]

    @Test(arguments: [
        ("", "123"), ("status:ACTIVE", "1"), ("status:ACTIVE,FAILED", "13"), ("type:TRANSFER/status:SUCCEEDED", "2"), ("task_id:3,1", "13"),
        ("label:=pp u-ab123 atmos", "1"), ("label:pp u-ab123 atmos", "1"), ("label:~pp u-ab*", "12"), ("label:!~*ocean", "13"),
        ("label:!pp u-ab123 atmos", "23"), ("label:!=pp u-ab123 atmos", "23"), ("label:~*atmos,~*ocean", "12"), ("label:~*?*", ""),
        ("label:~pp*,!~*ocean", "1"), ("label:!~*ocean,!~*atmos", "3"),
        ("request_time:2026-03-02 00:00:00", "23"), ("request_time:2026-03-01 12:00:00,2026-03-02 12:00:00", "2"),
        ("request_time:,2026-03-01 12:00:00", "1"), ("completion_time:2026-03-01,", "23"),
    ])
    func `a task list's filter keeps what it names`(filter: String, ids: String) throws {
        let parsed = try TaskFilter(filter)
        #expect(GrammarTests.tasks.filter(parsed.matches).compactMap { $0["task_id"].string }.joined() == ids)
    }

    @Test(arguments: ["status", "colour:red", "request_time:soon", "request_time:,,"])
    func `a task list's filter that makes no sense is refused`(filter: String) {
        #expect(throws: Refusal.self) { try TaskFilter(filter) }
    }

    @Test(arguments: [("request_time DESC", "321"), ("type,request_time desc", "321"), ("label ASC", "321"), ("status", "132")])
    func `an order can have several keys`(order: String, ids: String) throws {
        let sorted = try Ordering(order).sorted(GrammarTests.tasks) { $0[$1] }
        #expect(sorted.compactMap { $0["task_id"].string }.joined() == ids)
    }

    @Test func `an order that makes no sense is refused`() {
        #expect(throws: Refusal.self) { try Ordering("name SIDEWAYS") }
    }

    @Test func `the first filter rule that matches decides`() {
        let rules = FilterRules([
            FilterRule(.include, "keep*.tmp", type: .file), FilterRule(.exclude, "*.tmp", type: .file),
            FilterRule(.exclude, "old", type: .dir),
            FilterRule(.exclude, "both", type: nil),
        ])
        #expect(rules.includes("keep1.tmp", isDirectory: false))
        #expect(!rules.includes("a.tmp", isDirectory: false))
        #expect(rules.includes("a.tmp", isDirectory: true))
        #expect(rules.includes("a.pp", isDirectory: false))
        #expect(!rules.includes("old", isDirectory: true))
        #expect(rules.includes("old", isDirectory: false))
        #expect(!rules.includes("both", isDirectory: true))
        #expect(!rules.includes("both", isDirectory: false))
    }

    @Test func `without rules everything is included`() {
        #expect(FilterRules(nil).includes("x", isDirectory: false))
    }

    @Test func `a submission id is good for one document`() {
        let ledger = SubmissionLedger()
        let (id, task) = (ledger.issue(), TaskID(UUID()))
        #expect(ledger.standing(of: SubmissionID(UUID())) == .neverIssued)
        #expect(!ledger.reserve(SubmissionID(UUID())))
        #expect(ledger.standing(of: id) == .unused)
        #expect(ledger.reserve(id))
        #expect(!ledger.reserve(id))
        ledger.settle(id, as: nil)
        #expect(ledger.reserve(id))
        ledger.settle(id, as: task)
        #expect(ledger.standing(of: id) == .used(task))
        #expect(!ledger.reserve(id))
    }

    @Test func `scopes are grouped by resource server, and their brackets are consents`() {
        let jasmin = "https://auth.globus.org/scopes/\(World.jasmin)/data_access"
        let list = ScopeList("openid email \(ScopeList.transfer)[*\(jasmin) *https://auth.globus.org/scopes/x/data_access]")
        #expect(list.byServer.map(\.server) == ["auth.globus.org", "transfer.api.globus.org"])
        #expect(list.byServer.map(\.scope) == ["openid email", ScopeList.transfer])
        #expect(list.collections == [World.jasmin, "x"])
        #expect(list.scopes.map(\.dependencies.count) == [0, 0, 2])
        #expect(list.scopes[2].dependencies.map(\.isOptional) == [true, true])
    }

    @Test(arguments: [("a[b[c] d] e", ["a", "b", "c", "d", "e"]), ("a[ *b", ["a", "b"]), ("]a", []), ("[a]b", ["b"]), (" ", [])])
    func `brackets may be nested, and a text that is not in order does no harm`(text: String, names: [String]) {
        #expect(ScopeList(text).names == names)
    }

    @Test func `a back-off doubles up to its limit`() {
        let backOff = StandInBackOff(first: .seconds(1), limit: .seconds(5))
        #expect((1...5).map { backOff.delay(afterFailures: $0) } == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
    }

    @Test func `a person has the same identity at every start, with an id in the usual form`() {
        let identity = Identity.person("a@b.example")
        #expect(identity == .person("a@b.example"))
        #expect(CollectionID(identity.id) != nil)
        #expect(identity.transferName.count == 28)
    }
}
