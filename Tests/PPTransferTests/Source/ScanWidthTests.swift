import Foundation
import PPTransfer
import TestSupport
import Testing

/// Several threads find what one finds.
struct ScanWidthTests {
    private let source: TemporaryDirectory

    init() throws { source = try TemporaryDirectory() }

    /// Names that stand before and after each other as directories and as files: `a-` < `a/` < `a0`.
    private static let names = ["a", "a-", "a.", "a0", "b", "b ", "bé", "c\n", "-"]

    /// A tree with files, directories, links of every kind and FIFOs.
    private func plant(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var folders = [""]
        for _ in 0..<120 {
            let path = (folders.randomElement(using: &random) ?? "") + (Self.names.randomElement(using: &random) ?? "x")
            guard (try? FileManager.default.attributesOfItem(atPath: source.path + "/" + path)) == nil else { continue }
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                try FileManager.default.createDirectory(atPath: source.path + "/" + path, withIntermediateDirectories: false)
                folders.append(path + "/")
            case 4:
                // Upwards only from below: the scan would go through what others have beside the source.
                let targets = ["/no/such/file", ".", "a", source.path] + (path.contains("/") ? [".."] : [])
                try source.link(path, to: targets.randomElement(using: &random) ?? ".")
            case 5: #expect(mkfifo(source.path + "/" + path, 0o600) == 0)
            default: try source.file(path, Int.random(in: 0..<100, using: &random))
            }
        }
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `the number of threads changes nothing`(seed: UInt64) throws {
        try plant(seed: seed)
        for links in [TaskDescription.LinkPolicy.fail, .skip, .follow] {
            for selection in [TaskDescription.Selection.example(), .example(include: ["a*", "b/**"], exclude: ["a."])] {
                let one = SourceScanner(selection, links: links, width: 1).scan(source.path)
                for width in [2, 8] {
                    let several = SourceScanner(selection, links: links, width: width).scan(source.path)
                    #expect(several.manifest == one.manifest)
                    #expect(several.problems == one.problems)
                    #expect(several.skippedLinks == one.skippedLinks)
                    #expect(several.directories == one.directories)
                    #expect(several.unselected == one.unselected)
                }
            }
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `a scan finds the files that a naive walk finds, in the order of their bytes`(seed: UInt64) throws {
        try plant(seed: seed)
        let files = try FileManager.default.subpathsOfDirectory(atPath: source.path).filter {
            try FileManager.default.attributesOfItem(atPath: source.path + "/" + $0)[.type] as? FileAttributeType == .typeRegular
        }
        let sorted = files.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        let scan = SourceScanner(.example(), links: .skip).scan(source.path)
        #expect(scan.manifest.entries.map { Array($0.path.utf8) } == sorted)
    }

    @Test func `a directory of many files is shared among the threads`() throws {
        for number in 0..<3000 { try source.file("d/\(number % 7)\(number)", number % 5) }
        let scan = SourceScanner(.example(exclude: ["0*"]), links: .fail, width: 3).scan(source.path)
        #expect(scan.manifest == SourceScanner(.example(exclude: ["0*"]), links: .fail, width: 1).scan(source.path).manifest)
        #expect(scan.manifest.entries.count + scan.unselected.files == 3000)
        #expect(scan.unselected.files == 429)
        #expect(scan.manifest.bytes == scan.manifest.entries.reduce(0) { $0 + $1.size })
    }

    @Test func `a path may be longer than the system takes at once`() throws {
        // Made step by step: 40 directories of 200 bytes each, with brothers, so that directories are opened from the source again.
        let name = String(repeating: "x", count: 200)
        var descriptor = open(source.path, O_RDONLY | O_DIRECTORY)
        for _ in 0..<40 {
            for brother in ["a", "z"] {
                #expect(mkdirat(descriptor, brother, 0o700) == 0)
                let inner = openat(descriptor, brother, O_RDONLY | O_DIRECTORY)
                close(openat(inner, "f", O_CREAT | O_WRONLY, 0o600))
                close(inner)
            }
            #expect(mkdirat(descriptor, name, 0o700) == 0)
            let next = openat(descriptor, name, O_RDONLY | O_DIRECTORY)
            close(descriptor)
            descriptor = next
        }
        close(descriptor)
        for width in [1, 4] {
            let scan = SourceScanner(.example(), links: .fail, width: width).scan(source.path)
            #expect(scan.problems.isEmpty)
            #expect(scan.manifest.entries.count == 80)
            #expect(scan.directories == 121)
        }
    }

    @Test func `a directory that may not be read is named, the others are read`() throws {
        try source.file("closed/a")
        try source.file("open/b")
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: source.path + "/closed")
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: source.path + "/closed") }
        let scan = SourceScanner(.example(), links: .fail).scan(source.path)
        // The superuser may read anything.
        let mayReadAll = geteuid() == 0
        #expect(scan.problems == (mayReadAll ? [] : [.denied("closed")]))
        #expect(scan.manifest.entries.map(\.path) == (mayReadAll ? ["closed/a", "open/b"] : ["open/b"]))
    }
}
