public import Globus
import Synchronization

/// Tells of a long reading of files, not more often than a job log should have it.
public final class ReadingNarrator: Sendable {
    /// Between two lines, and before the first.
    public static let interval = Duration.seconds(30)

    private let total: DigestPass.Progress
    private let time: any Timekeeper
    private let begun: Duration
    private let told: Mutex<Duration>
    private let tell: @Sendable (String) -> Void

    /// - Parameters:
    ///   - total: what is to be read.
    ///   - tell: gets a line without its end.
    public init(of total: DigestPass.Progress, _ time: any Timekeeper, tell: @escaping @Sendable (String) -> Void) {
        (self.total, self.time, self.tell) = (total, time, tell)
        begun = time.elapsed
        told = Mutex(begun)
    }

    public func observe(_ done: DigestPass.Progress) {
        let now = time.elapsed
        let isDue = told.withLock { told in
            guard now - told >= Self.interval else { return false }
            told = now
            return true
        }
        guard isDue else { return }
        let rate = Int64(Double(done.bytes) / (now - begun).inSeconds)
        tell(
            "read \(done.files) of \(Quantity.count(total.files, "file")), \(Quantity.bytes(done.bytes)) of "
                + "\(Quantity.bytes(total.bytes)), \(Quantity.rate(rate))")
    }
}
