import Foundation
import Globus
import GlobusTesting
import Logging
import TestSupport
import Testing

@testable import PPTransfer

/// What counts as a proof once the task has succeeded.
struct ProofTests {
    private let source: TemporaryDirectory
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let there: [String: [DirectoryEntry]] = [
        "/gws/archive": [.file("a.pp", 10), .directory("sub")], "/gws/archive/sub": [.file("b.nc", 20)],
    ]

    init() throws {
        source = try TemporaryDirectory()
        try source.file("a.pp", 10)
        try source.file("sub/b.nc", 20)
    }

    private func run(
        _ service: ScriptedService, _ time: SteppedTimekeeper = SteppedTimekeeper(), _ configure: (inout TaskDescription) -> Void = { _ in }
    ) async throws -> FinishedTransfer {
        let plan = try TransferPlan.example(local: source.path, configure: configure)
        return await TransferRun(service: service, journal: nil, time: time, log: log).run([plan])[0]
    }

    private func listed(_ path: String, _ size: Int64?) -> SentFile {
        var file = SentFile(
            sourcePath: "/work/n02/cycle/" + path, destinationPath: "/gws/archive/" + path, size: 0, checksum: nil, checksumAlgorithm: nil)
        file.size = size
        return file
    }

    // MARK: what else is there

    @Test func `other files at the destination are named, and no failure unless the description says so`() async throws {
        var files = there
        files["/gws/archive"]? += [.file("old.pp", 1), .directory("2001")]
        files["/gws/archive/sub"]? += [.file("stray.nc", 2)]
        let report = try await run(ScriptedService(steps: [.state(.succeeded())], files: files))
        let archive = try #require(report.outcome.archive)
        #expect(report.outcome == .archived(archive))
        #expect(archive.extra == ["2001/", "old.pp", "sub/stray.nc"])
        let strict = try await run(ScriptedService(steps: [.state(.succeeded())], files: files)) { $0.verify.extra = .fail }
        #expect(strict.status == .mismatch)
        #expect(strict.outcome.details == ["extra: 2001/", "extra: old.pp", "extra: sub/stray.nc"])
    }

    @Test func `a directory that leads to files of ours is not extra`() async throws {
        try source.file("deep/er/c.nc", 1)
        var files = there
        files["/gws/archive"]?.append(.directory("deep"))
        files["/gws/archive/deep"] = [.directory("er"), .file("x", 1)]
        files["/gws/archive/deep/er"] = [.file("c.nc", 1)]
        let report = try await run(ScriptedService(steps: [.state(.succeeded())], files: files))
        let archive = try #require(report.outcome.archive)
        #expect(report.outcome == .archived(archive))
        #expect(archive.extra.isEmpty)
    }

    // MARK: what Globus itself says

    @Test func `a file that Globus accounts for in no way is not proven by an old one of its size`() async throws {
        let service = ScriptedService(steps: [.state(.succeeded(files: 1))], files: there).with { $0.sent = [listed("a.pp", 10)] }
        let report = try await run(service)
        #expect(report.status == .mismatch)
        #expect(
            report.outcome.details == ["not accounted for: sub/b.nc (Globus counts it neither as sent nor as skipped)"])
    }

    @Test func `what a sync found equal, and a list that is not whole, are no contradiction`() async throws {
        var equal = TransferTask.succeeded(files: 1)
        equal["files_skipped"] = 1
        let skipped = ScriptedService(steps: [.state(equal)], files: there).with { $0.sent = [listed("a.pp", 10)] }
        #expect(try await run(skipped).status == .ok)
        let partial = ScriptedService(steps: [.state(.succeeded(files: 2))], files: there).with { $0.sent = [listed("a.pp", 10)] }
        #expect(try await run(partial).status == .ok)
        let foreign = ScriptedService(steps: [.state(.succeeded(files: 1))], files: there).with { $0.sent = [listed("../x", 10)] }
        #expect(try await run(foreign).status == .ok)
    }

    @Test func `where nothing can be listed, what Globus says is told, and is no proof`() async throws {
        let refusal = Refusal(request: "GET ls", status: 403, code: "EndpointPermissionDenied", requestID: "r-9")
        let service = ScriptedService(steps: [.state(.succeeded(files: 2))], listing: .refused(refusal)).with {
            $0.sent = [listed("a.pp", 10), listed("sub/b.nc", 19)]
        }
        let report = try await run(service)
        #expect(report.status == .unverified)
        #expect(report.resultLine.hasSuffix("; Globus reports that it sent 1 of 2 files"))
    }

    @Test(arguments: [
        (403, "ConsentRequired", Status.consent), (502, "ExternalError.DirListingFailed.LoginFailed", .session),
        (404, "EndpointDeleted", .collection), (403, "PermissionDenied", .unverified),
        (502, "ExternalError.DirListingFailed.GCDisconnected", .unverified),
    ])
    func `a proof that waits for a person says which login it waits for`(status: Int, code: String, exit: Status) async throws {
        let refusal = Refusal(request: "GET ls", status: status, code: code)
        #expect(try await run(ScriptedService(steps: [.state(.succeeded())], listing: .refused(refusal))).status == exit)
    }

    @Test func `a collection's server that fails for a moment is asked again`() async throws {
        let busy = GlobusError.refused(Refusal(request: "GET ls", status: 502, code: "ExternalError.DirListingFailed.ConnectFailed"))
        let time = SteppedTimekeeper()
        let service = ScriptedService(steps: [.state(.succeeded())], files: there).with { $0.listingFailures = [busy, busy] }
        #expect(try await run(service, time).status == .ok)
        #expect(time.elapsed >= .seconds(5))
        let down = ScriptedService(steps: [.state(.succeeded())], listing: busy)
        #expect(try await run(down, time).status == .unverified)
        // One of them before the submission.
        #expect(down.requests.count { $0.hasPrefix("list ") } <= 9)
    }

    // MARK: a source that does not stand still

    @Test func `a destination that differs because the source has changed is the source's fault`() async throws {
        let service = ScriptedService(
            steps: [.state(.succeeded())], files: ["/gws/archive": [.file("a.pp", 10)], "/gws/archive/sub": [.file("b.nc", 25)]])
        let plan = try TransferPlan.example(local: source.path)
        let directory = source
        let clock = ActingClock { _ = try? directory.file("sub/b.nc", 25) }
        let active = service.with { $0.steps = [.state(.active()), .state(.succeeded())] }
        let report = await TransferRun(service: active, journal: nil, time: clock, log: log).run([plan])[0]
        #expect(report.status == .sourceChanged)
        #expect(report.outcome.details == ["changed: sub/b.nc had 20 bytes when it was listed, has 25"])
    }

    @Test func `checksums that keep differing end by the policy, and the cause is looked for`() async throws {
        func faulting(_ faults: Int64) -> ScriptedService.Step {
            var document = TransferTask.active("VERIFY_CHECKSUM", bytes: faults * 1000)
            document["faults"] = .integer(faults)
            return .state(document)
        }
        let steps = (1...400).map { faulting(Int64($0)) }
        let storage = ScriptedService(steps: steps)
        let bad = try await run(storage)
        #expect(bad.status == .failed)
        #expect(storage.cancelled == [.example(1)])
        let directory = source
        let clock = ActingClock { _ = try? directory.file("a.pp", 11) }
        let service = ScriptedService(steps: steps)
        let plan = try TransferPlan.example(local: source.path)
        let changed = await TransferRun(service: service, journal: nil, time: clock, log: log).run([plan])[0]
        #expect(changed.status == .sourceChanged)
    }

    @Test func `a single checksum fault is left to Globus`() async throws {
        let steps = (1...400).map { _ in ScriptedService.Step.state(.active("VERIFY_CHECKSUM")) }
        let service = ScriptedService(steps: steps + [.state(.succeeded())], files: there)
        #expect(try await run(service).status == .ok)
    }

    @Test func `a failed task's newest error is quoted`() async throws {
        let event = TaskEvent(
            code: "NO_SUCH", isError: true, description: "strange", details: "Error\nMessage: the tape is torn", time: "")
        let service = ScriptedService(steps: [.state(.failed("ODD", "words"))], files: [:], events: [event])
        #expect(try await run(service).failureLines(in: .library).contains("the tape is torn"))
    }
}

/// Stepped time; does something once, the first time that it is slept through.
final class ActingClock: Timekeeper {
    private let clock = SteppedTimekeeper()
    private let act: @Sendable () -> Void

    init(_ act: @escaping @Sendable () -> Void) { self.act = act }

    var now: Timestamp { clock.now }
    var elapsed: Duration { clock.elapsed }

    func sleep(for duration: Duration) async {
        if elapsed == .zero { act() }
        await clock.sleep(for: duration)
    }
}
