import Foundation
import Globus
import GlobusTesting
import PositionedYAML
import Synchronization
import Testing

@testable import PPTransfer

/// What a program sees of a transfer that it started: steps, report, and the two ways to end it.
struct TransferHandleTests {
    // MARK: progress and report

    @Test func `the steps go from scanning to ended, and a late reader gets the last one`() async throws {
        let world = try LibraryWorld()
        let transfer = world.transfers().start(try world.plan("atmos"))
        var steps: [TransferStep] = []
        for await step in transfer.progress { steps.append(step) }
        var kinds: [TransferStep.Kind] = []
        for step in steps where step.kind != kinds.last { kinds.append(step.kind) }
        #expect(kinds.suffix(5) == [.scanning, .submitted, .moving, .verifying, .ended], "\(kinds)")
        #expect(steps.first { $0.kind == .submitted }?.task == .example(1))
        #expect(steps.first { $0.kind == .moving }?.amounts?.totalFiles == 1)
        var late: [TransferStep.Kind] = []
        for await step in transfer.progress { late.append(step.kind) }
        #expect(late == [.ended])
    }

    @Test func `several readers get the steps, and one that leaves harms nobody`() async throws {
        let world = try LibraryWorld()
        let transfer = world.transfers().start(try world.plan("atmos"))
        async let one = transfer.progress.reduce(into: []) { $0.append($1.kind) }
        async let other = transfer.progress.reduce(into: []) { $0.append($1.kind) }
        for await _ in transfer.progress { break }
        #expect(await one.last == .ended)
        #expect(await other.last == .ended)
    }

    @Test func `the report of what is archived holds its proof`() async throws {
        let world = try LibraryWorld()
        let report = await world.transfers().start(try world.plan("atmos")).value
        #expect(report.result == .archived, "\(report)")
        #expect(report.isProven)
        #expect(report.retry == .needless)
        #expect(!report.transferContinues)
        #expect(report.task == .example(1))
        #expect(report.proof?.files == 1)
        #expect(report.proof?.bySize == 1)
        #expect(report.counts?.filesSent == 1)
        #expect(report.id.description == "u-ab123 19880901T0000Z atmos")
        let again = await world.transfers().start(try world.plan("atmos")).value
        #expect(again.result == .alreadyArchived)
        #expect(again.isProven)
        #expect(world.service.tasks.count == 1)
    }

    @Test(arguments: [true, false]) func `a group that the files do not have is the result, with or without a journal`(
        journal: Bool
    ) async throws {
        let world = try LibraryWorld()
        var plan = try world.plan("atmos")
        plan.description.rights.group = Positioned("gws_canari", at: plan.description.position)
        plan.description.rights.onDifference = Positioned(.fail, at: plan.description.position)
        let report = await world.transfers(journal: journal).start(plan).value
        #expect(report.result == .permissions && report.retry == .afterAction, "\(report)")
        #expect(report.details.count == 2 && report.details.contains { $0.hasPrefix("a.pp: owner ") }, "\(report.details)")
        #expect(report.remedy?.hasPrefix("correct them at the destination (chgrp, chmod)") == true, "\(report)")
    }

    @Test func `files that differ are in the report`() async throws {
        let world = try LibraryWorld()
        world.service.state.withLock { state in
            state.onQuestion = { _ in world.service.state.withLock { $0.files["/gws/atmos/a.pp"] = 9 } }
        }
        let report = await world.transfers().start(try world.plan("atmos")).value
        #expect(report.result == .mismatch)
        #expect(report.differences.map(\.kind) == [.size])
        #expect(report.differences.first?.path == "a.pp")
        #expect(report.differences.first?.foundSize == 9)
        #expect(report.retry == .never)
        let copy = try JSONDecoder().decode(TransferReport.self, from: JSONEncoder().encode(report))
        #expect(copy == report)
    }

    // MARK: a waiter that is cancelled

    @Test func `a waiter that is cancelled gets out at once, and the transfer is not affected`() async throws {
        let world = try LibraryWorld(endless: ["atmos"])
        let transfer = world.transfers().start(try world.plan("atmos"))
        let waiter = Task { await transfer.value }
        await transfer.reached(.moving)
        waiter.cancel()
        let report = await waiter.value
        #expect(report.result == .running)
        #expect(report.transferContinues)
        #expect(report.task == .example(1))
        #expect(world.service.state.withLock { $0.cancelled.isEmpty })
        world.service.state.withLock { $0.endsAfter = [:] }
        #expect(await transfer.value.result == .archived)
    }

    // MARK: no longer waiting

    @Test func `to stop waiting leaves the task alone, and the journal resumes it`() async throws {
        let world = try LibraryWorld(endless: ["atmos"])
        let transfer = world.transfers().start(try world.plan("atmos"))
        await transfer.reached(.moving)
        transfer.cancelWaiting()
        let report = await transfer.value
        #expect(report.result == .interrupted)
        #expect(report.transferContinues)
        #expect(report.task == .example(1))
        #expect(report.retry == .resumes)
        #expect(report.summary == "the calling program stopped waiting; the Globus task continues")
        #expect(world.service.state.withLock { $0.cancelled.isEmpty })
        let record = try #require(try world.record("atmos"))
        #expect(record.submission?.state == .accepted)
        #expect(record.outcome?.message == report.summary)
        #expect(record.standing == .submitted)

        world.service.state.withLock { $0.endsAfter = [:] }
        let resumed = await world.transfers().start(try world.plan("atmos")).value
        #expect(resumed.result == .archived)
        #expect(resumed.task == .example(1))
        #expect(world.service.tasks.count == 1)
    }

    // MARK: the transfer is cancelled

    @Test(arguments: [true, false]) func `to cancel a transfer cancels its task, and the journal learns of it`(hasJournal: Bool)
        async throws
    {
        let world = try LibraryWorld(endless: ["atmos"])
        let transfer = world.transfers(journal: hasJournal).start(try world.plan("atmos"))
        await transfer.reached(.moving)
        let report = await transfer.cancelTransfer()
        #expect(report.result == .cancelled, "\(report)")
        #expect(!report.transferContinues)
        #expect(
            report.summary == "the calling program cancelled Globus task \(TaskID.example(1)); files that arrived stay at the destination")
        #expect(await transfer.value == report)
        #expect(world.service.state.withLock { $0.cancelled } == [.example(1)])
        guard hasJournal else { return }
        let record = try #require(try world.record("atmos"))
        #expect(record.submission?.state == .failed)
        #expect(record.outcome?.status == "cancelled")
        // What is started again is submitted anew.
        world.service.state.withLock { $0.endsAfter = [:] }
        #expect(await world.transfers().start(try world.plan("atmos")).value.task == .example(2))
    }

    @Test(arguments: [true, false]) func `a task that ended before its cancellation is reported as it ended`(hasJournal: Bool) async throws
    {
        let world = try LibraryWorld(endless: ["atmos"])
        world.service.state.withLock { $0.endsBeforeCancellation = true }
        let transfer = world.transfers(journal: hasJournal).start(try world.plan("atmos"))
        await transfer.reached(.moving)
        let report = await transfer.cancelTransfer()
        #expect(report.result == .archived, "\(report)")
        #expect(report.isProven)
        if hasJournal { #expect(try world.record("atmos")?.isArchived == true) }
    }

    @Test(arguments: [true, false]) func `a submission on its way is brought to its answer, and its task is cancelled`(hasJournal: Bool)
        async throws
    {
        let world = try LibraryWorld(endless: ["atmos"])
        let started = Mutex<Transfer?>(nil)
        world.service.state.withLock { state in
            state.onSubmission = { _ in
                // Before the submission's answer, or soon after: both must end the same.
                if let transfer = started.withLock({ $0 }) { Task { await transfer.cancelTransfer() } }
            }
        }
        let plan = try world.plan("atmos")
        let transfers = world.transfers(journal: hasJournal)
        let transfer = started.withLock { handle in
            let transfer = transfers.start(plan)
            handle = transfer
            return transfer
        }
        let report = await transfer.value
        #expect(report.result == .cancelled, "\(report)")
        #expect(world.service.state.withLock { $0.cancelled } == [.example(1)])
        #expect(world.service.tasks.count == 1)
    }

    @Test func `a transfer whose wait is over can still be cancelled`() async throws {
        let world = try LibraryWorld(endless: ["atmos"])
        var plan = try world.plan("atmos")
        plan.wait.limit = .seconds(5)
        let transfer = world.transfers().start(plan)
        let over = await transfer.value
        #expect(over.result == .running)
        #expect(over.transferContinues)
        let report = await transfer.cancelTransfer()
        #expect(report.result == .cancelled)
        #expect(await transfer.value == report)
        #expect(try world.record("atmos")?.submission?.state == .failed)
        #expect(await transfer.cancelTransfer() == report)
        #expect(world.service.state.withLock { $0.cancelled } == [.example(1)])
    }

    @Test func `a transfer that is no longer waited for can still be cancelled`() async throws {
        let world = try LibraryWorld(endless: ["atmos"])
        let transfer = world.transfers().start(try world.plan("atmos"))
        await transfer.reached(.moving)
        transfer.cancelWaiting()
        #expect(await transfer.cancelTransfer().result == .cancelled)
        #expect(try world.record("atmos")?.submission?.state == .failed)
        #expect(world.service.state.withLock { $0.cancelled } == [.example(1)])
    }

    @Test func `a submission whose answer was lost is found again, and its task is cancelled`() async throws {
        let world = try LibraryWorld(endless: ["atmos"])
        world.service.state.withLock { $0.lostAnswers = 1 }
        let transfer = world.transfers().start(try world.plan("atmos"))
        let lost = await transfer.value
        #expect(lost.result == .unreachable)
        #expect(lost.task == nil)
        let report = await transfer.cancelTransfer()
        #expect(report.result == .cancelled, "\(report)")
        #expect(report.task == .example(1))
        #expect(world.service.tasks.count == 1)
        #expect(world.service.state.withLock { $0.cancelled } == [.example(1)])
    }

    @Test func `the journal's records are plain values, and one that is damaged does not hide the others`() async throws {
        let world = try LibraryWorld(endless: ["left"])
        let transfers = world.transfers().start(try ["left", "sent"].map { try world.plan($0) })
        #expect(await transfers[1].value.result == .archived)
        await transfers[0].reached(.moving)
        transfers[0].cancelWaiting()
        _ = await transfers[0].value
        let sent = try #require(try world.journal.record(of: transfers[1].id))
        #expect(sent.isArchived)
        #expect(sent.result == .archived)
        #expect(sent.proof?.bySize == 1)
        #expect(sent.to == (try world.plan("sent").to))
        let left = try #require(try world.journal.record(of: transfers[0].id))
        #expect(left.transferContinues)
        #expect(left.result == .interrupted)
        #expect(left.summary == "the calling program stopped waiting; the Globus task continues")
        #expect(left.proof == nil)
        #expect(try world.journal.record(of: try TransferID(workflow: "u-none")) == nil)
        #expect(try world.journal.records(of: "u-ab123").map(\.id.name) == ["left", "sent"])
        try Data("{".utf8).write(to: URL(fileURLWithPath: world.journal.directory + "/u-ab123/broken.json"))
        #expect(try world.journal.records(of: "u-other").isEmpty)
        let error = #expect(throws: PPTransferError.self) { try world.journal.records() }
        #expect(error?.code == .journal)
        #expect(error?.issues.map(\.file) == ["journal"])
        let all = world.journal.readableRecords()
        #expect(all.records.map(\.id.name) == ["left", "sent"])
        #expect(all.issues.count == 1)
        #expect(all.issues.first?.message.contains("broken.json") == true)
    }

    @Test func `a transfer that waits for its turn ends at once, and leaves no record`() async throws {
        let world = try LibraryWorld(endless: ["first"])
        let transfers = world.transfers().start(try ["first", "second", "third"].map { try world.plan($0) }, atMost: 1)
        await transfers[0].reached(.moving)
        #expect(await transfers[1].cancelTransfer().result == .cancelled)
        transfers[2].cancelWaiting()
        let third = await transfers[2].value
        #expect(third.result == .interrupted)
        #expect(!third.transferContinues)
        #expect(try world.record("second") == nil)
        #expect(try world.record("third") == nil)
        #expect(await transfers[0].cancelTransfer().result == .cancelled)
        #expect(world.service.tasks.map(\.name) == ["first"])
    }

    // MARK: many

    @Test(arguments: [true, false]) func `of fifty at once half are cancelled, and the others are archived`(together: Bool) async throws {
        let names = (0..<50).map { "n\($0)" }
        let world = try LibraryWorld(endless: names)
        let plans = try names.map { try world.plan($0) }
        let service = world.transfers()
        let transfers = together ? service.start(plans) : plans.map { service.start($0) }
        for transfer in transfers { await transfer.reached(.moving) }
        // The first half is cancelled, one half of it by either way, while the other half is under way.
        await withTaskGroup(of: Void.self) { group in
            for (index, transfer) in transfers.prefix(25).enumerated() {
                group.addTask { if index.isMultiple(of: 2) { await transfer.cancelTransfer() } else { transfer.cancelWaiting() } }
            }
        }
        world.service.state.withLock { $0.endsAfter = [:] }
        for (index, transfer) in transfers.enumerated() {
            let report = await transfer.value
            let expected: TransferReport.ResultCode = index >= 25 ? .archived : index.isMultiple(of: 2) ? .cancelled : .interrupted
            #expect(report.result == expected, "\(report)")
            let record = try #require(try world.record(names[index]))
            #expect(record.submission?.state == (index >= 25 ? .succeeded : index.isMultiple(of: 2) ? .failed : .accepted))
        }
        #expect(world.service.state.withLock { $0.cancelled.count } == 13)
        // One request per round for all, however they were started.
        #expect(world.service.requests.contains { $0.hasPrefix("tasks task_id:") && $0.split(separator: ",").count >= 25 })
    }

    @Test func `plans with one id, or for one place, are refused and the others carried out`() async throws {
        let world = try LibraryWorld()
        let one = try world.plan("one")
        var shared = Plan(id: try TransferID(workflow: "u-ab123", cycle: "19880901T0000Z", name: "two"), from: one.from, to: one.to)
        shared.wait = one.wait
        let reports = await collect(world.transfers().start([one, try world.plan("three"), one, shared]))
        #expect(reports.map(\.result) == [.invalid, .archived, .invalid, .invalid])
        #expect(reports[2].summary.contains("another plan"))
    }

    private func collect(_ transfers: [Transfer]) async -> [TransferReport] {
        var reports: [TransferReport] = []
        for transfer in transfers { reports.append(await transfer.value) }
        return reports
    }
}
