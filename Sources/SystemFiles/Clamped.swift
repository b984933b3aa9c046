/// Arithmetic on numbers that others made: of documents, records, headers and lists.
///
/// Where the exact result has no room, it is the nearest number that there is. A figure that cannot be true is then shown as one, and no
/// number of anybody's ends the program.
extension FixedWidthInteger {
    public func clampedSum(_ other: Self) -> Self {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return !isBeyond ? sum : other < 0 ? .min : .max
    }

    public func clampedDifference(_ other: Self) -> Self {
        let (difference, isBeyond) = subtractingReportingOverflow(other)
        return !isBeyond ? difference : other > 0 ? .min : .max
    }

    public func clampedProduct(_ other: Self) -> Self {
        let (product, isBeyond) = multipliedReportingOverflow(by: other)
        return !isBeyond ? product : (self < 0) == (other < 0) ? .max : .min
    }

    /// The nearest whole number towards zero; 0 for what is no number.
    public init(clamping value: Double) {
        guard !value.isNaN else {
            self = 0
            return
        }
        self = Self(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
    }
}

extension Sequence where Element: FixedWidthInteger {
    public func clampedSum() -> Element { reduce(0) { $0.clampedSum($1) } }
}

extension Duration {
    /// What anything here may last; longer ones count as this.
    public static let longest = Duration.seconds(100 * 366 * 86_400)

    /// Of a number that others made: at least zero, at most `longest`.
    public static func clamped(seconds: Int64) -> Duration { min(max(.zero, .seconds(seconds)), longest) }
    public static func clamped(seconds: Double) -> Duration {
        // Within the bounds a fraction is kept.
        seconds < Double(longest.components.seconds) && seconds > 0 ? .seconds(seconds) : clamped(seconds: Int64(clamping: seconds))
    }
}
