import Foundation
import Globus
import PPTransferReports
import TestSupport
import Testing

@testable import PPTransfer
@testable import SystemFiles

/// Paths, quotes and escapes are bytes, wherever a name goes through.
struct FileNameTests {
    private static let digest = Digest(.sha256, bytes: [UInt8](repeating: 7, count: 32))

    private func bytes(_ texts: some Sequence<String>) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private func sorted(_ texts: some Sequence<String>) -> [[UInt8]] {
        bytes(texts).sorted { $0.lexicographicallyPrecedes($1) }
    }

    private func manifest() -> Manifest {
        Manifest(
            OddNames.all.enumerated().map {
                Manifest.Entry(path: $1, size: 5, modified: 9, digest: Digest(.md5, bytes: [UInt8](repeating: UInt8($0), count: 16)))
            })
    }

    @Test func `twins are two entries, two places, two ends`() throws {
        for twins in OddNames.twins {
            let entries = Set(twins.map { Manifest.Entry(path: $0, size: 1, modified: 1) })
            let paths = Set(try twins.map { try CollectionPath("/x/" + $0) })
            let ends = Set(twins.map { JournalRecord.Plan.End(name: "a", collection: .null, path: "/x/" + $0) })
            #expect(entries.count == twins.count)
            #expect(paths.count == twins.count)
            #expect(ends.count == twins.count)
            #expect(try CollectionPath("/x/" + twins[0] + "/y").relative(to: CollectionPath("/x/" + twins[1])) == nil)
            #expect(LocalSource(path: twins[0]) != LocalSource(path: twins[1]))
            let manifest = Manifest([.init(path: twins[0], size: 1, modified: 1)])
            #expect(manifest.unchanged(.init(path: twins[1], size: 1, modified: 1)) == nil)
            #expect(SourceChange.all(since: manifest, now: Manifest([.init(path: twins[1], size: 1, modified: 1)])).count == 1)
        }
    }

    @Test func `a place keeps its bytes, and is split at each slash`() throws {
        for name in OddNames.all {
            let path = try CollectionPath("/top/" + name)
            #expect(Array(path.description.utf8) == Array("/top/\(name)".utf8))
            #expect(try path.isInside(CollectionPath("/top")))
            #expect(Array(try CollectionPath("/top").appending(name).description.utf8) == Array("/top/\(name)".utf8))
            #expect(try bytes([String(path.relative(to: CollectionPath("/top")) ?? "")]) == bytes([name]))
        }
        #expect(throws: PathProblem.self) { try CollectionPath("/a/../\u{301}b") }
        #expect(throws: PathProblem.self) { try CollectionPath("/\u{600}/../b") }
        #expect(try CollectionPath("/\u{301}a").description.utf8.elementsEqual("/\u{301}a".utf8))
        #expect(try CollectionPath("/a\u{600}/").name.utf8.elementsEqual("a\u{600}".utf8))
    }

    @Test func `a journal record keeps its ends apart through JSON`() throws {
        for name in OddNames.all {
            let end = JournalRecord.Plan.End(name: "jasmin", collection: .null, path: "/x/" + name)
            let back = try JSONDecoder().decode(JournalRecord.Plan.End.self, from: JSONEncoder().encode(end))
            #expect(back == end)
            #expect(Array(back.path.utf8) == Array(end.path.utf8))
        }
        let text = String(
            decoding: try JSONEncoder().encode(JournalRecord.Plan.End(name: "a", collection: .null, path: "/x")), as: UTF8.self)
        #expect(text.contains(#""path":"\/x""#))
    }

    @Test func `a manifest on disk, and one put together, has every name`() throws {
        let place = try TemporaryDirectory()
        let manifest = manifest()
        try ManifestFile.write(manifest, to: place.path + "/list")
        let read = try #require(try ManifestFile.read(place.path + "/list"))
        #expect(read == manifest)
        #expect(sorted(read.entries.map(\.path)) == sorted(OddNames.all))
        var merger = ManifestMerger()
        for part in 0..<3 {
            #expect(merger.add(Manifest(manifest.entries.enumerated().filter { $0.offset % 3 == part }.map(\.element))) == nil)
        }
        #expect(merger.manifest == manifest)
        for name in OddNames.all { #expect(manifest.entries.entry(at: name).map { Array($0.path.utf8) } == Array(name.utf8)) }
    }

    @Test func `sha256sum writes a list that is read, and reads one that is written`() async throws {
        let place = try TemporaryDirectory()
        for name in OddNames.all { try makeFile(place, name) }
        let list = place.path + ".sha256"
        defer { try? FileManager.default.removeItem(atPath: list) }
        #expect(try await sh("find . -type f -exec sha256sum {} + > \(ShellWord.quoted(list))", in: place.path) == 0)
        let produced = try ProducerManifest(path: list)
        #expect(sorted(produced.rows.keys.map(\.text)) == sorted(OddNames.all))
        let scan = SourceScanner(.example(), links: .fail).scan(place.path)
        #expect(sorted(scan.manifest.entries.map(\.path)) == sorted(OddNames.all))
        let (digested, problems) = produced.apply(to: scan.manifest, FileSelector(.example()))
        #expect(problems.isEmpty)
        #expect(digested.entries.allSatisfy { $0.digest != nil })
        #expect(DigestPass(.sha256).digest(scan.manifest.entries, in: place.path).entries == digested.entries)
        // One digest for two would pass for both.
        #expect(Set(digested.entries.compactMap(\.digest)).count == OddNames.all.count)
        try digested.write(to: list)
        #expect(try await sh("sha256sum --check --quiet --strict \(ShellWord.quoted(list))", in: place.path) == 0)
        #expect(try Manifest.known(at: list) == digested)
    }

    @Test func `the clean-up deletes each by its own name, and follows no link`() throws {
        let place = try TemporaryDirectory()
        for name in OddNames.all { try makeFile(place, "data/" + name) }
        let scan = SourceScanner(.example(), links: .fail).scan(place.path + "/data")
        try makeFile(place, "backup/\u{301}begins")
        let link = place.path + "/data/links"
        #expect(symlink(place.path + "/backup", link) == 0)
        // Nobody has seen it there, but a record may say so.
        var entry = try #require(SourceScanner(.example(), links: .fail).scan(place.path + "/backup").manifest.entries.first)
        entry.path = "links/\u{301}begins"
        let proven = scan.manifest.with(Array(scan.manifest.entries) + [entry])
        let result = SourceCleaner(deletes: true, removesDirectories: true).clean(proven, in: place.path + "/data")
        try #require(result.files == OddNames.all.count)
        try #require(result.kept.count == 1)
        #expect(result.kept[0].contains("is a link or no directory"))
        #expect(access(place.path + "/backup/\u{301}begins", F_OK) == 0)
        #expect(SourceScanner(.example(), links: .skip).scan(place.path + "/data").manifest.entries.isEmpty)
    }

    @Test func `a shell takes a quoted text for one word`() async throws {
        let place = try TemporaryDirectory()
        for name in OddNames.all + ["", "$HOME", "!!", "*"] {
            for word in [ShellWord.quoted(name), ShellWord.plainOrQuoted(name), ShellWord.path("/" + name)] {
                #expect(try await sh("printf %s \(word) > out; printf '%s' $# > count", in: place.path) == 0)
                let expected = word.utf8.starts(with: "'/".utf8) ? "/" + name : name
                #expect(FileManager.default.contents(atPath: place.path + "/out").map { Array($0) } == Array(expected.utf8), "\(word)")
                #expect(try await sh("set -- \(word); [ $# = 1 ]", in: place.path) == 0)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: place.path + "/escaped"))
        var needs = LoginNeeds()
        needs.add(session: "x'\u{301}; touch escaped; '")
        for kind in [LoginKind.own(path: "x"), nil] {
            for line in needs.commands(for: kind, in: .commands) {
                _ = try await sh("globus() { :; }; pptransfer() { :; }; \(line)", in: place.path)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: place.path + "/escaped"))
    }

    @Test func `the destination's job reads each file by its own name`() async throws {
        let place = try TemporaryDirectory()
        let home = "it'\u{301}; touch escaped; '"
        for name in OddNames.all { try makeFile(place, home + "/" + name) }
        let scan = SourceScanner(.example(), links: .fail).scan(place.path + "/" + home).manifest
        let manifest = Manifest(DigestPass(.sha256).digest(scan.entries, in: place.path + "/" + home).entries)
        let list = FarEndList(manifest: manifest, asked: "2026-11-20T23:17:08Z", directory: place.path + "/" + home, name: "job", batch: [])
        try FileManager.default.createDirectory(atPath: place.path + "/asked", withIntermediateDirectories: false)
        for file in list.files { try Data(file.bytes).write(to: URL(fileURLWithPath: place.path + "/asked/" + file.name)) }
        #expect(try await sh("sh job.sh", in: place.path + "/asked") == 0)
        let bytes = try #require(FileManager.default.contents(atPath: place.path + "/asked/job.report"))
        let report = try FarEndReport(Array(bytes), of: manifest, asked: list.asked)
        #expect(report.differences(from: manifest).isEmpty)
        #expect(try await sh("find . .. -name escaped | grep .", in: place.path + "/asked") == 1)
        #expect(try await sh("sha256sum --check --quiet --strict ../asked/job.sha256", in: place.path + "/" + home) == 0)
    }

    // MARK: support

    /// By the system's own calls: Foundation may change the form of a name.
    private func makeFile(_ place: TemporaryDirectory, _ name: String) throws {
        var path = place.path
        let parts = name.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        for part in parts.dropLast() {
            path += "/" + part
            mkdir(path, 0o777)
        }
        let descriptor = open(path + "/" + parts[parts.count - 1], O_WRONLY | O_CREAT | O_EXCL, 0o666)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let text = Array("in \(name)".utf8)
        #expect(write(descriptor, text, text.count) == text.count)
    }

    private func sh(_ script: String, in directory: String) async throws -> Int32 {
        try await Child(["/bin/sh", "-c", "cd -- \"$0\" && \(script)", directory]).ended()
    }
}
