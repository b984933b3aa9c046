import Foundation
import Globus
import GlobusTesting
import Logging
import TestSupport
import Testing

@testable import PPTransfer

/// Which source files another transfer still needs.
struct SourceClaimsTests {
    private let place: TemporaryDirectory
    private let journal: Journal
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        try place.file("data/sub/b.nc", 20)
        journal = Journal(directory: place.path + "/journal")
    }

    private func plan(
        _ name: String, from folder: String = "data", to destination: String = "/gws/other", include: [String] = []
    ) throws -> TransferPlan {
        let source = place.path + "/" + folder
        var plan = try TransferPlan.example(local: source, source: source, name: name) {
            $0.from.path.value = source
            $0.select = .example(include: include)
        }
        plan.destination.path = try CollectionPath(destination)
        return plan
    }

    private let proven = Manifest([
        Manifest.Entry(path: "a.pp", size: 10, modified: 1), Manifest.Entry(path: "sub/b.nc", size: 20, modified: 1),
    ])

    private func free(_ own: TransferPlan, besides others: TransferPlan...) -> [String] {
        SourceClaims(on: own, in: nil, besides: others).part(proven).free.entries.map(\.path)
    }

    @Test func `what another transfer selects for another place is needed`() throws {
        let own = try plan("own", to: "/gws/archive")
        #expect(try free(own, besides: plan("two")) == [])
        #expect(try free(own, besides: plan("two", include: ["*.nc"])) == ["a.pp"])
        #expect(try free(own, besides: plan("two", from: "data/sub")) == ["a.pp"])
        #expect(try free(own, besides: plan("two", from: "data/sub/b.nc")) == ["a.pp"])
        #expect(try free(own, besides: plan("two", from: "dat"), plan("three", from: "data/none")) == ["a.pp", "sub/b.nc"])
        #expect(
            try free(plan("own", from: "data", to: "/gws/archive"), besides: plan("two", from: "", include: ["data/a.pp"])) == ["sub/b.nc"])
    }

    @Test func `the same place needs no second proof`() throws {
        let own = try plan("own", to: "/gws/archive")
        #expect(try free(own, besides: plan("two", to: "/gws/archive")) == ["a.pp", "sub/b.nc"])
        #expect(try free(own, besides: plan("two", from: "data/sub", to: "/gws/archive/sub")) == ["a.pp", "sub/b.nc"])
        #expect(try free(own, besides: plan("two", from: "data/sub", to: "/gws/archive")) == ["a.pp"])
    }

    @Test func `a record counts until it is archived, however it fails`() async throws {
        let own = try plan("own", to: "/gws/archive"), other = try plan("other")
        func free() -> Int { SourceClaims(on: own, in: journal).part(proven).free.entries.count }
        #expect(free() == 2)
        let log = log
        func run(_ service: ScriptedService) async -> Status {
            await TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log).run([other])[0].status
        }
        let refused = GlobusError.refused(Refusal(request: "POST", status: 403, code: "PermissionDenied"))
        #expect(await run(ScriptedService(steps: [], submission: .failure(refused))) == .denied)
        #expect(free() == 0)
        #expect(await run(ScriptedService(steps: [.state(.failed("X", "x"))])) == .failed)
        #expect(free() == 0)
        let files: [String: [DirectoryEntry]] = [
            "/gws/other": [.file("a.pp", 10), .directory("sub")], "/gws/other/sub": [.file("b.nc", 20)],
        ]
        #expect(await run(ScriptedService(steps: [.state(.succeeded())], files: files)) == .ok)
        #expect(free() == 2)
    }
}
