import Foundation
import Globus
import PositionedYAML
import Rehearsal
import Testing

/// What the script that came before did twice, did without end, or could not do.
struct OldToolTransferTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "fields")
        try desk.describe(desk.description())
    }

    @Test func `a job that was killed takes up its task at the next try`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*", .queue())]))
            let first = try desk.start(["run", "task.yaml"], service.environment)
            await service.request(for: "/v0.10/task/", of: first)
            first.signal(SIGKILL)
            #expect(await first.completed().status == -SIGKILL)
            let task = try #require(try await service.tasks().first?.id)
            await service.standIn.resume(task)
            let second = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(second.status == 0)
            #expect(second.errors.contains("resumes Globus task \(task)"))
            #expect(try await service.tasks().count == 1)
        }
    }

    @Test func `an answer to the submission that is lost makes no second task`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(http: [HTTPFault(.submit, .loseAnswer, .times(2))]))
            let end = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(end.status == 0)
            #expect(try await service.tasks().count == 1)
        }
    }

    @Test func `waiting has a limit of its own, which is not taken for a failure of the task`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(tasks: [.label("*", .queue())]))
            let end = try await desk.run("run", "--limit", "1s", "task.yaml", with: service.environment)
            #expect(end.status == 31)
            #expect(end.output.contains("running (31): the Globus task is still queued after "))
            #expect(end.output.hasSuffix("the Globus task continues\n"))
        }
    }

    @Test func `a cycle that is archived is not compared again at both sites`() async throws {
        try await LocalService.with(desk) { service in
            #expect(try await desk.run("run", "task.yaml", with: service.environment).status == 0)
            let requests = service.standIn.requests.count
            let again = try await desk.run("run", "task.yaml", with: service.environment)
            #expect(again.status == 0)
            #expect(again.output.contains("already archived: 1 file"))
            #expect(service.standIn.requests.count == requests)
        }
    }

    @Test func `other collections than the usual ones just work, and a misspelt key gets the nearest one`() async throws {
        try desk.describe(desk.description(to: "/vault/{cycle}").replacing("collection: jasmin", with: "collection: vault"))
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 0)
        #expect(desk.contents("suite/rehearsal/vault/vault/19880901T0000Z/a.pp") == Data("fields".utf8))
        try desk.describe(desk.description().replacing("to: {collection:", with: "to: {colection:"))
        let misspelt = try await desk.run("rehearse", "task.yaml")
        #expect(misspelt.status == 65)
        #expect(misspelt.errors.contains("to.colection: this key"))
    }

    @Test func `one run may have several sources and destinations`() async throws {
        try desk.write("ocean/sst.nc", "temperatures")
        try desk.describe(
            desk.description("name: atmos") + "---\n" + desk.description("name: ocean", from: desk.path("ocean"), to: "/gws/ocean/{cycle}"))
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 0)
        #expect(end.outputLines.count == 2)
        #expect(
            try desk.tree("suite/rehearsal/jasmin/gws") == [
                "canari/19880901T0000Z/a.pp": Data("fields".utf8), "ocean/19880901T0000Z/sst.nc": Data("temperatures".utf8),
            ])
    }

    @Test func `where a machine calls a path otherwise than its collection does, the sites know`() async throws {
        try desk.write(
            "sites.yaml", "archer2: {collection: \(Desk.archer2), name: Archer2, paths: {\"\(desk.data)\": /work/n02}, roots: [/work]}\n")
        let end = try await desk.run("run", "--dry-run", "task.yaml", with: ["PPTRANSFER_SITES": desk.path("sites.yaml")])
        #expect(end.status == 0)
        #expect(end.output.contains("archer2:/work/n02"))
        #expect(end.output.contains("/work/n02/a.pp\""))
        #expect(!end.output.contains("\"\(desk.data)"))
    }

    @Test func `blanks, semicolons and quotes in paths and names are sent as they are`() async throws {
        let folder = "my data; touch 'stray' \"$HOME\""
        let names = ["two words.pp", "a;b.pp", "it's \"quoted\".pp", "$(touch stray).pp"]
        for name in names { try desk.write(folder + "/" + name, name) }
        let quoted = desk.path(folder).replacing("\"", with: "\\\"").replacing("$", with: "$$")
        try desk.describe(desk.description(from: quoted, to: "/gws/my archive; rm x/{cycle}"))
        let end = try await desk.run("rehearse", "task.yaml")
        #expect(end.status == 0, "\(end.errors)")
        let arrived = try desk.tree("suite/rehearsal/jasmin/gws/my archive; rm x/19880901T0000Z")
        #expect(arrived == Dictionary(uniqueKeysWithValues: names.map { ($0, Data($0.utf8)) }))
        #expect(!desk.exists("suite/stray"))
    }
}
