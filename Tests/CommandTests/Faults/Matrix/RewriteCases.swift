import Foundation
import Globus
import Rehearsal

/// F73, F92: a file that is written to once it was sent, so that neither its size nor its second tells.
let rewriteCases: [FaultCase] = [
    rewritten("in place, its time put back", inPlace: true), rewritten("as another file, its time put back", inPlace: false),
    rewritten("in place, a millisecond later", inPlace: true, later: 1_000_000),
    rewritten("as another file, a millisecond later", inPlace: false, later: 1_000_000),
    FaultCase(73, title: "rewritten after it was archived: not deleted by hand, and sent again", [61, 0]) { world in
        try await world.archive()
        try world.rewrite("data/a.pp", inPlace: true, later: 0)
        world.demand(try await world.clean(), says: "deleted 1 file")
        world.demand(world.desk.exists("data/a.pp"), "it is deleted")
        try world.describe("clean: {source: delete}")
        try await world.run()
        world.demand(try world.desk.tree("data").isEmpty, "something stays")
    },
    FaultCase(92, title: "one file grows for ever, without 'settled': the others arrive", [11, 0]) { world in
        world.state.withLock { $0.retriesForEver = true }
        await world.faults(tasks: [.task(1, .fault("FILE_SIZE_CHANGED", files: ["a.pp"]))])
        world.demand(try await world.run(), says: "FILE_SIZE_CHANGED", "a.pp")
        world.demand(
            world.desk.contents("jasmin/gws/canari/19880901T0000Z/sub/b.nc") == world.desk.contents("data/sub/b.nc"), "b.nc is not there")
        await world.noFaults()
        try await world.run()
    },
]

private func rewritten(_ how: String, inPlace: Bool, later: Int = 0) -> FaultCase {
    FaultCase(73, title: "rewritten \(how), after it was sent and before it is deleted", [11, 0]) { world in
        try world.describe("clean: {source: delete}")
        let listings = Counter(), old = world.desk.contents("data/a.pp")
        world.onRequest { request in
            // The first one is the look before the submission.
            guard request.path.contains(Desk.jasmin + "/ls"), listings.next() == 2 else { return }
            try? world.rewrite("data/a.pp", inPlace: inPlace, later: later)
        }
        world.demand(try await world.run(), says: "a.pp")
        world.demand(world.desk.exists("data/a.pp") && world.desk.contents("data/a.pp") != old, "it was not rewritten, or is gone")
        try await world.run()
        world.demand(try world.desk.tree("data").isEmpty, "something stays")
    }
}

extension FaultWorld {
    /// Other bytes, as many as before.
    ///
    /// - Parameter later: by how many nanoseconds its time then differs.
    fileprivate func rewrite(_ name: String, inPlace: Bool, later: Int) throws {
        let path = desk.path(name)
        var before = stat()
        guard stat(path, &before) == 0 else { throw CocoaError(.fileReadUnknown) }
        let bytes = Data((desk.contents(name) ?? Data()).map { $0 ^ 1 })
        if inPlace {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: bytes)
            try file.close()
        } else {
            try desk.write("new", bytes)
            guard rename(desk.path("new"), path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
        var time = before.st_mtim
        time.tv_nsec += time.tv_nsec < 500_000_000 ? later : -later
        guard [time, time].withUnsafeBufferPointer({ utimensat(AT_FDCWD, path, $0.baseAddress, 0) }) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }
}
