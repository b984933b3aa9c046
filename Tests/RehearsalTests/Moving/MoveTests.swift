import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct MoveTests {
    @Test func `a directory item moves what the directory holds`() async throws {
        try await World.with { world in
            try world.write("archer2/run/a", "1")
            try world.write("archer2/run/deep/er/b", "2")
            try world.write("archer2/run/empty/.keep", "")
            try await world.transfer([World.item("/run", "/new/place/run")])
            #expect(world.text("jasmin/new/place/run/a") == "1")
            #expect(world.text("jasmin/new/place/run/deep/er/b") == "2")
            #expect(world.exists("jasmin/new/place/run/empty/.keep"))
        }
    }

    @Test func `filter rules decide by the first match, and an excluded directory with all in it`() async throws {
        try await World.with { world in
            for name in ["a.pp", "b.tmp", "keep.tmp", "old/c.pp", "sub/d.tmp", "sub/e.pp"] { try world.write("archer2/run/\(name)", name) }
            func rule(_ method: String, _ name: String, _ type: String) -> JSONValue {
                ["DATA_TYPE": "filter_rule", "method": .string(method), "name": .string(name), "type": .string(type)]
            }
            let rules = [rule("include", "keep*", "file"), rule("exclude", "*.tmp", "file"), rule("exclude", "old", "dir")]
            let task = try await world.transfer([World.item("/run", "/run", recursive: true)], ["filter_rules": .array(rules)])
            #expect(task["files"] == 3)
            #expect(world.exists("jasmin/run/a.pp"))
            #expect(world.exists("jasmin/run/keep.tmp"))
            #expect(world.exists("jasmin/run/sub/e.pp"))
            #expect(!world.exists("jasmin/run/b.tmp"))
            #expect(!world.exists("jasmin/run/old"))
            #expect(!world.exists("jasmin/run/sub/d.tmp"))
        }
    }

    /// What is sent again at each level, if the destination has: the same; other bytes of the same size and time; another size; an
    /// older copy of the same bytes; nothing.
    @Test(
        arguments: [
            (nil, "absent bytes old same size"), (0, "absent"), (1, "absent size"), (2, "absent old size"), (3, "absent bytes size"),
        ] as [(Int?, String)])
    func `a sync level sends what differs by its measure`(level: Int?, names: String) async throws {
        let sent = names.split(separator: " ").map(String.init)
        try await World.with { world in
            for (name, text) in [("same", "data"), ("bytes", "atad"), ("size", "longer"), ("old", "data")] {
                try world.write("archer2/run/\(name)", "data")
                try world.write("jasmin/run/\(name)", text)
            }
            try world.write("archer2/run/absent", "data")
            for name in ["same", "bytes", "size", "old"] {
                for side in ["archer2", "jasmin"] {
                    let date = Date(timeIntervalSince1970: name == "old" && side == "jasmin" ? 1_000_000 : 2_000_000)
                    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(world.directory)/\(side)/run/\(name)")
                }
            }
            let task = try await world.transfer([World.item("/run", "/run", recursive: true)], ["sync_level": .init(level)])
            #expect(task["files_transferred"].int == Int64(sent.count))
            #expect(task["files_skipped"].int == Int64(5 - sent.count))
            #expect(task["bytes_checksummed"].int == (level == 3 ? 12 : 0))
            let id = try #require(task["task_id"].string)
            let paths = try await world.client.get("/v0.10/task/\(id)/successful_transfers").list.compactMap { $0["source_path"]?.string }
            #expect(paths == sent.map { "/run/\($0)" })
        }
    }

    @Test func `times are kept if asked for`() async throws {
        try await World.with { world in
            try world.write("archer2/a", "1")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: "\(world.directory)/archer2/a")
            try await world.transfer([World.item("/a", "/a")], ["preserve_timestamp": true])
            let date = try FileManager.default.attributesOfItem(atPath: "\(world.directory)/jasmin/a")[.modificationDate] as? Date
            #expect(date == Date(timeIntervalSince1970: 1_000_000))
        }
    }

    @Test(arguments: [("ignore", ["file"]), ("keep", ["alias", "broken", "dir", "file"]), ("copy", ["alias", "dir", "file"])])
    func `links met in recursion are ignored, kept or copied`(policy: String, names: [String]) async throws {
        try await World.with { world in
            try world.write("archer2/run/file", "1")
            try world.write("archer2/target/inner", "2")
            try world.link("archer2/run/alias", to: "file")
            try world.link("archer2/run/dir", to: "../target")
            if policy == "keep" { try world.link("archer2/run/broken", to: "nowhere") }
            // A link to a directory above would never end.
            if policy == "copy" { try world.link("archer2/run/loop", to: "..") }
            let task = try await world.transfer([World.item("/run", "/run", recursive: true)], ["recursive_symlinks": .string(policy)])
            #expect(task["status"] == "SUCCEEDED")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(world.directory)/jasmin/run").sorted() == names)
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(world.directory)/jasmin/run/dir")
            #expect(target == (policy == "keep" ? "../target" : nil))
            if policy == "copy" { #expect(world.text("jasmin/run/dir/inner") == "2") }
        }
    }

    @Test func `an item that is a link is followed`() async throws {
        try await World.with { world in
            try world.write("archer2/real/a", "1")
            try world.link("archer2/alias", to: "real")
            try await world.transfer([World.item("/alias", "/copy", recursive: true)])
            #expect(world.text("jasmin/copy/a") == "1")
        }
    }

    @Test func `mirroring removes what the source does not have, except what the filter excludes`() async throws {
        try await World.with { world in
            try world.write("archer2/run/a", "1")
            for name in ["extra", "gone/deep/x", "notes.txt"] { try world.write("jasmin/run/\(name)", "old") }
            let rule: JSONValue = ["DATA_TYPE": "filter_rule", "method": "exclude", "name": "*.txt", "type": "file"]
            try await world.transfer(
                [World.item("/run", "/run", recursive: true)], ["delete_destination_extra": true, "filter_rules": [rule]])
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(world.directory)/jasmin/run").sorted() == ["a", "notes.txt"])
        }
    }

    @Test func `a missing source is tried again until it appears`() async throws {
        try await World.with { world in
            let id = try await world.submit([World.item("/late", "/late")])
            let waiting = try await world.wait(id) { $0["faults"].int ?? 0 >= 2 }
            #expect(waiting["status"] == "ACTIVE")
            #expect(waiting["nice_status"] == "FILE_NOT_FOUND")
            #expect(waiting["nice_status_short_description"] == "file not found")
            #expect(waiting["is_ok"] == false)
            #expect(waiting["subtasks_retrying"] == 1)
            #expect(waiting["fatal_error"] == .null)
            try world.write("archer2/late", "here")
            let task = try await world.ended(id)
            #expect(task["status"] == "SUCCEEDED")
            #expect(task["faults"].int ?? 0 >= 2)
            #expect(task["subtasks_retrying"] == 0)
            #expect(world.text("jasmin/late") == "here")
        }
    }

    @Test(arguments: [
        (false, "run", "IS_A_DIRECTORY"), (true, "file", "NOT_A_DIRECTORY"),
    ])
    func `an item of the wrong kind is a fault`(recursive: Bool, path: String, code: String) async throws {
        try await World.with { world in
            try world.write("archer2/run/a", "1")
            try world.write("archer2/file", "1")
            let id = try await world.submit([World.item("/\(path)", "/x", recursive: recursive)])
            #expect(try await world.wait(id) { $0["faults"].int ?? 0 > 0 }["nice_status"].string == code)
        }
    }

    @Test func `errors at the source are skipped if asked for, and listed`() async throws {
        let storage = FaultyStorage()
        storage.fail(.read, on: "private", with: EACCES)
        try await World.with({ $0.storage = storage }) { world in
            try world.write("archer2/run/good", "1")
            try world.write("archer2/run/private", "2")
            let task = try await world.transfer(
                [World.item("/run", "/run", recursive: true), World.item("/missing", "/x")], ["skip_source_errors": true])
            #expect(task["status"] == "SUCCEEDED")
            #expect(task["subtasks_skipped_errors"] == 2)
            #expect(task["faults"] == 2)
            let id = try #require(task["task_id"].string)
            let skipped = try await world.client.get("/v0.10/task/\(id)/skipped_errors").list
            #expect(skipped.compactMap { $0["error_code"]?.string } == ["PERMISSION_DENIED", "FILE_NOT_FOUND"])
            #expect(skipped.compactMap { $0["source_path"]?.string } == ["/run/private", "/missing"])
            #expect(skipped[0]["is_directory"] == false)
            let sent = try await world.client.get("/v0.10/task/\(id)/successful_transfers").list
            #expect(sent.compactMap { $0["source_path"]?.string } == ["/run/good"])
        }
    }

    @Test(arguments: [(EDQUOT, "QUOTA_EXCEEDED"), (ENOSPC, "NO_SPACE_LEFT")])
    func `a full destination is the end if asked for, else it is tried again`(number: Int32, code: String) async throws {
        let storage = FaultyStorage()
        storage.fail(.write, on: "jasmin/a", with: number)
        try await World.with({ $0.storage = storage }) { world in
            try world.write("archer2/a", "1")
            let fatal = try await world.transfer([World.item("/a", "/a")], ["fail_on_quota_errors": true])
            #expect(fatal["status"] == "FAILED")
            #expect(fatal["fatal_error"].object?["code"]?.string == code)
            #expect(fatal["subtasks_failed"].int ?? 0 > 0)
            let id = try await world.submit([World.item("/a", "/a")])
            #expect(try await world.wait(id) { $0["faults"].int ?? 0 > 1 }["nice_status"].string == code)
            storage.fail(.write, on: "jasmin/a", with: nil)
            #expect(try await world.ended(id)["status"] == "SUCCEEDED")
        }
    }

    @Test func `a destination that refuses is tried again, also with errors at the source skipped`() async throws {
        let storage = FaultyStorage()
        storage.fail(.make, on: "closed", with: EACCES)
        try await World.with({ $0.storage = storage }) { world in
            try world.write("archer2/a", "1")
            let id = try await world.submit([World.item("/a", "/closed/a")], ["skip_source_errors": true])
            #expect(try await world.wait(id) { $0["faults"].int ?? 0 > 1 }["nice_status"] == "PERMISSION_DENIED")
        }
    }

    @Test func `an external checksum that the source has is confirmed, another ends the task`() async throws {
        try await World.with { world in
            try world.write("archer2/a", "abc")
            let right: [String: JSONValue] = [
                "external_checksum": "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", "checksum_algorithm": "SHA256",
            ]
            let good = try await world.transfer([World.item("/a", "/a", right)])
            #expect(good["status"] == "SUCCEEDED")
            let id = try #require(good["task_id"].string)
            let sent = try await world.client.get("/v0.10/task/\(id)/successful_transfers").list.first
            #expect(sent?["checksum"]?.string == right["external_checksum"]?.string?.lowercased())
            #expect(sent?["checksum_algorithm"] == "SHA256")
            let wrong: [String: JSONValue] = ["external_checksum": "d41d8cd98f00b204e9800998ecf8427e"]
            let bad = try await world.transfer([World.item("/a", "/b", wrong)])
            #expect(bad["status"] == "FAILED")
            #expect(bad["fatal_error"].object?["code"] == "EXTERNAL_CHECKSUM_MISMATCH")
        }
    }

    @Test func `a destination link that leads out of the collection is not written through`() async throws {
        try await World.with { world in
            try world.write("archer2/a", "new")
            try world.write("outside/a", "precious")
            try world.link("jasmin/out", to: "../outside")
            try world.link("jasmin/a", to: "../outside/a")
            for path in ["/out/a", "/a"] {
                let id = try await world.submit([World.item("/a", .init(path))])
                #expect(try await world.wait(id) { $0["faults"].int ?? 0 > 0 }["nice_status"] == "PERMISSION_DENIED")
            }
            #expect(world.text("outside/a") == "precious")
        }
    }

    @Test func `a file sent onto itself is a fault and stays whole`() async throws {
        try await World.with { world in
            try world.write("archer2/a", "precious")
            let id = try await world.submit([World.item("/a", "/a")], ["destination_endpoint": .string(World.archer)])
            try await world.wait(id) { $0["faults"].int ?? 0 > 0 }
            #expect(world.text("archer2/a") == "precious")
        }
    }

    @Test func `a pipe neither hangs a recursion nor an item`() async throws {
        try await World.with { world in
            try world.write("archer2/run/a", "1")
            try #require(mkfifo("\(world.directory)/archer2/run/pipe", 0o600) == 0)
            #expect(try await world.transfer([World.item("/run", "/run", recursive: true)])["files"] == 1)
            let id = try await world.submit([World.item("/run/pipe", "/pipe")])
            try await world.wait(id) { $0["faults"].int ?? 0 > 0 }
        }
    }

    @Test func `bytes arrive unchanged, also over a slow line and beyond one buffer`() async throws {
        try await World.with({ $0.rate = 20_000_000 }) { world in
            var generator = SystemRandomNumberGenerator()
            let bytes = (0..<3_000_001).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try world.write("archer2/big", bytes)
            let task = try await world.transfer([World.item("/big", "/big", recursive: false)], ["verify_checksum": true])
            #expect(task["bytes_transferred"] == 3_000_001)
            #expect(FileManager.default.contents(atPath: "\(world.directory)/jasmin/big") == Data(bytes))
        }
    }

    private func delete(_ world: World, _ path: String, _ more: [String: JSONValue] = [:]) async throws -> WireReply {
        let fields: [String: JSONValue] = [
            "DATA_TYPE": "delete", "submission_id": .string(try await world.submissionID()), "endpoint": .string(World.archer),
            "DATA": [["DATA_TYPE": "delete_item", "path": .string(path)]],
        ]
        let reply = try await world.client.post("/v0.10/delete", .object(fields.merging(more) { _, last in last }))
        #expect(reply["DATA_TYPE"] == "delete_result")
        return try await world.ended(try #require(reply["task_id"].string))
    }

    @Test func `a deletion removes what it names, and fails at once where it cannot`() async throws {
        try await World.with { world in
            for path in ["d/a", "d/sub/b", "e/x.tmp", "e/y.tmp", "e/z.pp"] { try world.write("archer2/\(path)", "1") }
            try world.write("archer2/target/keep", "1")
            try world.link("archer2/d/link", to: "../target")
            let refused = try await delete(world, "/d")
            #expect(refused["fatal_error"].object?["code"] == "IS_A_DIRECTORY")
            #expect(try await delete(world, "/d", ["recursive": true])["status"] == "SUCCEEDED")
            #expect(!world.exists("archer2/d"))
            #expect(world.exists("archer2/target/keep"))
            let missing = try await delete(world, "/d")
            #expect(missing["fatal_error"] == ["code": "FILE_NOT_FOUND", "description": "file not found"])
            #expect(missing["type"] == "DELETE")
            #expect(missing["destination_endpoint_id"] == .null)
            #expect(try await delete(world, "/d", ["ignore_missing": true])["status"] == "SUCCEEDED")
            #expect(try await delete(world, "/e/*.tmp", ["interpret_globs": true])["status"] == "SUCCEEDED")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(world.directory)/archer2/e") == ["z.pp"])
        }
    }
}
