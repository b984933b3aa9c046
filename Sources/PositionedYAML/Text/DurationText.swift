import SystemFiles

/// Why a text is not a length of time.
package enum DurationProblem: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    case bareNumber(String)
    case notPositive(String)
    case tooLong(String)
    /// Years and months, of which no two calendars agree.
    case noFixedLength(String)
    case unreadable(String)

    package var what: String {
        switch self {
        case .empty: "a length of time is missing"
        case .bareNumber(let text): "\(shown(text)) has no unit"
        case .notPositive(let text): "\(shown(text)) is not a length of time above zero"
        case .tooLong(let text): "\(shown(text)) is longer than \(Duration.longestWritten.written)"
        case .noFixedLength(let text): "\(shown(text)) counts in years or months, which differ in length"
        case .unreadable(let text): "\(shown(text)) is not a length of time"
        }
    }

    package var remedy: String {
        switch self {
        case .bareNumber(let text): "write \(text)s, \(text)m, \(text)h or \(text)d for seconds, minutes, hours or days"
        case .tooLong: "write a shorter one"
        case .noFixedLength: "write it in days, as in 30d"
        case .empty, .notPositive, .unreadable: "write it as in 30s, 15m, 12h, 3d, 1d12h or PT12H"
        }
    }

    package var description: String { "\(what); \(remedy)" }
}

extension Duration {
    /// The longest that can be written.
    package static let longestWritten = Duration.seconds(3650 * 86_400)

    /// Reads `30s`, `15m`, `12h`, `3d`, `2w`, `250ms` and combinations in falling order (`1d12h`), or the ISO 8601 form that Cylc writes
    /// (`PT12H`, `P1DT6H`, `P2W`). Always above zero.
    package init(writtenAs text: String) throws(DurationProblem) {
        guard !text.isEmpty else { throw .empty }
        if text.utf8.allSatisfy(Self.isDigit) {
            throw text.utf8.allSatisfy { $0 == UInt8(ascii: "0") } ? .notPositive(text) : .bareNumber(text)
        }
        if text.hasPrefix("-") { throw .notPositive(text) }
        let milliseconds = try text.hasPrefix("P") ? Self.isoMilliseconds(text) : Self.sum(of: text[...], Self.units, in: text)
        guard milliseconds > 0 else { throw .notPositive(text) }
        self = .milliseconds(milliseconds)
        guard self <= Self.longestWritten else { throw .tooLong(text) }
    }

    /// The shortest text that `init(writtenAs:)` reads as this length; below a millisecond nothing is kept.
    package var written: String {
        var rest = max(0, milliseconds)
        var text = ""
        for unit in Self.units where unit.name != "w" {
            let count = rest / unit.milliseconds
            if count > 0 { text += "\(count)\(unit.name)" }
            rest %= unit.milliseconds
        }
        return text.isEmpty ? "0s" : text
    }

    private typealias Unit = (name: String, milliseconds: Int64)

    /// In falling order, as they must be written.
    private static let units: [Unit] = [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private static func isoMilliseconds(_ text: String) throws(DurationProblem) -> Int64 {
        let halves = text.dropFirst().split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let date = halves.first, !(halves.count == 2 && halves[1].isEmpty), halves != [""] else { throw .unreadable(text) }
        if date.contains("Y") || date.contains("M") { throw .noFixedLength(text) }
        let dateUnits: [Unit] = [("W", 604_800_000), ("D", 86_400_000)]
        let timeUnits: [Unit] = [("H", 3_600_000), ("M", 60_000), ("S", 1000)]
        let days = try sum(of: date, dateUnits, in: text)
        let (total, overflow) = days.addingReportingOverflow(halves.count == 2 ? try sum(of: halves[1], timeUnits, in: text) : 0)
        if overflow { throw .tooLong(text) }
        return total
    }

    /// Adds up `<number><unit>` groups, each unit at most once and in the order given.
    private static func sum(of groups: Substring, _ units: [Unit], in text: String) throws(DurationProblem) -> Int64 {
        var (rest, units, total) = (groups, units[...], Int64(0))
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard !digits.isEmpty, let place = units.firstIndex(where: { $0.name == name }) else { throw .unreadable(text) }
            guard let count = Int64(digits) else { throw .tooLong(text) }
            let (amount, tooMany) = count.multipliedReportingOverflow(by: units[place].milliseconds)
            let (sum, tooMuch) = total.addingReportingOverflow(amount)
            if tooMany || tooMuch { throw .tooLong(text) }
            (total, units) = (sum, units[(place + 1)...])
        }
        return total
    }
}
