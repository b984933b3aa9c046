import Globus
import Logging
import PositionedYAML
import Synchronization

/// One transfer's life: its record is held, it is begun, waited for, proven, cleaned up, recorded, announced and released, whatever the
/// other transfers of the run do.
///
/// Its outcome is what this returns; there is none before.
struct TransferLife {
    let plan: TransferPlan
    let run: TransferRun
    let shared: Shared
    let control: TransferControl

    /// What the transfers of a run have in common.
    struct Shared: Sendable {
        let poller: TaskPoller
        let gates: Gates
        /// Whom Globus takes us for.
        let caller: Caller
        let end = RunEnd()
        /// How many of the run's transfers Globus has.
        let submitted: SubmittedCount
    }

    func live() async -> FinishedTransfer {
        control.show(TransferStep(.scanning))
        let journal: CycleJournal?
        do throws(JournalProblem) {
            journal = try await heldJournal()
        } catch {
            var report = report(.journal(error))
            // A wait for a lock that was cut off found out nothing.
            if Task.isCancelled, error.isWait { report.outcome = interrupted(nil) }
            return await announced(report)
        }
        defer { journal?.release() }
        let log = run.log.about(plan)
        switch await plan.located(through: service(until: nil), journal, time: run.time, warn: { log.warning("\($0)") }) {
        case .plan(let located): return await TransferLife(plan: located, run: run, shared: shared, control: control).live(journal)
        case .stopped(let outcome):
            var report = report(outcome)
            await explain(&report)
            if report.isInterrupted { report.outcome = interrupted(nil) }
            report.needs = await run.needs(of: report)
            run.record(&report, journal)
            journal?.release()
            return await announced(report)
        }
    }

    /// - Parameter journal: held until the end.
    private func live(_ journal: CycleJournal?) async -> FinishedTransfer {
        let submitter = submitter(journal)
        var report = await outcome(submitter)
        await explain(&report)
        if report.isInterrupted { report.outcome = interrupted(report.task) }
        if report.outcome.isProven, plan.description.clean.source == .delete { control.show(TransferStep(.cleaning, task: report.task)) }
        await run.handOver(&report, submitter)
        await run.writeSums(&report.outcome, submitter)
        await run.clean(&report.outcome, submitter)
        if report.isInterrupted { report.outcome = interrupted(report.task) }
        report.needs = await run.needs(of: report)
        report.clockSkew = run.service.clockSkew
        run.record(&report, journal)
        journal?.release()
        return await announced(report)
    }

    private func heldJournal() async throws(JournalProblem) -> CycleJournal? {
        guard let place = run.journal else { return nil }
        return try await CycleJournal(place, plan, time: run.time, isRun: true, movesArchive: run.archivesAgain)
    }

    private func submitter(_ journal: CycleJournal?) -> Submitter {
        var submitter = Submitter(
            plan: plan, journal: journal, service: service(until: nil), time: run.time, log: run.log.about(plan), most: run.mostFiles,
            display: display)
        submitter.gates = shared.gates
        (submitter.caller, submitter.forgetsTask, submitter.words) = (shared.caller, run.forgetsTask, run.words)
        (submitter.others, submitter.control, submitter.disk) = (run.others, control, run.disk)
        submitter.deletesMost = run.deletesMost
        return submitter
    }

    private var display: SteppedDisplay { SteppedDisplay(display: run.display, control: control) }

    private func service(until limit: Duration?) -> GatedService {
        GatedService(service: run.service.acting(as: plan.localUsers), gates: shared.gates, time: run.time, limit: limit)
    }

    private func report(_ outcome: Outcome) -> FinishedTransfer {
        var report = FinishedTransfer(plan: plan, outcome: outcome)
        report.log = run.log.about(plan)
        report.login = run.login?.kind
        return report
    }

    /// Puts what is wrong with a collection in the place of a refusal that comes from it.
    private func explain(_ report: inout FinishedTransfer) async {
        let refused = report.outcome
        report.outcome = await refused.explained(plan, through: service(until: nil), run.time)
        if report.outcome != refused { report.requestID = refused.requestID ?? report.requestID }
    }

    /// Why it was cut off.
    private func interrupted(_ task: TaskID?) -> Outcome {
        if let signal = run.signal() { return .interrupted(signal: signal) }
        if shared.end.hasCome { return .jobEnds(task) }
        return control.isStopped ? .stopped(task) : .interrupted()
    }

    // MARK: from the beginning to the end

    /// Begins it and waits, as often as something is left to bring.
    private func outcome(_ submitter: Submitter) async -> FinishedTransfer {
        let known = submitter.journal?.record.submission
        let earlier = known?.state == .accepted ? known?.task : nil
        var beginning = await submitter.begin()
        var waited = Duration.zero
        var latest = Latest(task: earlier)
        var isFirst = true
        var new = FileTally()
        while true {
            switch beginning {
            case .done(let outcome):
                if isFirst, !Task.isCancelled, latest.task != nil || outcome.isProven { await announceSubmission() }
                var report = finished(outcome, submitter, besides: nil, latest)
                report.new = new
                return report
            case .begun(let begun):
                (latest.task, latest.requestID) = (begun.task, begun.requestID)
                if isFirst { await announceSubmission() }
                isFirst = false
                control.show(TransferStep(.submitted, task: begun.task))
                let start = run.time.elapsed
                let watch = watch(begun, submitter, waited: waited)
                let end = await shared.poller.wait(for: watch)
                waited += run.time.elapsed - start
                run.display?.show(nil, of: plan.title)
                control.conclude()
                if case .ended = end { control.show(TransferStep(.verifying, task: begun.task)) }
                if case .left(_, _, let fault) = end { submitter.journal?.left(with: fault) }
                let conclusion = Conclusion(submitter: submitter.using(service(until: start + watch.options.limit)), begun: begun)
                let outcome: Outcome
                (outcome, latest.document) = await conclusion.outcome(of: end)
                if let document = latest.document { latest.figures.append(TaskFigures(document)) }
                let more = await conclusion.goOn(after: outcome, latest.document)
                if outcome.isProven { new = new + begun.new }
                if more != nil, case .sourceChanged(let changes, _) = outcome, latest.document?.status == .succeeded {
                    // The files that changed are left, and the others have arrived.
                    var rest = begun.new
                    for change in changes { rest.remove(change.path, bytes: change.listed) }
                    new = new + rest
                }
                guard let more else {
                    var report = finished(outcome, submitter, besides: begun.manifest, latest)
                    report.new = new
                    return report
                }
                beginning = more
            }
        }
    }

    /// What is known of the run's tasks.
    private struct Latest {
        var document: TransferTask?
        var requestID: String?
        var task: TaskID?
        /// Of each task that was waited for, as it was last seen.
        var figures: [TaskFigures] = []
    }

    /// A success is one only if everything that was wanted is proven.
    private func finished(
        _ outcome: Outcome, _ submitter: Submitter, besides proven: Manifest?, _ latest: Latest
    ) -> FinishedTransfer {
        var report = report(outcome)
        (report.figures, report.tasks) = (TaskFigures(latest.figures), latest.figures.count)
        if let figures = report.figures, latest.figures.count > 1 { report.outcome.sum(figures) }
        (report.task, report.requestID, report.document) = (latest.task, latest.requestID, latest.document)
        report.unsettled = submitter.unsettled
        if outcome.status == .ok, let shortfall = submitter.shortfall(besides: proven) {
            report.outcome = shortfall
        }
        report.unread = submitter.unread
        if report.outcome.status == .ok, let unread = report.unread, plan.description.partial == .fail {
            report.outcome = .skipped(unread, there: report.outcome.there)
        }
        return report
    }

    /// - Parameter waited: what has already been waited for earlier tasks of this transfer.
    private func watch(_ begun: Submitter.Begun, _ submitter: Submitter, waited: Duration) -> Waiter.Watch {
        let log = submitter.log
        var options = plan.description.wait
        if let limit = run.limit { options.limit = limit }
        options.limit = max(.zero, options.limit - waited)
        if let leaveBy = run.leaveBy { options.limit = min(options.limit, max(.zero, leaveBy - run.time.now - TransferRun.margin)) }
        log.debug("waiting for Globus task \(begun.task), at most \(Quantity.time(options.limit))")
        let run = run
        return Waiter.Watch(
            task: begun.task, options: options, fault: submitter.journal?.record.submission?.fault,
            expected: begun.sends ?? Amount(begun.manifest), there: begun.there, largest: (begun.sent ?? begun.manifest).largest?.size,
            narrate: { run.narrate($0, log) },
            show: { [plan, display] in display.show($0, of: plan.title, task: begun.task) })
    }

    // MARK: called off

    /// Ends the transfer's Globus task, if it has one or may have one, and concludes as for any task that has ended. Nothing is deleted at
    /// the source.
    ///
    /// - Parameter known: how the transfer's life ended.
    func callOff(_ known: FinishedTransfer) async -> FinishedTransfer {
        let journal: CycleJournal?
        do throws(JournalProblem) {
            journal = try await heldJournal()
        } catch {
            return await announced(report(.journal(error)))
        }
        defer { journal?.release() }
        let submitter = submitter(journal)
        var report = self.report(.calledOff(nil))
        do throws(Submitter.Stop) {
            if let begun = try await submitter.underWay(known) {
                let end = await Waiter(service: service(until: nil), time: run.time).callOff(begun.task)
                let (outcome, document) = await Conclusion(submitter: submitter, begun: begun).outcome(of: end)
                let latest = Latest(
                    document: document, requestID: begun.requestID ?? known.requestID, task: begun.task,
                    figures: document.map { [TaskFigures($0)] } ?? [])
                report = finished(outcome, submitter, besides: begun.manifest, latest)
                if case .cancelled(by: nil, message: _) = report.outcome { report.outcome = .calledOff(begun.task) }
            }
        } catch {
            report.outcome = error.outcome
            (report.task, report.requestID) = (known.task, known.requestID)
        }
        run.record(&report, journal)
        journal?.release()
        return await announced(report)
    }

    // MARK: announcements

    private func announceSubmission() async {
        await run.suite?.submitted(plan, isLast: shared.submitted.next())
    }

    private func announced(_ report: FinishedTransfer) async -> FinishedTransfer {
        await run.suite?.ended(report, journal: run.journal)
        return report
    }
}

/// Whether the batch job's end has cut the run off.
final class RunEnd: Sendable {
    private let state = Mutex(false)

    var hasCome: Bool { state.withLock { $0 } }
    func come() { state.withLock { $0 = true } }
}

/// Counts the transfers of a run that Globus has.
final class SubmittedCount: Sendable {
    private let all: Int
    private let state = Mutex(0)

    init(of all: Int) { self.all = all }

    /// - Returns: whether it was the last one.
    func next() -> Bool {
        state.withLock { count in
            count += 1
            return count == all
        }
    }
}
