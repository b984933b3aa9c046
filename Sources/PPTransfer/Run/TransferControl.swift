package import Globus
import Synchronization

/// What is held of one transfer of a run from outside: it shows the steps, waits for the end, and ends the waiting or the transfer.
package final class TransferControl: Sendable {
    private enum Stage {
        /// It waits for its turn.
        case unbegun
        case working
        /// A submission is on its way: it is brought to its answer before the transfer can be called off.
        case submitting
        /// The task has ended, or the waiting for it.
        case concluding
        case over
    }

    private enum Request: Int {
        case none, stopWaiting, callOff
    }

    private struct State {
        var plan: TransferPlan
        var stage = Stage.unbegun
        var request = Request.none
        var work: Task<FinishedTransfer, Never>?
        /// Makes its life anew; a life that is kept here would keep this, too.
        var life: (@Sendable (TransferControl) -> TransferLife)?
        var end: (report: FinishedTransfer, time: Timestamp)?
        /// Whether the life itself has seen to the cancellation.
        var isCalledOff = false
        /// The cancellation of a transfer that was over, while it is at work.
        var callingOff: Task<FinishedTransfer, Never>?
        var step = TransferStep(.waiting)
        var readers: [Int: AsyncStream<TransferStep>.Continuation] = [:]
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var count = 0

        mutating func number() -> Int {
            count += 1
            return count
        }
    }

    private let state: Mutex<State>
    private let time: any Timekeeper

    /// - Parameter plan: as far as it is known; the transfer is reported with it if it is stopped before it begins.
    package init(_ plan: TransferPlan, time: any Timekeeper = SystemTimekeeper()) {
        state = Mutex(State(plan: plan))
        self.time = time
    }

    // MARK: the transfer's side

    /// Whether somebody wants the waiting or the transfer to end.
    var isStopped: Bool { state.withLock { $0.request != .none } }

    /// Lives the transfer's life, and calls it off if that is wanted. Cancelling the calling task cancels the life's.
    func perform(_ life: TransferLife) async -> FinishedTransfer {
        let work: Task<FinishedTransfer, Never>? = state.withLock { state in
            guard state.stage == .unbegun else { return nil }
            let work = Task { await life.live() }
            (state.stage, state.work) = (.working, work)
            state.life = { [plan = life.plan, run = life.run, shared = life.shared] in
                TransferLife(plan: plan, run: run, shared: shared, control: $0)
            }
            return work
        }
        guard let work else { return state.withLock { $0.end?.report ?? FinishedTransfer(plan: life.plan, outcome: .stopped(nil)) } }
        let report = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        let isCalledOff = state.withLock { state in
            state.isCalledOff = state.request == .callOff && report.outcome.mayLeaveTask
            return state.isCalledOff
        }
        guard isCalledOff else { return report }
        // Of its own: the life's task was cancelled.
        return await Task { await life.callOff(report) }.value
    }

    /// Begins what must not be cut off.
    ///
    /// - Returns: `false` if the transfer has been called off.
    func hold() -> Bool {
        state.withLock { state in
            guard state.request != .callOff else { return false }
            state.stage = .submitting
            return true
        }
    }

    func release() {
        state.withLock { state in
            state.stage = .working
            return state.request == .callOff ? state.work : nil
        }?.cancel()
    }

    /// What is looked at from now on is a task that has ended: there is nothing to cancel.
    func conclude() { state.withLock { $0.stage = .concluding } }

    func show(_ step: TransferStep) {
        let readers = state.withLock { state -> [AsyncStream<TransferStep>.Continuation] in
            guard state.end == nil else { return [] }
            state.step = step
            return Array(state.readers.values)
        }
        for reader in readers { reader.yield(step) }
    }

    /// The transfer is over, unless it was before.
    ///
    /// - Returns: the report that counts.
    @discardableResult
    package func end(_ report: FinishedTransfer, at time: Timestamp) -> FinishedTransfer {
        let (report, readers, waiters) = state.withLock { state in
            if let end = state.end { return (end.report, [AsyncStream<TransferStep>.Continuation](), [CheckedContinuation<Void, Never>]()) }
            return Self.end(&state, report, time)
        }
        tell(readers, waiters)
        return report
    }

    private typealias Ended = (FinishedTransfer, [AsyncStream<TransferStep>.Continuation], [CheckedContinuation<Void, Never>])

    private static func end(_ state: inout State, _ report: FinishedTransfer, _ time: Timestamp) -> Ended {
        state.end = (report, time)
        (state.stage, state.step, state.work) = (.over, TransferStep(.ended, task: report.task), nil)
        if !report.outcome.mayLeaveTask { state.life = nil }
        defer { (state.readers, state.waiters) = ([:], [:]) }
        return (report, Array(state.readers.values), Array(state.waiters.values))
    }

    private func tell(_ readers: [AsyncStream<TransferStep>.Continuation], _ waiters: [CheckedContinuation<Void, Never>]) {
        let last = state.withLock { $0.step }
        for reader in readers {
            reader.yield(last)
            reader.finish()
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: the outside's

    /// How many steps are kept for a reader that is slower than the transfer.
    static let mostSteps = 64

    /// The present step and all later ones, to the last.
    package var steps: AsyncStream<TransferStep> {
        let (steps, reader) = AsyncStream.makeStream(of: TransferStep.self, bufferingPolicy: .bufferingNewest(Self.mostSteps))
        state.withLock { state in
            reader.yield(state.step)
            guard state.end == nil else { return reader.finish() }
            let number = state.number()
            state.readers[number] = reader
            reader.onTermination = { [weak self] _ in self?.state.withLock { _ = $0.readers.removeValue(forKey: number) } }
        }
        return steps
    }

    /// How the transfer ended.
    ///
    /// - Returns: `nil` if the calling task is cancelled before.
    package func finished() async -> (report: FinishedTransfer, time: Timestamp)? {
        let number = state.withLock { $0.number() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    guard state.end == nil, !Task.isCancelled else { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
        return state.withLock { $0.end }
    }

    /// How it ended; `nil` while it has not.
    package var ended: (report: FinishedTransfer, time: Timestamp)? { state.withLock { $0.end } }

    /// The latest Globus task that was shown.
    var task: TaskID? { state.withLock { $0.step.task } }

    /// Ends the waiting. A transfer that has not begun ends at once.
    package func stopWaiting() {
        let (work, ended): (Task<FinishedTransfer, Never>?, Ended?) = state.withLock { state in
            guard state.stage != .over, state.request == .none else { return (nil, nil) }
            state.request = .stopWaiting
            guard state.stage == .unbegun else { return (state.work, nil) }
            return (nil, Self.end(&state, FinishedTransfer(plan: state.plan, outcome: .stopped(nil)), time.now))
        }
        work?.cancel()
        if let ended { tell(ended.1, ended.2) }
    }

    private enum Next {
        /// The transfer's own life will see to it, once this was cancelled.
        case life(Task<FinishedTransfer, Never>?)
        case ended(Ended)
        case over
    }

    /// Ends the transfer and its Globus task. Returns once that is over; if the calling task is cancelled before, it goes on.
    package func callOff() async {
        let next: Next = state.withLock { state in
            guard state.stage != .over else { return .over }
            state.request = .callOff
            switch state.stage {
            case .unbegun: return .ended(Self.end(&state, FinishedTransfer(plan: state.plan, outcome: .calledOff(nil)), time.now))
            case .working: return .life(state.work)
            case .submitting, .concluding, .over: return .life(nil)
            }
        }
        switch next {
        case .life(let work):
            work?.cancel()
            // It may have ended its wait, and have been about to report that, when it was called off.
            if await finished() != nil, !state.withLock({ $0.isCalledOff }) { await callOffTask() }
        case .ended(let ended): tell(ended.1, ended.2)
        case .over: await callOffTask()
        }
    }

    private func callOffTask() async {
        let work: Task<FinishedTransfer, Never>? = state.withLock { state in
            if let work = state.callingOff { return work }
            guard let (report, _) = state.end, let life = state.life, report.outcome.mayLeaveTask else { return nil }
            let work = Task { await callOff(life(self), report) }
            state.callingOff = work
            return work
        }
        _ = await work?.value
    }

    /// The transfer was over, and its task was not.
    private func callOff(_ life: TransferLife, _ known: FinishedTransfer) async -> FinishedTransfer {
        let report = await life.callOff(known)
        state.withLock { ($0.end, $0.callingOff) = ((report, time.now), nil) }
        return report
    }
}

/// Shows progress to whoever watches the run, and as a transfer's steps.
struct SteppedDisplay: ProgressDisplay {
    let display: (any ProgressDisplay)?
    let control: TransferControl

    func show(_ progress: WorkProgress?, of title: String) { show(progress, of: title, task: nil) }

    func show(_ progress: WorkProgress?, of title: String, task: TaskID?) {
        display?.show(progress, of: title)
        if let progress { control.show(TransferStep(progress, task: task)) }
    }
}
