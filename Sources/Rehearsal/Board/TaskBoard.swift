import FoundationEssentials
import Globus

/// All tasks: who waits, who works, who rests between tries, and when the next of them must be looked at.
actor TaskBoard {
    private struct Entry {
        let record: TaskRecord
        /// What is still to be done; `nil` while a thread works on it, and after the end.
        var work: (any TaskWork)?
        var pairs: Set<TaskSpec.Pair>
        var phase: Phase
        var failures = 0
        /// Which hold it is, so that the end of an earlier one does not end it.
        var holds = 0
        /// Nobody may see it any more.
        var isForgotten = false
        /// How the tasks with the same label stood when it was accepted.
        var earlier: [TaskID: TaskStatus] = [:]
        /// Held because its owner's login is too old for one of its collections.
        var isLapsed = false
    }

    private enum Phase: Equatable { case waiting, working, resting(until: Date), held, ended }

    private let configuration: StandInConfiguration
    private let desk: FaultDesk
    private let rules: SessionRules
    private var clock: ServiceClock { desk.clock }
    private var entries: [TaskID: Entry] = [:]
    /// In the order of submission.
    private var order: [TaskID] = []
    /// Not ended, in the order in which they began to wait.
    private var live: [TaskID] = []
    private var alarm: Task<Void, Never>?
    private var alarmTime = Date.distantFuture
    private var endings: [TaskID: [CheckedContinuation<Void, Never>]] = [:]
    private var isShutDown = false

    init(_ configuration: StandInConfiguration, desk: FaultDesk, rules: SessionRules) {
        (self.configuration, self.desk, self.rules) = (configuration, desk, rules)
    }

    func record(_ id: TaskID, owner: Identity) -> TaskRecord? {
        guard let entry = entries[id], !entry.isForgotten, entry.record.spec.owner == owner else { return nil }
        return entry.record
    }

    func records(owner: Identity) -> [TaskRecord] {
        order.compactMap { entries[$0] }.filter { !$0.isForgotten && $0.record.spec.owner == owner }.map(\.record)
    }

    /// Every task, in the order of submission.
    var accepted: [StandInTask] {
        order.compactMap { entries[$0] }.map { entry in
            let progress = entry.record.progress
            return StandInTask(id: entry.record.id, label: progress.label, status: progress.status, earlier: entry.earlier)
        }
    }

    // MARK: Submission

    /// Takes a task in, to be begun as soon as there is a slot.
    /// - Throws: `Conflict` if a live transfer holds one of its pairs of paths, `TooManyPendingJobs` if too many wait already.
    func submit(_ record: TaskRecord, work: any TaskWork) throws(Refusal) {
        let pairs = record.spec.pairs
        for id in live {
            guard let entry = entries[id], entry.record.spec.isBetweenTheSameCollections(as: record.spec) else { continue }
            guard configuration.refusesTwinsOfOthers || entry.record.spec.owner == record.spec.owner else { continue }
            let (few, many) = entry.pairs.count < pairs.count ? (entry.pairs, pairs) : (pairs, entry.pairs)
            if few.contains(where: many.contains) { throw .conflict("A transfer with identical paths has not yet completed") }
        }
        guard count(.waiting, like: record.spec) < configuration.pendingTaskLimit else {
            throw .transfer(409, "ClientError.Conflict.TooManyPendingJobs", "Too many pending jobs for user")
        }
        record.script.load(desk.faults(ofTaskLabelled: record.progress.label))
        let twins = accepted.filter { $0.label == record.progress.label }
        entries[record.id] = Entry(record: record, work: work, pairs: pairs, phase: .waiting)
        entries[record.id]?.earlier = Dictionary(twins.map { ($0.id, $0.status) }) { _, last in last }
        order.append(record.id)
        live.append(record.id)
        schedule()
    }

    // MARK: Work

    private func schedule() {
        guard !isShutDown else { return }
        mindSessions()
        for id in live where entries[id]?.phase == .waiting {
            guard let spec = entries[id]?.record.spec, count(.working, like: spec) < configuration.simultaneousTasks else { continue }
            begin(id)
        }
        setAlarm()
    }

    /// How many tasks are in `phase`, of the same owner and kind as `spec`: each user has slots of his own, for each kind.
    private func count(_ phase: Phase, like spec: TaskSpec) -> Int {
        live.count { id in
            guard let entry = entries[id], entry.phase == phase else { return false }
            return entry.record.spec.owner == spec.owner && entry.record.spec.isTransfer == spec.isTransfer
        }
    }

    private func begin(_ id: TaskID) {
        while let effect = entries[id]?.record.script.takeAtStart() {
            happen(effect, to: id)
            guard entries[id]?.phase == .waiting else { return }
        }
        guard let entry = entries[id], let work = entry.work else { return }
        entries[id]?.phase = .working
        entries[id]?.work = nil
        entry.record.begin()
        Task { [record = entry.record] in
            let result = await Blocking.run { () -> (rest: any TaskWork, end: PassEnd) in
                var work = work
                let end = work.pass(record)
                return (work, end)
            }
            passEnded(of: id, rest: result.rest, result.end)
        }
    }

    private func passEnded(of id: TaskID, rest work: any TaskWork, _ end: PassEnd) {
        guard let record = entries[id]?.record else { return }
        switch end {
        case .finished: finish(id, nil)
        case .fatal(let fatality, let details): finish(id, fatality, details: details)
        case .stopped:
            entries[id]?.work = work
            switch record.stop.reason {
            case .canceled: finish(id, .canceled, details: "Canceled by the task owner")
            case .expired: finish(id, .expired)
            case .held: entries[id]?.phase = .held
            case .shutDown: entries[id]?.phase = .held
            case .scripted:
                record.stop.clear(.scripted)
                entries[id]?.phase = .waiting
                record.update { $0.standing = .queued }
                if let effect = record.script.takeDue() { happen(effect, to: id) }
            case nil:
                // Held and let go again before the thread noticed.
                entries[id]?.phase = .waiting
                record.update { $0.standing = .queued }
            }
        case .again:
            entries[id]?.work = work
            entries[id]?.failures += 1
            let delay = configuration.backOff.delay(afterFailures: entries[id]?.failures ?? 1)
            record.update { if $0.standing == .working { $0.standing = .resting } }
            entries[id]?.phase = record.stop.reason == .held ? .held : .resting(until: Date().addingTimeInterval(delay / .seconds(1)))
        }
        // A cancellation may have come after the last look at the signal.
        if let phase = entries[id]?.phase, phase != .ended, record.stop.reason == .canceled {
            finish(id, .canceled, details: "Canceled by the task owner")
        }
        schedule()
    }

    // MARK: What rules let happen

    private func happen(_ effect: TaskFault.Effect, to id: TaskID) {
        switch effect {
        case .fail(let code, let details):
            let fatality = TaskProgress.Fatality(code: code, description: FaultWords.of(code))
            finish(id, fatality, details: details ?? fatality.description)
        case .cancel(let byAdministrator, let message):
            entries[id]?.record.update { progress in
                progress.isCanceledByAdministrator = byAdministrator
                progress.administratorMessage = byAdministrator ? message : nil
            }
            finish(id, .canceled, details: byAdministrator ? "Canceled by an administrator" : "Canceled by the task owner")
        case .expire: finish(id, .expired)
        case .pause(let message, let duration): hold(id, .paused(message), for: duration)
        case .deactivate(let duration): hold(id, .inactive, for: duration)
        case .queue(let duration): hold(id, .queued, for: duration)
        case .status(let text, let duration): hold(id, .status(text), for: duration)
        case .niceStatus(let text, let duration): hold(id, .niceStatus(text), for: duration)
        case .forget: entries[id]?.isForgotten = true
        case .fault, .skip, .omit, .resend: break
        }
    }

    private func hold(_ id: TaskID, _ hold: TaskProgress.Hold, for duration: Duration?) {
        guard self.hold(id, hold), let duration, let number = entries[id]?.holds else { return }
        Task { [weak self] in
            guard (try? await Task.sleep(for: duration)) != nil else { return }
            await self?.endHold(number, of: id)
        }
    }

    private func endHold(_ number: Int, of id: TaskID) {
        if entries[id]?.holds == number { _ = resume(id) }
    }

    /// The clock was set: deadlines may be nearer, farther or past.
    func clockWasSet() {
        alarmTime = .distantFuture
        alarmRang()
    }

    /// Somebody logged in: tasks that waited for that go on.
    func sessionsChanged() { schedule() }

    /// Tasks rest while their owner's login is too old for one of their collections.
    private func mindSessions() {
        let now = clock.now
        for id in live {
            guard let entry = entries[id] else { continue }
            let isGood = rules.end(of: entry.record.spec, now: now) > now
            if entry.isLapsed, isGood {
                entries[id]?.isLapsed = false
                _ = resume(id)
            } else if !entry.isLapsed, !isGood, entry.record.stop.reason == nil {
                _ = hold(id, .inactive, lapsed: true)
            }
        }
    }

    private func finish(_ id: TaskID, _ fatality: TaskProgress.Fatality?, details: String = "") {
        entries[id]?.record.end(fatality, details: details)
        entries[id]?.phase = .ended
        entries[id]?.work = nil
        entries[id]?.pairs = []
        live.removeAll { $0 == id }
        for continuation in endings.removeValue(forKey: id) ?? [] { continuation.resume() }
    }

    // MARK: Time

    /// One alarm for everything that is due: the next try of a resting task, or a deadline.
    private func setAlarm() {
        var next = Date.distantFuture
        for id in live {
            guard let entry = entries[id] else { continue }
            if case .resting(let until) = entry.phase { next = min(next, until) }
            if entry.record.stop.reason == nil || entry.phase == .held { next = min(next, clock.local(entry.record.deadline)) }
            if entry.record.stop.reason == nil { next = min(next, clock.local(rules.end(of: entry.record.spec, now: clock.now))) }
        }
        guard next != alarmTime else { return }
        alarmTime = next
        alarm?.cancel()
        guard next != .distantFuture else { return }
        // Deadlines of a day move with progress; looking once an hour is cheaper than being told each time.
        let wait = min(3600, max(0, next.timeIntervalSinceNow))
        alarm = Task {
            guard (try? await Task.sleep(for: .seconds(wait))) != nil else { return }
            alarmRang()
        }
    }

    private func alarmRang() {
        alarmTime = .distantFuture
        let now = Date()
        for id in live {
            guard let entry = entries[id] else { continue }
            if clock.local(entry.record.deadline) <= now {
                entry.record.stop.raise(.expired)
                if entry.phase != .working { finish(id, .expired) }
            } else if case .resting(let until) = entry.phase, until <= now {
                entries[id]?.phase = .waiting
                entry.record.update { $0.standing = .queued }
                // It waits behind those that have not been tried at all.
                live.removeAll { $0 == id }
                live.append(id)
            }
        }
        schedule()
    }

    // MARK: Requests

    /// Cancels a task and waits, a moment at most, until nothing moves any more.
    /// - Returns: the code of the answer.
    func cancel(_ id: TaskID) async -> String {
        guard let entry = entries[id], entry.phase != .ended else { return "TaskComplete" }
        entry.record.stop.raise(.canceled)
        guard entry.phase == .working else {
            finish(id, .canceled, details: "Canceled by the task owner")
            schedule()
            return "Canceled"
        }
        await ending(of: id, within: .seconds(2))
        guard entries[id]?.phase == .ended else { return "CancelAccepted" }
        return entry.record.progress.fatality == .canceled ? "Canceled" : "TaskComplete"
    }

    private func ending(of id: TaskID, within limit: Duration) async {
        let patience = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            for continuation in endings.removeValue(forKey: id) ?? [] { continuation.resume() }
        }
        await withCheckedContinuation { endings[id, default: []].append($0) }
        patience.cancel()
    }

    /// - Returns: `false` if the task has ended.
    func change(_ id: TaskID, label: String?, deadline: Date?) async -> Bool {
        guard let entry = entries[id], entry.phase != .ended else { return false }
        entry.record.update { progress in
            if let label { progress.label = label }
            if let deadline { (progress.deadline, progress.hasOwnDeadline) = (deadline, true) }
        }
        if let deadline, deadline <= clock.now {
            alarmRang()
            if entry.phase == .working { await ending(of: id, within: .seconds(2)) }
        } else {
            setAlarm()
        }
        return true
    }

    func hold(_ id: TaskID, _ hold: TaskProgress.Hold, lapsed: Bool = false) -> Bool {
        guard let entry = entries[id], entry.phase != .ended else { return false }
        entries[id]?.holds += 1
        entries[id]?.isLapsed = lapsed
        entry.record.stop.raise(.held)
        entry.record.update { $0.standing = .held(hold) }
        if entry.phase != .working { entries[id]?.phase = .held }
        schedule()
        return true
    }

    func resume(_ id: TaskID) -> Bool {
        guard let entry = entries[id], entry.phase != .ended, !entry.isLapsed, entry.record.stop.reason == .held else { return false }
        entry.record.stop.clearHold()
        entry.record.update { $0.standing = entry.phase == .working ? .working : .queued }
        if entry.phase == .held { entries[id]?.phase = .waiting }
        schedule()
        return true
    }

    /// Stops all movers. What they wrote stays.
    func shutDown() async {
        isShutDown = true
        alarm?.cancel()
        let working = live.filter { entries[$0]?.phase == .working }
        for id in working { entries[id]?.record.stop.raise(.shutDown) }
        while live.contains(where: { entries[$0]?.phase == .working }) {
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return }
        }
    }
}
