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

    /// Makes a timekeeper. All of them read the same clocks.
    public init() {}

    /// The time of the machine's real-time clock, in whole seconds.
    public var now: Timestamp {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return Timestamp(secondsSince1970: Int64(moment.tv_sec))
    }

    /// The time since the first use of this property in the process. It also counts while the machine is suspended.
    public var elapsed: Duration { Self.start.duration(to: .now) }

    /// Waits; returns at once, without throwing, when the task is cancelled.
    public func sleep(for duration: Duration) async { try? await Task.sleep(for: duration) }
}
