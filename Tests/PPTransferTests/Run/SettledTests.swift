import Foundation
import Globus
import GlobusTesting
import Logging
import TestSupport
import Testing

@testable import PPTransfer

/// Files that are still being written are left for a later run, before they are sent and when they change on the way.
struct SettledTests {
    private let place: TemporaryDirectory
    private let time = SteppedTimekeeper(from: SystemTimekeeper().now)
    private let journal: Journal
    private let service: PlayedArchive
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        place = try TemporaryDirectory()
        journal = Journal(directory: place.path + "/journal")
        service = PlayedArchive(time, source: place.path + "/data")
    }

    /// A file that was written so many seconds ago.
    private func file(_ name: String, _ size: Int = 1, age: Double) throws {
        let path = try place.file("data/" + name, size)
        let date = Date(timeIntervalSince1970: Double(time.now.secondsSince1970) - age)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    private func run(
        _ service: (any TransferService)? = nil, journal: Bool = true, limit: Duration? = nil, mostFiles: Int = 100,
        required: [String] = [], configure: (inout TaskDescription) -> Void = { _ in }
    ) async throws -> FinishedTransfer {
        var run = TransferRun(service: service ?? self.service, journal: journal ? self.journal : nil, time: time, log: log)
        (run.limit, run.mostFiles) = (limit, mostFiles)
        let plan = try TransferPlan.example(local: place.path + "/data") { description in
            description.select = .example(required: required)
            description.select.settled = .seconds(600)
            configure(&description)
        }
        return await run.run([plan])[0]
    }

    private var record: JournalRecord? {
        get throws { try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: "atmos")?.record }
    }

    @Test func `a young file is left, named and counted, and sent once it has settled`() async throws {
        try file("a", age: 700)
        try file("b", 30, age: 20)
        let report = try await run()
        #expect(report.status == .ok, "\(report.resultLine)")
        #expect(report.message.hasSuffix("; 1 file, 30 B, modified less than 10m ago, is left for the next run"))
        #expect(service.items(0) == ["a"])
        let left = try #require(try record?.unsettled)
        #expect((left.count, left.bytes, left.names, left.settled) == (1, 30, ["b"], "10m"))
        #expect(report.unsettled == left)
        #expect(try record?.outcome?.message == report.message)

        // Nothing else is new.
        let again = try await run()
        guard case .already = again.outcome else {
            Issue.record("\(again.resultLine)")
            return
        }
        #expect(again.message.hasSuffix("is left for the next run"))
        #expect(service.tasks.count == 1)

        await time.sleep(for: .seconds(600))
        let late = try await run()
        #expect(late.status == .ok, "\(late.resultLine)")
        #expect(service.items(1) == ["b"])
        #expect(late.unsettled == nil)
        #expect(try record?.unsettled == nil)
    }

    @Test func `where every file is young nothing is sent, and that is no failure`() async throws {
        try file("a", age: 1)
        // A clock that is wrong by minutes, and one that is wrong by years.
        try file("b", age: -300)
        let report = try await run()
        #expect(report.status == .ok)
        #expect(
            report.message
                == "nothing was sent from archer2:/work/n02/cycle: 2 files, 2 B, modified less than 10m ago, are left for the next run")
        #expect(service.tasks.isEmpty)
        #expect(!report.outcome.isProven)
        try file("c", age: -100_000_000)
        #expect(try await run().status == .ok)
        #expect(service.items(0) == ["c"])
    }

    @Test func `a required file that is still being written is awaited`() async throws {
        try file("a", age: 700)
        try file("scan.done", age: 20)
        let report = try await run(required: ["*.done"])
        #expect(report.status == .sourceMissing)
        #expect(report.outcome.again == .later)
        #expect(
            report.message
                == "scan.done is still being written (modified less than 10m ago), and no other file matches the required pattern '*.done'")
        #expect(service.tasks.isEmpty)
        await time.sleep(for: .seconds(600))
        #expect(try await run(required: ["*.done"]).status == .ok)
    }

    /// `b` grows while the first task is at work, which brings a part of it.
    private func growing(_ size: Int64) {
        service.state.withLock {
            $0.onSubmission = { [service, place] number in
                guard number == 1 else { return }
                _ = try? place.file("data/b", 40)
                service.state.withLock { $0.files["/gws/archive/b"] = size }
            }
        }
    }

    @Test(arguments: [true, false])
    func `a file that changes while it is sent is left, and the others are archived`(isInParts: Bool) async throws {
        for name in ["a", "b", "c", "d"] { try file(name, 20, age: 700) }
        growing(33)
        let report = try await run(mostFiles: isInParts ? 2 : 100)
        #expect(report.status == .ok, "\(report.resultLine)")
        #expect(report.unsettled?.names == ["b"])
        #expect(try record?.receipt?.files == 3)
        #expect((1..<service.tasks.count).map { service.items($0) } == (isInParts ? [["c", "d"]] : []))
        // A part of it is at the destination, and no obstacle: this transfer put it there.
        try file("e", age: 700)
        #expect(try await run().status == .ok)
        await time.sleep(for: .seconds(600))
        try file("b", 50, age: 600)
        let late = try await run()
        #expect(late.status == .ok, "\(late.resultLine)")
        #expect(service.items(service.tasks.count - 1) == ["b"])
        #expect(try record?.receipt?.files == 5)
    }

    @Test func `without the key such a file is told as before`() async throws {
        for name in ["a", "b"] { try file(name, 20, age: 700) }
        growing(33)
        let report = try await run { $0.select.settled = nil }
        #expect(report.status == .sourceChanged)
        #expect(report.outcome.details == ["changed: b had 20 bytes when it was listed, has 40"])
    }

    @Test(arguments: [true, false])
    func `what was to be sent and is written to before is not missed`(hasJournal: Bool) async throws {
        for name in ["a", "b", "c"] { try file(name, 20, age: 700) }
        service.state.withLock {
            $0.onSubmission = { [place] number in if number == 1 { _ = try? place.file("data/c", 40) } }
        }
        let report = try await run(journal: hasJournal, mostFiles: 2)
        #expect(report.status == .ok, "\(report.resultLine)")
        #expect(report.unsettled?.names == ["c"])
        #expect(service.tasks.count == 1)
    }

    @Test func `a task that sends one file for ever is ended, what it brought is kept, and the next brings the rest`() async throws {
        for name in ["a", "b", "c"] { try file(name, 20, age: 700) }
        let stuck = (1...400).map { number in
            var document = TransferTask.active(number.isMultiple(of: 2) ? "VERIFY_CHECKSUM" : "OK", bytes: 20 + Int64(number) * 10)
            document["files_transferred"] = 1
            document["faults"] = .integer(Int64(number))
            return ScriptedService.Step.state(document)
        }
        let sent = SentFile.example(try CollectionPath("/work/n02/cycle/a"), to: try CollectionPath("/gws/archive/a"), size: 20)
        var cancelled = TransferTask.failed("CANCELED", "canceled")
        cancelled["files_transferred"] = 1
        let first = ScriptedService(
            steps: stuck, files: ["/gws/archive": [.file("a", 20), .file("b", 13)]], afterCancel: cancelled
        ).with { $0.sent = [sent] }
        let report = try await run(first)
        #expect(report.status == .failed, "\(report.resultLine)")
        #expect(first.cancelled.count == 1)
        #expect(try record?.receipt?.files == 1)
        #expect(try record?.standing.isFailure == true)
        let second = ScriptedService(
            steps: [.state(.succeeded(files: 2))], files: ["/gws/archive": [.file("a", 20), .file("b", 20), .file("c", 20)]])
        #expect(try await run(second).status == .ok)
        #expect(second.submissions.map { $0.document.items.map(\.destinationPath) } == [["/gws/archive/b", "/gws/archive/c"]])
        #expect(try record?.receipt?.files == 3)
    }

    @Test func `a source elsewhere is sent file by file, without the young ones`() async throws {
        let source: [DirectoryEntry] = [
            .file("a", size: 10, modified: time.now + .seconds(-700)), .file("b", size: 30, modified: time.now + .seconds(-20)),
            .file("c", size: 5, fields: ["last_modified": .null]), .directory("empty"),
        ]
        let service = ScriptedService(
            steps: [.state(.succeeded(files: 2))],
            files: ["/work/n02/cycle": source, "/work/n02/cycle/empty": [], "/gws/archive": [.file("a", 10), .file("c", 5)]])
        let plan = try TransferPlan.example { $0.select.settled = .seconds(600) }
        let report = await TransferRun(service: service, journal: journal, time: time, log: log).run([plan])[0]
        #expect(report.status == .ok, "\(report.resultLine)")
        #expect(report.unsettled?.names == ["b"])
        let items = try #require(service.submissions.first?.document.items)
        #expect(items.map(\.sourcePath) == ["/work/n02/cycle/a", "/work/n02/cycle/c"])
        #expect(items.allSatisfy { $0.recursive == false })
    }
}
