import Foundation
import Globus
import GlobusTesting
import Logging
import TestSupport
import Testing

@testable import PPTransfer

/// What a look at the destination costs, and what it makes of what it sees.
struct DestinationGuardTests {
    private let place: TemporaryDirectory
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let journal: Journal

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        try place.file("data/sub/b.nc", 20)
        try place.file("data/sub/deep/c.nc", 30)
        try place.file("data/other/d.nc", 40)
        journal = Journal(directory: place.path + "/journal")
    }

    private func run(_ service: ScriptedService, _ plan: TransferPlan) async -> FinishedTransfer {
        await TransferRun(service: service, journal: journal, time: SteppedTimekeeper(), log: log).run([plan])[0]
    }

    /// The destination shows its files from the beginning.
    private func service(_ files: [String: [DirectoryEntry]], _ steps: ScriptedService.Step...) -> ScriptedService {
        ScriptedService(steps: steps, files: files).with { $0.hasArrived = true }
    }

    private func listings(_ service: ScriptedService) -> [String] { service.requests.filter { $0.hasPrefix("list ") } }

    @Test func `a new cycle costs one listing, and no directory below one that is not there is asked for`() async throws {
        let plan = try TransferPlan.example(local: place.path + "/data")
        let none = service([:], .state(.succeeded()))
        _ = await run(none, plan)
        let first = try #require(none.requests.firstIndex(of: "submission_id"))
        #expect(none.requests[..<first].filter { $0.hasPrefix("list ") } == ["list /gws/archive"])
        let some = service(
            ["/gws/archive": [.directory("sub"), .file("x", 1)], "/gws/archive/sub": [.file("y", 1)]], .state(.succeeded()))
        _ = await run(some, try .example(local: place.path + "/data", name: "two"))
        let second = try #require(some.requests.firstIndex(of: "submission_id"))
        #expect(some.requests[..<second].filter { $0.hasPrefix("list ") } == ["list /gws/archive", "list /gws/archive/sub"])
    }

    @Test func `files, links and pipes in the way are told, each as what it is; a directory is left to Globus`() async throws {
        var pipe = DirectoryEntry.file("c.nc", 30)
        pipe.type = "pipe"
        let files: [String: [DirectoryEntry]] = [
            "/gws/archive": [.file("a.pp", 10), .directory("sub"), .directory("other")],
            "/gws/archive/sub": [.link("b.nc", to: "nowhere", type: "invalid_symlink"), .directory("deep")],
            "/gws/archive/sub/deep": [pipe], "/gws/archive/other": [.directory("d.nc")],
        ]
        let report = await run(service(files), try .example(local: place.path + "/data"))
        let existing = try #require(report.outcome.existing, "\(report.resultLine)")
        #expect(existing.files.map(\.path) == ["a.pp", "sub/b.nc", "sub/deep/c.nc"])
        #expect(existing.files.map(\.comparison) == [.mayDiffer, .notAFile, .notAFile])
        #expect(
            report.resultLine
                == "u-ab123 19880901T0000Z atmos: exists (44): 3 files at jasmin:/gws/archive would be replaced, which this journal did not "
                + "send; nothing was submitted")
        #expect(report.failureLines(in: .library).last?.hasSuffix("run again once that is done") == true)
    }

    @Test func `a thousand files in the way are counted, and the first hundred named`() async throws {
        var there: [DirectoryEntry] = []
        for number in 0..<1000 {
            try place.file("many/f\(number)", 3)
            there.append(.file("f\(number)", 4))
        }
        let report = await run(service(["/gws/archive": there]), try .example(local: place.path + "/many"))
        let existing = try #require(report.outcome.existing, "\(report.resultLine)")
        #expect(existing.count == 1000)
        #expect(existing.files.count == 100)
        #expect(report.outcome.details.last == "… and 980 more")
    }

    @Test func `names are other files if their bytes differ`() async throws {
        try place.file("names/\u{E9}.nc", 3)
        let files: [String: [DirectoryEntry]] = ["/gws/archive": [.file("e\u{301}.nc", 4)]]
        let service = service(files, .state(.failed("X", "x")))
        #expect(await run(service, try .example(local: place.path + "/names")).status == .failed)
        #expect(service.submissions.count == 1)
    }

    @Test func `of a source that only its collection shows, the times are compared where both tell them`() async throws {
        let files: [String: [DirectoryEntry]] = ["/work/n02/cycle": [.file("a.pp", 10)], "/gws/archive": [.file("a.pp", 10)]]
        var timeless = DirectoryEntry.file("a.pp", 10)
        timeless.lastModified = nil
        let unknown = service(["/work/n02/cycle": [timeless], "/gws/archive": [timeless]])
        let report = await run(unknown, try .example(name: "two"))
        #expect(
            report.outcome.details == [
                "may differ: a.pp has the same size (10 bytes), but was modified at an unknown time; the source was modified at an unknown time"
            ])
        let equal = service(files, .state(.succeeded()))
        #expect(await run(equal, try .example()).status == .ok)
    }

    @Test func `a task that failed before its first byte has sent nothing that may be replaced`() async throws {
        let plan = try TransferPlan.example(local: place.path + "/data")
        #expect(await run(service([:], .state(.failed("PERMISSION_DENIED", "x"))), plan).status == .denied)
        let foreign: [String: [DirectoryEntry]] = ["/gws/archive": [.file("a.pp", 11)]]
        let later = service(foreign, .state(.failed("PERMISSION_DENIED", "x")))
        #expect(await run(later, plan).status == .exists)
        #expect(later.submissions.isEmpty)
        var document = TransferTask.failed("PERMISSION_DENIED", "x")
        document["files_transferred"] = 1
        let own = service(foreign, .state(document))
        #expect(await run(own, plan).status == .denied)
        #expect(own.submissions.count == 1)
    }

    @Test func `of two runs that looked at the same time, the one that sees the other's submission gives way`() async throws {
        let rival = try TransferPlan.example(local: place.path + "/data", name: "rival")
        let service = service([:], .state(.succeeded())).with { [journal] in
            $0.meanwhile = {
                let other = try await CycleJournal(journal, rival, time: SteppedTimekeeper(), isRun: true)
                let files = Manifest([.init(path: "a.pp", size: 10, modified: 1)])
                try other.intend(.example(2), document: Data("{}".utf8), expecting: files)
                other.release()
            }
        }
        let report = await run(service, try .example(local: place.path + "/data"))
        #expect(report.status == .conflict)
        #expect(report.resultLine.contains("rival' of the same journal is sending 1 file of the same names"))
        #expect(service.submissions.isEmpty)
        let own = try #require(journal.storedRecords().records.first { $0.name == "atmos" }?.submission)
        #expect(own.state == .failed, "nothing is left to take up")
        #expect(own.task == nil, "nothing is left to take up")
    }

    @Test func `with warn, a destination that may be written but not listed is written`() async throws {
        let denied = GlobusError.refused(Refusal(request: "GET ls", status: 403, code: "EndpointPermissionDenied"))
        func listing(_ policy: TaskDescription.ExistingPolicy) async throws -> (Status, Int) {
            let service = service([:], .state(.failed("X", "x"))).with { $0.listingFailures = [denied] }
            let plan = try TransferPlan.example(local: place.path + "/data", name: policy.rawValue) { $0.existing = policy }
            return (await run(service, plan).status, service.submissions.count)
        }
        #expect(try await listing(.warn) == (.failed, 1))
        #expect(try await listing(.fail) == (.denied, 0))
    }

    @Test func `replace does not look`() async throws {
        let service = service(["/gws/archive": [.file("a.pp", 11)]], .state(.failed("X", "x")))
        _ = await run(service, try .example(local: place.path + "/data") { $0.existing = .replace })
        #expect(listings(service).isEmpty)
        #expect(service.submissions.count == 1)
    }
}
