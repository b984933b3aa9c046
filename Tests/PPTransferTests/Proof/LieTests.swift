import Foundation
import TestSupport
import Testing

/// Storage that lies, drawn from seeds. What a look at sizes sees ends a run with 60; what only bytes show is found at the far end.
///
///     PPTRANSFER_LIES=1..5000 swift test --filter LieTests
struct LieTests {
    private static let width = 3

    private static func verdict(_ seed: UInt64) async throws -> LieWorld.Verdict {
        try await Turns.standIns.pass { try await LieWorld.verdict(seed: seed) }
    }

    private static var seeds: ClosedRange<UInt64> {
        get throws {
            guard let text = ProcessInfo.processInfo.environment["PPTRANSFER_LIES"], !text.isEmpty else { return 1...200 }
            let ends = text.components(separatedBy: "..").compactMap { UInt64($0) }
            try #require(ends.count == 2, "PPTRANSFER_LIES is FIRST..LAST, not '\(text)'")
            try #require(ends[0] <= ends[1], "PPTRANSFER_LIES is FIRST..LAST, not '\(text)'")
            return ends[0]...ends[1]
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `whatever storage lies about, every file that differs is named, no other is, and the next run mends just these`() async throws {
        let seeds = try Self.seeds
        var verdicts: [LieWorld.Verdict] = []
        try await withThrowingTaskGroup(of: LieWorld.Verdict.self) { group in
            var waiting = seeds.makeIterator()
            for _ in 0..<Self.width { waiting.next().map { seed in group.addTask { try await Self.verdict(seed) } } }
            while let verdict = try await group.next() {
                verdicts.append(verdict)
                waiting.next().map { seed in group.addTask { try await Self.verdict(seed) } }
            }
        }
        for verdict in verdicts where !verdict.complaints.isEmpty {
            Issue.record("PPTRANSFER_LIES=\(verdict.seed)..\(verdict.seed): \(verdict.plan)\n\(verdict.complaints.joined(separator: "\n"))")
        }
        print(
            "lies: \(verdicts.count) seeds, \(verdicts.count { $0.foundByRun }) found by the run, "
                + "\(verdicts.count { $0.foundAtFarEnd > 0 }) at the far end (\(verdicts.reduce(0) { $0 + $1.foundAtFarEnd }) files), "
                + "\(verdicts.count { !$0.complaints.isEmpty }) wrong")
        #expect(verdicts.contains { $0.foundByRun } && verdicts.contains { $0.foundAtFarEnd > 1 } || verdicts.count < 50)
    }
}
