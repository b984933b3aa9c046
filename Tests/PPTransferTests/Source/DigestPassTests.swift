import Foundation
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer

struct DigestPassTests {
    private let source: TemporaryDirectory

    init() throws { source = try TemporaryDirectory() }

    private func entries() -> Manifest.Entries { SourceScanner(.example(), links: .fail).scan(source.path).manifest.entries }

    @Test func `every file is digested, whatever the number of threads`() throws {
        for number in 0..<60 { try source.file("\(number % 5)/\(number)", number * number * 100) }
        try source.file("empty", 0)
        let entries = entries()
        let one = DigestPass(.sha256, width: 1).digest(entries, in: source.path)
        #expect(one.problems.isEmpty)
        #expect(one.entries.allSatisfy { $0.digest != nil })
        #expect(
            one.entries.first { $0.path == "empty" }?.digest?.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        for width in [2, 5] { #expect(DigestPass(.sha256, width: width).digest(entries, in: source.path).entries == one.entries) }
    }

    @Test func `what is known is not read again`() throws {
        try source.file("a", 10)
        var entries = entries()
        let known = try #require(Digest(.md5, hex: String(repeating: "0", count: 32)))
        entries.set(digest: known, at: 0)
        #expect(DigestPass(.md5).digest(entries, in: source.path).entries[0].digest == known)
    }

    @Test func `files that have changed are named, in the order of the entries`() throws {
        for name in ["a", "b", "c", "d"] { try source.file(name, 10) }
        let entries = entries()
        try source.file("b", 11)
        try FileManager.default.removeItem(atPath: source.path + "/d")
        let (digested, problems) = DigestPass(.md5, width: 3).digest(entries, in: source.path)
        #expect(problems == [.changed("b"), .changed("d")])
        #expect(digested.map { $0.digest != nil } == [true, false, true, false])
    }

    @Test func `one thread takes the small files first and tells how far it is within a large one`() throws {
        try source.file("a large", 5 << 20)
        try source.file("b small", 10)
        let told = Mutex<[DigestPass.Progress]>([])
        _ = DigestPass(.sha256, width: 1).digest(entries(), in: source.path) { done in told.withLock { $0.append(done) } }
        let large = 5 << 20 as Int64
        let expected: [DigestPass.Progress] =
            [.init(files: 0, bytes: 10), .init(files: 1, bytes: 10)]
            + (1...5).map { .init(files: 1, bytes: 10 + Int64($0) << 20) } + [.init(files: 2, bytes: 10 + large)]
        #expect(told.withLock { $0 } == expected)
    }

    @Test func `a large file can be left in the middle`() throws {
        try source.file("large", 8 << 20)
        let read = Mutex<Int64>(0)
        let (digested, problems) = DigestPass(.sha256, width: 1).digest(entries(), in: source.path) { done in
            read.withLock { $0 = done.bytes }
        } isCancelled: {
            read.withLock { $0 >= 2 << 20 }
        }
        #expect(digested[0].digest == nil)
        #expect(problems.isEmpty)
        #expect(read.withLock { $0 } == 2 << 20)
    }
}
