import Foundation
import Globus
import TestSupport
import Testing

/// Bags of what is archived.
struct ExportTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "abc")
        try desk.write("data/sub/50% new\nline.pp", "")
        try desk.describe(desk.description("verify: {level: digest}"))
    }

    private func export(_ service: LocalService, _ more: String...) async throws -> Completed {
        try await desk.start(["export", "u-ab123", "--bagit", desk.path("bag")] + more, service.environment).completed()
    }

    private func text(_ name: String) -> String { desk.contents("bag/" + name).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    @Test func `the tag files of a bag name each file with its digest, and one another`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let end = try await export(service)
            #expect(end.status == 0 && end.output.contains("2 files, 3 B of 1 transfer"), "\(end.everything)")
            #expect(text("bagit.txt") == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
            let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            #expect(text("manifest-sha256.txt") == "\(abc)  data/a.pp\n\(empty)  data/sub/50%25 new%0Aline.pp\n")
            for line in ["Payload-Oxum: 3.2", "External-Identifier: u-ab123 19880901T0000Z", "Bag-Group-Identifier: u-ab123"] {
                #expect(text("bag-info.txt").split(separator: "\n").contains(Substring(line)), "\(text("bag-info.txt"))")
            }
            // Independent of the program: coreutils.
            let check = Process()
            check.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
            check.arguments = ["--check", "--strict", "--status", "tagmanifest-sha256.txt"]
            check.currentDirectoryURL = URL(fileURLWithPath: desk.path("bag"))
            try check.run()
            check.waitUntilExit()
            #expect(check.terminationStatus == 0)
            // Again, and beside the payload, but never beside anything else.
            try desk.write("bag/data/a.pp", "abc")
            #expect(try await export(service).status == 0)
            try desk.write("bag/notes.txt", "mine")
            let occupied = try await export(service, "--json")
            #expect(occupied.status == 73 && occupied.errors.contains("notes.txt"), "\(occupied.everything)")
            try FileManager.default.removeItem(atPath: desk.path("bag"))
            try desk.write("bag/bagit.txt", "somebody's")
            #expect(try await export(service).status == 73)
            #expect(text("bagit.txt") == "somebody's")
        }
    }

    @Test func `what has no digest or no receipt is named, and makes no bag`() async throws {
        try await LocalService.with(desk) { service in
            let nothing = try await export(service)
            #expect(nothing.status != 0 && !desk.exists("bag"), "\(nothing.everything)")
            try desk.describe(desk.description())
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let end = try await export(service)
            #expect(end.status == 61 && end.errors.contains("2 files without a SHA-256 on record") && end.errors.contains("a.pp"))
            try FileManager.default.removeItem(atPath: desk.path("jasmin/gws/canari/19880901T0000Z/a.pp"))
            #expect(try await desk.run("verify", "u-ab123", "--all", with: service.environment).status == 60)
            let missing = try await export(service)
            #expect(missing.status == 61 && missing.errors.contains("u-ab123 19880901T0000Z: not archived"), "\(missing.everything)")
            #expect(!desk.exists("bag"))
        }
    }
}
