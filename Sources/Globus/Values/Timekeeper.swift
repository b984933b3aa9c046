import Synchronization
import SystemFiles

/// The seam at which time enters: wall time, time that passed, and waiting. A test lives through twelve hours in a millisecond.
public protocol Timekeeper: Sendable {
    /// Wall-clock time.
    var now: Timestamp { get }
    /// Time since an arbitrary start; never goes back.
    var elapsed: Duration { get }
    /// Waits; returns at once, without throwing, when the task is cancelled.
    func sleep(for duration: Duration) async
}

/// The machine's own clocks.
public struct SystemTimekeeper: Timekeeper {
    private static let start = ContinuousClock.now

    public init() {}

    public var now: Timestamp {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return Timestamp(secondsSince1970: Int64(moment.tv_sec))
    }

    public var elapsed: Duration { Self.start.duration(to: .now) }

    public func sleep(for duration: Duration) async { try? await Task.sleep(for: duration) }
}

/// Time that passes only by being slept through, for tests and rehearsals of long waits.
public final class SteppedTimekeeper: Timekeeper {
    private let start: Timestamp
    private let passed = Mutex(Duration.zero)

    public init(from start: Timestamp = Timestamp(secondsSince1970: 1_800_000_000)) { self.start = start }

    public var now: Timestamp { start + elapsed }
    public var elapsed: Duration { passed.withLock { $0 } }

    public func sleep(for duration: Duration) async {
        passed.withLock { $0 += duration }
        await Task.yield()
    }
}
