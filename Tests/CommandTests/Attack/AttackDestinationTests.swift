import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// The destination is not what it was, or the journal says of it what is not so: the source is the only one that has the bytes.
struct AttackDestinationTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.stage("s", in: "data")
    }

    /// What became of `a.pp` at the destination.
    enum Harm: String, CaseIterable { case gone, cutOff, link, allGone }

    private func perform(_ harm: Harm) throws {
        let name = AttackWorld.archive + "/a.pp"
        switch harm {
        case .gone: try desk.remove(name)
        case .cutOff: try desk.write(name, "s")
        case .link:
            try desk.move(name, to: "jasmin/elsewhere")
            try desk.link(name, to: "jasmin/elsewhere")
        case .allGone: try desk.remove("jasmin/gws")
        }
    }

    @Test(arguments: Harm.allCases)
    func `what was lost at the destination since it was archived stays at the source, and is sent again`(harm: Harm) async throws {
        let files = try desk.tree("data")
        try desk.describe(desk.description())
        try await AttackWorld.with(desk) { world in
            #expect(try await world.run("run", "task.yaml").status == 0)
            try perform(harm)
            let clean = try await world.run("clean", "--all", "--delete")
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(desk.contents("data/a.pp") == files["a.pp"])
            #expect(desk.exists("data/sub/b.nc") == (harm == .allGone))
            try desk.describe(desk.description("clean: {source: delete}"))
            let run = try await desk.run("run", "task.yaml", with: world.environment())
            #expect(run.status == 61, "\(run.everything)")
            #expect(run.errors.contains(harm == .link ? "is a link at the destination" : "pptransfer verify"), "\(run.everything)")
            #expect(desk.contents("data/a.pp") == files["a.pp"])
            guard harm != .link else { return }
            #expect(try await world.run("verify", "--all").status != 0)
            let again = try await world.run("run", "task.yaml", replaces: harm == .cutOff)
            #expect(again.status == 0, "\(again.everything)")
            #expect(try desk.tree("data").isEmpty)
            #expect(try desk.tree(AttackWorld.archive) == files)
        }
    }

    @Test func `where the destination cannot be listed again, nothing is deleted`() async throws {
        try desk.describe(desk.description())
        try await AttackWorld.with(desk) { world in
            #expect(try await world.run("run", "task.yaml").status == 0)
            let denied = HTTPFault.Effect.status(403, code: "PermissionDenied", message: "Path not allowed")
            await world.service.standIn.setFaults(StandInFaults(http: [HTTPFault(.list, denied, .forever)]))
            let clean = try await world.run("clean", "--all", "--delete", guarded: ["data"])
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(clean.output.contains("still at the destination cannot be checked"), "\(clean.everything)")
        }
    }

    /// Files of the names, sizes and times of ours; a copy of them is elsewhere, since what is equal so far may be replaced.
    private func stageDecoys() throws {
        try desk.stage("d", in: AttackWorld.archive)
        try desk.stage("d", in: "theirs")
    }

    @Test(arguments: ["exists", "size", "mtime"])
    func `what Globus skipped because of a decoy costs no source where digests decide`(sync: String) async throws {
        try stageDecoys()
        let files = try desk.tree("data")
        try desk.describe(desk.description("transfer: {sync: \(sync)}\nverify: {level: digest}\nclean: {source: delete}"))
        try await AttackWorld.with(desk) { world in
            let first = try await world.run("run", "task.yaml")
            #expect(first.status == 0 || desk.exists("data/a.pp"), "\(first.everything)")
            let second = try await world.run("run", "task.yaml")
            #expect(second.status == 0, "\(second.everything)")
            #expect(try desk.tree(AttackWorld.archive) == files)
            #expect(try desk.tree("data").isEmpty)
        }
    }

    // MARK: forged

    /// What somebody, or a restored backup, has done to the journal's word on what was only skipped.
    enum Forgery: String, CaseIterable { case listGone, listEmpty, keyGone, levelRaised, listOfLinksGone }

    private func perform(_ forgery: Forgery, _ world: AttackWorld) throws {
        let record = world.record("json")
        func edit(_ change: (inout [String: Any]) -> Void) throws {
            let bytes = try #require(desk.contents(record))
            var document = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
            var receipt = try #require(document["receipt"] as? [String: Any])
            change(&receipt)
            document["receipt"] = receipt
            try desk.write(record, try JSONSerialization.data(withJSONObject: document))
        }
        switch forgery {
        case .listGone: try desk.remove(world.record("unsent"))
        case .listEmpty: try desk.write(world.record("unsent"), "")
        case .keyGone: try edit { $0["unsent"] = nil }
        case .levelRaised: try edit { $0["level"] = "digest" }
        case .listOfLinksGone: try edit { $0["links"] = nil }
        }
    }

    @Test(arguments: Forgery.allCases) func `a journal that no longer tells what was skipped deletes nothing of it`(forgery: Forgery)
        async throws
    {
        try desk.stage("d", in: AttackWorld.archive, ["a.pp"])
        try desk.describe(desk.description("transfer: {sync: size}"))
        try await AttackWorld.with(desk) { world in
            // It says so: 'not sent'.
            let first = try await desk.run("run", "task.yaml", with: world.environment())
            #expect(first.status == 0, "\(first.everything)")
            #expect(first.output.contains("1 file not sent"), "\(first.everything)")
            try perform(forgery, world)
            let end = try await world.run("clean", "--all", "--delete", guarded: ["jasmin"])
            #expect(end.status != 0, "\(end.everything)")
            #expect(desk.contents("data/a.pp") == Data("s a.pp".utf8))
        }
    }

    @Test func `another cycle's proof, with a receipt that was edited to name it, deletes nothing that is not at this cycle's place`()
        async throws
    {
        try desk.describe(desk.description())
        try await AttackWorld.with(desk) { world in
            #expect(try await world.run("run", "task.yaml").status == 0)
            try desk.stage("s", in: "data", ["later.pp"])
            try desk.describe(desk.description(cycle: "19880902T0000Z"), as: "next.yaml")
            #expect(try await desk.run("run", "next.yaml", with: world.environment()).status == 0)
            try desk.remove("jasmin/gws/canari/19880902T0000Z")
            func text(_ name: String) throws -> String { String(decoding: try #require(desk.contents(name)), as: UTF8.self) }
            let next = world.record("json").replacing(AttackWorld.cycle, with: "19880902T0000Z")
            let pattern = #/"manifest" *: *"([^"]*)"/#
            let digests = try [text(world.record("json")), text(next)].map { String(try #require($0.firstMatch(of: pattern)?.1)) }
            try desk.write(world.record("json"), text(world.record("json")).replacing(digests[0], with: digests[1]))
            try desk.write(world.record("proven"), text(world.record("proven").replacing(AttackWorld.cycle, with: "19880902T0000Z")))
            let end = try await world.run("clean", "--cycle", AttackWorld.cycle, "--delete")
            #expect(end.status != 0, "\(end.everything)")
            #expect(desk.exists("data/later.pp"))
        }
    }
}
