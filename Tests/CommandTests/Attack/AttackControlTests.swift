import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

@testable import Rehearsal

/// What makes the attacks mean something: in their world an honest cycle loses its source, and the judge sees what goes wrong.
struct AttackControlTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.stage("s", in: "data")
    }

    @Test func `over TLS an honest cycle is archived, and its source deleted`() async throws {
        try desk.describe(desk.description("clean: {source: delete, directories: true}"))
        let files = try desk.tree("data")
        try await AttackWorld.with(desk) { world in
            let end = try await world.run("run", "task.yaml")
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.output.contains("2 files, 16 B deleted at the source"), "\(end.everything)")
            #expect(try desk.tree("data").isEmpty)
            #expect(try desk.tree(AttackWorld.archive) == files)
            #expect(desk.exists(world.record("proven")))
            #expect(!desk.exists("home/.local/state/pptransfer/rehearsal"))
        }
    }

    @Test func `over TLS a clean-up by hand deletes, and on loopback it does not`() async throws {
        try desk.describe(desk.description())
        try await AttackWorld.with(desk) { world in
            let loopback = try await desk.run("run", "task.yaml", with: world.service.environment)
            #expect(loopback.status == 0)
            #expect(loopback.output.contains("REHEARSAL"))
            let kept = try await desk.run("clean", "--all", "--delete", with: world.service.environment)
            #expect(kept.errors.contains("a rehearsal deletes nothing"), "\(kept.everything)")
            #expect(try desk.tree("data").count == 2)
            #expect(try await world.run("run", "task.yaml").status == 0)
            let clean = try await world.run("clean", "--all", "--delete")
            #expect(clean.status == 0, "\(clean.everything)")
            #expect(clean.output.contains("deleted 2 files"), "\(clean.everything)")
            #expect(try desk.tree("data").isEmpty)
        }
    }

    @Test func `the judge sees what is lost, touched, false or twice`() async throws {
        try desk.stage("p", in: "precious")
        try desk.stage("s", in: AttackWorld.archive)
        var scene = try Scene(desk, guarded: ["precious"])
        #expect(try scene.complaints(claimsArchive: true).isEmpty)
        try desk.remove("data")
        #expect(try scene.complaints(claimsArchive: true).isEmpty, "it is archived")
        try desk.stage("x", in: AttackWorld.archive, ["a.pp"])
        #expect(
            try scene.complaints(claimsArchive: true) == [
                "a false 0: a.pp", "lost: data/a.pp", "lost: \(AttackWorld.archive)/a.pp", "of nowhere: \(AttackWorld.archive)/a.pp",
            ])
        scene = try Scene(desk, guarded: ["precious"])
        try desk.move("precious/a.pp", to: "precious/b.pp")
        try desk.write("data/.pptransfer-canary-0123456789abcdef", "")
        #expect(
            try scene.complaints(claimsArchive: false) == ["left behind: data/.pptransfer-canary-0123456789abcdef", "touched: precious"])
        try desk.remove("jasmin")
        #expect(try scene.complaints(claimsArchive: true).contains("a false 0: nothing is archived"))
        let (one, two) = (TaskID.example(1), TaskID.example(2))
        let first = StandInTask(id: one, label: "label", status: .active, earlier: [:])
        #expect(Scene.complaints(of: [first]).isEmpty)
        let second = StandInTask(id: two, label: "label", status: .succeeded, earlier: [one: .active])
        let other = StandInTask(id: two, label: "other", status: .active, earlier: [:])
        #expect(Scene.complaints(of: [first, second]) == ["a second task: \(two)"])
        #expect(Scene.complaints(of: [first, other]) == ["2 tasks are at work"])
    }
}
