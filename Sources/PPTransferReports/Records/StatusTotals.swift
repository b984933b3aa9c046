import Globus
import PPTransfer
import PositionedYAML
import SystemFiles

extension StatusReport.Row {
    /// What a transfer asks of those who look.
    package enum Call: String, CaseIterable, Sendable {
        /// Nothing: it is archived, or had no files, which its description allows.
        case archived
        /// Nothing now: it is under way, or the next run takes it up.
        case running
        /// A run, later.
        case again
        /// A person, first.
        case person

        var words: String {
            switch self {
            case .archived: "archived"
            case .running: "under way"
            case .again: "to be run again"
            case .person: "needs action"
            }
        }
    }

    var call: Call {
        switch status.again {
        case .needless: .archived
        case .resumes: .running
        case .later, .laterResumes: .again
        case .no, .act, .actThenResumes: .person
        }
    }
}

/// How many cycles, transfers, files and bytes of a table are archived, and what the others need.
package struct StatusTotals: Hashable, Sendable {
    package private(set) var cycles = 0
    /// A cycle counts if all of its transfers do.
    package private(set) var archivedCycles = 0
    package private(set) var transfers = 0
    /// Of what is archived.
    package private(set) var files = 0
    package private(set) var bytes: Int64 = 0
    private var calls: [StatusReport.Row.Call: Int] = [:]

    private struct Cycle: Hashable {
        var workflow: String
        var run: String?
        var cycle: String?
    }

    package init(_ rows: some Collection<StatusReport.Row>) {
        var (all, open) = (Set<Cycle>(), Set<Cycle>())
        for row in rows {
            let (cycle, call) = (Cycle(workflow: row.workflow, run: row.run, cycle: row.cycle), row.call)
            all.insert(cycle)
            calls[call, default: 0] += 1
            if call == .archived {
                (files, bytes) = (files.clampedSum(row.files), bytes.clampedSum(row.bytes))
            } else {
                open.insert(cycle)
            }
        }
        (transfers, cycles, archivedCycles) = (rows.count, all.count, all.count - open.count)
    }

    package func count(_ call: StatusReport.Row.Call) -> Int { calls[call] ?? 0 }

    /// `297 of 300 cycles archived: 36000 files, 4.1 TB. 2 transfers under way. 1 transfer needs action now.`
    package var headline: String {
        var sentences = ["\(archivedCycles) of \(Quantity.count(cycles, "cycle")) archived"]
        if transfers != cycles { sentences[0] += " (\(count(.archived)) of \(Quantity.count(transfers, "transfer")))" }
        if count(.archived) > 0 { sentences[0] += ": \(Quantity.count(files, "file")), \(Quantity.bytes(bytes))" }
        for (call, verb) in [
            (StatusReport.Row.Call.running, "is under way"), (.again, "is to be run again"), (.person, "needs action now"),
        ] {
            if count(call) > 0 { sentences.append(Self.sentence(count(call), verb)) }
        }
        if sentences.count == 1, archivedCycles == cycles { sentences.append("Nothing needs to be done") }
        return sentences.map { $0 + "." }.joined(separator: " ")
    }

    private static func sentence(_ number: Int, _ verb: String) -> String {
        let plural = verb.hasPrefix("is ") ? "are " + verb.dropFirst(3) : "need" + verb.dropFirst(5)
        return "\(Quantity.count(number, "transfer")) \(number == 1 ? verb : plural)"
    }
}

extension StatusTotals: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("cycles", \.cycles), JSONField("archived_cycles", \.archivedCycles), JSONField("transfers", \.transfers),
        JSONField("archived", { $0.count(.archived) }, "Transfers that need nothing more."),
        JSONField("files", \.files, "Of archived transfers."), JSONField("bytes", \.bytes),
        JSONField("running") { $0.count(.running) }, JSONField("again", { $0.count(.again) }, "Transfers to be run again."),
        JSONField("needs_action") { $0.count(.person) },
    ]
}

extension Timestamp {
    /// `2026-11-20 23:17`
    var minute: String { day + " " + description.dropFirst(11).prefix(5) }

    /// `23 days`, `5h20m`: no finer than people care for.
    func age(_ now: Timestamp) -> String {
        let seconds = max(0, (now - self).components.seconds)
        if seconds >= 2 * 86_400 { return Quantity.count(seconds / 86_400, "day") }
        return seconds < 60 ? "less than a minute" : Quantity.time(.seconds(seconds / 60 * 60))
    }
}
