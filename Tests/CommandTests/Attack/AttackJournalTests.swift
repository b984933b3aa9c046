import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// One cycle under two journals, and journals that are destroyed, restored, or of another time.
struct AttackJournalTests {
    private let desk: Desk
    private let files: [String: Data]

    init() throws {
        desk = try Desk()
        try desk.stage("s", in: "data")
        files = try desk.tree("data")
    }

    private func describe(deletes: Bool = true) throws { try desk.describe(desk.description(deletes ? "clean: {source: delete}" : "")) }

    private func archive() throws -> [String: Data] { try desk.tree(AttackWorld.archive) }

    // MARK: two at once

    @Test func `a second journal takes up the live task of the first, which may delete`() async throws {
        try describe()
        try desk.describe(desk.description(), as: "second.yaml")
        try await AttackWorld.with(desk) { world in
            await world.hold(at: 1)
            let scene = try Scene(desk)
            var second: Completed?
            let first = try await world.run("run", "task.yaml", journal: "one") { one in
                try await world.standstill(one)
                let two = try desk.start(["run", "second.yaml", "--journal", desk.path("journals/two")], world.environment())
                try await world.standstill(two)
                #expect(two.errorsSoFar.contains("which works on this transfer and is not in the journal"))
                #expect(world.submissions == 1)
                await world.release()
                second = await two.completed()
            }
            // Only now, when the first is at rest, too.
            if let second { try await world.judge(second, ["run"], scene) }
            #expect(first.status == 0, "\(first.everything)\(second?.everything ?? "")")
            #expect(second?.status == 0, "\(first.everything)\(second?.everything ?? "")")
            #expect(world.submissions == 1)
            #expect(try archive() == files)
            #expect(try desk.tree("data").isEmpty)
        }
    }

    @Test func `two that begin at one moment never have two tasks`() async throws {
        try describe(deletes: false)
        try await AttackWorld.with(desk) { world in
            async let one = world.run("run", "task.yaml", journal: "one")
            async let two = world.run("run", "task.yaml", journal: "two")
            let ends = try await [one, two]
            // Or it says what stands in its way.
            #expect(ends.contains { $0.status == 0 }, "\(ends.map(\.everything))")
            #expect(ends.allSatisfy { [0, 33, 44, 61].contains($0.status) }, "\(ends.map(\.everything))")
            #expect(try archive() == files)
        }
    }

    @Test func `over an archive a second journal changes nothing, and is content only with equal files`() async throws {
        try describe(deletes: false)
        try await AttackWorld.with(desk) { world in
            #expect(try await world.run("run", "task.yaml", journal: "one").status == 0)
            let equal = try await world.run("run", "task.yaml", journal: "two", guarded: ["jasmin"])
            #expect(equal.status == 0, "\(equal.everything)")
            try desk.stage("n", in: "data", ["a.pp"])
            try desk.setTime("data/a.pp", AttackWorld.time + 3600)
            let other = try await world.run("run", "task.yaml", journal: "three", guarded: ["jasmin", "data"])
            #expect(other.status == 44, "\(other.everything)")
            // The first one deletes what it has sent, and no more.
            let clean = try await world.run("clean", "--all", "--delete", journal: "one")
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(try desk.tree("data").keys.sorted() == ["a.pp"])
            // A third journal finds an empty place where the cycle was.
            try desk.remove("data/a.pp")
            let late = try await world.run("run", "task.yaml", journal: "four", guarded: ["jasmin"])
            #expect(late.status != 0, "\(late.everything)")
        }
    }

    // MARK: destroyed and restored

    @Test func `a journal that is destroyed under a run costs nothing and starts no second task`() async throws {
        try describe()
        try await AttackWorld.with(desk) { world in
            await world.hold(at: 1)
            try await world.run("run", "task.yaml", journal: "one") { program in
                try await world.standstill(program)
                try desk.remove("journals/one")
                await world.release()
            }
            #expect(try archive() == files)
            let end = try await world.run("run", "task.yaml", journal: "one")
            let isEmpty = try desk.tree("data").isEmpty
            #expect(end.status == 0 || isEmpty, "\(end.everything)")
            #expect(try archive() == files)
        }
    }

    @Test func `a journal of the time when the task was at work is brought back after the clean-up`() async throws {
        try describe()
        try await AttackWorld.with(desk) { world in
            await world.hold()
            #expect(try await world.run("run", "--no-wait", "task.yaml", journal: "one").status == 31)
            try desk.copy("journals/one", to: "journals/backup")
            await world.release()
            #expect(try await world.run("run", "task.yaml", journal: "one").status == 0)
            #expect(try desk.tree("data").isEmpty)
            try desk.remove("journals/one")
            try desk.copy("journals/backup", to: "journals/one")
            try await world.run("run", "task.yaml", journal: "one", guarded: ["jasmin"])
            try await world.run("clean", "--all", "--delete", journal: "one", guarded: ["jasmin"])
            // What the model writes anew is not what that journal's task has sent.
            try desk.remove("journals/one")
            try desk.copy("journals/backup", to: "journals/one")
            try desk.stage("n", in: "data")
            try await world.run("run", "task.yaml", journal: "one", replaces: true)
            try await world.run("clean", "--all", "--delete", journal: "one")
        }
    }

    @Test func `a journal of an older archive does not know the newer files, whose times were put back`() async throws {
        try describe(deletes: false)
        try await AttackWorld.with(desk) { world in
            #expect(try await world.run("run", "task.yaml", journal: "one").status == 0)
            try desk.copy("journals/one", to: "journals/backup")
            try desk.move("data/a.pp", to: "moved/a.pp")
            try desk.stage("n", in: "data", ["a.pp"])
            try desk.remove("journals/one")
            try desk.copy("journals/backup", to: "journals/one")
            let clean = try await world.run("clean", "--all", "--delete", journal: "one")
            #expect(clean.status == 61, "\(clean.everything)")
            #expect(try desk.tree("data") == ["a.pp": Data("n a.pp".utf8)])
            #expect(try await world.run("run", "task.yaml", journal: "one", replaces: true).status == 0)
            #expect(desk.contents(AttackWorld.archive + "/a.pp") == Data("n a.pp".utf8))
        }
    }

    // MARK: the clock

    private static let fakes = "/usr/bin/faketime"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: fakes), "faketime is not installed: see the next test"))
    func `a clock that is set back by a day between two runs starts nothing twice, and deletes only what was sent`() async throws {
        try describe(deletes: false)
        let ahead = [Self.fakes, "-m", "-f", "+1d"]
        let quiet = ["NO_FAKE_STAT": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"]
        try await AttackWorld.with(desk) { world in
            await world.hold(at: 1)
            #expect(try await world.run("run", "--no-wait", "task.yaml", with: quiet, wrapper: ahead).status == 31)
            await world.release()
            let end = try await world.run("run", "task.yaml")
            #expect(end.status == 0, "\(end.everything)")
            #expect(world.submissions == 1, "\(end.everything)")
            try desk.stage("n", in: "data", ["a.pp"])
            #expect(try await world.run("clean", "--all", "--delete").status == 61)
            #expect(desk.contents("data/a.pp") == Data("n a.pp".utf8))
        }
    }

    @Test func `a record of a clock that was ahead is neither old nor forgotten`() async throws {
        try describe()
        try await AttackWorld.with(desk) { world in
            await world.hold()
            #expect(try await world.run("run", "--no-wait", "task.yaml").status == 31)
            let text = String(decoding: try #require(desk.contents(world.record("json"))), as: UTF8.self)
            try desk.write(world.record("json"), text.replacing(#/"20\d\d-(\d\d-\d\dT)/#) { "\"2049-\($0.1)" })
            try await world.logIn()
            let other = try await world.run("run", "task.yaml", as: .person, guarded: ["data"])
            #expect(other.status == 20, "\(other.everything)")
            #expect(world.submissions == 1, "\(other.everything)")
            await world.release()
            let end = try await world.run("run", "task.yaml")
            #expect(end.status == 0, "\(end.everything)")
            #expect(world.submissions == 1, "\(end.everything)")
            #expect(try archive() == files)
            #expect(try desk.tree("data").isEmpty)
        }
    }
}
