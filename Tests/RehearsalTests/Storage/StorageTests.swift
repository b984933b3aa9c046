import Foundation
import Globus
import Testing

@testable import Rehearsal

@Suite struct StorageTests {
    private let storage = LocalStorage()

    private func withDirectory(_ body: (LocalPath) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/rehearsal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path + "/mount", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(LocalPath(path))
    }

    private func collection(_ mounts: [StandInCollection.Mount]) throws -> PlayedCollection {
        let settings = StandInCollection(id: try #require(CollectionID(World.archer)), displayName: "Test", mounts: mounts)
        return PlayedCollection(settings, storage: storage)
    }

    @Test(arguments: [
        ("/a//b/./c/", ["a", "b", "c"]), ("/", []), ("~", ["~"]), ("~/x", ["~", "x"]), ("/~/x", ["~", "x"]), ("/a/../../b", ["b"]),
        ("/~/../x", ["home", "x"]), ("/a/..", []),
    ])
    func `a path is taken apart lexically and never climbs out`(path: String, components: [String]) {
        #expect(PlayedCollection.components(path) == components)
    }

    @Test(arguments: ["", "a/b", "~user/x", "./a", "/a\u{0}b"])
    func `a path that is not absolute is none`(path: String) {
        #expect(PlayedCollection.components(path) == nil)
    }

    @Test func `the longest mount serves a path, by components`() throws {
        let played = try collection([
            .init("/srv/root"), .init("/srv/work", at: try CollectionPath("/work")),
            .init("/srv/n02", at: try CollectionPath("/work/n02"), isWritable: false),
        ])
        #expect(played.place("/work/n02/x")?.local == LocalPath("/srv/n02/x"))
        #expect(played.place("/work/n02/x")?.isWritable == false)
        #expect(played.place("/work/n021")?.local == LocalPath("/srv/work/n021"))
        #expect(played.place("/workshop")?.local == LocalPath("/srv/root/workshop"))
    }

    @Test func `a home can be a mount of its own`() throws {
        let played = try collection([.init("/srv/root"), .init("/srv/me", at: try CollectionPath("/~"))])
        #expect(played.place("~/x")?.local == LocalPath("/srv/me/x"))
        #expect(played.place("/x")?.local == LocalPath("/srv/root/x"))
    }

    @Test func `a home lies below the root and appears when someone looks`() throws {
        try withDirectory { directory in
            let played = try collection([.init(directory.text)])
            #expect(played.place("/~/x")?.local == directory.appending("home/rehearsal/x".utf8))
            #expect(try storage.status(directory.appending("home/rehearsal".utf8), followingLinks: false).kind == .directory)
        }
    }

    @Test func `a directory above mounts lists them though it is nowhere`() throws {
        let played = try collection([
            .init("/srv/a", at: try CollectionPath("/gws/a")), .init("/srv/b", at: try CollectionPath("/gws/b")),
        ])
        #expect(played.resolve("/") == .virtual(children: ["gws"]))
        #expect(played.resolve("/gws") == .virtual(children: ["a", "b"]))
        #expect(played.resolve("/other") == nil)
    }

    @Test func `directories are made up to the mount and not above`() throws {
        try withDirectory { directory in
            let root = directory.appending("mount".utf8).asMount
            var writing = SafeWriting(storage: storage)
            try writing.makeDirectories(Place(local: root.appending("a/b/c".utf8), root: root, isWritable: true))
            #expect(try storage.status(root.appending("a/b/c".utf8), followingLinks: false).kind == .directory)
            let gone = directory.appending("nowhere".utf8)
            #expect(throws: StorageError(number: ENOENT)) {
                try writing.makeDirectories(Place(local: gone.appending("a".utf8), root: gone, isWritable: true))
            }
        }
    }

    @Test func `nothing is written through links that leave the mount`() throws {
        try withDirectory { directory in
            let root = directory.appending("mount".utf8).asMount
            try storage.makeDirectory(directory.appending("outside".utf8))
            try storage.makeLink(root.appending("out".utf8), to: Array("../outside".utf8))
            try storage.makeLink(root.appending("file".utf8), to: Array("../outside/file".utf8))
            try storage.openForWriting(directory.appending("outside/file".utf8), followingLinks: true).close()
            var writing = SafeWriting(storage: storage)
            for path in ["out", "out/new"] {
                #expect(throws: StorageError(number: EPERM)) {
                    try writing.makeDirectories(Place(local: root.appending(path.utf8), root: root, isWritable: true))
                }
            }
            #expect(throws: StorageError(number: EPERM)) {
                _ = try writing.open(Place(local: root.appending("file".utf8), root: root, isWritable: true))
            }
        }
    }

    @Test func `links within the mount are followed`() throws {
        try withDirectory { directory in
            let root = directory.appending("mount".utf8).asMount
            try storage.makeDirectory(root.appending("real".utf8))
            try storage.makeLink(root.appending("alias".utf8), to: Array("real".utf8))
            var writing = SafeWriting(storage: storage)
            try writing.makeDirectories(Place(local: root.appending("alias/new".utf8), root: root, isWritable: true))
            #expect(try storage.status(root.appending("real/new".utf8), followingLinks: false).kind == .directory)
        }
    }

    @Test func `a mount that is not writable refuses`() {
        var writing = SafeWriting(storage: storage)
        #expect(throws: StorageError(number: EROFS)) {
            try writing.makeDirectories(Place(local: LocalPath("/tmp/x"), root: LocalPath("/tmp"), isWritable: false))
        }
    }

    @Test(arguments: [
        (ChecksumAlgorithm.md5, "900150983cd24fb0d6963f7d28e17f72"), (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `checksums are those of the published examples`(algorithm: ChecksumAlgorithm, expected: String) {
        var checksum = RunningChecksum(algorithm)
        Array("a".utf8).withUnsafeBytes { checksum.update($0) }
        Array("bc".utf8).withUnsafeBytes { checksum.update($0) }
        #expect(checksum.finished() == expected)
        #expect(expected.count == algorithm.digits)
    }

    @Test(arguments: [("md5", ChecksumAlgorithm.md5), ("SHA-256", .sha256), ("sha512", .sha512)])
    func `algorithms are known by any spelling`(name: String, algorithm: ChecksumAlgorithm) {
        #expect(ChecksumAlgorithm(name: name) == algorithm)
    }

    @Test(arguments: [
        ("name:~*.pp", ["a.pp"]), ("name:!~*.pp", ["b.nc", "dir"]), ("name:a.pp,dir", ["a.pp", "dir"]), ("name:=dir", ["dir"]),
        ("size:>5", ["b.nc"]), ("size:<=5", ["a.pp", "dir"]), ("type:dir", ["dir"]), ("type:file/size:5", ["a.pp"]),
        ("last_modified:2020-01-01,2020-12-31", ["b.nc"]), ("last_modified:,2019-12-31", ["a.pp"]), ("name:!=dir", ["a.pp", "b.nc"]),
    ])
    func `a listing's filter keeps what it names`(filter: String, names: [String]) throws {
        let entries = [("a.pp", "file", 5, "2019-06-01"), ("b.nc", "file", 6, "2020-06-01"), ("dir", "dir", 0, "2021-06-01")].map {
            DirectoryEntry(
                name: $0, type: $1, size: Int64($2), lastModified: "\($3) 00:00:00+00:00", permissions: "0644", user: "u", group: "g")
        }
        let parsed = try ListingFilter([filter])
        #expect(entries.filter(parsed.matches).map(\.name) == names)
    }

    @Test(arguments: ["colour:red", "name", "size:big", "last_modified:soon"])
    func `a listing's filter that makes no sense is refused`(filter: String) {
        #expect(throws: Refusal.self) { try ListingFilter([filter]) }
    }
}
