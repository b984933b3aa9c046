import Foundation
import Globus
import GlobusCLILogin
import Logging
import Rehearsal
import TestSupport
import Testing

@testable import PPTransfer
@testable import PPTransferReports
@testable import PositionedYAML

/// A transfer with more files than one submission may hold.
struct PartsTests {
    private let desk: Desk
    private let journal: Journal
    private let lines = Lines()

    init() throws {
        desk = try Desk()
        for index in 1...7 { try desk.write("data/f\(index)", String(repeating: "\(index)", count: index)) }
        journal = Journal(directory: desk.path("journal"))
        try desk.describe(desk.description())
    }

    /// Three files to a submission.
    private func run(_ service: LocalService, limit: Duration? = nil) async throws -> FinishedTransfer {
        let session = try GlobusSession(
            environment: GlobusEnvironment(service.environment), variables: service.environment,
            client: ClientInfo(product: "test", version: "1"), names: .pptransfer, policy: RetryPolicy(budget: .seconds(5)))
        let plans = try Preparation(
            [.file(desk.suite + "/task.yaml")], variables: Variables(set: [:], environment: desk.environment), words: .commands
        )
        .plans(named: .unknown, today: "2026-01-01", isRehearsal: true).plans
        var run = TransferRun(service: session.transfer, journal: journal, log: lines.logger())
        (run.limit, run.mostFiles) = (limit, 3)
        return try #require(await run.run(plans).first)
    }

    private var row: StatusReport.Row? { StatusReport(journal, workflow: "u-ab123", now: Timestamp(secondsSince1970: 0)).rows.first }
    private var receipt: ReceiptReport { ReceiptReport(journal, workflow: "u-ab123", cycle: "19880901T0000Z", names: []) }

    private func expectAllThere() throws {
        #expect(try desk.tree("jasmin/gws/canari/19880901T0000Z") == desk.tree("data"))
    }

    @Test func `they follow one another, and the last one makes it archived`() async throws {
        try await LocalService.with(desk) { service in
            let report = try await run(service)
            let archive = try #require(report.outcome.archive)
            #expect(report.outcome == .archived(archive))
            #expect(archive.files == 7)
            #expect(try await service.tasks().map(\.filesTransferred).sorted() == [1, 3, 3])
            try expectAllThere()
            #expect(row?.state == "archived")
            #expect(row?.files == 7)
            #expect(receipt.entries.first?.receipt.tasks.count == 3)
            let again = try await run(service)
            guard case .already = again.outcome else {
                Issue.record("\(again.resultLine)")
                return
            }
        }
    }

    @Test func `a run that ends between two of them has archived nothing, and the next one sends only the rest`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(
                StandInFaults(http: [HTTPFault(.submit, .status(403, code: "PermissionDenied", message: "No"), .times(1, after: 1))]))
            let first = try await run(service)
            #expect(first.status == .denied, "\(first.resultLine)")
            #expect(row?.state == "denied")
            #expect(receipt.status == .unverified)
            #expect(try await run(service).status == .ok)
            #expect(try await service.tasks().map(\.filesTransferred).sorted() == [1, 3, 3])
            #expect(row?.state == "archived")
            #expect(receipt.status == .ok)
            try expectAllThere()
        }
    }

    @Test func `a run that ends while one is at work leaves the rest to the next, which takes it up`() async throws {
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(StandInFaults(tasks: [.task(1, .queue())]))
            #expect(try await run(service, limit: .zero).status == .running)
            let tasks = await service.standIn.tasks.map(\.id)
            #expect(tasks.count == 1)
            await service.standIn.setFaults(.none)
            for task in tasks { await service.standIn.resume(task) }
            #expect(try await run(service).status == .ok)
            #expect(try await service.tasks().map(\.filesTransferred).sorted() == [1, 3, 3])
            try expectAllThere()
        }
    }

    @Test func `what a later one is to bring is no stranger to a run that takes one up`() async throws {
        try desk.describe(desk.description("verify: {extra: fail}"))
        try desk.write("jasmin/gws/canari/19880901T0000Z/f7", String(repeating: "7", count: 7))
        try await LocalService.with(desk, rate: 40) { service in
            #expect(try await run(service, limit: .zero).status == .running)
            let report = try await run(service)
            #expect(report.status == .ok, "\(report.resultLine)")
            try expectAllThere()
        }
    }

    @Test func `files staged meanwhile go with the rest`() async throws {
        try await LocalService.with(desk, rate: 40) { service in
            #expect(try await run(service, limit: .zero).status == .running)
            try desk.write("data/f0", "new")
            #expect(try await run(service).status == .ok)
            #expect(try await service.tasks().map(\.filesTransferred).sorted() == [2, 3, 3])
            try expectAllThere()
        }
    }

    @Test func `each has its digests proven, also of files that were there before`() async throws {
        try desk.describe(desk.description("verify: {level: digest}"))
        for index in [2, 5] {
            try desk.write("jasmin/gws/canari/19880901T0000Z/f\(index)", String(repeating: "\(index)", count: index))
        }
        try await LocalService.with(desk) { service in
            let report = try await run(service)
            let archive = try #require(report.outcome.archive)
            #expect(report.outcome == .archived(archive))
            #expect(archive.files == 7)
            #expect(archive.byDigest == 7)
            try expectAllThere()
        }
    }

    @Test func `without digests of the service everything is sent all the same, and it comes to an end`() async throws {
        try desk.describe(desk.description("verify: {level: digest}"))
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(
                StandInFaults(http: [
                    HTTPFault(.successful, .edit(.init(setInEach: ["checksum": .null, "checksum_algorithm": .null])), .forever)
                ]))
            let report = try await run(service)
            #expect(report.status == .unverified, "\(report.resultLine)")
            try expectAllThere()
            #expect(try await service.tasks().count <= 5)
            #expect(row?.files == 7)
            #expect(receipt.status == .unverified)
        }
    }

    @Test func `what a found task has sent is not known any better before a task of our own sends it again`() async throws {
        try desk.describe(desk.description("verify: {level: digest}"))
        try await LocalService.with(desk) { service in
            await service.standIn.setFaults(
                StandInFaults(
                    http: [
                        HTTPFault(.successful, .edit(.init(setInEach: ["checksum": .null, "checksum_algorithm": .null])), .forever),
                        HTTPFault(.submit, .status(403, code: "PermissionDenied", message: "No"), .times(1, after: 2)),
                    ], tasks: [.task(1, .queue())]))
            #expect(try await run(service, limit: .zero).status == .running)
            try FileManager.default.removeItem(atPath: desk.path("journal"))
            async let run = run(service)
            while !lines.all.contains(where: { $0.contains("which the journal does not know") }) {
                try await Task.sleep(for: .milliseconds(20))
            }
            for task in await service.standIn.tasks.map(\.id) { await service.standIn.resume(task) }
            let report = try await run
            #expect(report.status == .denied, "\(report.resultLine)")
            // The second of our own was to send the three files that the found one has brought, too.
            let receipt = try #require(journal.storedRecords().records.first?.receipt)
            #expect(receipt.files == 6)
            #expect(receipt.unsent?.files == 3)
        }
    }
}
