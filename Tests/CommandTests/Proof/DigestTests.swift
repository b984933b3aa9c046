import Crypto
import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Proof to the last byte: what the producer made is what Globus sent.
struct DigestTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 * 7) }))
        try desk.write("data/sub/b c.nc", "fields")
        try desk.write("data/empty", "")
        try desk.describe(desk.description("verify: {level: digest}"))
    }

    private func sha256(_ name: String) throws -> String {
        SHA256.hash(data: try #require(desk.contents(name))).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    // MARK: the manifest

    @Test func `a manifest is what sha256sum reads, and is made anew only of what has changed`() async throws {
        let end = try await desk.run("manifest", desk.data, "--output", "list")
        #expect(end.status == 0, "\(end.everything)")
        let lines = try ["a.pp", "empty", "sub/b c.nc"].map { "\(try sha256("data/" + $0))  \($0)\n" }.joined()
        #expect(desk.contents("suite/list") == Data(lines.utf8))
        let check = try Program(
            ["/usr/bin/sha256sum", "--check", "--quiet", desk.suite + "/list"], in: desk.data, environment: desk.environment)
        #expect(await check.completed().status == 0)

        // Older than the manifest by more than a clock's tick: only then may a file count as unchanged.
        for name in ["a.pp", "empty", "sub/b c.nc"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: desk.data + "/" + name)
        }
        _ = try await desk.run("manifest", desk.data, "--output", "list")
        try desk.write("data/empty", "no more")
        let again = try await desk.run("manifest", desk.data, "--output", "list")
        #expect(again.status == 0, "\(again.everything)")
        #expect(again.errors.contains("2 files unchanged, not read again"), "\(again.everything)")
        #expect(String(decoding: try #require(desk.contents("suite/list")), as: UTF8.self).contains(try sha256("data/empty")))
    }

    @Test func `shards put together are the whole`() async throws {
        for index in 0..<20 { try desk.write("data/f\(index)", "\(index)") }
        _ = try await desk.run("manifest", desk.data, "--output", "whole")
        for part in 1...3 { #expect(try await desk.run("manifest", desk.data, "--shard", "\(part)/3", "--output", "p\(part)").status == 0) }
        #expect(try await desk.run("manifest", "--merge", "p1", "p2", "p3", "--output", "all").status == 0)
        #expect(desk.contents("suite/all") == desk.contents("suite/whole"))
        /// Without the line that says when each was begun.
        func files(_ name: String) throws -> [Substring] {
            let lines = String(decoding: try #require(desk.contents(name)), as: UTF8.self).split(separator: "\n")
            #expect(lines[1].hasPrefix("directory "))
            return Array(lines[2...])
        }
        #expect(try files("suite/all.manifest") == files("suite/whole.manifest"))
    }

    @Test func `a source that cannot be read makes no manifest`() async throws {
        let end = try await desk.run("manifest", desk.data + "/nowhere", "--output", "list")
        #expect(end.status == 10)
        #expect(!desk.exists("suite/list"))
        #expect(end.errors.contains("does not exist"))
        #expect(try await desk.run("manifest", desk.data, "--shard", "4/3").status == 64)
    }

    @Test func `few descriptors suffice for a tree that is deep and wide`() async throws {
        var path = "data"
        for _ in 0..<90 {
            path += "/deep"
            for brother in 0..<3 { try desk.write("\(path)/w\(brother)/f", "x") }
        }
        for number in 0..<300 { try desk.write("data/wide\(number)/f", "x") }
        for width in ["1", "16"] {
            let command = "ulimit -n 100 && exec \(Program.path) manifest data --digest none --scan-width \(width)"
            let end = try await Program(["/bin/sh", "-c", command], in: desk.path(""), environment: desk.environment).completed()
            #expect(end.status == 0, "\(end.errors)")
            #expect(end.errors.isEmpty, "\(end.errors)")
            let lines = 3 + 3 + 90 * 3 + 300
            #expect(end.outputLines.count == lines)
            #expect(end.outputLines.last == "end 573")
        }
        #expect(try await desk.run("manifest", desk.data, "--scan-width", "0").status == 64)
    }

    // MARK: runs

    @Test func `each file is sent with its digest, and proven by what Globus attests`() async throws {
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", "--json", with: service.environment)
            let transfer = try JSONValue(text: end.output)["transfers"][0]
            #expect(end.status == 0, "\(end.everything)")
            #expect(transfer["proven"]["level"] == "digest", "\(end.everything)")
            #expect(transfer["proven"]["by_digest"] == 3, "\(end.everything)")
            let requests = service.standIn.requests.count
            let again = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(again.status == 0)
            #expect(again.output.contains("already archived"))
            #expect(service.standIn.requests.count - requests <= 2)
        }
    }

    @Test func `a cycle that is proven by digest is not read again`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            // That somebody else reads them changes nothing.
            for name in ["data/a.pp", "data/sub/b c.nc"] { #expect(desk.contents(name) != nil) }
            let requests = service.standIn.requests.count
            let again = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(again.status == 0, "\(again.everything)")
            #expect(again.output.contains("already archived"), "\(again.everything)")
            #expect(!again.errors.contains("reads "))
            #expect(service.standIn.requests.count - requests <= 2)
        }
    }

    @Test func `what a comparison found equal is sent again, since only then does Globus tell its digest`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", "--journal", desk.path("lost"), with: service.environment).status == 0)
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("re-sending those that it skipped as equal"), "\(end.everything)")
            #expect(end.output.contains("Globus confirmed its digest"))
        }
    }

    @Test func `a list without checksums proves no digest`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(
                StandInFaults(http: [
                    HTTPFault(
                        .successful, .edit(HTTPFault.AnswerEdit(setInEach: ["checksum": .null, "checksum_algorithm": .null])), .forever)
                ]))
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 61, "\(end.everything)")
            #expect(end.output.contains("0 by digest, 3 by size, 0 not verified"), "\(end.everything)")
            // What was really asked for comes with the next run.
            await service.standIn.setFaults(.none)
            let next = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(next.status == 0, "\(next.everything)")
            #expect(next.output.contains("Globus confirmed its digest"), "\(next.everything)")
        }
    }

    @Test func `another digest than the producer's is a mismatch with the file's name`() async throws {
        try await LocalService.with(desk) { service in
            let other = String(repeating: "0", count: 64)
            await service.standIn.setFaults(
                StandInFaults(http: [
                    HTTPFault(
                        .successful, .edit(HTTPFault.AnswerEdit(setInEach: ["checksum": .string(other), "checksum_algorithm": "SHA256"])),
                        .forever)
                ]))
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 60)
            #expect(end.errors.contains("other content: a.pp was sent with sha256:\(other) instead of sha256:"))
        }
    }

    @Test func `a source that is no longer as it was produced is found by Globus, and by us`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("manifest", desk.data, "--output", "made").status == 0)
            try desk.describe(desk.description("verify: {level: digest, manifest: made}"))
            let time = try FileManager.default.attributesOfItem(atPath: desk.data + "/a.pp")[.modificationDate]
            // One bit, the same size, the same time.
            var bytes = try #require(desk.contents("data/a.pp"))
            bytes[69_999] ^= 1
            try desk.write("data/a.pp", bytes)
            try FileManager.default.setAttributes([.modificationDate: try #require(time)], ofItemAtPath: desk.data + "/a.pp")
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 60, "\(end.everything)")
            #expect(end.errors.contains("at the source: a.pp has sha256:"), "\(end.everything)")
            #expect(end.errors.contains("instead of sha256:"))

            try desk.write("data/a.pp", "rewritten")
            let changed = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(changed.status == 11)
            #expect(changed.output.contains("a.pp was written to while it was read, or since its manifest was made"))
            try FileManager.default.removeItem(atPath: desk.data + "/a.pp")
            let gone = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(gone.status == 10)
            #expect(gone.output.contains("a.pp does not exist"))
        }
    }

    @Test func `a digest needs the source on this machine`() async throws {
        try desk.describe(desk.description("verify: {level: digest}", from: "/not/here"))
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == 65)
        #expect(end.errors.contains("verify.level: 'digest' needs the source or the destination on this machine"))
    }
}
