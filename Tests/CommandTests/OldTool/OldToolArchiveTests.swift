import Foundation
import Globus
import Rehearsal
import Testing

/// What the script that came before did not notice, did not show, or left behind.
struct OldToolArchiveTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.describe(desk.description())
    }

    @Test func `a staging directory that is empty is no success`() async throws {
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 12)
        #expect(end.output.contains("nothing (12): nothing to send from archer2:\(desk.data)"))
    }

    @Test func `a large file one level down is counted`() async throws {
        try desk.write("data/sub/large.nc", Data())
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: desk.data + "/sub/large.nc"))
        try file.truncate(atOffset: 5 << 30)
        try file.close()
        let end = try await desk.run("run", "--dry-run", "task.yaml")
        #expect(end.status == 0)
        #expect(end.output.contains("1 file, 5.4 GB at "))
    }

    @Test func `a link to nothing is told by name, before anything is submitted`() async throws {
        try desk.write("data/a.pp", "fields")
        try FileManager.default.createSymbolicLink(atPath: desk.data + "/lost.pp", withDestinationPath: "nowhere")
        for (policy, text) in [("fail", "lost.pp is a symbolic link (to nowhere)"), ("follow", "lost.pp is a symbolic link to nothing")] {
            try desk.describe(desk.description("symlinks: \(policy)"))
            try await LocalService.with(desk) { service in
                let end = try await desk.run("run", "task.yaml", with: service.environment)
                #expect(end.status == 10)
                #expect(end.output.contains(text))
                #expect(end.advice.hasPrefix("write 'symlinks: skip'"))
                // The source alone was looked at.
                #expect(service.standIn.requests.allSatisfy { $0.path.hasSuffix("/ls") || $0.path == "/v2/oauth2/token" })
            }
        }
    }

    @Test func `no stray file is left at the source or in the archive`() async throws {
        try desk.write("data/a.pp", "fields")
        try desk.write("data/sub/b.nc", "more")
        let source = try desk.tree("data")
        #expect(try await desk.run("rehearse", "task.yaml").status == 0)
        #expect(try desk.tree("data") == source)
        #expect(try desk.tree("suite/rehearsal/jasmin/gws/canari/19880901T0000Z") == source)
    }

    @Test func `a dry run shows what would be sent, and sends nothing`() async throws {
        try desk.write("data/a.pp", "fields")
        try await LocalService.with(desk) { service in
            let end = try await desk.run("run", "--dry-run", "task.yaml", with: service.environment)
            #expect(end.status == 0)
            #expect(end.output.contains("1 file, 6 B at archer2:\(desk.data)"))
            #expect(end.output.contains("\"\(desk.data)/a.pp\""))
            #expect(service.standIn.requests.isEmpty)
        }
    }

    @Test func `a collection, a consent or a destination that is wrong is told before any work is done`() async throws {
        try desk.write("data/a.pp", "fields")
        try await LocalService.with(desk, consent: true) { service in
            let login = await service.standIn.login(as: "me@accounts.jasmin.ac.uk", scope: ClientCredentials.transferScope)
            let token = try #require(login).first.accessToken.withSecret { $0 }
            let environment = service.environment.merging(["PPTRANSFER_ACCESS_TOKEN": token]) { _, last in last }
            for (text, status) in [
                (desk.description().replacing("collection: jasmin", with: "collection: jasmine"), 42),
                (desk.description(to: "gws/canari"), 65), (desk.description(), 21),
            ] as [(String, Int32)] {
                try desk.describe(text)
                let end = try await desk.run("run", "task.yaml", with: environment)
                #expect(end.status == status, "\(end.everything)")
                #expect(try await service.tasks().isEmpty)
            }
        }
    }

    @Test func `at the end stand the files, the bytes, and time and rate where Globus counted seconds`() async throws {
        try desk.write("data/a.pp", Data(count: 300_000))
        try desk.write("data/sub/b.nc", Data(count: 200_000))
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 0)
        #expect(end.output.contains(/ok \(0\): 2 files, 500\.0 kB at jasmin:\S+; 500\.0 kB sent(?: in \S+ s \(\S+ [kMG]?B\/s\))?,/))
    }

    @Test func `the journal holds what was archived, by name and size`() async throws {
        try desk.write("data/a.pp", Data(count: 300))
        try desk.write("data/sub/b.nc", Data(count: 200))
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "--journal", desk.path("journal"), "task.yaml", with: service.environment).status == 0)
            let task = try #require(try await service.tasks().first?.id)
            let json = desk.contents("journal/u-ab123/19880901T0000Z.json") ?? Data()
            let record = try JSONValue(text: String(decoding: json, as: UTF8.self))
            #expect(record["receipt"]["files"] == 2)
            #expect(record["receipt"]["bytes"] == 500)
            #expect(record["receipt"]["tasks"][0] == .string(task.description))
            let manifest = String(decoding: desk.contents("journal/u-ab123/19880901T0000Z.proven") ?? Data(), as: UTF8.self)
            let lines = manifest.split(separator: "\n").dropFirst(2).dropLast().map { $0.split(separator: " ") }
            #expect(lines.map { "\($0[0]) \($0[4])" } == ["300 a.pp", "200 sub/b.nc"])
        }
    }
}
