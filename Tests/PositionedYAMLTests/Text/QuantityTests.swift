import PositionedYAML
import Testing

struct QuantityTests {
    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (20_372_768, "20.4 MB"), (999_960, "1.0 MB"), (5_000_000_000_000, "5.0 TB"),
        (Int64.max, "9223.4 PB"),
    ])
    func `bytes are counted in decimal units`(count: Int64, text: String) {
        #expect(Quantity.bytes(count) == text)
    }

    @Test(arguments: [(0.04, "0.0 s"), (12.0, "12.0 s"), (200.4, "3m20s"), (93_600.0, "1d2h")])
    func `times have units`(seconds: Double, text: String) {
        #expect(Quantity.time(.milliseconds(Int(seconds * 1000))) == text)
    }

    @Test func `no time is negative, wherever a clock was put`() {
        #expect(Quantity.time(.seconds(-5)) == "0.0 s")
        #expect(Quantity.time(.seconds(-500)) == "0.0 s")
        #expect(Quantity.timeLeft(.seconds(-5)) == "0 s")
        #expect(Quantity.timeLeft(.seconds(-500)) == "0 s")
    }

    @Test func `long lists are cut, and say so`() {
        #expect(Quantity.list(["a", "b"], most: 2) == ["a", "b"])
        #expect(Quantity.list(["a", "b", "c", "d"], most: 2) == ["a", "b", "… and 2 more"])
        #expect(Quantity.count(1, "file") == "1 file")
        #expect(Quantity.count(0, "file") == "0 files")
    }
}
