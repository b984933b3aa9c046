import Foundation
import TestSupport
import Testing

@testable import PPTransfer
@testable import SystemFiles

/// What stands where a record, a report or a manifest should be.
struct OddFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func reasons(_ path: String) -> [String] {
        var reasons: [String] = []
        func note(_ body: () throws -> Void) {
            do { try body() } catch { reasons.append("\(error)") }
        }
        note { _ = try DurableFile.read(path) }
        note { _ = try ManifestFile.read(path) }
        note { _ = try ProducerManifest(path: path) }
        return reasons
    }

    @Test func `a pipe, a device and a file of ten gigabytes are refused at once`() throws {
        let pipe = directory.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let large = try directory.file("large")
        #expect(truncate(large, 10 << 30) == 0)
        for (path, text) in [(pipe, "a named pipe"), ("/dev/zero", "a device"), (large, "10737418240 bytes")] {
            let reasons = reasons(path)
            #expect(reasons.count == 3, "\(reasons)")
            #expect(reasons.allSatisfy { $0.contains(text) }, "\(reasons)")
        }
        #expect(reasons(directory.path + "/none").count == 1)
    }
}
