package import Globus
import PositionedYAML
import Synchronization
import SystemFiles

/// Tells of a long reading of files, not more often than a job log should have it, and shows it to whoever watches.
package final class ReadingNarrator: Sendable {
    /// Between two lines, and before the first.
    package static let interval = Duration.seconds(30)

    private let total: DigestPass.Progress
    private let time: any Timekeeper
    private let begun: Duration
    private let told: Mutex<Duration>
    private let tell: @Sendable (String) -> Void
    private let show: @Sendable (WorkProgress) -> Void

    /// - Parameters:
    ///   - total: what is to be read.
    ///   - show: gets all news.
    ///   - tell: gets a line without its end.
    package init(
        of total: DigestPass.Progress, _ time: any Timekeeper, show: @escaping @Sendable (WorkProgress) -> Void = { _ in },
        tell: @escaping @Sendable (String) -> Void
    ) {
        (self.total, self.time, self.show, self.tell) = (total, time, show, tell)
        begun = time.elapsed
        told = Mutex(begun)
    }

    package func observe(_ done: DigestPass.Progress) {
        let now = time.elapsed
        let rate = now > begun ? Int64(clamping: Double(done.bytes) / (now - begun).inSeconds) : 0
        show(WorkProgress(.reading, done: Amount(done), of: Amount(total), bytesPerSecond: rate))
        let isDue = told.withLock { told in
            guard now - told >= Self.interval else { return false }
            told = now
            return true
        }
        guard isDue else { return }
        tell(
            "read \(done.files) of \(Quantity.count(total.files, "file")), \(Quantity.bytes(done.bytes)) of "
                + "\(Quantity.bytes(total.bytes)), \(Quantity.rate(rate))")
    }
}

extension Amount {
    fileprivate init(_ progress: DigestPass.Progress) { self.init(files: Int64(progress.files), bytes: progress.bytes) }
}
