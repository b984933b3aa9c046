import Foundation
import Globus
import GlobusTesting
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer

/// Many transfers in one run: none waits for another, and one end of time reaches all of them.
struct SideBySideTests {
    private let place: TemporaryDirectory
    private let time = SteppedTimekeeper()
    private let journal: Journal
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        journal = Journal(directory: place.path + "/journal")
    }

    private func plan(_ name: String, _ configure: (inout TaskDescription) -> Void = { _ in }) throws -> TransferPlan {
        var plan = try TransferPlan.example(local: place.path + "/data", name: name, configure: configure)
        plan.destination.path = try CollectionPath("/gws/\(name)")
        return plan
    }

    private func archive(_ seconds: [String: Int] = [:]) -> PlayedArchive {
        PlayedArchive(time, source: place.path + "/data", seconds: seconds)
    }

    private func run(_ service: any TransferService) -> TransferRun {
        TransferRun(service: service, journal: journal, time: time, log: log)
    }

    private func record(_ name: String) throws -> JournalRecord? {
        try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: name)?.record
    }

    private func isLocked(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: journal.stem("u-ab123", cycle: "19880901T0000Z", name: name) + ".lock")
    }

    @Test func `each is proven, recorded and released when its own task ends, and reported in the order of the descriptions`() async throws
    {
        let service = archive(["slow": 3600])
        let seen = Mutex<[(status: String?, isLocked: Bool)]>([])
        service.state.withLock {
            $0.onQuestion = { [self] now in
                guard now > .seconds(600) else { return }
                let status = (try? record("fast"))??.outcome?.status
                seen.withLock { $0.append((status, isLocked("fast"))) }
            }
        }
        let reports = await run(service).run([try plan("slow"), try plan("fast")])
        #expect(reports.map(\.plan.name) == ["slow", "fast"])
        #expect(reports.map(\.status) == [.ok, .ok])
        let moments = seen.withLock { $0 }
        #expect(!moments.isEmpty)
        #expect(moments.allSatisfy { $0.status == "ok" && !$0.isLocked })
        #expect(!isLocked("slow"))
    }

    @Test func `as one of the window ends the next begins`() async throws {
        let service = archive()
        // As long as one is at work, three others go through the other place of the window, one after the other.
        service.state.withLock { $0.endsAfter = ["slow": 4] }
        var run = run(service)
        run.together = 2
        let reports = await run.run(try ["slow", "one", "two", "three"].map { try plan($0) { $0.wait.limit = .seconds(100_000_000) } })
        #expect(reports.map(\.status) == [.ok, .ok, .ok, .ok])
    }

    @Test func `a lock that another machine holds keeps nobody else, and a signal ends the wait for it as a signal`() async throws {
        let stem = journal.stem("u-ab123", cycle: "19880901T0000Z", name: "held")
        let holder = LockHolder(host: "elsewhere", boot: "another", process: 1, began: "1", token: "t", beat: 1)
        try FileManager.default.createDirectory(atPath: (stem as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try JSONEncoder().encode(holder).write(to: URL(fileURLWithPath: stem + ".lock"))
        let service = archive()
        var run = run(service)
        run.signal = { 1 }
        let plans = [try plan("held"), try plan("free")]
        let work = Task { [run] in await run.run(plans) }
        while try record("free")?.outcome?.status != "ok" { try await Task.sleep(for: .milliseconds(5)) }
        work.cancel()
        let reports = await work.value
        #expect(reports.map(\.status.number) == [129, 0])
        #expect(service.tasks.map(\.name) == ["free"])
    }

    @Test func `many tasks are asked for in one request a round`() async throws {
        let names = (1...40).map { "n\($0)" }
        let service = archive(Dictionary(names.map { ($0, 600) }) { first, _ in first })
        let reports = await run(service).run(try names.map { try plan($0) })
        #expect(reports.allSatisfy { $0.status == .ok })
        let questions = service.requests.count { $0.hasPrefix("tasks task_id:") || $0.hasPrefix("task ") }
        // One task alone costs more than 60 of them.
        #expect(questions < 300, "\(questions)")
        #expect(service.requests.contains { $0.split(separator: ",").count >= 20 })
    }

    // MARK: the end of time

    @Test func `the limit of waiting holds while nobody answers`() async throws {
        let service = archive(["atmos": 3600])
        service.state.withLock { $0.silentFrom = .seconds(100) }
        let report = await run(service).run([try plan("atmos") { $0.wait.limit = .seconds(300) }])[0]
        #expect(report.status == .running, "\(report.resultLine) \(time.elapsed)")
        #expect(time.elapsed <= .seconds(303), "\(report.resultLine) \(time.elapsed)")
        #expect(report.resultLine.contains("Globus could not be reached until the wait limit, 5m, had passed"))
        #expect(try record("atmos")?.submission?.state == .accepted)
    }

    @Test func `what comes first of limit, outage and batch job decides`() async throws {
        func ended(_ limit: Int, _ outage: Int, job: Int?) async throws -> (Status, Duration) {
            let start = time.elapsed
            let service = archive(["atmos": 100_000])
            service.state.withLock { $0.silentFrom = start }
            var run = TransferRun(service: service, journal: nil, time: time, log: log)
            run.leaveBy = job.map { time.now + .seconds($0) }
            let plan = try plan("atmos") { ($0.wait.limit, $0.wait.outage) = (.seconds(limit), .seconds(outage)) }
            return (await run.run([plan])[0].status, time.elapsed - start)
        }
        let limit = try await ended(5, 3600, job: nil)
        #expect(limit.0 == .running, "\(limit)")
        #expect(limit.1 <= .seconds(7), "\(limit)")
        let outage = try await ended(7200, 600, job: nil)
        #expect(outage.0 == .unavailable, "\(outage)")
        #expect(outage.1 >= .seconds(600), "\(outage)")
        let job = try await ended(7200, 3600, job: 660)
        #expect(job.0 == .running, "\(job)")
        #expect(job.1 <= .seconds(603), "\(job)")
    }

    @Test func `shortly before the batch job's end nothing more is begun`() async throws {
        let service = archive(["one": 100_000])
        var run = run(service)
        (run.together, run.leaveBy) = (1, time.now + .seconds(90))
        let reports = await run.run([try plan("one"), try plan("two")])
        #expect(reports.map(\.status) == [.running, .running])
        #expect(service.tasks.map(\.name) == ["one"])
        #expect(reports[1].resultLine.hasSuffix("the batch job is about to end; this run submitted nothing for the transfer"))
    }
}
