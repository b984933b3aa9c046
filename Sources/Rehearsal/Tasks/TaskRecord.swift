import FoundationEssentials
import Globus
import Synchronization

/// A task as everyone sees it: the mover counts, the board decides, the routes read.
final class TaskRecord: Sendable {
    let spec: TaskSpec
    let stop = StopSignal()
    let script = TaskScript()
    let clock: ServiceClock
    private let state: Mutex<TaskProgress>
    /// Events beyond this number would not be reachable by paging; the oldest but the first go.
    private static let eventLimit = 1000

    var id: TaskID { spec.id }

    init(_ spec: TaskSpec, label: String?, deadline: Date?, clock: ServiceClock) {
        (self.spec, self.clock) = (spec, clock)
        let standard = spec.requested.addingTimeInterval(86_400)
        var progress = TaskProgress(label: label, deadline: deadline ?? standard, hasOwnDeadline: deadline != nil)
        // One for finding out what there is to do; the rest is counted as it is found.
        progress.subtasks.total = 1 + (spec.isTransfer ? 0 : spec.itemCount)
        state = Mutex(progress)
    }

    var progress: TaskProgress { state.withLock { $0 } }
    var deadline: Date { state.withLock { $0.deadline } }
    var hasEnded: Bool { state.withLock { $0.status.hasEnded } }
    var bytesTransferred: Int64 { state.withLock { $0.bytesTransferred } }
    var faults: Int { state.withLock { $0.faults } }

    /// Changes the progress of a task that has not ended; afterwards nothing changes any more.
    func update(_ change: (inout TaskProgress) -> Void) {
        state.withLock { if !$0.status.hasEnded { change(&$0) } }
    }

    func begin() {
        update { progress in
            progress.standing = .working
            guard progress.started == nil else { return }
            progress.started = clock.now
            append(
                "STARTED", "started",
                details: """
                    {
                      "type": "GridFTP Transfer",
                      "concurrency": 2,
                      "parallelism": 4,
                      "pipelining": 20
                    }
                    """, to: &progress)
        }
    }

    /// An error that is not the end. `isNoted` is false for the many equal ones of one pass, which count but make no event of their own.
    func fault(_ code: String, _ description: String, details: String, isNoted: Bool) {
        update { progress in
            progress.faults += 1
            progress.latestError = (code, description)
            if isNoted { append(code, description, details: details, isError: true, to: &progress) }
        }
    }

    /// More bytes are sent. Whatever is to happen at this point stops the work.
    func moved(_ count: Int) {
        let sent = state.withLock { progress in
            if !progress.status.hasEnded { progress.bytesTransferred += Int64(count) }
            return progress.bytesTransferred
        }
        if script.isDue(sent: sent) { stop.raise(.scripted) }
    }

    /// Whether all is done and nothing more is to happen.
    func mayFinish() -> Bool {
        guard script.isDue(sent: nil) else { return true }
        stop.raise(.scripted)
        return false
    }

    /// One more subtask is done. Progress pushes a standard deadline to three days ahead.
    func advance(_ change: (inout TaskProgress) -> Void) {
        update { progress in
            change(&progress)
            if !progress.hasOwnDeadline { progress.deadline = max(progress.deadline, clock.now.addingTimeInterval(3 * 86_400)) }
        }
    }

    /// Ends the task. Whatever is pending then counts as canceled, expired or failed.
    func end(_ fatality: TaskProgress.Fatality?, details: String = "") {
        update { progress in
            let pending = progress.subtasks.pending
            progress.subtasks.retrying = 0
            progress.completed = clock.now
            progress.fatality = fatality
            guard let fatality else {
                progress.status = .succeeded
                append("SUCCEEDED", "succeeded", details: summary(progress), to: &progress)
                return
            }
            progress.status = .failed
            switch fatality {
            case .canceled: progress.subtasks.canceled += pending
            case .expired: progress.subtasks.expired += pending
            default: progress.subtasks.failed += pending
            }
            append(fatality.code, fatality.description, details: details, isError: true, to: &progress)
        }
    }

    /// Tells how far the task is, as the service does from time to time.
    func noteProgress() {
        update { append("PROGRESS", "progress", details: summary($0), to: &$0) }
    }

    private func summary(_ progress: TaskProgress) -> String {
        let seconds = max(1, Int64((progress.completed ?? clock.now).timeIntervalSince(progress.started ?? clock.now)))
        let megabits = Double(progress.bytesTransferred) * 8 / 1e6 / Double(seconds)
        return """
            {
              "bytes_transferred": \(progress.bytesTransferred),
              "duration": \(seconds),
              "mbps": \((megabits * 100).rounded() / 100)
            }
            """
    }

    private func append(
        _ code: String, _ description: String, details: String, isError: Bool = false, to progress: inout TaskProgress
    ) {
        if progress.events.count >= TaskRecord.eventLimit { progress.events.remove(at: 1) }
        progress.events.append(
            TaskProgress.Event(code: code, isError: isError, description: description, details: details, time: clock.now))
    }
}
