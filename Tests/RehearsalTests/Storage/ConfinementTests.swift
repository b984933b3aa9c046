import Foundation
import Globus
import Synchronization
import Testing

@testable import Rehearsal

/// No link, whenever somebody puts it there, lets a request out of its mount.
struct ConfinementTests {
    private let storage = LocalStorage()

    /// A mount with `in/file`, beside it `outside/secret`.
    private func withMount(_ body: (_ root: LocalPath, _ directory: String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/rehearsal-" + UUID().uuidString
        for path in ["mount/in", "outside"] {
            try FileManager.default.createDirectory(atPath: directory + "/" + path, withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data("in".utf8).write(to: URL(fileURLWithPath: directory + "/mount/in/file"))
        try Data("secret".utf8).write(to: URL(fileURLWithPath: directory + "/outside/secret"))
        try await body(LocalPath(directory + "/mount").asMount, directory)
    }

    private func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    private func content(_ path: LocalPath) throws(StorageError) -> String {
        let file = try storage.openForReading(path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
        defer { buffer.deallocate() }
        let count = try file.read(into: buffer)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    @Test(arguments: ["../outside", "/OUTSIDE", "in/../../outside", "again", "../mount/../outside", "/proc/self/root/OUTSIDE"])
    func `a link that leads out is refused by every operation`(target: String) async throws {
        try await withMount { root, directory in
            try link(directory + "/mount/again", to: "../outside")
            let target = target.replacing("/OUTSIDE", with: directory + "/outside")
            try link(directory + "/mount/out", to: target)
            try link(directory + "/mount/file", to: target + "/secret")
            let (out, file) = (root.appending("out".utf8), root.appending("file".utf8))
            let refused = StorageError(number: EPERM)
            #expect(throws: refused) { try storage.names(in: out) }
            #expect(throws: refused) { try storage.status(out, followingLinks: true) }
            #expect(throws: refused) { try storage.status(out.appending("secret".utf8), followingLinks: false) }
            #expect(throws: refused) { _ = try storage.openForReading(file) }
            #expect(throws: refused) { _ = try storage.openForReading(out.appending("secret".utf8)) }
            #expect(throws: refused) { _ = try storage.openForWriting(out.appending("new".utf8), followingLinks: true) }
            #expect(throws: refused) { _ = try storage.openForWriting(file, followingLinks: true) }
            #expect(throws: refused) { try storage.makeDirectory(out.appending("new".utf8)) }
            #expect(throws: refused) { try storage.makeLink(out.appending("new".utf8), to: Array("x".utf8)) }
            #expect(throws: refused) { try storage.remove(out.appending("secret".utf8), isDirectory: false) }
            #expect(throws: refused) { try storage.rename(out.appending("secret".utf8), to: root.appending("mine".utf8)) }
            #expect(throws: refused) { try storage.rename(root.appending("in".utf8), to: out.appending("in".utf8)) }
            // The link itself is in the mount.
            #expect(try storage.status(out, followingLinks: false).kind == .link)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory + "/outside") == ["secret"])
        }
    }

    @Test(arguments: ["in", "../mount/in", "/ROOT/in", "in/../in", "/ROOT/../mount/./in", "alias"])
    func `one that leads to another place in the mount is followed, also by way of outside`(target: String) async throws {
        try await withMount { root, directory in
            try link(directory + "/alias", to: "mount")
            try link(directory + "/mount/alias", to: "../alias/in")
            try link(directory + "/mount/link", to: target.replacing("/ROOT", with: directory + "/mount"))
            #expect(try content(root.appending("link/file".utf8)) == "in")
            #expect(try storage.names(in: root.appending("link".utf8)).count == 1)
        }
    }

    @Test func `links in a circle are too many, and one to the root of the mount is the root`() async throws {
        try await withMount { root, directory in
            try link(directory + "/mount/a", to: "b")
            try link(directory + "/mount/b", to: "a")
            try link(directory + "/mount/root", to: directory + "/mount")
            #expect(throws: StorageError(number: ELOOP)) { _ = try storage.openForReading(root.appending("a".utf8)) }
            #expect(try storage.names(in: root.appending("root".utf8)).count == 4)
            #expect(
                try storage.status(root.appending("root".utf8), followingLinks: true).inode
                    == storage.status(root, followingLinks: true).inode)
        }
    }

    @Test func `a mount of its owner's files follows links wherever they lead, and only for reading`() async throws {
        try await withMount { _, directory in
            try link(directory + "/mount/out", to: "../outside")
            let id = try #require(CollectionID(World.archer))
            func place(_ mount: StandInCollection.Mount) throws -> LocalPath {
                let settings = StandInCollection(id: id, displayName: "", mounts: [mount])
                return try #require(PlayedCollection(settings, storage: storage).place("/out/secret")).local
            }
            #expect(try content(place(.init(directory + "/mount", isWritable: false, followsLinksOut: true))) == "secret")
            for mount in [
                StandInCollection.Mount(directory + "/mount"), .init(directory + "/mount", isWritable: false),
                .init(directory + "/mount", followsLinksOut: true),
            ] {
                #expect(throws: StorageError(number: EPERM)) { try content(place(mount)) }
            }
        }
    }

    private final class Race: Sendable { let isOver = Atomic(false) }

    /// The race that a look before the deed loses: a directory that becomes a link in between.
    @Test func `a directory that is forever exchanged for a link out never lets anything out`() async throws {
        try await withMount { root, directory in
            try FileManager.default.createDirectory(atPath: directory + "/mount/d", withIntermediateDirectories: true)
            try Data("in".utf8).write(to: URL(fileURLWithPath: directory + "/mount/d/secret"))
            try link(directory + "/mount/l", to: "../outside")
            let race = Race()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { race.isOver.store(true, ordering: .relaxed) }
                    for number in 0..<3000 {
                        let path = root.appending("d/secret".utf8)
                        if let text = try? content(path) { #expect(text == "in") }
                        try? storage.makeDirectory(root.appending("d/made-\(number)".utf8))
                        _ = try? storage.openForWriting(root.appending("d/new-\(number)".utf8), followingLinks: true)
                    }
                }
                group.addTask {
                    while !race.isOver.load(ordering: .relaxed) {
                        for (old, new) in [("d", "x"), ("l", "d"), ("d", "l"), ("x", "d")] {
                            rename(directory + "/mount/" + old, directory + "/mount/" + new)
                        }
                        await Task.yield()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory + "/outside") == ["secret"])
            #expect(FileManager.default.contents(atPath: directory + "/outside/secret") == Data("secret".utf8))
        }
    }

    @Test func `through the service, a link out is named in a listing and nothing of it is told or taken`() async throws {
        try await World.with { world in
            try FileManager.default.createDirectory(atPath: world.directory + "/outside", withIntermediateDirectories: true)
            try world.write("outside/secret", "secret")
            try world.write("archer2/d/file", "in")
            try world.link("archer2/d/out", to: "../../outside")
            let listing = try await world.client.get("/v0.10/operation/endpoint/\(World.archer)/ls?path=/d/")
            #expect(listing.list.compactMap { $0["type"]?.string } == ["file", "invalid_symlink"])
            #expect(try await world.client.get("/v0.10/operation/endpoint/\(World.archer)/ls?path=/d/out/").status == 502)
            #expect(try await world.client.get("/v0.10/operation/endpoint/\(World.archer)/stat?path=/d/out/secret").status == 403)
            let task = try await world.submit([World.item("/d/out/secret", "/stolen")])
            try await world.wait(task) { $0["nice_status"].string == "PERMISSION_DENIED" }
            #expect(!world.exists("jasmin/stolen"))
            _ = try await world.client.post("/v0.10/task/\(task)/cancel")
        }
    }
}
