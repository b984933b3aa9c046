/// Keeps a stream of bytes at a rate by sleeping off what was sent too early.
struct Throttle {
    private let rate: Int64?
    private var due: ContinuousClock.Instant
    /// Debts below this are not worth a sleep: thousands of small files would each cost one.
    private static let patience = Duration.milliseconds(20)

    /// - Parameter rate: Bytes per second; `nil` for no limit.
    init(rate: Int64?) { (self.rate, due) = (rate, .now) }

    /// How much to send at once: progress should be visible ten times in a second.
    var chunk: Int { rate.map { Int(min(1 << 20, max(1024, $0 / 10))) } ?? 1 << 20 }

    mutating func wait(for bytes: Int, _ signal: StopSignal) {
        guard let rate, rate > 0 else { return }
        let now = ContinuousClock.now
        due = max(due, now) + .seconds(Double(bytes) / Double(rate))
        if due - now > Throttle.patience { signal.pause(for: due - now) }
    }
}
