public import FoundationEssentials
import SystemFiles

/// A moment, in whole seconds of UTC. Wall-clock time for people and for the service; a model's calendar never comes here.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
    public private(set) var secondsSince1970: Int64

    /// The years that can be written; a moment outside of them counts as the first or the last of them.
    private static let writable: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Makes a moment. One before the year 1 or after the year 9999 becomes the first or the last second of these years.
    public init(secondsSince1970: Int64) {
        self.secondsSince1970 = min(max(secondsSince1970, Self.writable.lowerBound), Self.writable.upperBound)
    }

    /// Makes the moment of a `Date`; a fraction of a second is dropped.
    public init(_ date: Date) { self.init(secondsSince1970: Int64(clamping: date.timeIntervalSince1970.rounded(.down))) }

    /// The same moment as a `Date`.
    public var date: Date { Date(timeIntervalSince1970: Double(secondsSince1970)) }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.secondsSince1970 < right.secondsSince1970 }
    /// Returns the moment that is `span` later; a fraction of a second is dropped.
    public static func + (moment: Timestamp, span: Duration) -> Timestamp {
        Timestamp(secondsSince1970: moment.secondsSince1970.clampedSum(span.components.seconds))
    }
    /// Returns the time from `earlier` to `later`, in whole seconds; negative if `later` comes first.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration { .seconds(later.secondsSince1970 - earlier.secondsSince1970) }

    private static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Returns: `nil` for a date that the Gregorian calendar lacks or a time beyond 23:59:60.
    init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard 1...9999 ~= year, 1...12 ~= month, 1...lengths[month - 1] ~= day, 0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second else {
            return nil
        }
        let before = year - 1
        var days = before * 365 + before / 4 - before / 100 + before / 400 - 719_162
        days += lengths[..<(month - 1)].reduce(0, +) + day - 1
        secondsSince1970 = Int64(days * 86_400 + hour * 3600 + minute * 60 + second)
    }

    /// Reads the forms that the service writes: `2022-01-26T19:18:20+00:00`, `2023-12-18 16:52:50+00:00`, a trailing `Z`, fractions of a second.
    public init?(wire text: String) {
        let fields = text.split { !("0"..."9" ~= $0) }
        guard fields.count >= 6, text.utf8.count >= 19 else { return nil }
        let numbers = fields.prefix(6).compactMap { Int($0) }
        guard numbers.count == 6,
            let moment = Timestamp(
                year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4], second: numbers[5])
        else { return nil }
        self = moment
        let zone = text.utf8.dropFirst(19).drop { $0 == UInt8(ascii: ".") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return }
        let digits = zone.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 4, let offset = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        let seconds = Int64(offset / 100 * 3600 + offset % 100 * 60)
        self.init(secondsSince1970: secondsSince1970 - (sign == UInt8(ascii: "+") ? seconds : -seconds))
    }

    /// Reads the three forms of an HTTP date (RFC 9110, 5.6.7), of which the last two are obsolete but must be read.
    public init?(httpDate text: String) {
        let fields = text.split { $0 == " " || $0 == "," || $0 == "-" }.dropFirst().map(String.init)
        guard let clockIndex = fields.firstIndex(where: { $0.contains(":") }) else { return nil }
        let clock = fields[clockIndex].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, fields.count >= 4 else { return nil }
        let isAsctime = clockIndex == 2
        let monthText = isAsctime ? fields[0] : fields[1]
        guard let month = Self.monthNames.firstIndex(of: monthText), let day = Int(isAsctime ? fields[1] : fields[0]),
            var year = Int(isAsctime ? fields[3] : fields[2])
        else { return nil }
        if !isAsctime, fields[2].utf8.count == 2 { year += year < 70 ? 2000 : 1900 }
        self.init(year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2])
    }

    private var civil: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        let days = Int((Double(secondsSince1970) / 86_400).rounded(.down))
        let rest = Int(secondsSince1970) - days * 86_400
        // Days are counted from 1 March of year 0, so that the leap day comes last.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, rest / 3600, rest / 60 % 60, rest % 60)
    }

    /// `2026-11-20`
    public var day: String { "\(padded(civil.year, 4))-\(padded(civil.month))-\(padded(civil.day))" }
    private var clock: String { "\(padded(civil.hour)):\(padded(civil.minute)):\(padded(civil.second))" }

    private func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// `2026-11-20T23:17:08Z`
    public var description: String { "\(day)T\(clock)Z" }
    /// `2026-11-20 23:17:08+00:00`: a deadline as the service reads it.
    public var wire: String { "\(day) \(clock)+00:00" }
}
