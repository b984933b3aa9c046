import Foundation
import Globus
import Rehearsal

/// F47–F50, F66, F67: what arrived is not what was sent, or cannot be looked at.
let proofCases: [FaultCase] = [
    FaultCase(47, title: "SUCCEEDED, and a path was given up", [53, 0]) { world in
        await world.faults(tasks: [.task(1, .skip(files: ["b.nc"]))])
        world.demand(try await world.run(), says: "skipped 1 path", "\(world.desk.data)/sub/b.nc: FILE_NOT_FOUND")
        try await world.run()
    },
    FaultCase(47, title: "SUCCEEDED, and a file was skipped as equal: that is normal", [0]) { world in
        let there = "jasmin/gws/canari/19880901T0000Z/a.pp"
        try world.desk.write(there, world.desk.contents("data/a.pp") ?? Data())
        for name in [there, "data/a.pp"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: world.desk.path(name))
        }
        world.demand(try await world.run(), says: "1 file skipped as equal")
    },
    differing(48, "SUCCEEDED, and a file was not sent at all", "missing: sub/b.nc", tasks: [.task(1, .omit(files: ["b.nc"]))]),
    differing(49, "a file is short", "short: sub/b.nc has 39990 bytes instead of 40000", storage: .truncate(bytes: 10)),
    differing(49, "a file is long", "long: sub/b.nc has 40010 bytes instead of 40000", storage: .grow(bytes: 10)),
    differing(49, "a file is absent", "missing: sub/b.nc", storage: .drop),
    differing(49, "a file is not listed", "missing: sub/b.nc", storage: .hide),
    FaultCase(49, title: "a bit is flipped before the service looks at the copy", [0]) { world in
        await world.faults(storage: [StorageFault("*b.nc", .flip, when: .written, .once)])
        world.demand(try await world.run(), says: "1 fault")
    },
    FaultCase(49, title: "a file lies at the destination that nobody sent", [[0, 60]]) { world in
        await world.faults(storage: [StorageFault("*b.nc", .extra(name: "stray.nc"))])
        world.demand(try await world.run(), says: "stray.nc")
    },
    FaultCase(50, title: "nobody may read at the destination", [61, 0]) { world in
        await world.faults(
            http: [
                HTTPFault(.successful, .status(403), .forever),
                HTTPFault(
                    .list, .status(403, code: "EndpointPermissionDenied", message: "Path not allowed"),
                    FaultCount(after: FaultCase.firstListings)),
            ])
        world.demand(try await world.run(), says: "the Globus task succeeded, but what arrived could not be listed")
        await world.noFaults()
        world.demand(try await world.run(), says: "resumes Globus task")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(50, title: "the destination's server fails", [61, 0]) { world in
        await world.faults(http: [
            HTTPFault(.successful, .status(403), .forever), HTTPFault(.list, .status(502), FaultCount(after: FaultCase.firstListings)),
        ])
        world.demand(try await world.run(), says: "the Globus task succeeded, but what arrived could not be listed")
        await world.noFaults()
        try await world.run()
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    FaultCase(66, title: "the service finds another checksum than the producer's", [60, 0]) { world in
        await world.faults(tasks: [.task(1, .fail(code: "EXTERNAL_CHECKSUM_MISMATCH"))])
        world.demand(try await world.run(), says: "EXTERNAL_CHECKSUM_MISMATCH", "find out on which side before you send it again")
        try await world.run()
    },
    FaultCase(66, title: "the source no longer has the producer's digest", [60, 0]) { world in
        _ = try await world.end(ofUnjudged: world.start(command: "manifest", world.desk.data, "--output", "made"))
        try world.describe("verify: {level: digest, manifest: \(world.desk.suite)/made}")
        let path = world.desk.data + "/a.pp"
        let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] ?? Date()
        func write(_ bytes: Data) throws {
            try bytes.write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
        }
        let whole = world.desk.contents("data/a.pp") ?? Data()
        var flipped = whole
        flipped[30_000] ^= 1
        try write(flipped)
        world.demand(try await world.run(), says: "EXTERNAL_CHECKSUM_MISMATCH", "at the source: a.pp has sha256:", "instead of sha256:")
        try write(whole)
        try await world.run()
    },
    FaultCase(66, title: "the service sent other bytes than the producer's, by its own list", [60, 0]) { world in
        try world.describe("verify: {level: digest}")
        let edit = HTTPFault.AnswerEdit(
            setInEach: ["checksum": .string(String(repeating: "0", count: 64)), "checksum_algorithm": "SHA256"])
        await world.faults(http: [HTTPFault(.successful, .edit(edit), .forever)])
        world.demand(try await world.run(), says: "other content: a.pp was sent with sha256:00", "other content: sub/b.nc was sent with")
        await world.noFaults()
        try await world.run()
    },
    undigested("no checksum", HTTPFault.AnswerEdit(setInEach: ["checksum": nil]), says: "0 by digest, 2 by size, 0 not verified", tasks: 3),
    undigested(
        "a checksum of another algorithm", HTTPFault.AnswerEdit(setInEach: ["checksum": "5f", "checksum_algorithm": "CRC32"]),
        says: "0 by digest, 2 by size, 0 not verified", tasks: 3),
    undigested("no word about a file", HTTPFault.AnswerEdit(omit: ["*.nc"]), says: "1 by digest, 1 by size, 0 not verified", tasks: 1),
    FaultCase(67, title: "the service's list of files is not to be had, at digest level: nothing is sent again", [61, 0]) { world in
        try world.describe("verify: {level: digest}")
        await world.faults(http: [HTTPFault(.successful, .status(403), .forever)])
        world.demand(try await world.run(), says: "Globus's list of sent files is not available yet")
        await world.noFaults()
        world.demand(try await world.run(), says: "resumes Globus task", "2 by digest, 0 by size, 0 not verified")
        world.demand(await world.tasks().count == 1, "more than one task")
    },
    listed("no checksum", HTTPFault.AnswerEdit(setInEach: ["checksum": nil])),
    listed("a checksum of another algorithm", HTTPFault.AnswerEdit(setInEach: ["checksum": "5f", "checksum_algorithm": "CRC32"])),
    listed("no word about a file", HTTPFault.AnswerEdit(omit: ["*.nc"])),
]

private func differing(
    _ row: Int, _ title: String, _ words: String, tasks: [TaskFault] = [], storage effect: StorageFault.Effect? = nil
) -> FaultCase {
    FaultCase(row, title: title, [60, 0]) { world in
        await world.faults(tasks: tasks, storage: effect.map { [StorageFault("/gws/*b.nc", $0)] } ?? [])
        world.demand(try await world.run(), says: words, "find out what else writes to the destination")
        await world.noFaults()
        try await world.run()
    }
}

/// At digest level what is known is said, and no more.
private func undigested(_ title: String, _ edit: HTTPFault.AnswerEdit, says words: String, tasks expected: Int) -> FaultCase {
    FaultCase(67, title: "the service's list of files has \(title), at digest level", [61, 0]) { world in
        try world.describe("verify: {level: digest}")
        await world.faults(http: [HTTPFault(.successful, .edit(edit), .forever)])
        world.demand(try await world.run(), says: words)
        await world.noFaults()
        world.demand(try await world.run(), says: "Globus confirmed its digest: 2 by digest, 0 by size, 0 not verified")
        let made = await world.tasks().count
        world.demand(made == expected, "\(made) tasks")
    }
}

/// At size level the destination's listing is enough.
private func listed(_ title: String, _ edit: HTTPFault.AnswerEdit) -> FaultCase {
    FaultCase(67, title: "the service's list of files has \(title)", [0]) { world in
        await world.faults(http: [HTTPFault(.successful, .edit(edit), .forever)])
        try await world.run()
    }
}
