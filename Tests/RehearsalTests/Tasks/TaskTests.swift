import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct TaskTests {
    @Test func `a finished task tells what it did`() async throws {
        try await World.with { world in
            try world.write("archer2/run/a.pp", "12345")
            try world.write("archer2/run/sub/b.pp", "678")
            let task = try await world.transfer(
                [World.item("/run", "/in/run", recursive: true)], ["label": "one", "verify_checksum": true])
            let expected: [String: JSONValue] = [
                "DATA_TYPE": "task", "type": "TRANSFER", "status": "SUCCEEDED", "label": "one", "files": 2, "directories": 2,
                "files_transferred": 2, "files_skipped": 0, "bytes_transferred": 8, "faults": 0, "subtasks_total": 5,
                "subtasks_succeeded": 5,
                "subtasks_pending": 0, "nice_status": nil, "is_ok": nil, "is_paused": false, "fatal_error": nil, "verify_checksum": true,
                "sync_level": nil, "source_endpoint_id": .string(World.archer), "destination_endpoint_id": .string(World.jasmin),
                "recursive_symlinks": "ignore",
            ]
            for (name, value) in expected { #expect(task[name] == value, "\(name)") }
            #expect(task["completion_time"].string?.contains("T") == true)
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            let sample = try Data(contentsOf: tests.appendingPathComponent("GlobusTests/Samples/task_succeeded.json"))
            let fields = try JSONDecoder().decode(TransferTask.self, from: sample).fields.keys
            #expect(Set(fields).subtracting(task.json.keys).isEmpty)
        }
    }

    @Test func `events are listed newest first, with those that are errors apart`() async throws {
        try await World.with { world in
            let id = try await world.submit([World.item("/late", "/late")])
            try await world.wait(id) { $0["faults"].int ?? 0 > 0 }
            try world.write("archer2/late", "here")
            try await world.ended(id)
            let events = try await world.client.get("/v0.10/task/\(id)/event_list?limit=1000")
            let codes = events.list.compactMap { $0["code"]?.string }
            #expect(codes.first == "SUCCEEDED")
            #expect(codes.dropFirst().first == "PROGRESS")
            #expect(codes.last == "STARTED")
            let errors = try await world.client.get("/v0.10/task/\(id)/event_list?filter=is_error:1&limit=1")
            #expect(errors.list.count == 1)
            #expect(errors["length"] == 1)
            #expect(errors.list[0]["code"] == "FILE_NOT_FOUND")
            #expect(errors.list[0]["is_error"] == true)
            let details = try #require(errors.list[0]["details"]?.string)
            #expect(details.hasPrefix("Error (stat)\nEndpoint: Archer2 file systems"))
            #expect(details.contains("File: /late\n"))
            #expect(details.contains("c=PATH_NOT_FOUND"))
            let rest = try await world.client.get("/v0.10/task/\(id)/event_list?offset=1&limit=2")
            #expect(rest.list.compactMap { $0["code"]?.string }.first == "PROGRESS")
        }
    }

    @Test func `sent files are listed page by page`() async throws {
        try await World.with({ $0.markerPageSize = 2 }) { world in
            for number in 1...5 { try world.write("archer2/run/f\(number)", String(repeating: "x", count: number)) }
            let task = try await world.transfer([World.item("/run/", "/in/", recursive: true)], ["verify_checksum": true])
            let id = try #require(task["task_id"].string)
            var (files, marker): ([[String: JSONValue]], String?) = ([], "0")
            while let next = marker {
                let page = try await world.client.get("/v0.10/task/\(id)/successful_transfers?marker=\(next)")
                #expect(page["DATA_TYPE"] == "successful_transfers")
                #expect(page.list.count <= 2)
                files += page.list
                marker = page["next_marker"].int.map { String($0) }
            }
            #expect(files.compactMap { $0["destination_path"]?.string } == (1...5).map { "/in/f\($0)" })
            #expect(files.compactMap { $0["size"]?.int } == [1, 2, 3, 4, 5])
            #expect(files[0]["checksum"] == "9dd4e461268c8034f5c8564e155c67a6")
            #expect(files[0]["checksum_algorithm"] == "MD5")
        }
    }

    @Test func `a cancelled task has failed by cancellation, and keeps its counters`() async throws {
        try await World.with({ $0.rate = 2000 }) { world in
            try world.write("archer2/big", Array(repeating: 1, count: 1_000_000))
            let id = try await world.submit([World.item("/big", "/big")])
            try await world.wait(id) { $0["bytes_transferred"].int ?? 0 > 0 }
            let reply = try await world.client.post("/v0.10/task/\(id)/cancel")
            #expect(reply.code == "Canceled")
            #expect(reply["message"] == "The task has been cancelled successfully.")
            let task = try await world.task(id)
            #expect(task["status"] == "FAILED")
            #expect(task["fatal_error"] == ["code": "CANCELED", "description": "canceled"])
            #expect(task["subtasks_canceled"].int ?? 0 > 0)
            #expect(task["bytes_transferred"].int ?? 0 > 0)
            let newest = try await world.client.get("/v0.10/task/\(id)/event_list?limit=1").list.first
            #expect(newest?["code"] == "CANCELED")
            #expect(newest?["details"] == "Canceled by the task owner")
            #expect(try await world.client.post("/v0.10/task/\(id)/cancel").code == "TaskComplete")
        }
    }

    @Test func `at its deadline a task has failed as expired`() async throws {
        try await World.with { world in
            let past = try await world.submit([World.item("/missing", "/x")], ["deadline": "2020-01-01"])
            #expect(try await world.ended(past)["fatal_error"] == ["code": "EXPIRED", "description": "deadline expired"])
            let changed = try await world.submit([World.item("/missing", "/y")])
            let reply = try await world.client.put("/v0.10/task/\(changed)", ["DATA_TYPE": "task", "deadline": "2020-01-01 00:00Z"])
            #expect(reply.code == "Updated")
            let task = try await world.task(changed)
            #expect(task["status"] == "FAILED")
            #expect(task["subtasks_expired"].int ?? 0 > 0)
        }
    }

    @Test func `a live task can be renamed and given time, a finished one cannot`() async throws {
        try await World.with { world in
            let id = try await world.submit([World.item("/missing", "/x")])
            let reply = try await world.client.put("/v0.10/task/\(id)", ["DATA_TYPE": "task", "label": "new", "deadline": "2099-01-01"])
            #expect(reply["message"] == "Updated task deadline and label successfully")
            let task = try await world.task(id)
            #expect(task["label"] == "new")
            #expect(task["deadline"] == "2099-01-01T00:00:00+00:00")
            _ = try await world.client.post("/v0.10/task/\(id)/cancel")
            let late = try await world.client.put("/v0.10/task/\(id)", ["DATA_TYPE": "task", "label": "newer"])
            #expect(late.status == 409)
            #expect(late.code == "Conflict")
        }
    }

    @Test func `a held task waits until it is let go`() async throws {
        try await World.with { world in
            let id = try await world.submit([World.item("/late", "/late")])
            try await world.wait(id) { $0["faults"].int ?? 0 > 0 }
            #expect(try await world.standIn.pause(#require(TaskID(id)), message: "Maintenance until noon"))
            try world.write("archer2/late", "here")
            let paused = try await world.task(id)
            #expect(paused["status"] == "ACTIVE")
            #expect(paused["is_paused"] == true)
            let info = try await world.client.get("/v0.10/task/\(id)/pause_info")
            #expect(PauseInfo(fields: info.json).messages == ["Maintenance until noon"])
            #expect(try await world.standIn.deactivate(#require(TaskID(id))))
            let inactive = try await world.task(id)
            #expect(inactive["status"] == "INACTIVE")
            #expect(inactive["is_ok"] == false)
            #expect(try await world.standIn.resume(#require(TaskID(id))))
            #expect(try await world.ended(id)["status"] == "SUCCEEDED")
            #expect(try await !world.standIn.resume(#require(TaskID(id))))
            #expect(try await world.client.get("/v0.10/task/\(id)/pause_info")["pause_rules"] == [])
        }
    }

    @Test func `tasks are listed newest first, filtered and in pages`() async throws {
        try await World.with { world in
            try world.write("archer2/a", "1")
            var ids: [String] = []
            for number in 0..<12 {
                ids.append(try await world.submit([World.item("/a", "/copy\(number)")], ["label": .string("pp u-ab\(number)")]))
            }
            for id in ids { try await world.ended(id) }
            let first = try await world.client.get("/v0.10/task_list")
            #expect(first["DATA_TYPE"] == "task_list")
            #expect(first["total"] == 12)
            #expect(first["limit"] == 10)
            #expect(first.list.compactMap { $0["task_id"]?.string } == Array(ids.reversed().prefix(10)))
            let rest = try await world.client.get("/v0.10/task_list?limit=10&offset=10")
            #expect(rest.list.compactMap { $0["task_id"]?.string } == [ids[1], ids[0]])
            let filter = encoded("status:SUCCEEDED/type:TRANSFER/label:=pp u-ab3,~*ab11")
            let found = try await world.client.get("/v0.10/task_list?filter=\(filter)&orderby=label&fields=task_id,label")
            #expect(found.list.compactMap { $0["label"]?.string } == ["pp u-ab11", "pp u-ab3"])
            #expect(found.list.first?.keys.sorted() == ["DATA_TYPE", "label", "task_id"])
            let both = try await world.client.get("/v0.10/task_list?filter=status:SUCCEEDED&filter=type:DELETE")
            #expect(both["total"] == 0)
        }
    }

    @Test func `a task is its owner's alone`() async throws {
        try await World.with { world in
            let id = try await world.submit([World.item("/missing", "/x")])
            let login = try #require(await world.standIn.login(as: "someone@else.example", scope: ScopeList.transfer))
            var other = world.client
            other.token = login.first.accessToken.withSecret { $0 }
            #expect(try await other.get("/v0.10/task/\(id)").status == 404)
            #expect(try await other.get("/v0.10/task_list")["total"] == 0)
            #expect(try await world.client.get("/v0.10/task/\(id)?fields=status").json.keys.sorted() == ["DATA_TYPE", "status"])
        }
    }
}
