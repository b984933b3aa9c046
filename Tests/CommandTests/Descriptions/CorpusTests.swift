import Foundation
import Testing

/// What `validate` says of each directory of `Tests/Corpus`, held against the `expected` file that lies in it.
///
/// A file `options` beside it gives more arguments, one in each line. `PPTRANSFER_WRITE_EXPECTED=1` writes what is said now instead;
/// read the difference before it is committed.
struct CorpusTests {
    private static let corpus =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Corpus"

    static let cases: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: corpus)) ?? []).sorted()

    /// None of them ends, and their UUIDs are those of the built-in ones.
    private static let sites = """
        archer2: {collection: \(Desk.archer2), name: Archer2 file systems}
        jasmin: {collection: \(Desk.jasmin), name: JASMIN Default Collection}
        vault: {collection: \(Desk.vault), name: Vault, roots: [/vault]}
        closed: {collection: 11111111-2222-4333-8444-555555555556, name: Closed, retired: closed long ago, successor: vault}
        ended: {collection: 11111111-2222-4333-8444-555555555557, name: Ended, until: 2000-01-01}
        busy: {collection: 11111111-2222-4333-8444-555555555558, name: Busy, job: 24h}
        """

    @Test func `there are at least 60 cases`() { #expect(Self.cases.count >= 60) }

    @Test(arguments: cases) func `every finding of a suite is told, and nothing else`(name: String) async throws {
        let desk = try Desk()
        try desk.write("home/.config/pptransfer/sites.yaml", Self.sites)
        let folder = Self.corpus + "/" + name
        let options = Self.text(folder + "/options").split(separator: "\n").map(String.init)
        let end = try await desk.run(["validate", "."] + options, in: folder)
        #expect(end.errors.isEmpty)
        let said = end.output + "status \(end.status)\n"
        if ProcessInfo.processInfo.environment["PPTRANSFER_WRITE_EXPECTED"] == "1" {
            try said.write(toFile: folder + "/expected", atomically: true, encoding: .utf8)
            return
        }
        let expected = Self.text(folder + "/expected")
        #expect(said == expected, "\(Self.difference(from: expected, to: said))")
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// The lines that only one of the two has.
    private static func difference(from expected: String, to said: String) -> String {
        let (old, new) = (expected.components(separatedBy: "\n"), said.components(separatedBy: "\n"))
        let changes = new.difference(from: old).map { change in
            switch change {
            case .remove(_, let line, _): "- " + line
            case .insert(_, let line, _): "+ " + line
            }
        }
        return changes.joined(separator: "\n")
    }
}
