import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// What Globus skips because size or time agree was not sent: it must not cost its source.
struct SkippedTests {
    private let desk: Desk
    private let there = "jasmin/gws/canari/19880901T0000Z/"

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "new")
        try desk.write("data/b.pp", "sent")
        try desk.write(there + "a.pp", "old")
        // Equal by size and time, as a decoy is.
        try age()
    }

    private func age() throws {
        for path in ["data/a.pp", there + "a.pp"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 600_000_000)], ofItemAtPath: desk.path(path))
        }
    }

    private func deleting(_ service: LocalService) -> [String: String] {
        service.environment.merging(["PPTRANSFER_REHEARSAL_DELETES": "1"]) { _, last in last }
    }

    @Test(arguments: ["exists", "size"])
    func `what was skipped is said, and stays at the source; what was sent may go`(sync: String) async throws {
        try desk.describe(desk.description("transfer: {sync: \(sync)}"))
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 0)
            #expect(end.output.contains("1 file not sent: Globus did not compare the contents (sync: \(sync))"))
            let receipt = try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment)
            #expect(receipt.output.contains("1 file skipped by Globus without comparing contents"), "\(receipt.everything)")
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 61)
            #expect(clean.output.contains("deleted 1 file"))
            #expect(clean.errors.contains("a.pp: Globus neither sent it"))
            #expect(try desk.tree("data") == ["a.pp": Data("new".utf8)])
        }
    }

    @Test func `a description that now compares by checksum sends what differs, and then deletes it`() async throws {
        try desk.describe(desk.description("transfer: {sync: size}"))
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            try desk.describe(desk.description("clean: {source: delete}"))
            let end = try await desk.run("run", "task.yaml", with: deleting(service))
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.output.contains("2 files, 7 B deleted at the source"), "\(end.everything)")
            #expect(desk.contents(there + "a.pp") == Data("new".utf8))
            let tasks = try await service.tasks().count
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).output.contains("already archived"))
            #expect(try await service.tasks().count == tasks)
        }
    }

    @Test func `what is read back at the destination may go`() async throws {
        try desk.write(there + "a.pp", "new")
        try age()
        try desk.describe(desk.description("transfer: {sync: size}"))
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: deleting(service)).status == 0)
            _ = try await desk.run("verify", "--all", "--via", "manifest", with: service.environment)
            let script = try Program(
                ["/bin/sh", desk.suite + "/u-ab123.19880901T0000Z.sh", desk.path(there)], in: desk.suite, environment: desk.environment)
            #expect(await script.completed().status == 0)
            let taken = try await desk.run(
                "verify", "--all", "--report", desk.suite + "/u-ab123.19880901T0000Z.report", with: service.environment)
            #expect(taken.status == 0, "\(taken.everything)")
            let clean = try await desk.run("clean", "--all", "--delete", with: deleting(service))
            #expect(clean.status == 0, "\(clean.everything)")
            #expect(clean.output.contains("deleted 2 files"), "\(clean.everything)")
        }
    }

    @Test func `of a task that was found, nothing goes before it was compared by one of our own`() async throws {
        try FileManager.default.removeItem(atPath: desk.path(there + "a.pp"))
        try desk.write("data/z.pp", String(repeating: "z", count: 50_000))
        try desk.describe(desk.description("clean: {source: delete}"))
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*", at: 0.5, .pause(message: "wait"))]))
            #expect(try await desk.run("run", "--no-wait", "task.yaml", with: deleting(service)).status == 31)
            let first = try #require(try await service.tasks().first?.id)
            // It was sent as it was; then the journal is lost, and the file written to, with its size.
            while try await service.tasks().first?.filesTransferred ?? 0 < 2 { try await Task.sleep(for: .milliseconds(20)) }
            try FileManager.default.removeItem(atPath: desk.path("home/.local/state/pptransfer"))
            try desk.write("data/a.pp", "NEW")
            let program = try desk.start(["run", "task.yaml"], deleting(service))
            try await until(program) { program.errorsSoFar.contains("which works on this transfer and is not in the journal") }
            await service.standIn.setFaults(.none)
            await service.standIn.resume(first)
            let end = await program.completed()
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.output.contains("deleted at the source"), "\(end.everything)")
            #expect(desk.contents(there + "a.pp") == Data("NEW".utf8))
            #expect(desk.contents(there + "b.pp") == Data("sent".utf8))
            #expect(try desk.tree("data").isEmpty)
        }
    }
}
