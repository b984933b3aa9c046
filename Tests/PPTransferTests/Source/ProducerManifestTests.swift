import Foundation
import TestSupport
import Testing

@testable import PPTransfer

/// The lists of checksums that other programs leave.
struct ProducerManifestTests {
    private let place: TemporaryDirectory
    private static let sha256 = String(repeating: "a", count: 64)
    private static let md5 = String(repeating: "b", count: 32)
    private static let sha512 = String(repeating: "c", count: 128)

    init() throws { place = try TemporaryDirectory() }

    private func read(_ text: String, named name: String = "list") throws -> [String: ProducerManifest.Row] {
        try Data(text.utf8).write(to: URL(filePath: place.path + "/" + name))
        return Dictionary(try ProducerManifest(path: place.path + "/" + name).rows.map { ($0.text, $1) }) { first, _ in first }
    }

    @Test(arguments: [
        ("\(sha256)  a b.h5", "a b.h5", "sha256"), ("\(md5) *./a.h5", "a.h5", "md5"), ("# a comment\n\(md5)  a.h5", "a.h5", "md5"),
        ("SHA256 (a (1).h5) = \(sha256)", "a (1).h5", "sha256"), ("MD5(a.h5)= \(md5)", "a.h5", "md5"),
        ("\\SHA256 (a\\nb) = \(sha256)", "a\nb", "sha256"), ("\\\(md5)  a\\\\b", "a\\b", "md5"),
    ])
    func `coreutils, BSD and OpenSSL`(text: String, name: String, algorithm: String) throws {
        let rows = try read(text + "\n")
        #expect(rows.mapValues { $0.digest?.algorithmName } == [name: algorithm])
    }

    @Test func `a bag's manifest, with its own blanks and escapes`() throws {
        let rows = try read("\(Self.sha256) data/a.h5\r\n\(Self.sha256)\t data/100%25%0d%0A", named: "manifest-sha256.txt")
        #expect(rows.keys.sorted() == ["data/100%\r\n", "data/a.h5"])
        #expect(try read("\(Self.md5)  data/a.h5", named: "manifest-md5.txt")["data/a.h5"]?.digest?.algorithmName == "md5")
    }

    @Test func `a bag's payload may be the source itself`() throws {
        _ = try read("\(Self.sha256) data/a.h5\n", named: "manifest-sha256.txt")
        let manifest = try ProducerManifest(path: place.path + "/manifest-sha256.txt")
        let selector = FileSelector(.init())
        for path in ["a.h5", "data/a.h5"] {
            let applied = manifest.apply(to: Manifest([.init(path: path, size: 1, modified: 0)]), selector)
            #expect(applied.problems.isEmpty)
            #expect(applied.manifest.entries.first?.digest?.hex == Self.sha256)
        }
    }

    @Test func `a listing of the data management system of the APS`() throws {
        let rows = try read(
            """
            experimentFilePath=raw/scan 1.h5 fileSize=1024 md5Sum=\(Self.md5) storageDirectory=/gdata/dm
            md5Sum=None fileSize=7 id=62 experimentFilePath=raw/key=value.h5
            """)
        #expect(rows.keys.sorted() == ["raw/key=value.h5", "raw/scan 1.h5"])
        #expect(rows["raw/scan 1.h5"]?.digest?.hex == Self.md5)
        #expect(rows["raw/scan 1.h5"]?.size == 1024)
        #expect(rows["raw/key=value.h5"]?.digest == nil)
        #expect(rows["raw/key=value.h5"]?.size == 7)
    }

    @Test(arguments: [
        ("\(sha512)  a.h5", "list", "line 1 has a SHA-512 checksum, which is not compared; give a manifest with SHA-256 or MD5"),
        ("SHA512 (a.h5) = \(sha512)", "list", "line 1 has a SHA512 checksum"),
        ("\(sha512)  data/a", "manifest-sha512.txt", "line 1 has a SHA512 checksum"),
        ("\(md5)  a\nnonsense", "list", "line 2 is not a checksum with a file name"),
        ("\(md5)  a\n\(md5)  ./a", "list", "line 2 is the second one about 'a'"), ("\(md5)  ", "list", "line 1 is not"),
        ("fileSize=1 md5Sum=\(md5)", "list", "line 1 is not"), ("\(md5) data/a", "manifest-sha256.txt", "line 1 is not"),
    ])
    func `what cannot be compared is named with its line`(text: String, name: String, message: String) throws {
        let error = #expect(throws: SourceProblem.self) { try read(text + "\n", named: name) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
