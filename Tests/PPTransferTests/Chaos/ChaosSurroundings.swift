import Foundation
import Synchronization
import TestSupport

@testable import PPTransfer

/// What differs from one run of a cycle to the next although nothing fails: who runs, with which journal, by which clock, behind which
/// wire; and what lay at the destination before the first run.
struct ChaosSurroundings: Sendable {
    /// A machine's clock is put forward or back when a run has made so many steps.
    struct ClockJump: Sendable {
        var step: Int
        var by: Duration
    }

    /// Runs under another login.
    var strangers: Set<Int> = []
    /// Runs that begin with an empty journal.
    var lostJournals: Set<Int> = []
    /// The selected files whose names are taken at the destination: as long as they, older, with other bytes.
    var existing: [String: Data] = [:]
    var policy: TaskDescription.ExistingPolicy?
    /// Whether a second transfer of the run sends the same files to another directory.
    var isDoubled = false
    var jumps: [Int: ClockJump] = [:]
    /// Of the first connections over TLS; without any, the wire is plain.
    var handshakes: [TLSFront.Handshake] = []

    /// Last in the order of draws, with numbers of its own, so that a seed's other draws are what they always were.
    init(seed: UInt64, files: [ChaosPlan.File]) {
        var random = SplitMix(seed: seed ^ 0x5DEE_CE66_D1CE_4E5B)
        let runs = 0..<ChaosPlan.runs
        switch Double.random(in: 0..<1, using: &random) {
        case ..<0.15: strangers = Set(runs.filter { _ in random.happens(0.4) })
        // Who has neither the journal nor the login cannot know of the task, and neither can we.
        case ..<0.3: lostJournals = Set(runs.dropFirst().filter { _ in random.happens(0.4) })
        default: break
        }
        if random.happens(0.2) {
            for file in files where file.isSelected && random.happens(0.5) {
                existing[file.path] = Data(file.bytes.map { ~$0 })
            }
            policy = random.one(of: [nil, nil, .fail, .warn, .replace])
        }
        isDoubled = random.happens(0.15)
        for run in runs where random.happens(0.1) {
            let by = random.one(of: [-5 * 86_400, -3600, -40, 40, 3600, 5 * 86_400, 40 * 86_400])
            jumps[run] = ClockJump(step: random.one(of: [0, 5, 20]), by: .seconds(by))
        }
        if random.happens(0.08) {
            handshakes = (0..<12).map { _ in random.one(of: [.done, .done, .reset, .alert, .plain]) }
        }
    }
}

extension ChaosSurroundings: CustomStringConvertible {
    var description: String {
        var lines: [String] = []
        func runs(_ numbers: Set<Int>) -> String { numbers.sorted().map { "\($0 + 1)" }.joined(separator: ", ") }
        if !strangers.isEmpty { lines.append("under another login: runs \(runs(strangers))") }
        if !lostJournals.isEmpty { lines.append("with an empty journal: runs \(runs(lostJournals))") }
        if !existing.isEmpty {
            let names = existing.keys.sorted().joined(separator: ", ")
            lines.append("at the destination already (existing: \(policy?.rawValue ?? "as usual")): \(names)")
        }
        if isDoubled { lines.append("a second transfer sends the same files elsewhere") }
        for (run, jump) in jumps.sorted(by: { $0.key < $1.key }) {
            lines.append("the clock of run \(run + 1) jumps by \(jump.by) at step \(jump.step)")
        }
        if !handshakes.isEmpty { lines.append("over TLS, with handshakes \(handshakes.map(\.rawValue).joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }
}

/// What a person says in the end, where a run rightly asks for one.
final class PersonsWord: Sendable {
    private let state = Mutex((replaces: false, forgets: false))

    /// `existing: replace`
    var replaces: Bool {
        get { state.withLock { $0.replaces } }
        set { state.withLock { $0.replaces = newValue } }
    }
    /// `--forget-task`
    var forgets: Bool {
        get { state.withLock { $0.forgets } }
        set { state.withLock { $0.forgets = newValue } }
    }
}
