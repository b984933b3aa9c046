import FoundationEssentials

/// Times as Globus writes and reads them, always UTC.
enum WireTime {
    /// `2026-03-04T10:02:40+00:00`
    static func stamp(_ date: Date) -> String { text(seconds: Int64(date.timeIntervalSince1970.rounded(.down)), separator: "T") }

    /// `2026-03-04 10:02:40+00:00`, as listings show it.
    static func listing(_ seconds: Int64) -> String { text(seconds: seconds, separator: " ") }

    /// `Wed, 04 Mar 2026 10:02:40 GMT`, as HTTP's headers write it.
    static func header(_ date: Date) -> String {
        let seconds = Int64(date.timeIntervalSince1970.rounded(.down))
        let stamp = text(seconds: seconds, separator: "T")
        let parts = stamp.prefix(10).split(separator: "-")
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(days % 7 + 7) % 7]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[(Int(parts[1]) ?? 1) - 1]
        return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(stamp.dropFirst(11).prefix(8)) GMT"
    }

    private static func text(seconds: Int64, separator: Character) -> String {
        let day = (Double(seconds) / 86_400).rounded(.down)
        let time = Int(seconds - Int64(day) * 86_400)
        let (year, month, date) = civil(fromDays: Int(day))
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(date, 2))\(separator)\(padded(time / 3600, 2)):"
            + "\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))+00:00"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The proleptic Gregorian date of a count of days since 1970-01-01, by eras of 400 years that begin in March.
    private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Reads `2017-10-12`, `2017-10-12 09:30Z`, `2017-10-12T12:33:54.5+01:00` and what lies between. Without a zone: UTC.
    static func parse(_ text: String) -> Date? {
        var rest = Substring(text.trimmed)
        func number(_ digits: Int, upTo limit: ClosedRange<Int>) -> Int? {
            guard rest.utf8.count >= digits, rest.prefix(digits).utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
                let value = Int(rest.prefix(digits)), limit.contains(value)
            else { return nil }
            rest.removeFirst(digits)
            return value
        }
        func skip(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }
        guard let year = number(4, upTo: 1...9999), skip("-"), let month = number(2, upTo: 1...12), skip("-"),
            let day = number(2, upTo: 1...31)
        else { return nil }
        var seconds = Double(days(year: year, month: month, day: day)) * 86_400
        guard !rest.isEmpty else { return Date(timeIntervalSince1970: seconds) }
        guard skip("T") || skip(" "), let hour = number(2, upTo: 0...23), skip(":"), let minute = number(2, upTo: 0...59) else {
            return nil
        }
        seconds += Double(hour * 3600 + minute * 60)
        if skip(":") {
            guard let second = number(2, upTo: 0...60) else { return nil }
            seconds += Double(second)
            if skip(".") { rest = rest.drop { $0.isNumber } }
        }
        if rest.isEmpty || rest == "Z" || rest == "z" { return Date(timeIntervalSince1970: seconds) }
        let sign = rest.removeFirst()
        guard sign == "+" || sign == "-", let offsetHours = number(2, upTo: 0...23) else { return nil }
        _ = skip(":")
        guard let offsetMinutes = rest.isEmpty ? 0 : number(2, upTo: 0...59), rest.isEmpty else { return nil }
        let offset = Double(offsetHours * 3600 + offsetMinutes * 60)
        return Date(timeIntervalSince1970: seconds - (sign == "+" ? offset : -offset))
    }
}
