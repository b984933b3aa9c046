/// The cycle points from one to another, in the form in which the workflow writes them.
package struct CycleRange: Hashable, Sendable {
    /// More than any workflow has.
    package static let limit = 100_000

    package let first: String
    package let last: String
    package let mode: CyclingMode
    private let bounds: Bounds

    private enum Bounds: Hashable {
        case integers(ClosedRange<Int>)
        case times(ModelTime, PointFormat)
    }

    /// - Parameters:
    ///   - text: `FIRST..LAST`, both included.
    ///   - mode: without one, points of time are Gregorian and other numbers are integers.
    package init(_ text: String, mode: CyclingMode? = nil) throws(CyclingProblem) {
        guard let dots = text.firstRange(of: ".."), dots.lowerBound > text.startIndex, dots.upperBound < text.endIndex else {
            throw .range(text)
        }
        try self.init(first: String(text[..<dots.lowerBound]), last: String(text[dots.upperBound...]), mode: mode)
    }

    package init(first: String, last: String, mode: CyclingMode? = nil) throws(CyclingProblem) {
        (self.first, self.last) = (first, last)
        if mode != .integer, let begin = PointFormat.read(first) {
            self.mode = mode ?? .gregorian
            guard let end = PointFormat.read(last), begin.format == end.format else { throw .formats(first: first, last: last) }
            for (text, time) in [(first, begin.time), (last, end.time)] where !time.exists(in: self.mode) {
                throw .noSuchDay(text, self.mode)
            }
            // Of one form, so that the texts are ordered as the times are.
            guard first <= last else { throw .order(first: first, last: last) }
            bounds = .times(begin.time, begin.format)
            return
        }
        guard mode == nil || mode == .integer, let begin = Int(first), begin.description == first else { throw .point(first, mode) }
        guard let end = Int(last), end.description == last else { throw .formats(first: first, last: last) }
        guard begin <= end else { throw .order(first: first, last: last) }
        (self.mode, bounds) = (.integer, .integers(begin...end))
    }

    /// The points of `FIRST/LAST/PERIOD`, as Cylc writes a recurrence; integers may do without a period.
    package static func points(_ text: String, mode: CyclingMode?) throws(CyclingProblem) -> [String] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { throw .recurrence(text) }
        let range = try CycleRange(first: parts[0], last: parts[1], mode: mode)
        guard parts.count == 3 || range.mode == .integer else { throw .recurrence(text) }
        return try range.points(every: parts.count == 3 ? CyclePeriod(parts[2]) : nil)
    }

    /// The points, the first one first; each is as far from the one before as `period` says.
    ///
    /// - Parameter period: without one, integers follow one another by 1.
    package func points(every period: CyclePeriod?) throws(CyclingProblem) -> [String] {
        switch bounds {
        case .integers(let range):
            if let period, period.step == nil { throw .periodKind(period, mode) }
            let step = period?.step ?? 1
            let (length, isTooLong) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
            guard !isTooLong, length / step < Self.limit else { throw .tooMany(limit: Self.limit) }
            return stride(from: range.lowerBound, through: range.upperBound, by: step).map { String($0) }
        case .times(let begin, let format):
            guard let period else { throw .noPeriod(first: first) }
            guard period.step == nil else { throw .periodKind(period, mode) }
            guard period.seconds % format.resolution == 0 else { throw .tooFine(period, point: first) }
            var points: [String] = []
            var next: ModelTime? = begin
            while let time = next {
                let text = format.text(time)
                if text > last { break }
                guard points.count < Self.limit else { throw .tooMany(limit: Self.limit) }
                points.append(text)
                next = period.added(to: time, in: mode)
            }
            return points
        }
    }

    /// The period by which these cycles follow one another; `nil` if they do not do so evenly.
    ///
    /// Cycles that are written in another form than the range do not count. For integers there is no need to ask.
    package func period(of cycles: some Sequence<String>) -> CyclePeriod? {
        guard case .times(_, let format) = bounds else { return nil }
        let times = Set(cycles).sorted().compactMap { PointFormat.read($0) }.filter { $0.format == format && $0.time.exists(in: mode) }
        return CyclePeriod(between: times.map(\.time), in: mode)
    }
}
