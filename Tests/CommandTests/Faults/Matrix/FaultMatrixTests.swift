import Foundation
import Testing

/// The fault matrix: each row as a case, each judged by the same invariants.
///
/// `PPTRANSFER_FAULT=F22,F23` plays the cases of these rows.
struct FaultMatrixTests {
    private struct Played: Sendable {
        var fault: FaultCase
        var verdict: FaultVerdict
    }

    /// How many at once.
    private static let width = 4

    @Test func `every row of the matrix is played`() {
        for wish in FaultCase.wishes { print("not played: \(wish)") }
        let played = Set(FaultCase.all.flatMap(\.rows))
        #expect(played.union(FaultCase.wishes.map(\.row)) == FaultCase.matrix)
        // A row of which nothing at all is played is one that the program knows nothing of.
        #expect(FaultCase.matrix.subtracting(played) == [90, 91])
        #expect(Dictionary(grouping: FaultCase.all, by: \.name).allSatisfy { $0.value.count == 1 })
    }

    @Test(.timeLimit(.minutes(15))) func `whatever goes wrong, nothing is lost in silence, sent twice, given up needlessly or for ever`()
        async
    {
        let only = (ProcessInfo.processInfo.environment["PPTRANSFER_FAULT"] ?? "").split(separator: ",")
        let cases = FaultCase.all.filter { only.isEmpty || $0.rows.contains { only.contains("F\($0)") } }
        #expect(!cases.isEmpty)
        let played = await play(cases)
        for item in played { report(item) }
        summarise(played)
    }

    private func play(_ cases: [FaultCase]) async -> [Played] {
        await withTaskGroup(of: (Int, Played).self) { group in
            var waiting = Array(cases.enumerated())[...]
            var played: [(Int, Played)] = []
            for _ in 0..<Self.width {
                if let (index, fault) = waiting.popFirst() { group.addTask { (index, await Self.play(fault)) } }
            }
            for await item in group {
                played.append(item)
                if let (index, fault) = waiting.popFirst() { group.addTask { (index, await Self.play(fault)) } }
            }
            return played.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func play(_ fault: FaultCase) async -> Played {
        var verdict = FaultVerdict()
        do {
            let world = try await FaultWorld.open()
            do {
                try await fault.play(world)
                verdict = await world.verdict(on: fault)
            } catch {
                verdict.others.append("it cannot be played: \(error)")
            }
            await world.close()
        } catch {
            verdict.others.append("there is no place to play it: \(error)")
        }
        return Played(fault: fault, verdict: verdict)
    }

    private func report(_ item: Played) {
        let complaints = item.verdict.complaints
        let mark = complaints.isEmpty ? "ok   " : item.fault.known == nil ? "WRONG" : "known"
        print("\(mark) \(item.fault.name)")
        func complain() {
            if !complaints.isEmpty { Issue.record("\(item.fault.name)\n\(complaints.joined(separator: "\n"))") }
        }
        if let known = item.fault.known { withKnownIssue("\(known)") { complain() } } else { complain() }
    }

    /// Of all cases but those whose fault is known, which are named.
    private func summarise(_ played: [Played]) {
        for item in played where item.fault.known != nil { print("known: \(item.fault.name): \(item.fault.known ?? "")") }
        let verdicts = played.filter { $0.fault.known == nil }.map(\.verdict)
        let counts =
            "silent losses \(verdicts.count { !$0.silentLosses.isEmpty }), false failures \(verdicts.count { !$0.falseFailures.isEmpty }), "
            + "hangs \(verdicts.count { !$0.hangs.isEmpty }), second tasks \(verdicts.count { !$0.secondTasks.isEmpty })"
        print("fault matrix: \(Set(played.flatMap(\.fault.rows)).count) rows, \(played.count) cases, \(counts)")
        #expect(counts == "silent losses 0, false failures 0, hangs 0, second tasks 0")
    }
}
