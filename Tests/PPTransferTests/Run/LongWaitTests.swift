import Foundation
import Globus
import GlobusTesting
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer

/// Whole runs of many hours, from the source to the proof, with every request that they send.
struct LongWaitTests {
    private let time = SteppedTimekeeper()
    private let place: TemporaryDirectory
    private let plan: TransferPlan
    private let notices = Notices()

    private final class Notices: Sendable {
        private let all = Mutex<[RetryNotice]>([])
        var list: [RetryNotice] { all.withLock { $0 } }
        func add(_ notice: RetryNotice) { all.withLock { $0.append(notice) } }
    }

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        plan = try .example(local: place.path + "/data")
    }

    private func globus(
        taking taskTime: Duration, absence: Range<Duration> = .zero..<Duration.zero, lostAnswers: Int = 0
    ) -> PlayedGlobus {
        PlayedGlobus(
            time, taskTime: taskTime, absence: absence, lostAnswers: lostAnswers, destination: plan.destination.collection,
            arrived: [.file("a.pp", 10)])
    }

    private func run(_ globus: PlayedGlobus, _ title: String) async throws -> FinishedTransfer {
        let notices = notices
        let transport = RetryingTransport(globus, policy: RetryPolicy(budget: .seconds(7200)), time: time) { notices.add($0) }
        let client = TransferClient(
            base: try ServiceURL(base: "https://globus/"), transport: transport, tokens: FixedToken(AccessToken("a-token"), from: "a test"))
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let journal = Journal(directory: place.path + "/journal")
        let report = try #require(await TransferRun(service: client, journal: journal, time: time, log: log).run([plan]).first)
        let last = globus.exchanges.suffix(5).map { String(format: "%.1f", $0.time.inSeconds) }
        let silent = globus.exchanges.count { !$0.isAnswered }
        print("\(title): \(globus.exchanges.count) requests, \(silent) without an answer; the last at \(last.joined(separator: ", ")) s")
        return report
    }

    @Test func `a service that is away for ten minutes in mid-wait is outlived, and people are told`() async throws {
        let globus = globus(taking: .seconds(3600), absence: .seconds(1200)..<(.seconds(1800)))
        let report = try await run(globus, "ten minutes away")
        #expect(report.status == .ok)
        #expect(globus.taskCount == 1)
        let longest = try #require(notices.list.last)
        #expect(longest.outage > .seconds(480))
        #expect(longest.outage < .seconds(600))
        #expect(longest.sentence.hasPrefix("GET /v0.10/task/\(TaskID.example(1)): globus cannot be reached: refused; "))
        #expect(longest.sentence.contains(" without success, trying again in "))
        // Told again and again, but no more often than once in half a minute once it lasts.
        let late = notices.list.filter { $0.outage > .seconds(60) }
        #expect(late.count >= 6)
        #expect(late.count <= 18)
    }

    @Test func `a submission whose answer is lost eight times is one task`() async throws {
        let globus = globus(taking: .seconds(600), lostAnswers: 8)
        let report = try await run(globus, "eight lost answers")
        #expect(report.status == .ok)
        #expect(report.task == .example(1))
        #expect(globus.taskCount == 1)
        #expect(globus.exchanges.count { $0.request == "POST /v0.10/transfer" } == 9)
        #expect(notices.list.count == 8)
    }

    @Test func `a whole run of twelve hours sends less than 800 requests`() async throws {
        let globus = globus(taking: .seconds(12 * 3600 - 60))
        let report = try await run(globus, "twelve hours")
        #expect(report.status == .ok)
        #expect(globus.exchanges.count < 800)
    }

    @Test func `the end of a task of a minute is noticed within five per cent of its time`() async throws {
        let globus = globus(taking: .seconds(60))
        let report = try await run(globus, "one minute")
        #expect(report.status == .ok)
        let noticed = try #require(globus.exchanges.last { $0.request == "GET /v0.10/task/\(TaskID.example(1))" }).time
        #expect(noticed >= .seconds(60))
        #expect((noticed - .seconds(60)) / noticed <= 0.05)
    }
}
