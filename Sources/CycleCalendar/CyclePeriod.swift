/// From one cycle to the next: `P1M`, `P10D`, `PT6H`, `P1Y6M`; for integer cycling a number (`2`, or `P2` as Cylc writes it).
package struct CyclePeriod: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    var years = 0
    var months = 0
    /// Of everything that has a fixed length.
    var seconds = 0
    /// Of integer cycling; `nil` for a period of time.
    var step: Int?

    /// So long that no two points of four-digit years lie as far apart.
    private static let longest = 10_000 * 366 * 86_400

    package init(_ text: String) throws(CyclingProblem) {
        description = text
        if let number = Int(text.hasPrefix("P") ? text.dropFirst() : text[...]) {
            guard 1...Self.longest ~= number else { throw .period(text) }
            step = number
            return
        }
        let halves = text.dropFirst().split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.hasPrefix("P"), let date = halves.first, halves.last?.isEmpty == false else { throw .period(text) }
        let dateAmounts = try Self.amounts(date, ["Y", "M", "W", "D"], in: text)
        let timeAmounts = try halves.count == 2 ? Self.amounts(halves[1], ["H", "M", "S"], in: text) : [0, 0, 0]
        (years, months) = (dateAmounts[0], dateAmounts[1])
        seconds = zip(dateAmounts[2...] + timeAmounts, [7 * 86_400, 86_400, 3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
        guard years + months + seconds > 0 else { throw .period(text) }
    }

    /// The numbers before each unit, zero where it is absent; the units must come in their order.
    private static func amounts(_ text: Substring, _ units: [Character], in whole: String) throws(CyclingProblem) -> [Int] {
        var rest = text
        var amounts: [Int] = []
        for unit in units {
            let digits = rest.prefix { "0"..."9" ~= $0 }
            guard !digits.isEmpty, rest.dropFirst(digits.count).first == unit else {
                amounts.append(0)
                continue
            }
            guard let amount = Int(digits), amount <= longest / (7 * 86_400) else { throw .period(whole) }
            amounts.append(amount)
            rest = rest.dropFirst(digits.count + 1)
        }
        guard rest.isEmpty else { throw .period(whole) }
        return amounts
    }

    /// As Cylc adds it: the time first, then months, then years.
    ///
    /// - Returns: `nil` beyond year 9999.
    func added(to time: ModelTime, in mode: CyclingMode) -> ModelTime? {
        time.adding(seconds: seconds, in: mode)?.adding(months: months, in: mode)?.adding(months: years * 12, in: mode)
    }

    /// What lies between times that follow one another evenly, months before days; `nil` if they do not, or are fewer than two.
    init?(between times: [ModelTime], in mode: CyclingMode) {
        /// The one difference between neighbours.
        func difference(_ numbers: [Int]) -> Int? {
            let differences = Set(zip(numbers, numbers.dropFirst()).map { $1 - $0 })
            return differences.count == 1 ? differences.first : nil
        }
        if Set(times.map { [$0.day, $0.second] }).count == 1, let months = difference(times.map { $0.year * 12 + $0.month }) {
            self.init(months % 12 == 0 ? "P\(months / 12)Y" : "P\(months)M", months: months)
        } else if let seconds = difference(times.map { $0.seconds(in: mode) }) {
            let units = [("P", 86_400, "D"), ("PT", 3600, "H"), ("PT", 60, "M"), ("PT", 1, "S")]
            guard let unit = units.first(where: { seconds % $0.1 == 0 }) else { return nil }
            self.init("\(unit.0)\(seconds / unit.1)\(unit.2)", seconds: seconds)
        } else {
            return nil
        }
    }

    private init(_ text: String, months: Int = 0, seconds: Int = 0) {
        (description, self.months, self.seconds) = (text, months, seconds)
    }
}
