public import Globus
import Synchronization

/// A clock whose time passes only by being slept through: a test lives through twelve hours in a millisecond.
public final class SteppedTimekeeper: Timekeeper {
    private let start: Timestamp
    private let passed = Mutex(Duration.zero)

    /// - Parameter start: the wall-clock time at the beginning; 15 January 2027 unless told.
    public init(from start: Timestamp = Timestamp(secondsSince1970: 1_800_000_000)) { self.start = start }

    /// Wall-clock time: the start, and all that has been slept since.
    public var now: Timestamp { start + elapsed }
    /// All that has been slept so far.
    public var elapsed: Duration { passed.withLock { $0 } }

    /// Moves the clock on and returns at once, after letting other tasks run.
    public func sleep(for duration: Duration) async {
        passed.withLock { $0 += duration }
        await Task.yield()
    }
}
