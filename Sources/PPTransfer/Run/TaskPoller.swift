import Globus

/// Queries Globus about all tasks that transfers wait for, in one request per round, and tells each transfer when its own wait ends.
///
/// Waits begin and end independently of each other. Each task is queried as often as its own waiting time requires; tasks that are nearly
/// due are queried in the same round. It polls while somebody waits, and has nothing at work otherwise.
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
    /// What polls while there are waits, and how many of its kind there have been.
    private var loop: (task: Task<Void, Never>, number: Int)?
    private var loops = 0

    init(_ waiter: Waiter) { self.waiter = waiter }

    /// Returns once the wait has ended. If the calling task is cancelled, the wait ends at once, as interrupted.
    func wait(for watch: Waiter.Watch) async -> WaitEnd {
        count += 1
        let number = count
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                add(watch, number) { continuation.resume(returning: $0) }
                if Task.isCancelled { leave(number) }
            }
        } onCancel: {
            Task { await self.leave(number) }
        }
    }

    /// Begins several waits that share their first round.
    func add(_ watches: [Waiter.Watch], end: @escaping @Sendable (WaitEnd, Int) -> Void) {
        for (index, watch) in watches.enumerated() {
            count += 1
            add(watch, count) { end($0, index) }
        }
    }

    private func add(_ watch: Waiter.Watch, _ number: Int, end: @escaping @Sendable (WaitEnd) -> Void) {
        let now = time.elapsed
        let due = latestRound.map { max(now, $0 + Self.spacing) } ?? now
        waits[number] = Wait(state: Waiter.State(watch, begin: now), begin: now, due: due, end: end)
        pause?.cancel()
        guard loop == nil else { return }
        loops += 1
        loop = (Task { [loops] in await run(loops) }, loops)
    }

    private func leave(_ number: Int) {
        guard var wait = waits.removeValue(forKey: number) else { return }
        wait.state.leave(.interrupted(), time.elapsed - wait.begin)
        if let end = wait.state.end { wait.end(end) }
        guard waits.isEmpty else { return }
        // Nobody wants to know what a request in flight would answer.
        loop?.task.cancel()
        loop = nil
    }

    /// - Parameter number: of the loop: another one may have taken its place while it was at a request.
    private func run(_ number: Int) async {
        while loop?.number == number, let next = waits.values.map(\.due).min() {
            let now = time.elapsed
            if next > now { await sleep(for: next - now) } else { await poll(now) }
        }
        if loop?.number == number { loop = nil }
    }

    private func sleep(for duration: Duration) async {
        let pause = Task { [time] in await time.sleep(for: duration) }
        self.pause = pause
        await withTaskCancellationHandler {
            await pause.value
        } onCancel: {
            pause.cancel()
        }
    }

    private func poll(_ now: Duration) async {
        latestRound = now
        let due = waits.filter { $0.value.due <= now + $0.value.slack }.keys.sorted()
        let deadline = due.compactMap { waits[$0].map { self.deadline(of: $0, now) } }.min() ?? now
        let tasks = due.compactMap { waits[$0]?.state.watch.task }
        let answers = await RequestDeadline.$current.withValue(deadline) { await waiter.ask(tasks) }
        let isCut = deadline - time.elapsed <= Self.longestPause
        for number in due {
            // Whoever waited may have left meanwhile.
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
        guard waits[number] != nil else { return }
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
        guard !watches.isEmpty else { return [] }
        let (ended, told) = AsyncStream.makeStream(of: (WaitEnd, Int).self)
        await TaskPoller(self).add(watches) { told.yield(($0, $1)) }
        var ends: [WaitEnd?] = Array(repeating: nil, count: watches.count)
        var missing = watches.count
        for await (end, index) in ended {
            ends[index] = end
            missing -= 1
            if missing == 0 { told.finish() }
        }
        return ends.compactMap { $0 }
    }
}
