import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct StorageFaultTests {
    private func with(_ faults: StorageFault..., body: (World) async throws -> Void) async throws {
        try await World.with({ $0.faults = StandInFaults(storage: faults) }) { world in
            try world.write("archer2/run/a.nc", "aaaaaaaaaa")
            try world.write("archer2/run/b.nc", "bbbbbbbbbb")
            try await body(world)
        }
    }

    private let run = [World.item("/run", "/gws/in", recursive: true)]

    @Test(
        arguments: [
            (.flip, "bbbbbcbbbb"), (.truncate(bytes: 4), "bbbbbb"), (.grow(bytes: 2), "bbbbbbbbbb\0\0"), (.drop, nil),
        ] as [(StorageFault.Effect, String?)])
    func `a written file goes bad, and the service has not seen it`(effect: StorageFault.Effect, text: String?) async throws {
        try await with(StorageFault("*b.nc", effect)) { world in
            let task = try await world.transfer(run, ["verify_checksum": true, "preserve_timestamp": true])
            #expect(task["status"] == "SUCCEEDED")
            #expect((task["faults"], task["files_transferred"]) == (0, 2))
            #expect(world.text("jasmin/gws/in/b.nc") == text)
            #expect(world.text("jasmin/gws/in/a.nc") == "aaaaaaaaaa")
            #expect(world.text("archer2/run/b.nc") == "bbbbbbbbbb")
            guard text != nil else { return }
            let dates = try ["archer2/run", "jasmin/gws/in"].map { place in
                let date =
                    try FileManager.default.attributesOfItem(atPath: "\(world.directory)/\(place)/b.nc")[.modificationDate] as? Date
                return Int(date?.timeIntervalSince1970 ?? 0)
            }
            #expect(dates[0] == dates[1])
        }
    }

    @Test func `a file that goes bad before its checksum is found out and sent again`() async throws {
        try await with(StorageFault("/gws/in/b.nc", .flip, when: .written, .times(2))) { world in
            let task = try await world.transfer(run, ["verify_checksum": true])
            #expect((task["status"], task["faults"]) == ("SUCCEEDED", 2))
            let id = try #require(task["task_id"].string)
            let events = try await world.client.get("/v0.10/task/\(id)/event_list?filter=is_error:1").list
            #expect(events.compactMap { $0["code"]?.string } == ["VERIFY_CHECKSUM", "VERIFY_CHECKSUM"])
            #expect(world.text("jasmin/gws/in/b.nc") == "bbbbbbbbbb")
        }
    }

    @Test func `a stray file lies beside`() async throws {
        try await with(StorageFault("b.nc", .extra(name: "stray.nc"))) { world in
            try await world.transfer(run)
            #expect(world.text("jasmin/gws/in/stray.nc") == "extra\n")
        }
    }

    @Test(
        arguments: [
            ("/gws/in/b.nc", .noSpace, "NO_SPACE_LEFT"), ("/gws/in/b.nc", .quota, "QUOTA_EXCEEDED"),
            ("/gws/in/b.nc", .deny, "PERMISSION_DENIED"), ("/run/b.nc", .readError, "ENDPOINT_ERROR"),
            ("/run/b.nc", .denyReading, "PERMISSION_DENIED"), ("/run/b.nc", .vanish, "FILE_NOT_FOUND"),
            ("/run/b.nc", .changing, "FILE_SIZE_CHANGED"),
        ] as [(String, StorageFault.Effect, String)])
    func `storage that errs is a fault of the task, and passes`(path: String, effect: StorageFault.Effect, code: String) async throws {
        try await with(StorageFault(path, effect, .times(2))) { world in
            let task = try await world.transfer(run)
            #expect((task["status"], task["faults"]) == ("SUCCEEDED", 2))
            let id = try #require(task["task_id"].string)
            let events = try await world.client.get("/v0.10/task/\(id)/event_list?filter=is_error:1").list
            #expect(events.compactMap { $0["code"]?.string } == [code, code])
            #expect(world.text("jasmin/gws/in/b.nc") == "bbbbbbbbbb")
        }
    }

    @Test func `a full disk keeps the first part`() async throws {
        try await with(StorageFault("/gws/*b.nc", .noSpace)) { world in
            let task = try await world.transfer(run, ["fail_on_quota_errors": true])
            #expect(task["fatal_error"].object?["code"] == "NO_SPACE_LEFT")
            #expect(world.text("jasmin/gws/in/b.nc") == "bbbbb")
        }
    }

    @Test func `what is made under a mask has only the permissions that the mask leaves, and the listing shows them`() async throws {
        try await with(StorageFault("/gws*", .umask(0o027))) { world in
            #expect(try await world.transfer(run)["status"] == "SUCCEEDED")
            let list = try await world.client.get("/v0.10/operation/endpoint/\(World.jasmin)/ls?path=/gws/in").list
            #expect(!list.isEmpty && list.allSatisfy { $0["permissions"] == "0640" })
            let above = try await world.client.get("/v0.10/operation/endpoint/\(World.jasmin)/ls?path=/gws").list
            #expect(above.map { $0["permissions"] } == ["0750"])
            #expect(above.first?["group"]?.string?.isEmpty == false)
        }
    }

    @Test func `listings are refused, fail, leave out and lie`() async throws {
        try await with(
            StorageFault("/gws/in", .denyListing, .once), StorageFault("/gws/in", .listError, .once),
            StorageFault("/gws/*a.nc", .hide), StorageFault("/gws/*b.nc", .understate(bytes: 3))
        ) { world in
            try world.write("jasmin/gws/in/a.nc", "aaaaaaaaaa")
            try world.write("jasmin/gws/in/b.nc", "bbbbbbbbbb")
            let target = "/v0.10/operation/endpoint/\(World.jasmin)/ls?path=/gws/in"
            #expect(try await world.client.get(target).code == "ExternalError.DirListingFailed.PermissionDenied")
            #expect(try await world.client.get(target).code == "ExternalError.DirListingFailed")
            let list = try await world.client.get(target).list
            #expect(list.map { $0["name"] } == ["b.nc"])
            #expect(list.first?["size"] == 7)
        }
    }
}
