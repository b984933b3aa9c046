public import Globus
public import Logging

/// The way through, for all transfers of a description: look at the source, submit once, wait, prove, record.
///
/// A transfer that fails does not keep the others from being tried; each has its own outcome.
public struct TransferRun: Sendable {
    private let service: any TransferService
    private let journal: Journal?
    private let time: any Timekeeper
    private let log: Logger
    /// When the surroundings end us (a batch job's time limit): waiting stops before.
    public var leaveBy: Timestamp?
    /// Instead of the descriptions' `wait.limit`; zero does not wait at all.
    public var limit: Duration?

    /// Which login is in use, and how soon one wants to be told that it lapses.
    public var login: Login?
    public var warnDays = 7
    /// Whether `clean: {source: delete}` deletes. What has only reached a stand-in must not cost its source.
    public var deletes = true
    /// Told before each file that is looked at for deletion.
    var beforeDeletion: @Sendable () -> Void = {}

    /// Where progress is shown to whoever watches.
    public var display: (any ProgressDisplay)?

    /// Who tells the workflow, if there is one.
    public var suite: SuiteReporter?

    /// The most files of one submission.
    var mostFiles = Submitter.mostFiles

    /// How many transfers are begun before the first of them must end; the others wait for their turn.
    public var together = Int.max

    /// What the end of a batch job must leave for the last look, the record and the message.
    static let margin = Duration.seconds(60)

    /// - Parameter journal: what is known of earlier runs; `nil` remembers nothing, so that every run starts afresh.
    public init(service: any TransferService, journal: Journal?, time: any Timekeeper = SystemTimekeeper(), log: Logger) {
        (self.service, self.journal, self.time, self.log) = (service, journal, time, log)
    }

    private struct Live {
        var index: Int
        var begun: Submitter.Begun
    }

    /// - Returns: a report for each plan, in their order.
    public func run(_ plans: [TransferPlan]) async -> [TransferReport] {
        if let login {
            let warnings = await SessionWarning(login, journal, time: time, log: log).tell(of: plans, warnDays: warnDays)
            for text in warnings { await suite?.warn(text, of: plans) }
        }
        var reports: [TransferReport] = []
        while reports.count < plans.count {
            let rest = plans[reports.count...]
            if Task.isCancelled {
                reports += rest.map { TransferReport(plan: $0, outcome: .interrupted(signal: 15)) }
            } else {
                reports += await runTogether(Array(rest.prefix(together)))
            }
        }
        return reports
    }

    private func runTogether(_ plans: [TransferPlan]) async -> [TransferReport] {
        var reports = plans.map { plan in
            var report = TransferReport(plan: plan, outcome: .nothing(allowed: true))
            report.log = log.about(plan)
            report.login = login?.kind
            return report
        }
        var submitters: [Int: Submitter] = [:]
        var live: [Live] = []
        for (index, plan) in plans.enumerated() {
            let cycleJournal: CycleJournal?
            do throws(JournalProblem) {
                cycleJournal = if let journal { try await CycleJournal(journal, plan, time: time) } else { nil }
            } catch {
                reports[index].outcome = .journal(error)
                continue
            }
            let submitter = Submitter(
                plan: plan, journal: cycleJournal, service: service, time: time, log: reports[index].log, most: mostFiles,
                display: display)
            submitters[index] = submitter
            if let submission = cycleJournal?.record.submission, submission.state == .accepted { reports[index].task = submission.task }
            note(await submitter.begin(), index, &reports, &live)
        }

        await suite?.submitted(reports.filter { $0.task != nil || $0.outcome.isProven }.map(\.plan), of: plans)
        var waited = Duration.zero
        while !live.isEmpty {
            let start = time.elapsed
            let watches = live.map { item in
                let fault = submitters[item.index]?.journal?.record.submission?.fault
                return watch(item, plans[item.index], reports[item.index].log, waited: waited, fault: fault)
            }
            let ends = await Waiter(service: service, time: time).wait(for: watches)
            waited += time.elapsed - start
            let ended = zip(live, ends)
            live = []
            for (item, end) in ended {
                display?.show(nil, of: plans[item.index].title)
                guard let submitter = submitters[item.index] else { continue }
                if case .left(_, _, let fault) = end { submitter.journal?.left(with: fault) }
                let conclusion = Conclusion(submitter: submitter, begun: item.begun)
                (reports[item.index].outcome, reports[item.index].document) = await conclusion.outcome(of: end)
                if let more = await conclusion.goOn(after: reports[item.index].outcome) { note(more, item.index, &reports, &live) }
            }
        }
        for (index, submitter) in submitters {
            handOver(&reports[index].outcome, submitter)
            clean(&reports[index].outcome, submitter)
            reports[index].needs = await needs(of: reports[index])
            record(&reports[index], submitter.journal)
        }
        return reports
    }

    private func note(_ beginning: Submitter.Beginning, _ index: Int, _ reports: inout [TransferReport], _ live: inout [Live]) {
        switch beginning {
        case .done(let outcome): reports[index].outcome = outcome
        case .begun(let begun):
            (reports[index].task, reports[index].requestID) = (begun.task, begun.requestID)
            live.append(Live(index: index, begun: begun))
        }
    }

    /// - Parameter waited: what the run has already waited for earlier tasks.
    private func watch(
        _ item: Live, _ plan: TransferPlan, _ log: Logger, waited: Duration, fault: JournalRecord.Fault?
    ) -> Waiter.Watch {
        var options = plan.description.wait
        if let limit { options.limit = limit }
        options.limit = max(.zero, options.limit - waited)
        if let leaveBy { options.limit = min(options.limit, max(.zero, leaveBy - time.now - Self.margin)) }
        let expected = item.begun.sends ?? Amount(item.begun.manifest)
        log.debug("waits for Globus task \(item.begun.task), at most \(Quantity.time(options.limit))")
        return Waiter.Watch(
            task: item.begun.task, options: options, fault: fault, expected: expected, narrate: { narrate($0, log) },
            show: { [display] in display?.show($0, of: plan.title) })
    }

    /// Lists what is proven, for the step that follows.
    private func handOver(_ outcome: inout Outcome, _ submitter: Submitter) {
        let plan = submitter.plan
        guard let path = plan.description.fileList?.value, outcome.isProven else { return }
        do throws(JournalProblem) {
            guard let proven = try submitter.journal?.proven(atLeast: .size) else { return }
            try ProvenFileList.write(proven, at: plan.destination, to: path)
        } catch {
            outcome = .journal(error)
        }
    }

    /// Deletes at the source what is proven, row by row, if the description asks for it.
    private func clean(_ outcome: inout Outcome, _ submitter: Submitter) {
        let description = submitter.plan.description
        guard description.clean.source == .delete, let root = submitter.plan.localRoot, let journal = submitter.journal,
            let proven = try? journal.proven(atLeast: max(.size, description.verify.level))
        else { return }
        var cleaner = SourceCleaner(deletes: deletes, removesDirectories: description.clean.directories)
        cleaner.isCancelled = { [beforeDeletion] in
            beforeDeletion()
            return Task.isCancelled
        }
        let result: SourceCleaner.Result
        switch outcome {
        case .archived(var archive):
            result = cleaner.clean(proven, in: root)
            archive.cleaned = result
            outcome = result.isCutOff ? .interrupted(signal: 15) : .archived(archive)
        case .already(let receipt, let isGone, _):
            result = cleaner.clean(proven, in: root)
            outcome = result.isCutOff ? .interrupted(signal: 15) : .already(receipt, sourceIsGone: isGone, cleaned: result)
        default: return
        }
        // That it is not written down costs nothing but a word in a report.
        if result.isComplete { try? journal.cleaned(proven) }
    }

    /// A login that lacks something for one collection may lack it for the other: both are asked, so that a person is called once.
    private func needs(of report: TransferReport) async -> LoginNeeds {
        var needs = LoginNeeds()
        let concerned = [ExitStatus.auth, .consent, .session].contains(report.status)
        guard concerned, !Task.isCancelled else { return needs }
        if case .service(.refused(let refusal), _) = report.outcome { needs.add(refusal, domain: nil) }
        if case .unverified(.refused(let refusal), _, _) = report.outcome {
            needs.add(refusal, domain: report.plan.destination.site?.identity)
        }
        if report.status == .auth {
            switch report.login {
            case .commandLine, .own: needs.login = true
            default: return LoginNeeds()
            }
            return needs
        }
        for end in [report.plan.source, report.plan.destination] {
            do throws(GlobusError) {
                _ = try await service.stat(CollectionPath.root, on: end.collection)
            } catch {
                if case .refused(let refusal) = error { needs.add(refusal, domain: end.site?.identity) }
            }
        }
        // The service did not say which login it misses, and neither collection does: then it may be either's.
        if needs.isEmpty {
            for end in [report.plan.source, report.plan.destination] {
                if report.status == .consent { needs.add(consentFor: end.collection) }
                if report.status == .session, let domain = end.site?.identity { needs.add(session: domain) }
            }
        }
        return needs
    }

    /// Writes down how it ended.
    private func record(_ report: inout TransferReport, _ journal: CycleJournal?) {
        guard let journal else { return }
        do throws(JournalProblem) {
            try journal.ended(JournalRecord.Ending(report.outcome, report.plan, time.now), taskHasFailed: report.outcome.taskHasFailed)
        } catch {
            report.log.warning("\(error)")
        }
        journal.release()
    }

    private func narrate(_ progress: Waiter.Progress, _ log: Logger) {
        let level: Logger.Level =
            switch progress.condition.kind {
            case .faulting, .paused, .inactive, .unrecognised: .warning
            case .queued, .moving: .info
            }
        log.log(level: level, "\(progress.sentence)", metadata: progress.metadata)
    }
}

extension JournalRecord.Ending {
    init(_ outcome: Outcome, _ plan: TransferPlan, _ now: Timestamp) {
        (status, exitStatus) = (outcome.status.name, outcome.status.number)
        (message, time) = (outcome.whatHappened(plan), now.description)
    }
}
