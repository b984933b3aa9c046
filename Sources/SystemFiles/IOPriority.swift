import CLinux

/// How a thread's reading counts against that of others on the same machine: the model comes first.
package enum IOPriority {
    /// Best effort, the lowest of its eight levels; "idle" might never get its turn.
    package static let lowest = 2 << 13 | 7 as Int32

    /// The calling thread's; `nil` if the system does not say.
    package static var current: Int32? {
        let priority = clinux_io_priority()
        return priority < 0 ? nil : priority
    }

    /// Runs `work` with the lowest priority of this thread; without, where the system has none.
    package static func lowered(_ work: () -> Void) {
        let before = current
        _ = clinux_set_io_priority(lowest)
        work()
        // The thread may serve others afterwards.
        if let before { _ = clinux_set_io_priority(before) }
    }
}
