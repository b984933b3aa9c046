import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct TaskFaultTests {
    private func with(_ faults: TaskFault..., body: (World) async throws -> Void) async throws {
        try await World.with({ $0.faults = StandInFaults(tasks: faults) }) { world in
            for name in ["a.nc", "b.nc", "c.pp", "d.pp"] { try world.write("archer2/run/\(name)", String(repeating: "x", count: 100)) }
            try await body(world)
        }
    }

    private let run = [World.item("/run", "/run", recursive: true)]

    @Test(
        arguments: [
            (.fail(code: "QUOTA_EXCEEDED"), "QUOTA_EXCEEDED", "quota exceeded"), (.expire, "EXPIRED", "deadline expired"),
            (.cancel(), "CANCELED", "canceled"),
        ] as [(TaskFault.Effect, String, String)], [0, 0.5, 1])
    func `a task ends badly at its point`(end: (TaskFault.Effect, String, String), at: Double) async throws {
        try await with(.task(1, at: at, end.0)) { world in
            let task = try await world.transfer(run)
            #expect(task["status"] == "FAILED")
            #expect(task["fatal_error"] == ["code": .string(end.1), "description": .string(end.2)])
            #expect(task["bytes_transferred"].int == Int64(at * 400))
            #expect(task["canceled_by_admin"] == .null)
            #expect(try await world.transfer(run)["status"] == "SUCCEEDED")
        }
    }

    @Test func `an administrator who cancels says why`() async throws {
        try await with(.task(1, .cancel(byAdministrator: true, message: "storage full"))) { world in
            let task = try await world.transfer(run)
            #expect(task["canceled_by_admin"] == "DESTINATION")
            #expect(task["canceled_by_admin_message"] == "storage full")
        }
    }

    @Test func `a task stands still until somebody lets it go on`() async throws {
        let effects: [(TaskFault.Effect, (WireReply) -> Bool)] = [
            (.pause(message: "tape robot"), { $0["is_paused"] == true && $0["status"] == "ACTIVE" }),
            (.deactivate(), { $0["status"] == "INACTIVE" }),
            (.queue(), { $0["nice_status"] == "Queued" && $0["status"] == "ACTIVE" }),
            (.status("HIBERNATING"), { $0["status"] == "HIBERNATING" }),
            (.niceStatus("GC_PAUSED"), { $0["nice_status"] == "GC_PAUSED" && $0["nice_status_short_description"] == "gc paused" }),
        ]
        for (effect, isSeen) in effects {
            for at in [0, 0.5, 1] {
                try await with(.task(1, at: at, effect)) { world in
                    let id = try await world.submit(run)
                    let task = try await world.wait(id) { isSeen($0) && ($0["bytes_transferred"].int ?? 0) == Int64(at * 400) }
                    #expect(task["completion_time"] == .null)
                    if case .pause = effect {
                        let info = try await world.client.get("/v0.10/task/\(id)/pause_info")
                        #expect(PauseInfo(fields: info.json).messages == ["tape robot"])
                    }
                    while try await !world.standIn.resume(#require(TaskID(id))) { await Task.yield() }
                    let end = try await world.ended(id)
                    #expect(end["status"] == "SUCCEEDED", "what it wrote before it stood still is no file of others")
                    #expect(end["files_skipped"] == 0, "what it wrote before it stood still is no file of others")
                    #expect(world.exists("jasmin/run/d.pp"))
                }
            }
        }
    }

    @Test func `a task goes on by itself when its time is over, and meets what comes next`() async throws {
        try await with(
            .task(1, .queue(for: .milliseconds(1))), .task(1, at: 0.5, .pause(message: "", for: .milliseconds(1))),
            .task(1, at: 0.25, .deactivate(for: .milliseconds(1))), .task(1, at: 1, .fail(code: "EXPIRED_TAPE"))
        ) { world in
            let task = try await world.transfer(run)
            #expect(task["fatal_error"].object?["code"] == "EXPIRED_TAPE")
            #expect(world.exists("jasmin/run/d.pp"))
        }
    }

    @Test func `a forgotten task is not found, and goes on`() async throws {
        try await with(.task(1, .forget)) { world in
            let id = try await world.submit(run)
            while !world.exists("jasmin/run/d.pp") { try await Task.sleep(for: .milliseconds(2)) }
            #expect(try await world.task(id).status == 404)
            #expect(try await world.client.get("/v0.10/task_list")["total"] == 0)
        }
    }

    @Test func `the stand-in itself knows of every task, and which of its label were at work when it came`() async throws {
        try await with(.task(1, .forget), .task(1, .pause(message: "held"))) { world in
            let held = try await world.submit(run, ["label": "cycle"])
            let twin = try await world.submit([World.item("/run/a.nc", "/elsewhere")], ["label": "cycle"])
            let other = try await world.submit([World.item("/run/b.nc", "/b")], ["label": "another"])
            try await world.ended(twin)
            try await world.ended(other)
            let tasks = await world.standIn.tasks
            #expect(tasks.map(\.id.description) == [held, twin, other])
            #expect(tasks.map(\.status) == [.active, .succeeded, .succeeded])
            #expect(tasks.map(\.hadLiveTwin) == [false, true, false])
        }
    }

    @Test func `files meet an error until it passes`() async throws {
        try await with(.task(1, .fault("FILE_NOT_FOUND", files: ["*.pp"], times: 5))) { world in
            let task = try await world.transfer(run)
            #expect(task["status"] == "SUCCEEDED")
            #expect(task["faults"] == 5)
            let id = try #require(task["task_id"].string)
            let event = try await world.client.get("/v0.10/task/\(id)/event_list?filter=is_error:1").list.first
            #expect(event?["code"] == "FILE_NOT_FOUND")
            #expect(event?["details"]?.string?.contains("File: /run/") == true)
        }
    }

    @Test func `an error that stays shows in the nice status, and the rest of the files arrive`() async throws {
        try await with(.label("*ocean*", .fault("PERMISSION_DENIED", files: ["/run/a.nc"]))) { world in
            let id = try await world.submit(run, ["label": "u-ab1 ocean"])
            try await world.wait(id) { $0["nice_status"] == "PERMISSION_DENIED" && $0["files_transferred"] == 3 }
            #expect(!world.exists("jasmin/run/a.nc"))
            await world.standIn.stop()
        }
    }

    @Test func `a full quota is the end if asked for`() async throws {
        try await with(.task(1, .fault("QUOTA_EXCEEDED"))) { world in
            let task = try await world.transfer(run, ["fail_on_quota_errors": true])
            #expect(task["fatal_error"].object?["code"] == "QUOTA_EXCEEDED")
        }
    }

    @Test func `files are given up and listed, or left out without a word`() async throws {
        try await with(.task(1, .skip(files: ["a.nc"], code: "PERMISSION_DENIED")), .task(1, .omit(files: ["*.pp"]))) { world in
            let task = try await world.transfer(run)
            #expect(task["status"] == "SUCCEEDED")
            #expect(task["subtasks_skipped_errors"] == 1)
            #expect(task["files"] == 1)
            let id = try #require(task["task_id"].string)
            let skipped = try await world.client.get("/v0.10/task/\(id)/skipped_errors").list
            #expect(skipped.map { $0["source_path"]?.string } == ["/run/a.nc"])
            #expect(skipped.first?["error_code"] == "PERMISSION_DENIED")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(world.directory)/jasmin/run") == ["b.nc"])
        }
    }

    @Test func `a file that is being written to is sent again and again`() async throws {
        try await with(.task(1, .resend(files: ["a.nc"]))) { world in
            let id = try await world.submit(run)
            let task = try await world.wait(id) { ($0["bytes_transferred"].int ?? 0) > 400 }
            #expect(task["files_transferred"] == 3)
            #expect(task["status"] == "ACTIVE")
            #expect(task["nice_status"] == "VERIFY_CHECKSUM")
        }
        try await with(.task(1, .resend(files: ["a.nc"], times: 2))) { world in
            let task = try await world.transfer(run)
            #expect(task["status"] == "SUCCEEDED")
            #expect(task["bytes_transferred"].int == 600)
        }
    }

    @Test func `a repeated submission is no other task, and a label's rule can be used up`() async throws {
        try await with(.task(2, .fail(code: "SECOND")), .label("*", .fail(code: "FIRST"), .once)) { world in
            let document = try await world.document(run)
            let first = try await world.client.post("/v0.10/transfer", document)["task_id"].string ?? ""
            #expect(try await world.client.post("/v0.10/transfer", document).code == "Duplicate")
            #expect(try await world.ended(first)["fatal_error"].object?["code"] == "FIRST")
            #expect(try await world.transfer(run)["fatal_error"].object?["code"] == "SECOND")
            #expect(try await world.transfer(run)["status"] == "SUCCEEDED")
        }
    }
}
