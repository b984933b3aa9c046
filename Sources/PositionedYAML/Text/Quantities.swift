import SystemFiles

/// Amounts as people read them. Every number has its unit.
package enum Quantity {
    /// `61.2 MB`; decimal units, as the service and networks count.
    package static func bytes(_ count: Int64) -> String {
        guard count >= 1000 else { return "\(count) B" }
        var value = Double(count)
        for unit in ["kB", "MB", "GB", "TB", "PB"] {
            value /= 1000
            if value < 999.95 || unit == "PB" { return "\(rounded(value)) \(unit)" }
        }
        return "\(count) B"
    }

    package static func rate(_ bytesPerSecond: Int64) -> String { bytes(bytesPerSecond) + "/s" }

    /// `0.4 s`, `12.0 s`, `3m20s`, `1d2h`; of a clock that was put back, `0.0 s`.
    package static func time(_ duration: Duration) -> String {
        let seconds = max(.zero, duration).inSeconds
        return seconds < 60 ? "\(rounded(seconds)) s" : Duration.clamped(seconds: Int64(clamping: seconds)).written
    }

    /// `22 s`, `3m20s`, `1h5m`, `2d3h`: as exact as an estimate may be.
    package static func timeLeft(_ duration: Duration) -> String {
        let seconds = Int64(clamping: max(.zero, duration).inSeconds.rounded(.up))
        let unit: Int64 = seconds < 3600 ? 1 : seconds < 86_400 ? 60 : 3600
        return seconds < 60 ? "\(seconds) s" : Duration.seconds(seconds / unit * unit).written
    }

    package static func count(_ number: some BinaryInteger, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// The first few of a list, and how many more there are.
    package static func list(_ items: [String], most: Int = 20) -> [String] {
        items.count <= most ? items : items.prefix(most) + ["… and \(items.count - most) more"]
    }

    /// The same, where only the beginning of the list is at hand: `count` is that of all.
    package static func list(_ items: [String], of count: Int, most: Int = 20) -> [String] {
        let shown = items.prefix(most)
        return shown + (count > shown.count && !shown.isEmpty ? ["… and \(count - shown.count) more"] : [])
    }

    private static func rounded(_ value: Double) -> String {
        let tenths = Int64(clamping: (value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
