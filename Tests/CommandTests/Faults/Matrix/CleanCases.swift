import Foundation
import Rehearsal

/// F8, F62: deletion at the source.
let cleanCases: [FaultCase] = [
    FaultCase(8, title: "killed in the middle of the clean-up, at each file in turn", everyRun: 0) { world in
        try world.describe("select: {required: [\"a.*\"]}\nclean: {source: delete, directories: true}")
        let files = try world.desk.tree("data")
        for number in 1...files.count {
            try world.forgetAll()
            for (path, bytes) in files { try world.desk.write("data/" + path, bytes) }
            let deletions = Counter(), before = await world.tasks().count
            try await world.kill { _, step in step == .deleting && deletions.next() == number }
            world.demand(try world.desk.tree("data").count == files.count - number + 1, "killed at file \(number), others are left")
            world.demand(try await world.run(), says: "\(files.count - number + 1) file", "deleted at the source")
            world.demand(try world.desk.tree("data").isEmpty, "killed at file \(number), something stays")
            world.demand(try world.desk.tree("jasmin/gws/canari/19880901T0000Z") == files, "not all of it is at the destination")
            let made = await world.tasks().count - before
            world.demand(made == 1, "killed at file \(number): \(made) tasks")
        }
    },
    FaultCase(8, title: "killed in the middle of the clean-up, with the producer's manifest", [0]) { world in
        _ = try await world.end(ofUnjudged: world.start(command: "manifest", world.desk.data, "--output", "made"))
        try world.describe("verify: {level: digest, manifest: \(world.desk.suite)/made}\nclean: {source: delete}")
        let deletions = Counter()
        try await world.kill { _, step in step == .deleting && deletions.next() == 2 }
        try await world.run()
        world.demand(try world.desk.tree("data").isEmpty, "something stays")
    },
    FaultCase(8, 54, title: "more is staged while half of it is cleaned up", [0, 0]) { world in
        try world.describe("select: {required: [\"a.*\"]}\nclean: {source: delete}")
        let deletions = Counter()
        try await world.kill { _, step in step == .deleting && deletions.next() == 2 }
        try world.desk.write("data/late.pp", "late")
        try await world.run()
        world.demand(try world.desk.tree("data").isEmpty, "something stays")
        world.demand(try world.desk.tree("jasmin/gws/canari/19880901T0000Z").count == 3, "not all of it is at the destination")
        world.demand(try await world.run(), says: "already archived: 3 files")
    },
    refused("a row that is not proven", "not verified at the level that the description requires", [60, 61]) { world in
        await world.faults(storage: [StorageFault("/gws/*b.nc", .drop)])
        try await world.run()
    },
    refused("a source that is newer than its row", "a.pp: it has changed since it was verified", [61]) { world in
        try await world.archive()
        let time = Date(timeIntervalSince1970: 2e9)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: world.desk.data + "/a.pp")
    },
    refused("a source that a link leads out of", "sub/b.nc: 'sub' is a link or no directory", [61]) { world in
        try await world.archive()
        try FileManager.default.moveItem(atPath: world.desk.data + "/sub", toPath: world.desk.path("elsewhere"))
        try FileManager.default.createSymbolicLink(atPath: world.desk.data + "/sub", withDestinationPath: world.desk.path("elsewhere"))
    },
]

/// Deletion is asked for by hand; what may not be deleted stays.
private func refused(
    _ title: String, _ words: String, _ expected: [FaultCase.Statuses], _ arrange: @escaping @Sendable (FaultWorld) async throws -> Void
) -> FaultCase {
    FaultCase(62, title: title, expected) { world in
        try await arrange(world)
        let clean = try world.start(
            "clean", "u-ab123", "--cycle", "19880901T0000Z", "--delete", with: ["PPTRANSFER_REHEARSAL_DELETES": "1"])
        world.demand(await world.end(of: clean), says: words)
        let left = ["data/a.pp", "data/sub/b.nc", "elsewhere/b.nc"].filter(world.desk.exists)
        world.demand(left.contains { $0.hasSuffix("b.nc") } || words.hasPrefix("a.pp"), "it is deleted")
        world.demand(left.contains("data/a.pp") || words.hasPrefix("sub"), "it is deleted")
    }
}
