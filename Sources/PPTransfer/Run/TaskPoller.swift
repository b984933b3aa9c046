import Globus
import Synchronization

/// Queries Globus about all tasks that transfers wait for, in one request per round, and tells each transfer when its own wait ends.
///
/// Waits begin and end independently of each other. Each task is queried as often as its own waiting time requires; tasks that are nearly
/// due are queried in the same round.
actor TaskPoller {
    private struct Wait {
        var state: Waiter.State
        var begin: Duration
        /// When the task is to be queried next, and how much earlier it may be.
        var due: Duration
        var slack = Duration.zero
        var end: @Sendable (WaitEnd) -> Void

        /// The instant at which the wait must end.
        var limit: Duration { begin + state.watch.options.limit }
    }

    /// Waits that begin within this time share a round.
    private static let spacing = Duration.milliseconds(250)
    /// The least that a question may take: of a wait that has no time at all, and of the last question of any other.
    private static let look = (only: Duration.seconds(10), last: Duration.seconds(2))
    /// A transport that has less time left than this may give up before the next repetition.
    private static let longestPause = Duration.seconds(75)

    private let waiter: Waiter
    private var time: any Timekeeper { waiter.time }
    private var waits: [Int: Wait] = [:]
    private var count = 0
    private var latestRound: Duration?
    private var pause: Task<Void, Never>?
    private var idle: CheckedContinuation<Void, Never>?
    private var isClosed = false

    init(_ waiter: Waiter) { self.waiter = waiter }

    /// Returns once the wait has ended; `run` must be at work.
    func wait(for watch: Waiter.Watch) async -> WaitEnd {
        await withCheckedContinuation { continuation in add(watch) { continuation.resume(returning: $0) } }
    }

    func add(_ watch: Waiter.Watch, end: @escaping @Sendable (WaitEnd) -> Void) {
        count += 1
        let now = time.elapsed
        let due = latestRound.map { max(now, $0 + Self.spacing) } ?? now
        waits[count] = Wait(state: Waiter.State(watch, begin: now), begin: now, due: due, end: end)
        wake()
    }

    /// No further wait will begin: `run` returns when the last one has ended.
    func close() {
        isClosed = true
        wake()
    }

    private func wake() {
        pause?.cancel()
        idle?.resume()
        idle = nil
    }

    /// Polls until closed. When cancelled, every wait ends as interrupted.
    func run() async {
        while true {
            let now = time.elapsed
            guard let next = waits.values.map(\.due).min() else {
                if isClosed { return }
                await withCheckedContinuation { idle = $0 }
                continue
            }
            if next > now { await sleep(for: next - now) } else { await poll(now) }
        }
    }

    private func sleep(for duration: Duration) async {
        let pause = Task { [time] in await time.sleep(for: duration) }
        self.pause = pause
        await withTaskCancellationHandler {
            await pause.value
        } onCancel: {
            pause.cancel()
        }
        self.pause = nil
        // A clock that returns at once when cancelled would otherwise be asked again and again until the time has come.
        if Task.isCancelled { for number in waits.keys { waits[number]?.due = time.elapsed } }
    }

    private func poll(_ now: Duration) async {
        latestRound = now
        let due = waits.filter { $0.value.due <= now + $0.value.slack }.keys.sorted()
        let deadline = due.compactMap { waits[$0].map { self.deadline(of: $0, now) } }.min() ?? now
        let tasks = due.compactMap { waits[$0]?.state.watch.task }
        let answers = await RequestDeadline.$current.withValue(deadline) { await waiter.ask(tasks) }
        let isCut = deadline - time.elapsed <= Self.longestPause
        for number in due {
            guard var wait = waits[number] else { continue }
            let answer = answers[wait.state.watch.task] ?? .failure(GlobusError.cancelled)
            let answered = time.elapsed
            let (begin, limit) = (wait.begin, max(wait.limit, answered + Self.look.only))
            await RequestDeadline.$current.withValue(limit) {
                await waiter.judge(answer, of: &wait.state, asked: max(.zero, now - begin), waited: answered - begin, isCut: isCut)
            }
            note(wait, number)
        }
    }

    /// When a question about the task must have been answered.
    private func deadline(of wait: Wait, _ now: Duration) -> Duration {
        let options = wait.state.watch.options
        let limit = max(wait.limit, now + (options.limit == .zero ? Self.look.only : Self.look.last))
        // What follows an outage that has begun already ends with it; a first failure is the transport's to bear.
        return wait.state.uselessSince.map { min(limit, max(wait.begin + $0 + options.outage, now + Self.look.last)) } ?? limit
    }

    private func note(_ wait: Wait, _ number: Int) {
        if let end = wait.state.end {
            waits[number] = nil
            wait.end(end)
            return
        }
        let now = time.elapsed
        let interval = PollingLaw.interval(after: now - wait.begin, chance: .random(in: 0...1))
        var wait = wait
        wait.due = min(now + interval, max(wait.limit, now))
        wait.slack = interval * 0.5
        waits[number] = wait
    }
}

extension Waiter {
    /// Waits for several tasks.
    ///
    /// - Returns: the ends, in the order of `watches`.
    func wait(for watches: [Watch]) async -> [WaitEnd] {
        let poller = TaskPoller(self)
        let ends = WaitEnds(watches.count)
        for (index, watch) in watches.enumerated() { await poller.add(watch) { ends.note($0, index) } }
        await poller.close()
        await poller.run()
        return ends.all
    }
}

private final class WaitEnds: Sendable {
    private let ends: Mutex<[WaitEnd?]>

    init(_ count: Int) { ends = Mutex(Array(repeating: nil, count: count)) }

    var all: [WaitEnd] { ends.withLock { $0.compactMap { $0 } } }
    func note(_ end: WaitEnd, _ index: Int) { ends.withLock { $0[index] = end } }
}
