import Globus
import PositionedYAML
import SystemFiles

/// The campaign in real time: how many bytes were archived by when, and when transfers failed that still are not archived.
struct ProgressDrawing {
    private static let steps = 200
    private let proofs: [(time: Timestamp, bytes: Int64)]
    private let failures: [Timestamp]

    init(_ workflow: CampaignWorkflow) {
        proofs = workflow.transfers.compactMap { transfer in transfer.proven.map { ($0, transfer.row.bytes) } }.sorted { $0.time < $1.time }
        failures = workflow.failures.flatMap(\.transfers).compactMap(\.updated)
        start = (workflow.transfers.compactMap(\.submitted) + proofs.map(\.time) + failures).min() ?? Timestamp(secondsSince1970: 0)
        end = (proofs.map(\.time) + failures).max() ?? start
    }

    private let start: Timestamp
    private let end: Timestamp

    func write(to html: inout HTMLText) {
        // One step shows nothing that the figures do not say.
        guard proofs.count + failures.count > 1 else { return }
        let total = proofs.map(\.bytes).clampedSum()
        let isShort = end - start < .seconds(2 * 86_400)
        let middle = start + .seconds((end - start).components.seconds / 2)
        let note = failures.isEmpty ? "" : "; red: when what is not archived failed (\(failures.count))"
        Drawing.write(
            "Archived over time\(note)",
            "From \(start.minute) to \(end.minute) UTC \(Quantity.count(proofs.count, "transfer")) with \(Quantity.bytes(total)) "
                + "were archived\(failures.isEmpty ? "" : ", and \(failures.count) failed that are not").",
            shapes: area(total) + marks, top: Quantity.bytes(total),
            scale: [start, middle, end].map { isShort ? $0.minute : $0.day }, to: &html)
    }

    private func step(_ time: Timestamp) -> Int {
        let span = max(1, (end - start).components.seconds)
        return Int((time - start).components.seconds * Int64(Self.steps - 1) / span)
    }

    /// One corner for each step in which something was archived.
    private func area(_ total: Int64) -> String {
        var sums = Array(repeating: Int64(0), count: Self.steps)
        for proof in proofs { sums[step(proof.time)] = sums[step(proof.time)].clampedSum(proof.bytes) }
        var path = "M0 200", sum = Int64(0)
        for (number, bytes) in sums.enumerated() where bytes > 0 {
            sum = sum.clampedSum(bytes)
            let y = Drawing.height * (1 - Double(sum) / Double(max(1, total)))
            path += "H\(x(number).tenths)V\(y.tenths)"
        }
        guard !proofs.isEmpty else { return "" }
        return "<path class=\"area\" d=\"\(path)H1000V200Z\"/><path class=\"edge\" d=\"\(path)H1000\"/>"
    }

    private var marks: String {
        Set(failures.map(step)).sorted().map { Drawing.rectangle("mark", x: x($0), y: 180, width: x(1), height: 20) }.joined()
    }

    private func x(_ step: Int) -> Double { Double(step) * Drawing.width / Double(Self.steps) }
}
