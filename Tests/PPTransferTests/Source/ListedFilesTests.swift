import Foundation
import Globus
import GlobusTesting
import PositionedYAML
import TestSupport
import Testing

@testable import PPTransfer

/// Lists of files: what a line may say, and what a list makes of a source.
struct ListedFilesTests {
    private let place: TemporaryDirectory
    private let time = SteppedTimekeeper()

    init() throws { place = try TemporaryDirectory() }

    private func list(_ text: String) throws -> String { try list(Data(text.utf8)) }

    private func list(_ bytes: Data) throws -> String {
        let path = place.path + "/list.txt"
        try bytes.write(to: URL(fileURLWithPath: path))
        return path
    }

    private func plan(_ list: String, local: Bool = true, configure: (inout TaskDescription) -> Void = { _ in }) throws -> TransferPlan {
        try TransferPlan.example(local: local ? place.path + "/data" : nil) { description in
            description.select.list = Positioned(list, at: description.position)
            configure(&description)
        }
    }

    private func scan(_ plan: TransferPlan, _ service: ScriptedService = ScriptedService(steps: [])) async throws -> (
        SourceScan, SubmissionContents
    ) {
        try await plan.scan(through: service, time: time)
    }

    @Test(arguments: [
        ("a.pp\nsub/b.pp\n", ["a.pp", "sub/b.pp"]), ("a.pp", ["a.pp"]), ("\n\n./a.pp\r\n\r\n.//sub/./b.pp\r\n", ["a.pp", "sub/b.pp"]),
        ("a.pp\0odd\nname\0./a.pp\0", ["a.pp", "odd\nname"]), ("\u{FEFF}a.pp\na.pp\n", ["a.pp"]), ("# a.pp\n a \n", [" a ", "# a.pp"]),
        ("e\u{301}\n\u{E9}\n", ["e\u{301}", "\u{E9}"]), ("", []),
    ])
    func `a line is a path below the source`(text: String, paths: [String]) throws {
        #expect(try ListedFiles(file: list(text)).paths.sorted().map { Array($0.text.utf8) } == paths.map { Array($0.utf8) })
    }

    @Test func `each line that cannot be such a path is named with its number`() throws {
        let lines = ["a.pp", "/work/a.pp", "", "sub/../../b", "sub/", ".", ".nfs000000000123abcd00000012", "..", "c..pp"]
        let path = try list(Data((lines.joined(separator: "\r\n") + "\n").utf8) + Data([0xFF, 0x0A]))
        do throws(ListedFiles.Fault) {
            _ = try ListedFiles(file: path)
            Issue.record("read")
        } catch {
            guard case .lines(let problems) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(
                problems.map(\.description) == [
                    "\(path):2: '/work/a.pp' is absolute: a list has paths below the source directory",
                    "\(path):4: 'sub/../../b' contains '..', which may lead out of the source",
                    "\(path):5: 'sub/' is a directory: a list has the paths of files",
                    "\(path):6: '.' is a directory: a list has the paths of files",
                    "\(path):7: '.nfs000000000123abcd00000012' is a leftover of NFS, which is never sent",
                    "\(path):8: '..' contains '..', which may lead out of the source",
                    "\(path):10: '\u{FFFD}' is not UTF-8, which Globus cannot represent",
                ])
        }
        #expect(throws: ListedFiles.Fault.file(.missing)) { try ListedFiles(file: path + "x") }
    }

    @Test func `exactly the files of a list are sent, and all that are missing are named`() async throws {
        for name in ["a.pp", "b.pp", "sub/c.pp", "other/d.pp"] { try place.file("data/" + name) }
        try place.link("data/other/loop", to: "/nowhere")
        let found = try await scan(try plan(try list("sub/c.pp\na.pp\n")) { $0.symlinks = .follow })
        #expect(found.0.manifest.entries.map(\.path) == ["a.pp", "sub/c.pp"])
        #expect(found.0.problems.isEmpty)
        let missing = try await scan(try plan(try list("gone.pp\nsub/e.pp\nother\na.pp\n"))).0
        #expect(
            Set(missing.problems) == [
                .notThere("gone.pp", list: place.path + "/list.txt", isExpected: false),
                .notThere("sub/e.pp", list: place.path + "/list.txt", isExpected: false),
                .listedDirectory("other", list: place.path + "/list.txt"),
            ])
        #expect(Outcome.source(missing.problems).status == .sourceMissing)
        let wrong = try await scan(try plan(try list("../a.pp\n"))).0
        #expect(Outcome.source(wrong.problems).status == .description)
        let required = try await scan(
            try plan(try list("a.pp\n")) { $0.select.required = [Positioned("*.nc", at: $0.position)] }
        ).0
        #expect(required.problems == [.requiredUnmet(pattern: "*.nc")])
    }

    @Test func `a listed file of a source elsewhere is sent by its name, and other directories are not listed`() async throws {
        let service = ScriptedService(
            steps: [],
            files: [
                "/work/n02/cycle": [.file("a.pp", 1), .file("b.pp", 2), .directory("sub"), .directory("other")],
                "/work/n02/cycle/sub": [.file("c.pp", 3)],
            ])
        let (found, contents) = try await scan(try plan(try list("a.pp\nsub/c.pp\n"), local: false), service)
        #expect(contents == .files(found.manifest))
        #expect(found.manifest.entries.map(\.path) == ["a.pp", "sub/c.pp"])
        #expect(!service.requests.contains("list /work/n02/cycle/other"))
    }

    @Test func `what is missing beside expected files, and what nobody expects, is told before anything is sent`() async throws {
        for name in ["a.pp", "b.pp", "c.tmp"] { try place.file("data/" + name) }
        func found(_ extra: TaskDescription.Expectation.Extra, _ text: String) async throws -> SourceScan {
            var expect = TaskDescription.Expectation()
            let file = try list(text)
            let plan = try TransferPlan.example(local: place.path + "/data") { description in
                (expect.list, expect.extra) = (Positioned(file, at: description.position), extra)
                description.expect = expect
                description.select = .example(exclude: ["*.tmp"])
            }
            return try await plan.scan(through: ScriptedService(steps: []), time: time).0
        }
        let path = place.path + "/list.txt"
        let some = try await found(.warn, "a.pp\nz.pp\nc.tmp\n")
        #expect(some.problems == [.notThere("z.pp", list: path, isExpected: true)])
        #expect(some.unexpected == ["b.pp"])
        #expect(some.problems(besides: Manifest([Manifest.Entry(path: "z.pp", size: 1, modified: 1)])).isEmpty)
        #expect(try await found(.fail, "a.pp\n").problems == [.unexpected("b.pp", list: path)])
        #expect(try await found(.fail, "a.pp\nb.pp\n").problems.isEmpty)
    }

    @Test(arguments: [
        ("sums.md5", "0cc175b9c0f1b6a831c399e269772661  ./a.pp\n"), ("sums.xxh128", "0cc175b9c0f1b6a831c399e269772661  a.pp\n"),
        ("sums", "44bc2cf5ad770999  a.pp\n"), ("sums", "XXH64 (a.pp) = 44bc2cf5ad770999\n"),
        ("sums", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8 *a.pp\r\n"),
    ])
    func `the names of a producer's checksums are expected, whatever the checksum is`(name: String, text: String) throws {
        let path = place.path + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let produced = try ProducerManifest(path: path, needsDigests: false)
        #expect(produced.names(for: nil).map(\.text) == ["a.pp"])
        #expect((produced.rows.values.first?.digest != nil) == name.hasSuffix("md5"))
    }
}

/// What NFS leaves of deleted files.
struct NFSNameTests {
    @Test(arguments: [
        (".nfs000000000123abcd00000012", true), ("sub/.nfs0001", true), (".nfsABC1", true), (".nfsd", false), (".nfs", false),
        (".nfs-00000000", false), ("a.nfs0001", false), (".nfs0001/a.pp", false), (".nfs0001.pp", false),
    ])
    func `a leftover is known by its name`(name: String, isLeftover: Bool) {
        #expect(NFSName.isName(ofPath: name.utf8) == isLeftover)
    }

    @Test func `a leftover is never sent, and counted apart`() async throws {
        let source = try TemporaryDirectory()
        for name in ["a.pp", ".nfs0001", "sub/.nfs0002"] { try source.file(name, 3) }
        try source.link(".nfs0003", to: "/nowhere")
        let found = SourceScanner(.example(include: ["*.pp", ".nfs*"]), links: .fail).scan(source.path)
        #expect(found.manifest.entries.map(\.path) == ["a.pp"])
        #expect((found.leftovers.paths, found.leftovers.bytes, found.unselected.files) == ([".nfs0001", "sub/.nfs0002"], 6, 0))
        #expect(found.problems.isEmpty)
    }

    @Test func `a directory elsewhere that holds leftovers, or names like them, is sent by names`() async throws {
        func names(_ name: String) async throws -> [String]? {
            let service = ScriptedService(steps: [], files: ["/work/n02/cycle": [.file("a.pp", 1), .file(name, 2)]])
            let contents = try await TransferPlan.example().scan(through: service, time: SteppedTimekeeper()).1
            guard case .files(let files) = contents else { return nil }
            return files.entries.map(\.path)
        }
        #expect(try await names("b.pp") == nil)
        #expect(try await names(".nfs000000000123abcd00000012") == ["a.pp"])
        // The service's rule would leave it out.
        #expect(try await names(".nfs000000000123abcd0000-my0") == [".nfs000000000123abcd0000-my0", "a.pp"])
    }
}
