/// Why a range of cycles cannot be counted through.
package enum CyclingProblem: Error, Hashable, Sendable {
    /// Not `FIRST..LAST`.
    case range(String)
    /// Not `FIRST/LAST/PERIOD`.
    case recurrence(String)
    /// Not a cycle point of a known form.
    case point(String, CyclingMode?)
    /// A day that the calendar lacks.
    case noSuchDay(String, CyclingMode)
    case formats(first: String, last: String)
    case order(first: String, last: String)
    case period(String)
    /// A period of time for integers, or the reverse.
    case periodKind(CyclePeriod, CyclingMode)
    /// Finer than the points are written.
    case tooFine(CyclePeriod, point: String)
    case noPeriod(first: String)
    case tooMany(limit: Int)
}

extension CyclingProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .range(let text): "'\(text)' is not a range of cycles; write FIRST..LAST, as in 19880901T0000Z..19991201T0000Z or 1..20"
        case .recurrence(let text):
            "'\(text)' does not name cycles; write FIRST/LAST/PERIOD, as in 19880901T0000Z/19991201T0000Z/P1M, or 1/20 for integers"
        case .point(let text, .integer): "'\(text)' is not a whole number, as integer cycling has it"
        case .point(let text, _):
            "'\(text)' is not a cycle point that can be counted from; write it as in 19880901T0000Z, 1988-09-01T00:00Z, 19880901T00Z, 19880901 or 3"
        case .noSuchDay(let text, let mode):
            "the \(mode.rawValue) calendar has no \(text); name the calendar of the cycle points (--cycling 360day, 365day, 366day or gregorian)"
        case .formats(let first, let last): "\(first) and \(last) are not written in the same form; write both as the workflow does"
        case .order(let first, let last): "\(first) is later than \(last); write the earlier one first"
        case .period(let text):
            "'\(text)' is not a period above zero; write it as in P1Y, P3M, P1M, P10D or PT6H, for integer cycling as in 2"
        case .periodKind(let period, .integer): "integer cycles do not follow one another by \(period); write a number, as in --every 2"
        case .periodKind(let period, let mode):
            "\(mode.rawValue) cycles do not follow one another by '\(period)'; write a period of time, as in --every P1M"
        case .tooFine(let period, let point): "the period \(period) is finer than cycle points written as \(point) show"
        case .noPeriod(let first):
            "how far apart the cycles are cannot be seen from those in the journal that are written as \(first) is; say it, as in --every P1M"
        case .tooMany(let limit): "the range has more than \(limit) cycles; write a shorter one, or a longer period"
        }
    }
}
