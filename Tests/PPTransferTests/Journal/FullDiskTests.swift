import Foundation
import Globus
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PPTransfer

/// The journal's disk takes no more writes, from any step of a run on: nothing is sent that cannot be recorded, and what was sent is
/// found again once there is room.
struct FullDiskTests {
    enum Shortage: CaseIterable { case untilTheNextStep, forTheRestOfTheRun }

    /// Files are written beside and renamed; where a directory has the name that is written to, the write fails and reading goes on.
    private struct Disk: Sendable {
        let stem: String
        private var blocks: [String] {
            guard let holder = CycleLock.look(stem + ".lock").holder else { return [] }
            return [".json", ".submission", ".sent", ".proven"].map { "\(stem)\($0).\(holder.shortToken).part" }
        }

        func fill() {
            for path in blocks { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        }

        func makeRoom() { for path in blocks { try? FileManager.default.removeItem(atPath: path) } }
    }

    private let place: TemporaryDirectory
    private let plan: TransferPlan
    private let arrived: [DirectoryEntry] = [.file("a.pp", 10), .file("b.pp", 20)]

    init() throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        try place.file("data/b.pp", 20)
        plan = try .example(local: place.path + "/data")
    }

    private func run(_ world: KillSweepTests.World, _ journal: Journal) async throws -> FinishedTransfer {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try #require(await TransferRun(service: world, journal: journal, time: world, log: log).run([plan]).first)
    }

    /// - Returns: how many steps the run took, and the knowledge of the service afterwards.
    private func run(
        _ journal: Journal, fullAt step: Int?, for shortage: Shortage
    ) async throws -> (report: FinishedTransfer, steps: Int, knowledge: KillSweepTests.World.Knowledge) {
        let disk = Disk(stem: journal.stem(plan.workflow, cycle: plan.cycle?.description, name: plan.name))
        let count = Mutex(0)
        let world = KillSweepTests.World(KillSweepTests.World.Knowledge(), plan, arrived) { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == step { disk.fill() }
            if number - 1 == step, shortage == .untilTheNextStep { disk.makeRoom() }
        }
        let report = try await run(world, journal)
        disk.makeRoom()
        return (report, count.withLock { $0 }, world.knowledge.withLock { $0 })
    }

    @Test(arguments: Shortage.allCases)
    func `whenever the journal's disk is full: nothing is sent unrecorded, and the next run ends with one task`(
        shortage: Shortage
    ) async throws {
        let whole = try await run(Journal(directory: place.path + "/whole"), fullAt: nil, for: .forTheRestOfTheRun)
        #expect(whole.report.status == .ok)
        #expect(whole.steps > 20)
        var (refused, went, unproven) = (0, 0, 0)
        for step in 1...whole.steps {
            let journal = Journal(directory: "\(place.path)/\(shortage)-\(step)")
            let (report, _, knowledge) = try await run(journal, fullAt: step, for: shortage)
            if knowledge.tasks.isEmpty {
                #expect(report.status == .journal, "step \(step): \(report.resultLine)")
                refused += 1
            } else {
                // Of a task that the journal knows, at least by its submission's id, the wait goes on; only a proof must be recorded.
                #expect([.ok, .journal].contains(report.status), "step \(step): \(report.resultLine)")
                if report.status == .ok { went += 1 } else { unproven += 1 }
            }
            let world = KillSweepTests.World(knowledge, plan, arrived)
            let second = try await run(world, journal)
            #expect(second.status == .ok, "step \(step): \(second.resultLine)")
            #expect(world.knowledge.withLock { $0.tasks.count } == 1, "step \(step)")
        }
        #expect(refused > 0)
        #expect(went > 0)
        print(
            "full disk, \(shortage): \(whole.steps) steps; \(refused) sent nothing and left with 71, \(unproven) left with 71 for want of a "
                + "recorded proof, \(went) with 0; one task and a proof after each")
    }
}
