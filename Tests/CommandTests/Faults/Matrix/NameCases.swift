import Foundation
import Globus
import Rehearsal

/// F93, F100: names and places that are equal as text and not as bytes; links to directories, and directories that are taken for others.
let nameCases: [FaultCase] = [
    FaultCase(93, title: "a twin in the other Unicode form, of equal size and second, is staged later", [0, 0]) { world in
        try world.put("caf\u{E9}.pp", "one")
        try world.put("d\u{E9}/x.pp", "one")
        try await world.run()
        try world.put("cafe\u{301}.pp", "two")
        try world.put("de\u{301}/x.pp", "two")
        world.demand(try await world.run(), says: "4 files verified already, 2 new or changed")
    },
    FaultCase(93, title: "a file, then the destination, changes to the other Unicode form", [0, 0, 0]) { world in
        let composed = "jasmin/gws/caf\u{E9}", decomposed = "jasmin/gws/cafe\u{301}"
        try world.put("caf\u{E9}.pp", "one")
        world.state.withLock { $0.destination = composed }
        try world.desk.describe(world.desk.description(to: "/gws/caf\u{E9}"))
        try await world.run()
        guard rename(world.desk.data + "/caf\u{E9}.pp", world.desk.data + "/cafe\u{301}.pp") == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
        let renamed = try await world.run()
        world.demand(!renamed.text.contains("already archived"), "the renamed file is taken for sent")
        world.state.withLock { $0.destination = decomposed }
        try world.desk.describe(world.desk.description(to: "/gws/cafe\u{301}"))
        let moved = try await world.run()
        world.demand(!moved.text.contains("already archived"), "the other place is taken for the same")
    },
    FaultCase(93, title: "twins, combining marks, quotes and CR LF, read back at the destination, then deleted", [0, 0, 0]) { world in
        for (number, name) in oddNames.enumerated() { try world.put(name, "\(number)") }
        try world.describe("verify: {level: digest}")
        try await world.run()
        try await world.readBack()
        world.demand(!world.desk.exists("suite/marked") && !world.desk.exists("asked/marked"), "a name was executed")
        try world.describe("verify: {level: digest}\nclean: {source: delete}")
        try await world.run()
        world.demand(try world.desk.tree("data").isEmpty, "something stays")
    },
    FaultCase(93, title: "a name that begins with a combining mark, in a directory that becomes a link", [61]) { world in
        try world.put("sub/\u{301}c.pp", "three")
        try await world.archive()
        try FileManager.default.moveItem(atPath: world.desk.data + "/sub", toPath: world.desk.path("elsewhere"))
        try FileManager.default.createSymbolicLink(atPath: world.desk.data + "/sub", withDestinationPath: world.desk.path("elsewhere"))
        world.demand(try await world.clean(), says: "'sub' is a link or no directory")
        world.demand(FileTree.read(world.desk.path("elsewhere"), followingLinks: false).count == 2, "what the link leads to is deleted")
    },
    FaultCase(100, title: "a link to a directory is not passed over because 'include' is set", [10, 0]) { world in
        try world.desk.write("outside/c.pp", "three")
        try FileManager.default.createSymbolicLink(atPath: world.desk.data + "/more", withDestinationPath: "../outside")
        try world.describe("select: {include: [\"**/*.pp\", \"**/*.nc\"]}")
        world.demand(try await world.run(), says: "more is a symbolic link")
        world.demand(await world.tasks().isEmpty, "something was sent")
        try FileManager.default.removeItem(atPath: world.desk.data + "/more")
        try await world.run()
    },
    FaultCase(100, title: "listings do not say how many there are", [0, 0]) { world in
        try world.moveFarAway()
        for number in 0..<20 { try world.desk.write("far/f\(number).pp", "\(number)") }
        await world.faults(http: [HTTPFault(.list, .edit(HTTPFault.AnswerEdit(set: ["total": nil])), .forever)])
        try await world.run()
        world.demand(world.standIn.faultUses.http[0] > 2, "nobody listed anything")
        world.demand(try await world.run(), says: "already archived")
    },
    FaultCase(100, title: "a list of checksums is there, of another directory: all is read anew", [0]) { world in
        for (name, bytes) in try world.desk.tree("data") {
            try world.desk.write("other/" + name, Data(count: bytes.count))
            for folder in ["data/", "other/"] { try world.date(folder + name, 1e9) }
        }
        for folder in ["other", "data"] {
            _ = try await world.end(ofUnjudged: world.start(command: "manifest", world.desk.path(folder), "--output", "sums"))
        }
        // Globus compares what it reads with these.
        try world.describe("verify: {level: digest, manifest: \(world.desk.suite)/sums}")
        world.demand(try await world.run(), says: "2 by digest, 0 by size, 0 not verified")
    },
]

/// The last of them would run a command, were they quoted by characters.
private let oddNames = [
    "caf\u{E9}.pp", "cafe\u{301}.pp", "d\u{E9}/x.pp", "de\u{301}/x.pp", "\u{301}first.pp", "in/\u{301}first.pp", "\u{301}/in.pp",
    "it's.pp", "'\u{301}.pp", "cr\rx.pp", "crlf\r\nx.pp", "lf\nx.pp", "back\\slash.pp", "'\u{301}; touch marked; '\u{301}.pp",
]

extension FaultWorld {
    /// A file of the source, of one second like all others.
    fileprivate func put(_ name: String, _ text: String) throws {
        let path = desk.data + "/" + name
        try FileManager.default.createDirectory(
            atPath: String(decoding: path.utf8[..<(path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.endIndex)], as: UTF8.self),
            withIntermediateDirectories: true)
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o666)
        defer { _ = Glibc.close(descriptor) }
        guard descriptor >= 0, Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw CocoaError(.fileWriteUnknown)
        }
        let time = timespec(tv_sec: 1_000_000_000, tv_nsec: 0)
        guard [time, time].withUnsafeBufferPointer({ futimens(descriptor, $0.baseAddress) }) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }
}
