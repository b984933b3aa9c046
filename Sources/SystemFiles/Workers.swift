import Dispatch
import Synchronization

/// Threads of our own for work that waits for storage: those of the concurrency pool are never held up, and there may be more of them
/// than cores, which hides a parallel file system's latency.
package enum Workers {
    /// Runs `work` on `count` threads at once, this one among them; returns when all are done.
    ///
    /// - Parameter work: gets the thread's number, from 0.
    package static func perform(_ count: Int, _ work: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(work) { work in
            let group = DispatchGroup()
            // A serial queue of its own gets a thread of its own, however many cores there are.
            for number in 1..<max(1, count) { DispatchQueue(label: "pptransfer.worker").async(group: group) { work(number) } }
            work(0)
            group.wait()
        }
    }

    /// Runs what blocks without holding up a thread of the concurrency pool.
    package static func detached<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "pptransfer.blocking").async { continuation.resume(returning: work()) }
        }
    }
}

extension Workers {
    /// As `detached`, but returns soon after the task is cancelled, whatever the work is waiting for: storage may not answer for hours.
    ///
    /// - Parameter work: should end early once `isCancelled` says so; its result is then thrown away.
    /// - Returns: `nil` when cancelled.
    package static func abandonable<Value: Sendable>(
        _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) -> Value
    ) async -> Value? {
        let wait = AbandonableWait<Value>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard wait.begin(continuation) else { return }
                DispatchQueue(label: "pptransfer.blocking").async { wait.end(work { wait.isAbandoned }) }
            }
        } onCancel: {
            wait.abandon()
        }
    }
}

/// A wait that the work's end or the task's cancellation ends, whichever comes first.
private final class AbandonableWait<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value?, Never>?
        var isAbandoned = false
    }

    private let state = Mutex(State())

    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// - Returns: whether the work is still wanted.
    func begin(_ continuation: CheckedContinuation<Value?, Never>) -> Bool {
        let isWanted = state.withLock { state in
            if !state.isAbandoned { state.continuation = continuation }
            return !state.isAbandoned
        }
        if !isWanted { continuation.resume(returning: nil) }
        return isWanted
    }

    func end(_ value: Value) { take(abandoning: false)?.resume(returning: value) }
    func abandon() { take(abandoning: true)?.resume(returning: nil) }

    private func take(abandoning: Bool) -> CheckedContinuation<Value?, Never>? {
        state.withLock { state in
            if abandoning { state.isAbandoned = true }
            defer { state.continuation = nil }
            return state.continuation
        }
    }
}
