import Foundation
import TestSupport
import Testing

@testable import PPTransfer

/// Whether a file is still the one that was listed.
struct SamenessTests {
    /// What somebody may do to a file of which size and second of modification stay as they are.
    enum Deed: String, CaseIterable, Sendable {
        case nothing, read, rewritten, replaced, laterInTheSecond, permissions, linked, renamedAway
    }

    private let place: TemporaryDirectory
    private var source: String { place.path + "/data" }

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        try place.file("data/sub/b.nc", 20)
    }

    private func scan(_ root: String? = nil) -> Manifest { SourceScanner(.example(), links: .fail).scan(root ?? source).manifest }

    private func digested(_ manifest: Manifest) -> Manifest {
        manifest.with(DigestPass(.sha256).digest(manifest.entries, in: source).entries)
    }

    private func status(_ path: String) throws -> stat {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status
    }

    private func setTime(_ path: String, _ time: timespec) {
        #expect([time, time].withUnsafeBufferPointer { utimensat(AT_FDCWD, path, $0.baseAddress, 0) } == 0)
    }

    /// The clock of a file system goes in steps: a change within one would not show.
    private func tick(from path: String) throws {
        let before = try status(path)
        let other = place.path + "/tick"
        repeat {
            unlink(other)
            try place.file("tick", 0)
        } while FileStamp.nanoseconds(try status(other).st_mtim) <= FileStamp.nanoseconds(before.st_ctim)
    }

    private func perform(_ deed: Deed, on path: String) throws {
        try tick(from: path)
        let before = try status(path)
        let other = Data(repeating: 7, count: Int(before.st_size))
        switch deed {
        case .nothing: break
        case .read: _ = FileManager.default.contents(atPath: path)
        case .rewritten:
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: other)
            try file.close()
            setTime(path, before.st_mtim)
        case .replaced:
            try other.write(to: URL(fileURLWithPath: path + ".new"))
            #expect(rename(path + ".new", path) == 0)
            setTime(path, before.st_mtim)
        case .laterInTheSecond:
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: other)
            try file.close()
            let nanoseconds = before.st_mtim.tv_nsec == 5 ? 6 : 5
            setTime(path, timespec(tv_sec: before.st_mtim.tv_sec, tv_nsec: nanoseconds))
        case .permissions: #expect(chmod(path, 0o640) == 0)
        case .linked: #expect(link(path, place.path + "/second name") == 0)
        case .renamedAway:
            #expect(rename(path, path + ".away") == 0)
            #expect(rename(path + ".away", path) == 0)
        }
    }

    private static let expected: [Deed: Sameness] = [
        .nothing: .same, .read: .same, .rewritten: .touched, .replaced: .changed, .laterInTheSecond: .changed, .permissions: .touched,
        .linked: .touched, .renamedAway: .touched,
    ]

    @Test(arguments: Deed.allCases)
    func `size and second may stay, a rewritten file is not taken for the one that was listed`(deed: Deed) throws {
        let before = scan()
        try perform(deed, on: source + "/a.pp")
        let now = try #require(scan().entries.entry(at: "a.pp"))
        #expect(now.size == 10)
        #expect(before.entries.entry(at: "a.pp")?.modified == now.modified)
        #expect(before.sameness(of: now) == Self.expected[deed])
        #expect(Sameness(now, try status(source + "/a.pp")) == .same)
        #expect(SourceChange.all(since: before, now: scan()).isEmpty == (Self.expected[deed] == .same))
    }

    @Test(arguments: Deed.allCases, [false, true])
    func `it is deleted only while it is the file that was sent, or has its digest`(deed: Deed, hasDigest: Bool) throws {
        let proven = hasDigest ? digested(scan()) : scan()
        try perform(deed, on: source + "/a.pp")
        let result = SourceCleaner(deletes: true).clean(proven, in: source)
        let hasItsBytes = ![.rewritten, .replaced, .laterInTheSecond].contains(deed)
        let goes = Self.expected[deed] == .same || hasDigest && hasItsBytes
        #expect((access(source + "/a.pp", F_OK) != 0) == goes)
        #expect(result.files == (goes ? 2 : 1), "\(result)")
        #expect(result.kept.count == (goes ? 0 : 1), "\(result)")
        #expect(result.changed == result.kept.count, "\(result)")
    }

    @Test func `a record that does not say which file was sent lets none go without its digest`() throws {
        let plain = SourceCleaner(deletes: true).clean(scan().unstamped, in: source)
        #expect(plain.files == 0)
        #expect(plain.kept.count == 2)
        #expect(plain.changed == 0)
        #expect(plain.kept[0].contains("only reading it at the destination"))
        let read = SourceCleaner(deletes: true).clean(digested(scan()).unstamped, in: source)
        #expect(read.files == 2)
        #expect(read.kept.isEmpty)
    }

    @Test func `a source that is another directory now, by a link or in its place, loses nothing`() throws {
        let proven = digested(scan())
        #expect(rename(source, place.path + "/away") == 0)
        try FileManager.default.copyItem(atPath: place.path + "/away", toPath: place.path + "/backup")
        for (name, attributes) in [("a.pp", "away/a.pp"), ("sub/b.nc", "away/sub/b.nc")] {
            setTime(place.path + "/backup/" + name, try status(place.path + "/" + attributes).st_mtim)
        }
        for swap in ["link", "copy"] {
            if swap == "link" { try place.link("data", to: "backup") } else { #expect(rename(place.path + "/backup", source) == 0) }
            let result = SourceCleaner(deletes: true, removesDirectories: true).clean(proven, in: source)
            try #require(result.files == 0, "\(swap)")
            try #require(result.kept.count == 1, "\(swap)")
            #expect(result.kept[0].contains("not the directory from which"), "\(swap)")
            if swap == "link" { unlink(source) }
        }
        #expect(access(source + "/a.pp", F_OK) == 0)
        #expect(access(source + "/sub/b.nc", F_OK) == 0)
        // The directory itself, under another name or through a link, is still the one.
        #expect(SourceCleaner(deletes: true).clean(proven, in: place.path + "/away").files == 2)
    }

    @Test func `a directory below that was exchanged for another with the same names loses nothing`() throws {
        let proven = scan()
        #expect(rename(source + "/sub", place.path + "/away") == 0)
        try place.file("data/sub/b.nc", 20)
        setTime(source + "/sub/b.nc", try status(place.path + "/away/b.nc").st_mtim)
        let result = SourceCleaner(deletes: true).clean(proven, in: source)
        #expect(result.files == 1)
        #expect(result.changed == 1)
        #expect(access(source + "/sub/b.nc", F_OK) == 0)
    }

    @Test func `where a file system keeps seconds only, or its numbers are the mount's, what is not known is no difference`() {
        func entry(_ device: UInt32, _ inode: UInt64, _ nanoseconds: UInt32, _ changed: Int64) -> Manifest.Entry {
            var entry = Manifest.Entry(path: "a", size: 1, modified: 1)
            entry.stamp = FileStamp(device: device, inode: inode, nanoseconds: nanoseconds, changed: changed)
            return entry
        }
        let listed = entry(0, 4, 123, 5_000_000_123)
        #expect(Sameness(listed, entry(9, 4, 123, 5_000_000_123)) == .same)
        #expect(Sameness(listed, entry(0, 4, 0, 5_000_000_000)) == .same)
        #expect(Sameness(listed, entry(0, 4, 0, 6_000_000_000)) == .touched)
        #expect(Sameness(listed, entry(0, 4, 123, 5_000_000_124)) == .touched)
        #expect(Sameness(listed, entry(0, 5, 123, 5_000_000_123)) == .changed)
        #expect(Sameness(entry(8, 4, 123, 1), entry(9, 4, 123, 1)) == .changed)
        #expect(Sameness(listed, listed.unstamped) == .alike)
        #expect(Sameness(listed.unstamped, listed) == .alike)
    }

    // MARK: manifests on disk

    @Test func `a manifest keeps what tells the files apart, and the directory; one of an earlier version is read as it is`() throws {
        let manifest = digested(scan())
        let path = place.path + "/list"
        try ManifestFile.write(manifest, to: path)
        let read = try #require(try ManifestFile.read(path))
        #expect(read == manifest)
        #expect(read.origin == manifest.origin)
        #expect(read.origin != nil)
        #expect(read.fingerprint == manifest.fingerprint)
        #expect(read.sameness(of: try #require(scan().entries.first)) == .same)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasPrefix("pptransfer manifest 3: "))
        #expect(text.contains("\ndirectory "))
        // What an earlier version proved keeps its digest.
        try ManifestFile.write(manifest.unstamped, to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("pptransfer manifest 2: "))
        #expect(try ManifestFile.read(path)?.fingerprint == manifest.unstamped.fingerprint)
        for (from, to) in [("directory ", "directory x"), (" begun ", " began "), (":", ":x:"), ("\ndirectory", "\nend 0\ndirectory")] {
            guard let range = text.range(of: from, range: text.range(of: "\ndirectory")!.lowerBound..<text.endIndex) else { continue }
            try text.replacingCharacters(in: range, with: to).write(toFile: path, atomically: false, encoding: .utf8)
            #expect(try ManifestFile.read(path) == nil, "\(to)")
        }
    }

    @Test func `a digest is taken over only in the same directory, for a file that nobody has touched`() throws {
        for name in ["data/a.pp", "data/sub/b.nc"] { try tick(from: place.path + "/" + name) }
        let maker = ManifestMaker(.example(), links: .fail, algorithm: .sha256)
        // As if it had been made a minute later: then no file is too young.
        func known() -> Manifest {
            var manifest = maker.make(source).manifest
            manifest.origin?.begun += 60_000_000_000
            return manifest
        }
        #expect(maker.make(source, known: known()).reused == 2)
        #expect(maker.make(source, known: maker.make(source).manifest).manifest == known())
        var young = known()
        young.origin?.begun = (try #require(young.entries.first)).stamp.changed
        #expect(maker.make(source, known: young).reused == 0)
        #expect(maker.make(source, known: known().unstamped).reused == 0)
        let before = known()
        try perform(.rewritten, on: source + "/a.pp")
        let again = maker.make(source, known: before)
        try #require(again.reused == 1)
        #expect(again.manifest.entries[0].digest != before.entries[0].digest)
        // The same names, sizes and times elsewhere.
        try FileManager.default.copyItem(atPath: source, toPath: place.path + "/other")
        for entry in before.entries { setTime(place.path + "/other/" + entry.path, try status(source + "/" + entry.path).st_mtim) }
        #expect(maker.make(place.path + "/other", known: before).reused == 0)
    }

    @Test func `what lies beside a list does not speak for a newer one`() throws {
        let list = place.path + "/list"
        try digested(scan()).write(to: list)
        #expect(try Manifest.known(at: list) != nil)
        #expect(try ProducerManifest(path: list).rows.values.allSatisfy { $0.size != nil })
        let other = String(repeating: "0", count: 64)
        try tick(from: Manifest.sidecar(of: list))
        try "\(other)  a.pp\n".write(toFile: list, atomically: false, encoding: .utf8)
        #expect(try Manifest.known(at: list) == nil)
        let rows = try ProducerManifest(path: list).rows
        #expect(rows.count == 1)
        #expect(rows.values.first?.digest?.hex == other)
    }

    @Test func `two lines about one file are refused with their place`() throws {
        let list = place.path + "/list"
        let (one, two) = (String(repeating: "0", count: 64), String(repeating: "1", count: 64))
        try "\(one)  a.pp\n\(one)  cafe\u{301}\n\(two)  caf\u{E9}\n\(two) *./a.pp\n".write(toFile: list, atomically: false, encoding: .utf8)
        let expected = SourceProblem.unreadable(list, reason: "line 4 is the second one about 'a.pp'")
        #expect(throws: expected) { try ProducerManifest(path: list) }
        try Data("pptransfer manifest 1: size in bytes, time of modification in seconds since 1970, path\n1 1 a\n2 2 a\nend 2\n".utf8)
            .write(to: URL(fileURLWithPath: list))
        #expect(throws: SourceProblem.self) { try ProducerManifest(path: list) }
        var merger = ManifestMerger()
        #expect(merger.add(Manifest([.init(path: "a", size: 1, modified: 1), .init(path: "a", size: 2, modified: 1)])) == "a")
        var second = ManifestMerger()
        #expect(second.add(scan()) == nil)
        #expect(second.add(scan()) == nil)
        #expect(second.manifest == scan())
        #expect(second.add(Manifest([.init(path: "a.pp", size: 11, modified: 1)])) == "a.pp")
    }

    // MARK: links

    @Test func `a link to a directory is not passed over because its name is not among the patterns`() throws {
        try place.link("data/input", to: "../elsewhere")
        try place.file("elsewhere/c.pp")
        try place.link("data/note.txt", to: "a.pp")
        try place.link("data/nothing", to: "nowhere")
        func problems(_ include: [String], exclude: [String] = []) -> [SourceProblem] {
            SourceScanner(.example(include: include, exclude: exclude), links: .fail).scan(source).problems
        }
        let refused = [SourceProblem.link("input", target: "../elsewhere")]
        #expect(problems(["*.pp"]) == refused)
        #expect(problems(["**/c.pp"]) == refused)
        #expect(problems(["input/*.pp"]) == refused)
        #expect(problems(["in*/x/*.pp"]) == refused)
        #expect(problems(["[a-z]*/*.pp"]) == refused)
        #expect(problems(["sub/*.nc"]).isEmpty)
        #expect(problems(["*.pp"], exclude: ["input"]).isEmpty)
        #expect(problems(["sub/**"]).isEmpty)
        #expect(problems([]).count == 3)
    }
}

extension Manifest {
    /// Whether `entry` is the file that is listed here under its path.
    fileprivate func sameness(of entry: Entry) -> Sameness? { entries.entry(at: entry.path).map { Sameness($0, entry) } }
}
