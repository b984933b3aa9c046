/// How cycle points of time are written: `19880901T0000Z`, `1988-09-01T00:00Z`, `19880901T00Z`, `19880901`.
struct PointFormat: Hashable, Sendable {
    /// `-` and `:` between the fields.
    private var isExtended = false
    /// Of the time of day: hours, minutes, seconds.
    private var timeFields = 0
    /// `Z`, `+01`, `+0100`, or nothing.
    private var zone = ""

    /// The shortest time that can be written, in seconds.
    var resolution: Int { [86_400, 3600, 60, 1][timeFields] }

    /// - Returns: `nil` for a text of another shape. Whether the calendar has the day is another question.
    static func read(_ text: String) -> (time: ModelTime, format: PointFormat)? {
        var (rest, format) = (Substring(text).utf8, PointFormat())

        /// The number of exactly so many digits that comes next.
        func number(_ width: Int) -> Int? {
            let digits = rest.prefix(width)
            guard digits.count == width, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
            rest = rest.dropFirst(width)
            return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        func takes(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest = rest.dropFirst()
            return true
        }

        guard let year = number(4) else { return nil }
        format.isExtended = takes("-")
        guard let month = number(2), !format.isExtended || takes("-"), let day = number(2) else { return nil }
        var second = 0
        if takes("T") {
            for (unit, most) in [(3600, 23), (60, 59), (1, 59)] {
                if format.timeFields > 0, format.isExtended, !takes(":") { break }
                guard let field = number(2) else {
                    // Only what comes after the hours may be absent, and a colon promises more.
                    if format.timeFields == 0 || format.isExtended { return nil }
                    break
                }
                guard field <= most else { return nil }
                second += field * unit
                format.timeFields += 1
            }
            format.zone = String(decoding: rest, as: UTF8.self)
            if !takes("Z"), takes("+") || takes("-") {
                guard number(2) != nil, rest.isEmpty || (takes(":") == format.isExtended && number(2) != nil) else { return nil }
            }
        }
        return rest.isEmpty ? (ModelTime(year: year, month: month, day: day, second: second), format) : nil
    }

    func text(_ time: ModelTime) -> String {
        let (dash, colon) = isExtended ? ("-", ":") : ("", "")
        let date = [digits(time.year, 4), digits(time.month), digits(time.day)].joined(separator: dash)
        guard timeFields > 0 else { return date }
        let fields = [time.second / 3600, time.second / 60 % 60, time.second % 60].prefix(timeFields)
        return date + "T" + fields.map { digits($0) }.joined(separator: colon) + zone
    }

    private func digits(_ number: Int, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
