import Dispatch

/// Threads of our own for work that waits for storage: those of the concurrency pool are never held up, and there may be more of them
/// than cores, which hides a parallel file system's latency.
enum Workers {
    /// Runs `work` on `count` threads at once, this one among them; returns when all are done.
    ///
    /// - Parameter work: gets the thread's number, from 0.
    static func perform(_ count: Int, _ work: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(work) { work in
            let group = DispatchGroup()
            // A serial queue of its own gets a thread of its own, however many cores there are.
            for number in 1..<max(1, count) { DispatchQueue(label: "pptransfer.worker").async(group: group) { work(number) } }
            work(0)
            group.wait()
        }
    }

    /// Runs what blocks without holding up a thread of the concurrency pool.
    static func detached<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "pptransfer.blocking").async { continuation.resume(returning: work()) }
        }
    }
}
