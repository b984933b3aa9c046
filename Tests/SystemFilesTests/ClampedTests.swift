import Testing

@testable import SystemFiles

/// Numbers that others made, at and beyond the ends of what there is room for.
struct ClampedTests {
    private static let edges: [Int64] = [
        .min, .min + 1, -(1 << 53), -60, -1, 0, 1, 59, 60, 1 << 31, 1 << 53, (1 << 53) + 1, .max - 1, .max,
    ]

    @Test func `sums, differences and products stay within what there is, and are exact where they can be`() {
        for a in Self.edges {
            for b in Self.edges {
                let (x, y) = (Double(a), Double(b))
                for (found, ideal, exact) in [
                    (a.clampedSum(b), x + y, a.addingReportingOverflow(b)),
                    (a.clampedDifference(b), x - y, a.subtractingReportingOverflow(b)),
                    (a.clampedProduct(b), x * y, a.multipliedReportingOverflow(by: b)),
                ] {
                    #expect(exact.overflow ? found == (ideal < 0 ? .min : .max) : found == exact.partialValue)
                }
            }
        }
        #expect([Int64.max, .max, 5].clampedSum() == .max)
        #expect(
            [Double.nan, .infinity, -.infinity, 1e300, -1.9, 9.223372036854775807e18].map { Int64(clamping: $0) } == [
                0, .max, .min, .max, -1, .max,
            ])
    }
}
