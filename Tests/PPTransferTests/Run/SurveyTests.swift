import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

@testable import PPTransfer

/// What a run would do about each file, by the comparison that the description asks for.
struct SurveyTests {
    private let place: TemporaryDirectory
    private let then = Timestamp(secondsSince1970: 1_700_000_000)

    init() throws {
        place = try TemporaryDirectory()
        for (name, size) in [("new.nc", 1), ("equal.nc", 2), ("later.nc", 3), ("earlier.nc", 4), ("sized.nc", 5), ("timeless.nc", 6)] {
            let path = try place.file("data/" + name, size)
            try FileManager.default.setAttributes([.modificationDate: then.date], ofItemAtPath: path)
        }
    }

    private var service: ScriptedService {
        func file(_ name: String, _ size: Int64, _ offset: Int64?) -> DirectoryEntry {
            guard let offset else { return .file(name, size: size, fields: ["last_modified": .null]) }
            return .file(name, size: size, modified: then + .seconds(offset))
        }
        return ScriptedService(
            steps: [],
            files: [
                "/gws/archive": [
                    file("equal.nc", 2, 0), file("later.nc", 3, 60), file("earlier.nc", 4, -60), file("sized.nc", 50, 60),
                    file("timeless.nc", 6, nil), file("of others.nc", 7, 0),
                ]
            ]
        ).with { $0.hasArrived = true }
    }

    private func survey(_ sync: SyncLevel) async throws -> [DestinationLook.Sighting.Treatment: [String]] {
        let plan = try TransferPlan.example(local: place.path + "/data") { $0.transfer.sync = sync }
        let survey = try await plan.survey(through: service, time: SteppedTimekeeper(), warn: { _ in }).get()
        return survey.files.mapValues { $0.paths.map { String($0.dropLast(3)) } }
    }

    @Test func `each level tells new files from those that are there, replaced, later, or to be compared`() async throws {
        #expect(try await survey(.exists) == [.new: ["new"], .there: ["earlier", "equal", "later", "sized", "timeless"]])
        #expect(try await survey(.size) == [.new: ["new"], .there: ["earlier", "equal", "later", "timeless"], .replaced: ["sized"]])
        #expect(
            try await survey(.mtime) == [
                .new: ["new"], .there: ["equal"], .laterThere: ["later"], .replaced: ["earlier", "sized"], .compared: ["timeless"],
            ])
        #expect(
            try await survey(.checksum) == [
                .new: ["new"], .compared: ["earlier", "equal", "later", "timeless"], .replaced: ["sized"],
            ])
    }

    @Test func `what was proven is kept while it is there; proven contents only while the file was not touched`() async throws {
        let plan = try TransferPlan.example(local: place.path + "/data") { $0.transfer.sync = .mtime }
        let (service, time) = (service, SteppedTimekeeper())
        let proven = try await plan.scan(through: service, time: time).0.manifest
        let sighting = try await DestinationLook(plan: plan, service: service, time: time).sighting(of: proven.entries)
        #expect(sighting.stillThere(proven, byContents: false).entries.map(\.path) == ["equal.nc", "later.nc"])
        #expect(sighting.stillThere(proven, byContents: true).entries.map(\.path) == ["equal.nc"])
    }

    @Test func `it is one sentence`() async throws {
        let plan = try TransferPlan.example(local: place.path + "/data") { $0.transfer.sync = .mtime }
        var survey = try await plan.survey(through: service, time: SteppedTimekeeper(), warn: { _ in }).get()
        survey.free = 76_000_000_000
        #expect(
            survey.sentence == "1 new file, 1 B; 2 to replace others, 9 B; 1 to be compared by checksum, 6 B; "
                + "1 newer at the destination, which stay; 1 there already; free here: 76.0 GB")
    }

    @Test func `a source that is not there stops it as it stops a run`() async throws {
        let plan = try TransferPlan.example(local: place.path + "/nothing")
        let result = await plan.survey(through: service, time: SteppedTimekeeper(), warn: { _ in })
        #expect(throws: SurveyStop.self) { try result.get() }
        guard case .failure(let stop) = result else { return }
        #expect(stop.outcome.status == .sourceMissing)
    }
}
