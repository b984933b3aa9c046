import PositionedYAML

/// How fast each archived cycle went. Many cycles share a bar: the median, before the range from the slowest to the fastest.
struct RateDrawing {
    private static let bars = 320
    private let rates: [Int64]
    private let titles: [String]

    init(_ workflow: CampaignWorkflow) {
        let measured = workflow.transfers.filter { $0.row.rate ?? 0 > 0 }
        (rates, titles) = (measured.compactMap(\.row.rate), measured.map(\.row.title))
    }

    func write(to html: inout HTMLText) {
        // One bar shows nothing that the figures do not say.
        guard rates.count > 1, let fastest = rates.max(), let slowest = rates.min(), let first = titles.first, let last = titles.last else {
            return
        }
        let share = (rates.count + Self.bars - 1) / Self.bars
        Drawing.write(
            share == 1 ? "Rate of each transfer" : "Rate, \(share) transfers to a bar: median, and from the slowest to the fastest",
            "Rates of \(Quantity.count(rates.count, "transfer")), from \(Quantity.rate(slowest)) to \(Quantity.rate(fastest)), "
                + "the median \(Quantity.rate(Drawing.median(rates))).",
            shapes: shapes(share, fastest), top: Quantity.rate(fastest), scale: [first, last], to: &html)
    }

    private func shapes(_ share: Int, _ fastest: Int64) -> String {
        let groups = stride(from: 0, to: rates.count, by: share).map { rates[$0..<min($0 + share, rates.count)] }
        let width = Drawing.width / Double(groups.count)
        func y(_ rate: Int64) -> Double { Drawing.height * (1 - Double(rate) / Double(fastest)) }
        return groups.enumerated().map { number, group in
            let x = Double(number) * width, middle = y(Drawing.median(Array(group)))
            let bar = Drawing.rectangle("rate", x: x, y: middle, width: width * 0.8, height: Drawing.height - middle)
            guard share > 1, let slow = group.min(), let fast = group.max() else { return bar }
            return bar + Drawing.rectangle("range", x: x + width * 0.3, y: y(fast), width: width * 0.2, height: y(slow) - y(fast))
        }.joined()
    }
}
