import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct SubmissionTests {
    @Test func `a submission id runs its first document, however often it is sent`() async throws {
        try await World.with { world in
            try world.write("archer2/a", "one")
            try world.write("archer2/b", "two")
            let id = try await world.submissionID()
            let first = try await world.client.post("/v0.10/transfer", try await world.document([World.item("/a", "/x")], id: id))
            #expect(first.status == 202)
            #expect(first["DATA_TYPE"] == "transfer_result")
            #expect(first.code == "Accepted")
            let task = try #require(first["task_id"].string)
            let again = try await world.client.post("/v0.10/transfer", try await world.document([World.item("/b", "/y")], id: id))
            #expect(again.status == 200)
            #expect(again.code == "Duplicate")
            #expect(again["task_id"].string == task)
            #expect(again["submission_id"].string == id)
            try await world.ended(task)
            #expect(
                try await world.client.post("/v0.10/transfer", try await world.document([World.item("/a", "/x")], id: id)).code
                    == "Duplicate")
            #expect(world.text("jasmin/x") == "one")
            #expect(!world.exists("jasmin/y"))
        }
    }

    @Test func `copies of one submission at the same moment become one task`() async throws {
        try await World.with { world in
            try world.write("archer2/a", "one")
            let document = try await world.document([World.item("/a", "/x")])
            let replies = try await withThrowingTaskGroup(of: WireReply.self) { group in
                for _ in 0..<8 { group.addTask { try await world.client.post("/v0.10/transfer", document) } }
                return try await group.reduce(into: [WireReply]()) { $0.append($1) }
            }
            #expect(Set(replies.compactMap { $0["task_id"].string }).count == 1)
            #expect(replies.count { $0.code == "Accepted" } == 1)
            #expect(replies.count { $0.code == "Duplicate" } == 7)
        }
    }

    @Test func `an id that was never issued is refused`() async throws {
        try await World.with { world in
            let reply = try await world.client.post(
                "/v0.10/transfer", try await world.document([World.item("/a", "/x")], id: RandomText.uuid()))
            #expect(reply.status == 400)
            #expect(reply.code == "ClientError.BadRequest")
        }
    }

    @Test func `a refused document leaves its id unused`() async throws {
        try await World.with { world in
            let id = try await world.submissionID()
            let empty = try await world.client.post("/v0.10/transfer", try await world.document([], id: id))
            #expect(empty.status == 400)
            #expect(empty.code == "ClientError.BadRequest.NoTransferItems")
            #expect(
                try await world.client.post("/v0.10/transfer", try await world.document([World.item("/a", "/x")], id: id)).code
                    == "Accepted")
        }
    }

    @Test(
        arguments: [
            ["label": ""], ["label": " edge"], ["label": "two\nlines"], ["label": .string(String(repeating: "x", count: 129))],
            ["deadline": "soon"], ["sync_level": 4], ["verify_checksum": "yes"], ["DATA_TYPE": "delete"], ["recursive_symlinks": "eat"],
            ["filter_rules": [["DATA_TYPE": "filter_rule", "method": "maybe", "name": "x"]]],
            ["DATA": [["DATA_TYPE": "transfer_item", "source_path": "/a"]]], ["DATA": [World.item("a", "/x")]],
            ["DATA": [World.item("/a", "")]],
            ["DATA": [World.item("/a", "/x", recursive: true, ["external_checksum": "d41d8cd98f00b204e9800998ecf8427e"])]],
            ["DATA": [World.item("/a", "/x", ["external_checksum": "short"])]],
            ["DATA": [World.item("/a", "/x", ["checksum_algorithm": "CRC0"])]],
            ["DATA": [["DATA_TYPE": "transfer_symlink_item", "source_path": "/a", "destination_path": "/b"]]], ["submission_id": nil],
        ] as [[String: JSONValue]])
    func `a document with a mistake is refused`(change: [String: JSONValue]) async throws {
        try await World.with { world in
            let reply = try await world.client.post("/v0.10/transfer", try await world.document([World.item("/a", "/x")], change))
            #expect(reply.status == 400, "\(reply.json)")
            #expect(reply.code?.hasPrefix("ClientError.BadRequest") == true)
        }
    }

    @Test func `a label of 128 characters is taken`() async throws {
        try await World.with { world in
            let label = String(repeating: "é", count: 128)
            let task = try await world.submit([World.item("/a", "/x")], ["label": .string(label)])
            #expect(try await world.task(task)["label"].string == label)
        }
    }

    @Test func `an unknown collection is not found`() async throws {
        try await World.with { world in
            let unknown = "00000000-0000-0000-0000-000000000000"
            let document = try await world.document([World.item("/a", "/x")], ["source_endpoint": .string(unknown)])
            let reply = try await world.client.post("/v0.10/transfer", document)
            #expect(reply.status == 404)
            #expect(reply["message"].string == "No such endpoint '\(unknown)'")
        }
    }

    @Test func `the paths of a live task are not taken twice, unless one of them differs`() async throws {
        try await World.with { world in
            // The source is missing, so the task lives on.
            let task = try await world.submit([World.item("/missing", "/x"), World.item("/other", "/y")])
            let conflict = try await world.client.post("/v0.10/transfer", try await world.document([World.item("/missing/", "//x")]))
            #expect(conflict.status == 409)
            #expect(conflict.code == "Conflict")
            #expect(conflict["message"] == "A transfer with identical paths has not yet completed")
            #expect(conflict["task_id"] == .null)
            _ = try await world.submit([World.item("/missing", "/z")])
            _ = try await world.client.post("/v0.10/task/\(task)/cancel")
            _ = try await world.submit([World.item("/missing", "/x")])
        }
    }

    @Test func `beyond three at once tasks are queued, and beyond the limit refused`() async throws {
        try await World.with({ configuration in
            configuration.rate = 1000
            configuration.pendingTaskLimit = 2
        }) { world in
            try world.write("archer2/big", Array(repeating: 7, count: 1_000_000))
            var tasks: [String] = []
            for number in 0..<5 { tasks.append(try await world.submit([World.item("/big", "/copy\(number)")])) }
            for task in tasks[..<3] { try await world.wait(task) { $0["nice_status"] == "OK" && $0["bytes_transferred"].int ?? 0 > 0 } }
            let queued = try await world.task(tasks[4])
            #expect(queued["status"] == "ACTIVE")
            #expect(queued["nice_status"] == "Queued")
            #expect(queued["is_ok"] == true)
            let refused = try await world.client.post("/v0.10/transfer", try await world.document([World.item("/big", "/more")]))
            #expect(refused.status == 409)
            #expect(refused.code == "ClientError.Conflict.TooManyPendingJobs")
            #expect(try await world.client.post("/v0.10/task/\(tasks[0])/cancel").code == "Canceled")
            try await world.wait(tasks[3]) { $0["nice_status"] == "OK" }
            #expect(try await world.task(tasks[4])["nice_status"] == "Queued")
        }
    }

    @Test func `a document of many items is taken whole`() async throws {
        try await World.with { world in
            let items = (0..<10_000).map {
                World.item("/missing/\(String(repeating: "d", count: 100))/\($0)", "/there/\($0)", recursive: false)
            }
            let task = try await world.submit(items)
            try await world.wait(task) { $0["subtasks_total"] == 10_001 }
            #expect(try await world.client.post("/v0.10/task/\(task)/cancel").code == "Canceled")
            #expect(try await world.task(task)["subtasks_canceled"] == 10_001)
        }
    }
}
