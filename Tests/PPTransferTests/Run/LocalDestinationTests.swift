import Foundation
import Globus
import TestSupport
import Testing

@testable import PPTransfer
@testable import PositionedYAML

/// This machine's disk is looked at before anything is submitted to it.
struct LocalDestinationTests {
    private func disk(free: Int64?, obstacle: String? = nil) -> LocalDisk { LocalDisk(free: { _ in free }) { _ in obstacle } }

    @Test func `what does not fit is refused before submission, with both numbers`() async throws {
        let world = try DownloadWorld(["a.h5": "0123456789", "b.h5": "0123456789"])
        let plan = try world.plan()
        let end = await world.run(plan) { $0.disk = disk(free: 19) }
        #expect(end.status == .noSpace)
        #expect(end.headline.contains("has 19 B free, and the transfer needs 20 B"), "\(end.headline)")
        #expect(await world.globus.tasks.isEmpty)
    }

    @Test func `what is there already needs no room, and a system that tells nothing refuses nothing`() async throws {
        let world = try DownloadWorld(["a.h5": "0123456789", "b.h5": "0123456789"])
        try DownloadWorld.write("0123456789", to: world.here + "/a.h5")
        try DownloadWorld.write("0123", to: world.here + "/b.h5")
        let plan = try world.plan { $0.existing = .replace }
        #expect(await world.run(plan) { $0.disk = disk(free: 5) }.status == .noSpace)
        #expect(await world.run(plan) { $0.disk = disk(free: 6) }.status == .ok)
        try FileManager.default.removeItem(atPath: world.here + "/a.h5")
        #expect(await world.run(plan) { $0.disk = disk(free: nil) }.status == .ok)
    }

    @Test func `a file of 441 GB does not go onto a smaller disk`() async throws {
        let world = try DownloadWorld(["a.h5": "x"])
        truncate(world.place.path + "/facility/run/a.h5", 441_000_000_000)
        let end = await world.run(try world.plan()) { $0.disk = disk(free: 76_000_000_000) }
        #expect(end.status == .noSpace)
        #expect(end.headline.contains("has 76.0 GB free, and the transfer needs 441.0 GB"), "\(end.headline)")
        #expect(end.remedy(in: .library)?.oneLine.contains("make room for 365.0 GB") == true)
    }

    @Test func `a directory that cannot be written, and a file in its place, are refused`() async throws {
        let world = try DownloadWorld(["a.h5": "x"])
        let end = await world.run(try world.plan()) { $0.disk = disk(free: 100, obstacle: "read-only file system") }
        #expect(end.status == .denied)
        #expect(end.headline.contains("cannot be written: read-only file system"))
        var plan = try world.plan()
        try DownloadWorld.write("x", to: world.place.path + "/file")
        plan.localDestination?.path = world.place.path + "/file/below"
        #expect(await world.run(plan).status == .denied)
        plan.localDestination?.path = world.place.path + "/file"
        #expect(await world.run(plan).status == .path)
        #expect(await world.globus.tasks.isEmpty)
    }

    // MARK: what Globus Connect Personal is permitted

    @Test(arguments: [
        ("/data/x", "/data,0,1", ConnectPersonalPaths.Access.readWrite), ("/database", "/data,0,1", .none),
        ("/data", "/data/,0,1", .readWrite),
        ("/home/me/x", "~/,0,1", .readWrite), ("/home/me", "~,0,0", .readOnly), ("/home/you", "~/,0,1", .none),
        ("/data/x/y", "/data,0,1\r\n/data/x,0,0", .readOnly), ("/a,b/c", "/a,b,1,1", .readWrite), ("/data", "/,0,0\nnonsense", .readOnly),
    ])
    func `the line with the longest path decides`(path: String, lines: String, access: ConnectPersonalPaths.Access) throws {
        let place = try TemporaryDirectory()
        try DownloadWorld.write(lines + "\n", to: place.path + "/config-paths")
        #expect(ConnectPersonalPaths(file: place.path + "/config-paths", home: "/home/me")?.access(to: path) == access)
    }

    @Test(arguments: ["", "nonsense", "/data,0,2", "data,0,1"])
    func `a file without a line that can be read tells nothing`(lines: String) throws {
        let place = try TemporaryDirectory()
        #expect(ConnectPersonalPaths(file: place.path + "/config-paths", home: "/home/me") == nil)
        try DownloadWorld.write("# /data,0,1\n \n" + lines, to: place.path + "/config-paths")
        let paths = ConnectPersonalPaths(file: place.path + "/config-paths", home: "/home/me")
        #expect(paths?.lines.isEmpty != false)
        #expect(paths?.problems(in: "config-paths").map(\.position.line) == (lines.isEmpty ? nil : [3]))
    }

    /// A home with Globus Connect Personal, its collection being the laptop's.
    private func home(permitting lines: String) throws -> TemporaryDirectory {
        let home = try TemporaryDirectory()
        try DownloadWorld.write("\(CollectionID.laptop)\n", to: home.path + "/.globusonline/lta/client-id.txt")
        try DownloadWorld.write(lines, to: home.path + "/.globusonline/lta/config-paths")
        return home
    }

    private func planned(
        _ home: TemporaryDirectory, from: String = "{collection: \(CollectionID.facility), path: /run}", to: String, files: String? = nil
    ) throws -> TransferPlan {
        var environment = ["HOME": home.path]
        environment["PPTRANSFER_REHEARSAL_FILES"] = files
        let read = try DescriptionReader(variables: Variables(environment: environment)).read(
            "pptransfer: 1\nworkflow: w\nfrom: \(from)\nto: \(to)\n".utf8, file: "task.yaml")
        let planner = Planner(sites: SiteCatalogue([]), environment: environment, today: "2026-11-26", isRehearsal: files != nil)
        return try #require(try planner.plans(for: read).plans.first)
    }

    @Test func `a destination is on this machine by the name of its Globus Connect Personal, or by its UUID`() throws {
        let home = try home(permitting: "~/,0,1\n")
        let here = home.path + "/data"
        #expect(try planned(home, to: "{collection: {gcp: local}, path: /~/data/}").localDestination?.path == here)
        #expect(try planned(home, to: "{collection: \(CollectionID.laptop), path: \(here)}").localDestination?.path == here)
        #expect(try planned(home, to: "{collection: \(CollectionID.laptop), path: /~/data}").localDestination?.path == here)
        let elsewhere = CollectionID("aa752cea-8222-5bc8-acd9-555b090c0ccb") ?? .null
        #expect(try planned(home, to: "{collection: \(elsewhere), path: \(here)}").localDestination == nil)
    }

    @Test func `in a rehearsal the destination is where the simulator keeps it, if that is known`() throws {
        let home = try home(permitting: "~/,0,1\n")
        let plan = try planned(home, to: "{collection: {gcp: local}, path: /~/data/}", files: "/tmp/r")
        #expect(plan.localDestination?.path == "/tmp/r/\(CollectionID.laptop)/home/rehearsal/data")
        #expect(plan.permissionProblem == nil)
        let other = try planned(home, to: "{collection: {gcp: local}, path: /data}", files: "/tmp/r")
        #expect(other.localDestination?.path == "/tmp/r/\(CollectionID.laptop)/data")
        #expect(other.permissionProblem?.status == .denied)
    }

    @Test func `paths that are not permitted are refused, by what is permitted and how it is changed`() throws {
        let home = try home(permitting: "~/in,0,1\n/scratch,0,0\n")
        #expect(try planned(home, to: "{collection: {gcp: local}, path: ~/in/x}").permissionProblem == nil)
        let outside = try #require(try planned(home, to: "{collection: {gcp: local}, path: /data}").permissionProblem)
        #expect(
            outside.description
                == "Globus Connect Personal of this machine may not write '/data'; it is permitted to use: \(home.path)/in, "
                + "/scratch (read only)")
        #expect(outside.remedy.oneLine.contains("the line '/data,0,1' to ~/.globusonline/lta/config-paths, and restart"))
        let readOnly = try #require(try planned(home, to: "{collection: {gcp: local}, path: /scratch/x}").permissionProblem)
        #expect(readOnly.description.contains("may read '/scratch/x', but not write there"))
        let facility = "{collection: \(CollectionID.facility), path: /in}"
        #expect(try planned(home, from: "{collection: {gcp: local}, path: /scratch/x}", to: facility).permissionProblem == nil)
        let source = try #require(try planned(home, from: "{collection: {gcp: local}, path: /data}", to: facility).permissionProblem)
        #expect(source.description.contains("may not read '/data'"))
        #expect(source.status == .denied)
    }

    @Test func `a path that is not permitted is refused before submission`() async throws {
        let world = try DownloadWorld(["a.h5": "x"])
        var plan = try world.plan()
        plan.personalAccess = try planned(home(permitting: "~/,0,1\n"), to: "{collection: {gcp: local}, path: /data}").personalAccess
        #expect(await world.run(plan).status == .denied)
        #expect(await world.globus.tasks.isEmpty)
    }

    @Test func `a plan from the journal knows where its files arrived`() async throws {
        let home = try home(permitting: "~/,0,1\n")
        let plan = try planned(home, to: "{collection: {gcp: local}, path: ~/data}")
        let record = JournalRecord(plan, now: Timestamp(secondsSince1970: 0))
        #expect(record.plan.localDestination == home.path + "/data")
        let again = try TransferPlan(record, sites: SiteCatalogue([]), home: home.path)
        #expect(again.localDestination == plan.localDestination)
        #expect(again.personalAccess == plan.personalAccess)
        // Another machine's Globus Connect Personal.
        #expect(try TransferPlan(record, sites: SiteCatalogue([]), home: "/nobody").localDestination == nil)
    }
}
