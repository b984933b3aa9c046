import Globus
import SystemFiles

/// How waiting for one task ended.
enum WaitEnd: Equatable, Sendable {
    /// SUCCEEDED or FAILED, as this document says.
    case ended(TransferTask)
    /// We stop waiting; the task goes on, or waits for someone.
    case left(Outcome, TransferTask?, JournalRecord.Fault?)
}

/// Waits for several Globus tasks at once, one question per round.
///
/// Decides by the task document alone. An answer that makes no sense is no answer, and a state that this version does not know keeps
/// it waiting: neither ever counts as success.
struct Waiter: Sendable {
    /// One task, and what its description allows it.
    struct Watch: Sendable {
        var task: TaskID
        var options: TaskDescription.WaitOptions
        /// The error that stood in the way when an earlier wait for it ended.
        var fault: JournalRecord.Fault?
        /// What the task is to bring, as far as that is known.
        var expected: Amount?
        /// What of that is at the destination already, by all that is known.
        var there: Amount?
        /// The size of its largest file.
        var largest: Int64?
        /// Told of every change, and now and then that nothing has changed.
        var narrate: @Sendable (WaitProgress) -> Void
        /// Told of every answer.
        var show: @Sendable (WorkProgress) -> Void = { _ in }
    }

    /// How often something must be answered before it is believed that only one part of the service, or somebody in between, says.
    private static let doubt = Duration.seconds(60)

    let service: any TransferService
    let time: any Timekeeper

    struct State: Sendable {
        var watch: Watch
        var condition: Condition?
        /// What administrators say of the pause, if it is paused.
        var messages: [String] = []
        var lastNarrated: Duration
        /// The latest error that it met.
        var latestFault: Condition?
        var sent: FirstTimeBytes
        /// Since when an error that needs a person has stood in the way without any progress, and what had been done by then.
        var stuck: (since: Duration, done: [Int64], faults: Int64)?
        var document: TransferTask?
        var end: WaitEnd?
        /// Since when answers have been useless.
        var uselessSince: Duration?
        /// The latest question had no answer at all.
        var isUnreached = false

        /// - Parameter begin: of the wait.
        init(_ watch: Watch, begin: Duration) {
            (self.watch, lastNarrated) = (watch, begin)
            sent = FirstTimeBytes(of: watch.expected, largest: watch.largest)
            if let fault = watch.fault { stuck = (.zero - .clamped(seconds: fault.seconds), fault.done, fault.faults) }
        }

        /// Ends the wait; what stands in the way is for the next one to know.
        mutating func leave(_ outcome: Outcome, _ waited: Duration) {
            let fault = stuck.map { stuck in
                JournalRecord.Fault(seconds: (waited - stuck.since).components.seconds, done: stuck.done, faults: stuck.faults)
            }
            end = .left(outcome, document, fault)
        }
    }

    /// One request for all, or one for the only one.
    func ask(_ tasks: [TaskID]) async -> [TaskID: Result<TransferTask, GlobusError>] {
        var answers: [TaskID: Result<TransferTask, GlobusError>] = [:]
        if tasks.count > 1 {
            for batch in TaskBatch.batches(of: tasks) {
                do {
                    for document in try await service.tasks(matching: batch.filter) where document.id != .null {
                        answers[document.id] = .success(document)
                    }
                } catch {
                    for task in batch.ids { answers[task] = .failure(error) }
                    // Each further question would wait for the same service.
                    if error.isOutage { for task in tasks where answers[task] == nil { answers[task] = .failure(error) } }
                    if error.isOutage { break }
                }
            }
        }
        for task in tasks where answers[task] == nil {
            do {
                answers[task] = .success(try await service.task(task))
            } catch {
                answers[task] = .failure(error)
            }
        }
        return answers
    }

    /// - Parameters:
    ///   - asked: when the question was asked; its repetitions may have taken long until it was answered.
    ///   - isCut: whether the question ended because a wait was at its end, this one or another.
    func judge(
        _ answer: Result<TransferTask, GlobusError>, of state: inout State, asked: Duration, waited: Duration, isCut: Bool = false
    ) async {
        let options = state.watch.options
        state.isUnreached = false
        switch answer {
        case .failure(.cancelled):
            state.leave(.interrupted(), waited)
        case .failure(let error) where error.isNoAnswer:
            state.isUnreached = isCut && error.isOutage
            useless(error, &state, asked...waited, atMost: options.outage)
        case .failure(let error) where error.isDoubtful:
            // One answer may come from a part of the service that has not heard of the task yet; a minute of them may not.
            useless(error, &state, asked...waited, atMost: min(options.outage, Self.doubt))
        case .failure(let error):
            state.leave(.service(error, during: .waiting), waited)
        case .success(let document):
            if document["status"].string == nil {
                let request = "GET /v0.10/task/\(state.watch.task)"
                useless(.unreadableReply(request: request, detail: "status is missing"), &state, asked...waited, atMost: options.outage)
            } else {
                state.uselessSince = nil
                state.document = document
                if document.status.hasEnded { state.end = .ended(document) } else { await consider(document, &state, waited) }
            }
        }
        if state.end == nil, Task.isCancelled { state.leave(.interrupted(), waited) }
        if state.end == nil, waited >= options.limit { state.leave(outcomeAtLimit(state, waited), waited) }
    }

    /// An answer that tells nothing of the task, as if there had been none.
    ///
    /// - Parameter span: from the question to the answer.
    private func useless(_ error: GlobusError, _ state: inout State, _ span: ClosedRange<Duration>, atMost patience: Duration) {
        let since = state.uselessSince ?? span.lowerBound
        state.uselessSince = since
        if span.upperBound - since >= patience { state.leave(.service(error, during: .waiting), span.upperBound) }
    }

    private func consider(_ document: TransferTask, _ state: inout State, _ waited: Duration) async {
        let condition = Condition(document)
        let isNews = condition != state.condition
        if isNews { state.messages = condition.kind == .paused ? await pauseMessages(state.watch.task) : [] }
        let work = WorkProgress(document, expected: state.watch.expected, there: state.watch.there, messages: state.messages)
        state.watch.show(work)
        if isNews || waited - state.lastNarrated >= WaitProgress.heartbeat {
            // What administrators say is told once.
            let messages = isNews ? state.messages : []
            state.watch.narrate(
                WaitProgress(condition: condition, document: document, work: work, messages: messages, isHeartbeat: !isNews))
            (state.condition, state.lastNarrated) = (condition, waited)
        }

        if condition.kind == .inactive, state.watch.options.onInactive == .leave {
            state.leave(.inactive(condition), waited)
            return
        }
        if condition.kind == .faulting { state.latestFault = condition }
        let (bytes, isMoreThanAll) = state.sent.count(document)
        let isResending = isMoreThanAll && (condition.kind == .faulting || condition.kind == .moving)
        guard condition.needsAPerson || condition.isChecksumFault || isResending else {
            state.stuck = nil
            return
        }
        // A file whose checksum differs is sent again and again: bytes are no progress then, and one such error may be chance.
        let isRepetition = condition.isChecksumFault || isResending
        let done = [document.filesTransferred, document.filesSkipped] + (isRepetition ? [] : [bytes])
        guard let stuck = state.stuck, stuck.done == done else {
            state.stuck = (waited, done, document.faults)
            return
        }
        guard waited - stuck.since >= state.watch.options.onFault.after else { return }
        if isRepetition, document.faults.clampedDifference(stuck.faults) < 3 { return }
        // While a file is on its way once more, the task reports no error.
        let fault = condition.kind == .faulting ? condition : state.latestFault ?? .resending
        let events = await service.latestErrors(of: state.watch.task)
        switch state.watch.options.onFault.then {
        case .leave: state.leave(.stuck(fault, events: events, cancelled: false), waited)
        case .cancel: state.end = await cancel(state.watch.task, fault, events, document)
        }
    }

    private func cancel(_ task: TaskID, _ condition: Condition, _ events: [String], _ document: TransferTask) async -> WaitEnd {
        var last: TransferTask? = document
        do throws(GlobusError) {
            try await cancel(task, reading: &last)
        } catch {
            return .left(.stuck(condition, events: events, cancelled: false), last, nil)
        }
        return switch last?.status {
        case .succeeded: .ended(last ?? document)
        case .failed: .left(.stuck(condition, events: events, cancelled: true), last, nil)
        default: .left(.cancelling(condition, events: events), last, nil)
        }
    }

    /// Cancels the task because its transfer is called off.
    func callOff(_ task: TaskID) async -> WaitEnd {
        var last: TransferTask?
        do throws(GlobusError) {
            try await cancel(task, reading: &last)
        } catch {
            return .left(.service(error, during: .waiting), last, nil)
        }
        if let last, last.status.hasEnded { return .ended(last) }
        return .left(.callingOff(task), last, nil)
    }

    /// Cancels, then reads the task again: it may have ended just before, and an accepted cancellation may take a while. Only its end is
    /// an end: while it lives, nothing may be submitted in its place.
    private func cancel(_ task: TaskID, reading last: inout TransferTask?) async throws(GlobusError) {
        _ = try await service.cancel(task)
        for pause in Self.cancellationPauses.map(Optional.some) + [nil] {
            let document = try await service.task(task)
            last = document
            guard !document.status.hasEnded, let pause, !Task.isCancelled else { return }
            await time.sleep(for: pause)
        }
    }

    /// Between looks at a task whose cancellation was accepted.
    private static let cancellationPauses: [Duration] = [.seconds(1), .seconds(3), .seconds(10), .seconds(20), .seconds(30)]

    private func outcomeAtLimit(_ state: State, _ waited: Duration) -> Outcome {
        if state.isUnreached { return .unreached(waited: waited) }
        guard let document = state.document else {
            return .service(
                .unreadableReply(request: "GET /v0.10/task/\(state.watch.task)", detail: "no usable answer came"), during: .waiting)
        }
        let condition = Condition(document)
        return switch condition.kind {
        // Nobody wanted to wait.
        case _ where state.watch.options.limit == .zero: .running(condition, waited: waited)
        case .paused: .paused(messages: state.messages, waited: waited)
        case .inactive: .inactive(condition)
        default: .running(condition, waited: waited)
        }
    }

    private func pauseMessages(_ task: TaskID) async -> [String] { (try? await service.pauseInfo(of: task).messages) ?? [] }
}

extension GlobusError {
    /// Nothing is learnt of the task, as if nobody had answered; the next question may fare better.
    fileprivate var isNoAnswer: Bool {
        switch cause {
        case .unreadableReply: true
        case .unreachable(_, let error): error.mayPass
        case .refused(let refusal): [.collectionFault, .unavailable, .rateLimit, .tooManyPending].contains(refusal.kind)
        case .notLoggedIn, .endless, .invalid, .cancelled: false
        }
    }

    /// A refusal that a question about a task does not give rise to.
    fileprivate var isDoubtful: Bool {
        guard case .refused(let refusal) = self.cause else { return false }
        switch refusal.kind {
        case .notFound, .collectionMissing, .permission, .accountMissing, .conflict, .notADirectory, .invalid: return true
        case .authentication, .consent, .session, .tooManyPending, .rateLimit, .collectionFault, .unavailable: return false
        }
    }
}

extension TransferService {
    /// What the newest errors of a task say, for people; empty if there is nothing to be had.
    func latestErrors(of task: TaskID) async -> [String] {
        let events = (try? await events(of: task, limit: 5, errorsOnly: true)) ?? []
        return events.compactMap { event in
            guard let details = event.details, !details.isEmpty else { return event.description }
            let text = ServerText(details)
            return (text.file.map { "\($0): " } ?? "") + text.cause
        }
    }
}

extension GlobusError {
    /// Nobody answered, or only to say that the service is not available.
    var isOutage: Bool {
        switch cause {
        case .unreachable(_, let error): error.mayPass
        case .refused(let refusal): refusal.kind == .unavailable
        case .unreadableReply, .notLoggedIn, .endless, .invalid, .cancelled: false
        }
    }
}
