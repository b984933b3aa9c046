import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// The source is another one when its files are deleted than when they were sent; or it is the destination.
struct AttackSourceTests {
    private let desk: Desk
    private let source = "work/data"
    private let names = ["a.pp", "sub/b.nc"]

    init() throws { desk = try Desk() }

    // MARK: one disk

    /// How a second collection may show the source's disk, without a link and under names of its own.
    enum Disk: String, CaseIterable { case allUnderAnotherName, oneDirectory }

    @Test(arguments: Disk.allCases)
    func `a second collection on the source's disk costs no file`(disk: Disk) async throws {
        try desk.stage("s", in: "data")
        try desk.describe(desk.description("clean: {source: delete, directories: true}"))
        let files = try desk.tree("data")
        let part = disk == .oneDirectory ? "/sub" : ""
        let place = try CollectionPath("/gws/canari/\(AttackWorld.cycle)" + part)
        let mount = StandInCollection.Mount(desk.data + part, at: place)
        try await AttackWorld.with(desk) { configuration in
            for index in configuration.collections.indices where configuration.collections[index].id.description == Desk.jasmin {
                configuration.collections[index].mounts.append(mount)
            }
        } _: { world in
            for arguments in [
                ["run", "task.yaml"], ["run", "task.yaml"], ["clean", "--all", "--delete"],
                ["rerun", "u-ab123", "--cycle", AttackWorld.cycle],
            ] {
                let scene = try Scene(desk, guarded: ["data"])
                let end = try await desk.start(arguments, world.environment()).completed()
                if arguments[0] == "run" {
                    #expect(end.status == 61, "\(end.everything)")
                    #expect(end.output.contains("are the same place"), "\(end.everything)")
                }
                try await world.judge(end, arguments, scene)
                #expect(try desk.tree("data") == files)
            }
        }
    }

    @Test func `hard links at the destination hold the bytes when the source's names go`() async throws {
        try desk.stage("s", in: "data")
        try desk.describe(desk.description("clean: {source: delete}"))
        let files = try desk.tree("data")
        for name in names {
            let there = desk.path(AttackWorld.archive + "/" + name)
            try FileManager.default.createDirectory(
                atPath: (there as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try #require(Glibc.link(desk.data + "/" + name, there) == 0)
        }
        try await AttackWorld.with(desk) { world in
            try await world.run("run", "task.yaml")
            #expect(try desk.tree(AttackWorld.archive) == files)
        }
    }

    // MARK: swapped

    /// What stands where the source, or a part of it, was.
    enum Swap: String, CaseIterable {
        case rootIsLink, rootIsAnother, folderIsLink, folderIsAnother, fileIsLink, fileIsAnother, parentIsLink, parentIsAnother

        /// From the parent of the source's parent.
        var place: String {
            switch self {
            case .rootIsLink, .rootIsAnother: "work/data"
            case .folderIsLink, .folderIsAnother: "work/data/sub"
            case .fileIsLink, .fileIsAnother: "work/data/a.pp"
            case .parentIsLink, .parentIsAnother: "work"
            }
        }

        var isLink: Bool { rawValue.hasSuffix("Link") }
    }

    private func stageSwap(_ more: String) throws {
        try desk.stage("s", in: source)
        // Of the same names, sizes and times.
        try desk.stage("p", in: "precious/work/data")
        try desk.describe(desk.description(more, from: desk.path(source)))
    }

    private func perform(_ swap: Swap) throws {
        try desk.move(swap.place, to: "moved/" + swap.place)
        if swap.isLink {
            try desk.link(swap.place, to: "precious/" + swap.place)
        } else {
            try desk.copy("precious/" + swap.place, to: swap.place)
            for name in names where desk.contents(source + "/" + name)?.first == UInt8(ascii: "p") {
                try desk.setTime(source + "/" + name)
            }
        }
    }

    /// What is at the source's path and is not the source's.
    private func strangers() -> [String: Data] {
        let found = names.compactMap { name in desk.contents(source + "/" + name).map { (name, $0) } }
        return Dictionary(uniqueKeysWithValues: found).filter { $0.value.first == UInt8(ascii: "p") }
    }

    @Test(arguments: Swap.allCases) func `what was swapped before a clean-up stays`(swap: Swap) async throws {
        try stageSwap("")
        try await AttackWorld.with(desk) { world in
            #expect(try await world.run("run", "task.yaml", source: source).status == 0)
            try perform(swap)
            let strangers = strangers()
            #expect(!strangers.isEmpty)
            let end = try await world.run("clean", "--all", "--delete", "--directories", guarded: ["precious", "moved"], source: source)
            #expect(end.status == 61, "\(end.everything)")
            #expect(self.strangers() == strangers)
        }
    }

    @Test(arguments: Swap.allCases) func `what was swapped while the task was at work stays`(swap: Swap) async throws {
        try stageSwap("clean: {source: delete, directories: true}")
        let files = try desk.tree(source)
        try await AttackWorld.with(desk) { world in
            await world.hold(at: 1)
            var strangers: [String: Data] = [:]
            let end = try await world.run("run", "task.yaml", guarded: ["precious"], source: source) { program in
                try await world.standstill(program)
                #expect(try desk.tree(AttackWorld.archive) == files, "all is sent")
                try perform(swap)
                strangers = self.strangers()
                await world.release()
            }
            #expect([11, 61].contains(end.status), "\(end.everything)")
            #expect(!strangers.isEmpty)
            #expect(self.strangers() == strangers)
            #expect(try desk.tree(AttackWorld.archive) == files)
        }
    }

    @Test func `a root that was swapped for a snapshot of hard links keeps the snapshot, although the digests agree`() async throws {
        try stageSwap("verify: {level: digest}")
        for name in names {
            let there = desk.path("snapshot/" + name)
            try FileManager.default.createDirectory(
                atPath: (there as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try #require(Glibc.link(desk.path(source + "/" + name), there) == 0)
        }
        try await AttackWorld.with(desk) { world in
            #expect(try await world.run("run", "task.yaml", source: source).status == 0)
            try desk.move(source, to: "moved/data")
            try desk.link(source, to: "snapshot")
            let end = try await world.run("clean", "--all", "--delete", guarded: ["snapshot", "moved"], source: source)
            #expect(end.status == 61, "\(end.everything)")
            #expect(end.errors.contains("not the directory from which the files were sent"), "\(end.everything)")
        }
    }

    // MARK: rewritten

    @Test(arguments: [true, false])
    func `what was rewritten while the task was at work, with its time put back, stays and is sent by the next run`(inPlace: Bool)
        async throws
    {
        try desk.stage("s", in: "data")
        try desk.describe(desk.description("clean: {source: delete}"))
        try await AttackWorld.with(desk) { world in
            await world.hold(at: 1)
            try await world.run("run", "task.yaml") { program in
                try await world.standstill(program)
                if inPlace {
                    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: desk.data + "/a.pp"))
                    try file.write(contentsOf: Data("n".utf8))
                    try file.close()
                    try desk.setTime("data/a.pp")
                } else {
                    try desk.stage("n", in: "new", ["a.pp"])
                    #expect(rename(desk.path("new/a.pp"), desk.data + "/a.pp") == 0)
                }
                await world.release()
            }
            #expect(desk.contents("data/a.pp") == Data("n a.pp".utf8))
            let end = try await world.run("run", "task.yaml", replaces: true)
            #expect(end.status == 0, "\(end.everything)")
            #expect(try desk.tree("data").isEmpty)
            #expect(desk.contents(AttackWorld.archive + "/a.pp") == Data("n a.pp".utf8))
        }
    }

    @Test func `files of a clock that is ahead are archived and deleted, and what takes their place stays`() async throws {
        try desk.stage("s", in: "data")
        for name in names { try desk.setTime("data/" + name, 4_000_000_000) }
        try desk.describe(desk.description())
        try await AttackWorld.with(desk) { world in
            #expect(try await world.run("run", "task.yaml").status == 0)
            // The clock is set back, and the model writes the cycle once more.
            try desk.stage("n", in: "data", ["a.pp"])
            try desk.setTime("data/a.pp", 4_000_000_000)
            let clean = try await world.run("clean", "--all", "--delete")
            #expect(clean.status == 61, "\(clean.everything)")
            #expect((clean.output.contains("deleted 1 file")), "\(clean.everything)")
            #expect(try desk.tree("data") == ["a.pp": Data("n a.pp".utf8)])
            #expect(try await world.run("run", "task.yaml", replaces: true).status == 0)
        }
    }
}
