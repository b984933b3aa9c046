import PositionedYAML
import TestSupport
import Testing

@Suite struct `Lengths of time` {
    @Test(arguments: [
        ("30s", 30), ("15m", 900), ("12h", 43_200), ("3d", 259_200), ("2w", 1_209_600), ("1d12h", 129_600), ("1h0m5s", 3605),
        ("PT12H", 43_200),
        ("P1DT6H", 108_000), ("P2W", 1_209_600), ("PT90M", 5400), ("PT1H30M5S", 5405), ("007s", 7), ("3650d", 315_360_000),
    ])
    func `the usual ways to write one are read`(text: String, seconds: Int) throws {
        #expect(try Duration(writtenAs: text) == .seconds(seconds))
    }

    @Test func `milliseconds are read`() throws { #expect(try Duration(writtenAs: "1s250ms") == .milliseconds(1250)) }

    @Test(arguments: [
        ("", DurationProblem.empty), ("12", .bareNumber("12")), ("0", .notPositive("0")), ("0s", .notPositive("0s")),
        ("-3d", .notPositive("-3d")),
        ("PT0S", .notPositive("PT0S")), ("P1M", .noFixedLength("P1M")), ("P1Y", .noFixedLength("P1Y")), ("3651d", .tooLong("3651d")),
        ("99999999999999999999s", .tooLong("99999999999999999999s")), ("9223372036854775807d", .tooLong("9223372036854775807d")),
        ("12 h", .unreadable("12 h")), ("1h1d", .unreadable("1h1d")), ("1d1d", .unreadable("1d1d")), ("3days", .unreadable("3days")),
        ("12H", .unreadable("12H")), ("P", .unreadable("P")), ("PT", .unreadable("PT")), ("P1DT", .unreadable("P1DT")),
        ("PT1D", .unreadable("PT1D")),
        ("1.5h", .unreadable("1.5h")), ("h", .unreadable("h")), ("٣h", .unreadable("٣h")), ("12:30", .unreadable("12:30")),
    ])
    func `anything else is refused for what it is`(text: String, problem: DurationProblem) {
        #expect(throws: problem) { try Duration(writtenAs: text) }
    }

    @Test func `whatever is written is read back`() throws {
        var random = SplitMix(seed: 3)
        for _ in 0..<2000 {
            let limit = Int64([1000, 100_000, 100_000_000, 315_360_000_000].randomElement(using: &random) ?? 1000)
            let duration = Duration.milliseconds(Int64.random(in: 1...limit, using: &random))
            #expect(try Duration(writtenAs: duration.written) == duration)
        }
    }

    @Test func `the written form is short`() {
        #expect(Duration.seconds(259_200).written == "3d")
        #expect(Duration.seconds(3661).written == "1h1m1s")
        #expect(Duration.zero.written == "0s")
    }
}
