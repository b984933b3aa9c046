/// What cycle points count, in Cylc's words: plain numbers, or time in one of the calendars of climate models.
package enum CyclingMode: String, CaseIterable, Sendable {
    case integer, gregorian
    case days360 = "360day"
    case days365 = "365day"
    case days366 = "366day"

    /// Days before the first of January of `year`, counted from year 0.
    func daysBefore(year: Int) -> Int {
        switch self {
        case .days360: year * 360
        case .days365: year * 365
        case .days366: year * 366
        case .gregorian, .integer: year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400
        }
    }

    func days(inMonth month: Int, of year: Int) -> Int {
        if self == .days360 { return 30 }
        if month == 2 { return daysBefore(year: year + 1) - daysBefore(year: year) == 366 ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}

/// A day and a time of day of a model's calendar.
struct ModelTime: Hashable, Sendable {
    var year: Int
    var month: Int
    var day: Int
    /// Since midnight.
    var second = 0

    static let years = 0...9999

    /// Whether the calendar has such a day.
    func exists(in mode: CyclingMode) -> Bool {
        Self.years ~= year && 1...12 ~= month && 1...mode.days(inMonth: month, of: year) ~= day && 0..<86_400 ~= second
    }

    /// Since the beginning of year 0.
    func seconds(in mode: CyclingMode) -> Int {
        let months = (1..<month).reduce(0) { $0 + mode.days(inMonth: $1, of: year) }
        return (mode.daysBefore(year: year) + months + day - 1) * 86_400 + second
    }

    /// - Returns: `nil` beyond year 9999.
    func adding(seconds: Int, in mode: CyclingMode) -> ModelTime? {
        let total = self.seconds(in: mode) + seconds
        var days = total / 86_400
        // No year is longer than 366 days: the guess is never too late.
        var later = ModelTime(year: max(year, days / 366), month: 1, day: 1, second: total % 86_400)
        while mode.daysBefore(year: later.year + 1) <= days { later.year += 1 }
        days -= mode.daysBefore(year: later.year)
        while days >= mode.days(inMonth: later.month, of: later.year) {
            days -= mode.days(inMonth: later.month, of: later.year)
            later.month += 1
        }
        later.day = days + 1
        return Self.years ~= later.year ? later : nil
    }

    /// On a day that the month lacks, the month's last one.
    ///
    /// - Returns: `nil` beyond year 9999.
    func adding(months: Int, in mode: CyclingMode) -> ModelTime? {
        let total = year * 12 + month - 1 + months
        var later = self
        (later.year, later.month) = (total / 12, total % 12 + 1)
        guard Self.years ~= later.year else { return nil }
        later.day = min(day, mode.days(inMonth: later.month, of: later.year))
        return later
    }
}
