import Foundation
import PPTransfer
import TestSupport
import Testing

struct SourceScannerTests {
    private let source: TemporaryDirectory

    init() throws { source = try TemporaryDirectory() }

    private func scan(
        _ selection: TaskDescription.Selection = .example(), links: TaskDescription.LinkPolicy = .fail, at path: String? = nil
    ) -> SourceScan {
        SourceScanner(selection, links: links).scan(path ?? source.path)
    }

    @Test func `every file is found with its size, in a fixed order`() throws {
        try source.file("b.pp", 20)
        try source.file("a.pp", 10)
        try source.file("sub/deep/c.nc", 5)
        let found = scan()
        #expect(found.manifest.entries.map(\.path) == ["a.pp", "b.pp", "sub/deep/c.nc"])
        #expect(found.manifest.entries.map(\.size) == [10, 20, 5])
        #expect(found.manifest.bytes == 35)
        #expect(found.manifest.largest?.path == "b.pp")
        #expect(found.directories == 3)
        #expect(found.problems.isEmpty)
    }

    @Test func `patterns choose, and what they leave out is counted`() throws {
        for name in ["a.pp", "b.nc", "c.tmp", "sub/d.pp", "sub/e.tmp"] { try source.file(name) }
        let found = scan(.example(include: ["*.pp", "*.tmp"], exclude: ["*.tmp"]))
        #expect(found.manifest.entries.map(\.path) == ["a.pp", "sub/d.pp"])
        #expect(found.unselected.files == 3)
        #expect(scan(.example(include: ["sub/*"])).manifest.entries.map(\.path) == ["sub/d.pp", "sub/e.tmp"])
    }

    @Test func `each required pattern must match`() throws {
        try source.file("ab123a.pa.pp")
        let found = scan(.example(required: ["*.pp", "*a.da*", "*.nc"]))
        #expect(found.problems == [.requiredUnmet(pattern: "*a.da*"), .requiredUnmet(pattern: "*.nc")])
    }

    @Test func `links are refused, left out or followed`() throws {
        try source.file("a.pp", 7)
        try source.link("l.pp", to: "a.pp")
        #expect(scan().problems == [.link("l.pp", target: "a.pp")])
        let skipped = scan(links: .skip)
        #expect(skipped.manifest.entries.map(\.path) == ["a.pp"])
        #expect(skipped.skippedLinks == ["l.pp"])
        #expect(scan(links: .follow).manifest.entries.map(\.size) == [7, 7])
        #expect(scan(.example(exclude: ["l.*"])).problems.isEmpty)
    }

    @Test func `a link to nothing and a link that leads back are named`() throws {
        try source.file("sub/a.pp")
        try source.link("nowhere", to: "/no/such/file")
        try source.link("sub/up", to: "..")
        let problems = Set(scan(links: .follow).problems)
        #expect(problems == [.danglingLink("nowhere", target: "/no/such/file"), .linkLoop("sub/up", target: "..")])
    }

    @Test func `a FIFO is named, not opened`() throws {
        try source.file("a.pp")
        #expect(mkfifo(source.path + "/pipe", 0o600) == 0)
        #expect(scan().problems == [.special("pipe", kind: "FIFO")])
        #expect(scan(.example(include: ["*.pp"])).problems.isEmpty)
    }

    @Test func `odd names are kept exactly, and one that is not UTF-8 is refused by name`() throws {
        let names = ["with blank", "quote\"'", "semi;colon", "new\nline", "-rf", "é", "e\u{301}", String(repeating: "x", count: 255)]
        for name in names { try source.file(name) }
        #expect(Set(scan().manifest.entries.map { Array($0.path.utf8) }) == Set(names.map { Array($0.utf8) }))
        let bytes = Array((source.path + "/").utf8) + [0x61, 0xFF, 0]
        let descriptor = bytes.withUnsafeBytes {
            open($0.bindMemory(to: CChar.self).baseAddress ?? UnsafePointer(bitPattern: 1)!, O_CREAT | O_WRONLY, 0o600)
        }
        #expect(descriptor >= 0)
        close(descriptor)
        #expect(scan().problems == [.unsendableName(#"a\xFF"#)])
    }

    @Test func `a source that is not there, or a file, or neither`() throws {
        let missing = source.path + "/nothing"
        #expect(scan(at: missing).problems == [.missing(missing)])
        let file = try source.file("only.pp", 3)
        #expect(scan(at: file).manifest.entries.map(\.path) == ["only.pp"])
        #expect(scan(at: "/dev/null").problems == [.notADirectory("/dev/null")])
    }

    @Test func `an empty directory has nothing to send, which is not a problem of the scan`() {
        #expect(scan().manifest.entries.isEmpty)
        #expect(scan().problems.isEmpty)
    }

    @Test func `a tree without end is cut`() throws {
        var path = source.path
        for _ in 0..<230 { path += "/d" }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(scan().problems.count == 1)
    }

    @Test func `sparse files have their full size`() throws {
        let path = try source.file("big.pp")
        #expect(truncate(path, 5_000_000_000_000) == 0)
        #expect(scan().manifest.bytes == 5_000_000_000_000)
    }
}
