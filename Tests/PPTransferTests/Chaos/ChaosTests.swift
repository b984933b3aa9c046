import Foundation
import Testing

/// Cycles to which anything may happen, drawn from seeds: faults of the service, of its tasks and its storage, kills and signals.
///
/// What happens is drawn from the seed alone. How a run meets it also depends on how fast the stand-in's tasks really are and on the
/// client's jitter, so a seed that failed may need a few repetitions:
///
///     PPTRANSFER_CHAOS=17..17 swift test --filter ChaosTests
///     PPTRANSFER_CHAOS_CLEAN=1..2000 swift test --filter ChaosTests
struct ChaosTests {
    /// Seeds at work at the same time.
    private static let width = 3

    /// What an environment variable says, as FIRST..LAST.
    private static func seeds(_ variable: String, usual: ClosedRange<UInt64>) throws -> ClosedRange<UInt64> {
        guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else { return usual }
        let ends = text.components(separatedBy: "..").compactMap { UInt64($0) }
        try #require(ends.count == 2, "\(variable) is FIRST..LAST, not '\(text)'")
        try #require(ends[0] <= ends[1], "\(variable) is FIRST..LAST, not '\(text)'")
        return ends[0]...ends[1]
    }

    @Test(.timeLimit(.minutes(30)))
    func `whatever happens: one task at a time, no silent loss, and a proven cycle once all is well`() async throws {
        try await play(Self.seeds("PPTRANSFER_CHAOS", usual: 1...200), deletes: false)
    }

    @Test(.timeLimit(.minutes(30)))
    func `whatever happens: no file is deleted at the source that is not at the destination, byte for byte`() async throws {
        try await play(Self.seeds("PPTRANSFER_CHAOS_CLEAN", usual: 1...100), deletes: true)
    }

    /// An empty journal adopted a task, a later run took it for its own, and a file that was rewritten since was deleted.
    @Test(arguments: [253 as UInt64])
    func `what has once destroyed a file does so no more`(seed: UInt64) async throws { try await play(seed...seed, deletes: true) }

    private func play(_ seeds: ClosedRange<UInt64>, deletes: Bool) async throws {
        var verdicts: [ChaosCampaign.Verdict] = []
        try await withThrowingTaskGroup(of: ChaosCampaign.Verdict.self) { group in
            var waiting = seeds.makeIterator()
            for _ in 0..<Self.width {
                waiting.next().map { seed in group.addTask { try await ChaosCampaign.verdict(seed: seed, deletes: deletes) } }
            }
            while let verdict = try await group.next() {
                verdicts.append(verdict)
                waiting.next().map { seed in group.addTask { try await ChaosCampaign.verdict(seed: seed, deletes: deletes) } }
            }
        }
        for verdict in verdicts.sorted(by: { $0.seed < $1.seed }) where !verdict.violations.isEmpty {
            Issue.record("\(Self.text(of: verdict, deletes ? "PPTRANSFER_CHAOS_CLEAN" : "PPTRANSFER_CHAOS"))")
        }
        print(Self.summary(of: verdicts, seeds))
    }

    private static func text(of verdict: ChaosCampaign.Verdict, _ variable: String) -> String {
        let replay = "\(variable)=\(verdict.seed)..\(verdict.seed) swift test --filter ChaosTests"
        return
            (["seed \(verdict.seed):"] + verdict.violations + ["replay: \(replay)", "what was drawn:", verdict.plan, "what happened:"]
            + verdict.story).joined(separator: "\n")
    }

    private static func summary(of verdicts: [ChaosCampaign.Verdict], _ seeds: ClosedRange<UInt64>) -> String {
        func sum(_ count: (ChaosCampaign.Verdict) -> Int) -> Int { verdicts.reduce(0) { $0 + count($1) } }
        let outcomes = verdicts.reduce(into: [:]) { $0.merge($1.outcomes, uniquingKeysWith: +) }.sorted { $0.key < $1.key }
        return "chaos: \(verdicts.count) seeds (\(seeds.lowerBound)–\(seeds.upperBound)), \(sum(\.runs)) runs, \(sum(\.kills)) kills, "
            + "\(sum(\.signals)) signals, \(sum(\.requests)) requests, \(sum(\.tasks)) tasks, silent losses \(sum(\.silentLosses.count)), "
            + "files deleted \(sum(\.deleted)), \(sum(\.cutOff)) times cut off, destroyed \(sum(\.destroyed.count)), second tasks \(sum(\.secondTasks.count)), hangs \(sum(\.hangs.count)), others \(sum(\.others.count)), "
            + "outcomes {\(outcomes.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    }
}
