import Foundation
import Globus
import TestSupport
import Testing

/// Checksums and receipt at the destination.
struct BesideTests {
    private let desk: Desk
    private let there = "jasmin/gws/canari/"

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "abc")
        try desk.write("data/sub/two\nlines.pp", "")
        try describe()
    }

    private func describe(_ more: String = "verify: {level: digest}") throws {
        let text = desk.description(more).replacing("to: {collection: jasmin,", with: "to: {manifest: beside, collection: jasmin,")
        try desk.describe(text)
    }

    private func check() throws -> Int32 {
        let check = Process()
        check.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        check.arguments = ["--check", "--strict", "--status", "19880901T0000Z.sha256"]
        check.currentDirectoryURL = URL(fileURLWithPath: desk.path(there))
        try check.run()
        check.waitUntilExit()
        return check.terminationStatus
    }

    @Test func `they arrive after the data, are proven, and are brought again only when more was proven`() async throws {
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0, "\(end.everything)")
            // The data beside them are no other files.
            #expect(!end.errors.contains("did not send"), "\(end.errors)")
            #expect(try check() == 0)
            let receipt = try JSONValue(
                text: String(decoding: try #require(desk.contents(there + "19880901T0000Z.receipt.json")), as: UTF8.self))
            #expect(receipt["receipt"]["files"] == 2 && receipt["receipt"]["manifest"].string?.hasPrefix("sha256:") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path("")).allSatisfy { !$0.hasPrefix(".pptransfer-") })
            #expect(try await desk.run("verify", "u-ab123", "--all", with: service.environment).status == 0)
            #expect(
                try await desk.run("receipt", "u-ab123", "--cycle", "19880901T0000Z", with: service.environment).output.contains(
                    "checksums"))
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(try await service.tasks().count == 2)
            try desk.write("data/c.pp", "more")
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            #expect(try check() == 0)
            #expect(
                String(decoding: desk.contents(there + "19880901T0000Z.sha256") ?? Data(), as: UTF8.self).contains("19880901T0000Z/c.pp"))
            #expect(try await service.tasks().count == 4)
        }
    }

    @Test func `what keeps them away is the run's failure, and the next run brings only them`() async throws {
        try desk.write("jasmin/gws/canari/19880901T0000Z.sha256/in-the-way", "x")
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "task.yaml", "--limit", "20s", with: service.environment)
            #expect(end.status != 0, "\(end.everything)")
            #expect(try await desk.run("receipt", "--cycle", "19880901T0000Z", with: service.environment).status == 61)
            try FileManager.default.removeItem(atPath: desk.path(there + "19880901T0000Z.sha256"))
            let next = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(next.status == 0, "\(next.everything)")
            #expect(try check() == 0)
        }
    }

    @Test func `checksums that nobody verifies, or of no cycle, are refused`() async throws {
        try describe("verify: {level: size}")
        let end = try await desk.run("validate", "task.yaml")
        #expect(end.status == 65 && end.everything.contains("to.manifest: without 'verify: {level: digest}'"), "\(end.everything)")
    }
}
