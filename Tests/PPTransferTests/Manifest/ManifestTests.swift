import Foundation
import TestSupport
import Testing

@testable import PPTransfer
@testable import SystemFiles

struct ManifestTests {
    private func digest(_ number: UInt8) -> Digest { Digest(.md5, bytes: [UInt8](repeating: number, count: 16)) }

    private func entries(seed: UInt64, _ count: Int) -> [Manifest.Entry] {
        var random = SplitMix(seed: seed)
        let parts = ["a", "a-", "/", "é", "e\u{301}", "b", " "]
        return (0..<count).map { number in
            let path = (0..<Int.random(in: 1...6, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            var entry = Manifest.Entry(
                path: "\(path)\(number)", size: .random(in: 0...1 << 50, using: &random), modified: .random(in: -9...9, using: &random))
            if Bool.random(using: &random) { entry.digest = digest(.random(in: 0...255, using: &random)) }
            if seed % 2 == 1, Bool.random(using: &random) {
                entry.stamp = FileStamp(
                    device: .random(in: 0...UInt32.max, using: &random), inode: .random(in: 1...UInt64.max, using: &random),
                    nanoseconds: .random(in: 0...999_999_999, using: &random), changed: .random(in: .min ... .max, using: &random))
            }
            return entry
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `entries come back as they were put in, in the order of their paths' bytes`(seed: UInt64) {
        let entries = entries(seed: seed, Int(seed) * 5)
        let sorted = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let manifest = Manifest(entries)
        #expect(Array(manifest.entries) == sorted)
        #expect(manifest.entries.map { Array($0.path.utf8) } == sorted.map { Array($0.path.utf8) })
        #expect(manifest.bytes == entries.reduce(0) { $0 + $1.size })
        #expect(manifest.largest?.size == entries.map(\.size).max())
        #expect(manifest == Manifest(entries.reversed()))
        #expect(manifest.hashValue == Manifest(entries.shuffled()).hashValue)
        #expect(
            Manifest(manifest.entries.filtered { $0 % 2 == 0 }).entries.elementsEqual(
                sorted.indices.filter { $0 % 2 == 0 }.map { sorted[$0] }))
    }

    @Test func `two spellings of one text are two files`() {
        func manifest(_ path: String) -> Manifest { Manifest([.init(path: path, size: 1, modified: 1)]) }
        #expect(manifest("é") != manifest("e\u{301}"))
    }

    @Test func `a digest may be set and taken away`() {
        let plain = Manifest([.init(path: "a", size: 1, modified: 1), .init(path: "b", size: 2, modified: 2)])
        var entries = plain.entries
        entries.set(digest: digest(1), at: 1)
        #expect(entries.map(\.digest) == [nil, digest(1)])
        #expect(entries.hasDigests)
        #expect(Manifest(entries) != plain)
        entries.set(digest: nil, at: 1)
        #expect(!entries.hasDigests)
        #expect(Manifest(entries) == plain)
    }

    @Test func `digests are taken over for files that are the very ones and as they were, and old enough`() {
        func entry(_ path: String, _ size: Int64, _ inode: UInt64, _ changed: Int64, _ digest: Digest? = nil) -> Manifest.Entry {
            var entry = Manifest.Entry(path: path, size: size, modified: 1, digest: digest)
            entry.stamp = FileStamp(device: 1, inode: inode, nanoseconds: 5, changed: changed)
            return entry
        }
        let sha = Digest(.sha256, bytes: [UInt8](repeating: 1, count: 32))
        let known = Manifest([
            entry("a", 1, 1, 1, digest(1)), entry("b", 1, 2, 1, digest(2)), entry("c", 1, 3, 1, digest(3)),
            entry("d", 1, 4, 999_000_001, digest(4)), entry("e", 1, 5, 1, sha), entry("f", 1, 6, 1), entry("gone", 1, 7, 1, digest(5)),
            entry("old", 1, 8, 1, digest(7)).unstamped, entry("z", 1, 9, 1, digest(6)),
        ])
        var now = Manifest([
            entry("a", 1, 1, 1), entry("b", 2, 2, 1), entry("c", 1, 3, 2), entry("d", 1, 4, 999_000_001), entry("e", 1, 5, 1),
            entry("f", 1, 6, 1), entry("new", 1, 7, 1), entry("old", 1, 8, 1), entry("z", 1, 9, 1), entry("zz", 1, 9, 1),
        ]).entries
        now.takeDigests(from: known.entries, .md5, begun: 1_000_000_000)
        #expect(now.filter { $0.digest != nil }.map(\.path) == ["a", "z"])
        #expect(now[0].digest == digest(1))
        var never = known.with(known.entries.map(\.listed)).entries
        never.takeDigests(from: known.entries, .md5, begun: .min)
        #expect(!never.hasDigests)
    }

    @Test(arguments: 1..<6 as Range<UInt64>)
    func `a manifest on disk comes in pieces and is read line by line`(seed: UInt64) throws {
        let place = try TemporaryDirectory()
        // Several pieces long, so that lines lie across their borders.
        let manifest = Manifest(entries(seed: seed, 4000 + Int(seed)))
        try ManifestFile.write(manifest, to: place.path + "/list")
        #expect(try ManifestFile.read(place.path + "/list") == manifest)
        var pieces: [[UInt8]] = []
        ManifestFile.encode(manifest) { pieces.append($0) }
        #expect(pieces.count > 2)
        #expect(pieces.allSatisfy { $0.count < 70_000 })
        #expect(FileManager.default.contents(atPath: place.path + "/list") == Data(pieces.joined()))
    }

    @Test func `the lines of a manifest may stand in any order, and numbers are as long as they are`() throws {
        let place = try TemporaryDirectory()
        let path = place.path + "/list"
        let text = "pptransfer manifest 1: size in bytes, time of modification in seconds since 1970, path\n"
        try Data("\(text)0 -9223372036854775808 b\n9223372036854775807 10 a\nend 2\n".utf8).write(to: URL(fileURLWithPath: path))
        let manifest = Manifest([.init(path: "a", size: .max, modified: 10), .init(path: "b", size: 0, modified: .min)])
        #expect(try ManifestFile.read(path) == manifest)
        try ManifestFile.write(manifest, to: path)
        #expect(
            FileManager.default.contents(atPath: path) == Data("\(text)9223372036854775807 10 a\n0 -9223372036854775808 b\nend 2\n".utf8))
    }

    @Test(arguments: ["end 1\n", "end 2\n\nmore\n", "end 2", "1 x c\nend 3\n", "1 1\nend 3\n", ""])
    func `what does not end as a manifest does is none`(ending: String) throws {
        let place = try TemporaryDirectory()
        let path = place.path + "/list"
        try ManifestFile.write(Manifest([.init(path: "a", size: 1, modified: 1), .init(path: "b", size: 1, modified: 1)]), to: path)
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        try Data((whole.dropLast("end 2\n".count) + ending).utf8).write(to: URL(fileURLWithPath: path))
        #expect(try ManifestFile.read(path) == nil)
    }

    @Test func `a line without end is not read into memory`() throws {
        let place = try TemporaryDirectory()
        let path = try place.file("zeros")
        #expect(truncate(path, 1 << 40) == 0)
        #expect(throws: FileProblem.self) { try ManifestFile.read(path) }
    }
}
