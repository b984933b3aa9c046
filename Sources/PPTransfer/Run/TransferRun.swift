package import Globus
package import Logging
import PositionedYAML

/// The way through, for all transfers of a description: look at the source, submit once, wait, prove, record.
///
/// A transfer that fails does not keep the others from being tried; each has its own outcome.
package struct TransferRun: Sendable {
    let service: any TransferService
    let journal: Journal?
    let time: any Timekeeper
    let log: Logger
    /// When the surroundings end us (a batch job's time limit): waiting stops before, nothing new is begun shortly before, and whatever is
    /// still at work then is cut off.
    package var leaveBy: Timestamp?
    /// Instead of the descriptions' `wait.limit`; zero does not wait at all.
    package var limit: Duration?

    /// Which login is in use, and how soon one wants to be told that it lapses.
    package var login: ResolvedLogin?
    package var warnDays = 7
    /// Whether `clean: {source: delete}` deletes. What has only reached a stand-in must not cost its source.
    package var deletes = true
    /// A person says that earlier tasks which this login cannot see have ended.
    package var forgetsTask = false
    /// A person says that most files at a destination may be deleted, where descriptions make it like the source.
    package var deletesMost = false
    /// A person says that an archived cycle is to be archived at the ends that its description now names.
    package var archivesAgain = false
    /// How remedies are worded where they are logged or belong to what stays at the source.
    package var words = RemedyWording.library
    /// Told before each file that is looked at for deletion.
    var beforeDeletion: @Sendable () -> Void = {}

    /// Whether the checksums of what is proven are left beside the files, where these arrive on this machine.
    package var writesSums = false

    /// Where progress is shown to whoever watches.
    package var display: (any ProgressDisplay)?

    /// Who tells the workflow, if there is one.
    package var suite: SuiteReporter?

    /// This machine's, which a download fills.
    package var disk = LocalDisk.system

    /// The most files of one submission.
    var mostFiles = Submitter.mostFiles

    /// How many transfers are under way at once; as one ends, the next begins.
    package var together = Int.max

    /// What the end of a batch job must leave for the last look, the record and the message.
    static let margin = Duration.seconds(60)
    /// What it must leave for the record and the message, whatever is at work.
    static let lastWords = Duration.seconds(20)

    /// The signal that has cancelled the run, if one has; it stands in the record.
    package var signal: @Sendable () -> Int32? = { nil }

    /// - Parameter journal: what is known of earlier runs; `nil` remembers nothing, so that every run starts afresh.
    package init(service: any TransferService, journal: Journal?, time: any Timekeeper = SystemTimekeeper(), log: Logger) {
        (self.service, self.journal, self.time, self.log) = (service, journal, time, log)
    }

    /// What one of the run's tasks has come to: a transfer, the poller, or the batch job's end.
    private struct Ended: Sendable {
        var index: Int?
        var report: FinishedTransfer?
        var isJobOver = false
    }

    /// Those of the journal that are not of this run.
    var others: LiveTransfers?
    /// Transfers whose sources are deleted when the run is over, because another of its transfers may need them.
    private var postponed: Set<TransferLabel> = []

    /// What several runs of one service have in common: one loop that queries all their tasks, one limit for each kind of work.
    struct Engine: Sendable {
        let poller: TaskPoller
        let gates = Gates()

        init(service: any TransferService, time: any Timekeeper) { poller = TaskPoller(Waiter(service: service, time: time)) }
    }

    /// - Returns: a report for each plan, in their order. Transfers that would write the same destination files are refused, and the
    ///   others are carried out.
    package func run(_ plans: [TransferPlan]) async -> [FinishedTransfer] {
        await run(plans, plans.map { TransferControl($0, time: time) }, Engine(service: service, time: time))
    }

    /// - Parameter controls: one for each plan; each gets the report of its transfer as soon as that has ended.
    /// - Returns: a report for each plan, in their order; after these, one for each transfer that brings checksums after the data.
    func run(_ plans: [TransferPlan], _ controls: [TransferControl], _ engine: Engine) async -> [FinishedTransfer] {
        let shared = await SharedDestinations(plans) { [service, time] plan in
            (try? await plan.scan(through: service, time: time))?.0.manifest
        }
        for warning in shared.warnings(plans) { log.warning("\(warning)") }
        let refused = plans.indices.map { index in
            shared.files(of: index, plans).map { FinishedTransfer(plan: plans[index], outcome: .shared($0)) }
        }
        let distinct = plans.indices.filter { refused[$0] == nil }
        let others = distinct.map { plans[$0] }
        var run = self
        run.others = journal.map { LiveTransfers(of: $0, besides: plans, time: time) }
        run.postponed = PostponedCleaning.labels(of: others)
        let ended = refused.indices.map { index in
            guard var report = refused[index] else { return FinishedTransfer?.none }
            (report.log, report.login) = (log.about(report.plan), login?.kind)
            return controls[index].end(report, at: time.now)
        }
        var reports = await run.runDistinct(others, distinct.map { controls[$0] }, engine)[...]
        let all = ended.map { $0 ?? reports.removeFirst() }
        return all + (await sendBeside(all, engine))
    }

    /// Transfers that write different files.
    private func runDistinct(_ plans: [TransferPlan], _ controls: [TransferControl], _ engine: Engine) async -> [FinishedTransfer] {
        if let login {
            let clock = ServiceTime(service: service, time: time)
            let warnings = await SessionWarning(login, journal, time: clock, log: log, words: words).tell(of: plans, warnDays: warnDays)
            for text in warnings { await suite?.warn(text, of: plans) }
        }
        let shared = TransferLife.Shared(
            poller: engine.poller, gates: engine.gates, caller: Caller(login, journal), submitted: SubmittedCount(of: plans.count))
        let reports = await withTaskGroup(of: Ended.self) { group in
            if let left = timeOfWork {
                group.addTask {
                    try? await Task.sleep(for: left)
                    return Ended(isJobOver: !Task.isCancelled)
                }
            }
            func begin(_ index: Int) {
                let life = TransferLife(plan: plans[index], run: self, shared: shared, control: controls[index])
                group.addTask { [postponed] in
                    let report = await controls[index].perform(life)
                    guard !postponed.contains(life.plan.label) else { return Ended(index: index, report: report) }
                    return Ended(index: index, report: controls[index].end(report, at: time.now))
                }
            }
            var waiting = plans.indices[...]
            for index in waiting.prefix(together) { begin(index) }
            waiting = waiting.dropFirst(together)
            var reports: [FinishedTransfer?] = Array(repeating: nil, count: plans.count)
            var missing = plans.count
            while missing > 0, let ended = await group.next() {
                if ended.isJobOver {
                    shared.end.come()
                    group.cancelAll()
                }
                guard let index = ended.index else { continue }
                reports[index] = ended.report
                missing -= 1
                while let next = waiting.first, let outcome = outcomeOfUnbegun(shared.end) {
                    reports[next] = FinishedTransfer(plan: plans[next], outcome: outcome)
                    missing -= 1
                    waiting.removeFirst()
                }
                if let next = waiting.popFirst() { begin(next) }
            }
            group.cancelAll()
            return reports
        }
        var ended = zip(plans, reports).map { plan, report in
            report ?? FinishedTransfer(plan: plan, outcome: .interrupted(signal: signal()))
        }
        if let journal, !postponed.isEmpty { await PostponedCleaning(run: self, journal: journal).clean(&ended, postponed) }
        return zip(controls, ended).map { $0.end($1, at: time.now) }
    }

    /// The time until the batch job's end for all work but the last words; `nil` if it has none, or is over by what it says.
    private var timeOfWork: Duration? {
        guard let leaveBy, leaveBy - time.now > .zero else { return nil }
        return max(.zero, leaveBy - time.now - Self.lastWords)
    }

    /// Why a transfer is not begun any more; `nil` if it may be.
    private func outcomeOfUnbegun(_ end: RunEnd) -> Outcome? {
        if Task.isCancelled { return .interrupted(signal: signal()) }
        if end.hasCome { return .jobEnds(nil) }
        guard let leaveBy, leaveBy - time.now <= Self.margin else { return nil }
        return .jobEnds(nil)
    }

    /// Compares groups and permissions of what is proven, if somebody has said which they should be, and lists the files for the step that
    /// follows. Where nothing is proven, or the group may not read all of it, the list of an earlier run is removed.
    func handOver(_ report: inout FinishedTransfer, _ submitter: Submitter) async {
        let plan = submitter.plan
        guard report.status == .ok else { return }
        do throws(JournalProblem) {
            let level: TaskDescription.VerifyOptions.Level = plan.description.verify.level == .none ? .none : .size
            let recorded = try submitter.journal?.proven(atLeast: level)
            let proven = recorded ?? submitter.memory.proven ?? Manifest([])
            if let expected = plan.expectedRights, !proven.entries.isEmpty {
                let look = RightsLook(service: service, time: time)
                report.rights = await look.finding(of: proven, expected, at: plan.destination)
                // A signal has cut it off.
                if report.rights?.problem == .cancelled { return report.outcome = .interrupted() }
            }
            let withheld = submitter.journal == nil ? nil : try list(proven, report.rights, submitter)
            guard let rights = report.rights else { return }
            let fails = !rights.isAsAsked && plan.description.rights.onDifference?.value == .fail
            if !fails, !rights.isAsAsked { await warn(of: rights.sentence(plan), rights.different, submitter) }
            // The same files are not named twice.
            if let withheld { await warn(of: withheld, rights.isAsAsked ? rights.unreadable : ArrivedRights.Count(), submitter) }
            if fails { report.outcome = .permissions(rights) }
        } catch {
            report.outcome = .journal(error)
        }
    }

    /// - Returns: why there is no list, if the group may not read every file.
    private func list(_ proven: Manifest, _ rights: ArrivedRights?, _ submitter: Submitter) throws(JournalProblem) -> String? {
        let (plan, log) = (submitter.plan, submitter.log)
        guard let path = plan.description.fileList?.value else { return nil }
        if let rights, rights.expected.group != nil, !rights.isReadable {
            try ProvenFileList.remove(path, because: "the group may not read every file")
            return rights.sentence(withoutList: path)
        }
        try ProvenFileList.write(proven, at: plan.destination, to: path, outside: plan.localSource?.path)
        if proven.entries.isEmpty { log.warning("no file is verified: there is no list \(shown(path))") }
        let large = ProvenFileList.tooLarge(proven)
        guard large.files > 0 else { return nil }
        let verb = large.files == 1 ? "is" : "are"
        let names = Quantity.list(large.paths, of: large.files, most: 5).joined(separator: ", ")
        log.warning(
            "\(Quantity.count(large.files, "file")) in the list \(shown(path)) \(verb) larger than the 500 GB of JASMIN's Elastic Tape: \(names)"
        )
        return nil
    }

    /// Says what is wrong with groups and permissions, of which files, and what to do about it.
    private func warn(of sentence: String, _ which: ArrivedRights.Count, _ submitter: Submitter) async {
        let (plan, log) = (submitter.plan, submitter.log)
        log.warning("\(sentence)")
        for line in Quantity.list(which.lines, of: which.count, most: 5) { log.warning("\(line)") }
        let advice = words.naming(nil, RemedyStep.TransferWords(plan))[.mendRights].oneLine
        if !which.isEmpty { log.warning("to correct this, \(advice); then run again: nothing is sent twice") }
        await suite?.warn("\(plan.title): \(sentence)", of: [plan])
    }

    /// Leaves the checksums of what is proven beside the files.
    func writeSums(_ outcome: inout Outcome, _ submitter: Submitter) async {
        guard writesSums, outcome.isProven, let sums = SumsFile(submitter.plan) else { return }
        do throws(JournalProblem) {
            guard let proven = try submitter.journal?.proven(atLeast: .size) else { return }
            if let problem = try await sums.write(proven, by: submitter.reader(at: sums.destination)) { outcome = .localDisk(problem) }
        } catch {
            outcome = .journal(error)
        }
    }

    /// Deletes at the source what may be deleted, if the description asks for it and no other transfer of the run may need it.
    func clean(_ outcome: inout Outcome, _ submitter: Submitter) async {
        guard let journal = submitter.journal, !postponed.contains(submitter.plan.label) else { return }
        await clean(&outcome, submitter.plan, journal)
    }

    /// Deletes at the source what may be deleted, row by row, if the description asks for it.
    ///
    /// - Parameter unproven: transfers of the run that are not verified.
    func clean(_ outcome: inout Outcome, _ plan: TransferPlan, _ cycle: CycleJournal, besides unproven: [TransferPlan] = []) async {
        guard plan.description.clean.source == .delete else { return }
        switch outcome {
        case .archived, .already: break
        default: return
        }
        let result: SourceCleaner.Result
        if let reason = plan.notMounted {
            result = .refusing("the path of the source on this machine is not what \(plan.source.name) shows (\(reason))")
        } else {
            do throws(JournalProblem) {
                guard let root = plan.localRoot, let deletable = try Deletable(cycle, plan.description) else { return }
                try cycle.check()
                result = await deletion(plan, cycle, besides: unproven).perform(on: deletable, in: root)
                // That it is not written down costs nothing but a word in a report.
                if result.isComplete { try? cycle.cleaned(deletable.rows) }
            } catch {
                outcome = .journal(error)
                return
            }
        }
        if let refusal = result.refusal, refusal.isSamePlace { return outcome = .samePlace(refusal.reason) }
        for line in Quantity.list(result.held, most: 5) { log.about(plan).warning("\(line)") }
        outcome.note(result)
    }

    private func deletion(_ plan: TransferPlan, _ cycle: CycleJournal, besides unproven: [TransferPlan]) -> SourceDeletion {
        var cleaner = SourceCleaner(deletes: deletes, removesDirectories: plan.description.clean.directories)
        cleaner.words = words
        cleaner.isCancelled = { [beforeDeletion] in
            beforeDeletion()
            return Task.isCancelled
        }
        let claims = SourceClaims(on: plan, in: journal, besides: unproven)
        return SourceDeletion(
            plan: plan, cleaner: cleaner, service: service.acting(as: plan.localUsers), time: time, claims: claims, record: cycle,
            others: others)
    }

    /// A login that lacks something for one collection may lack it for the other: both are asked, so that a person is called once.
    func needs(of report: FinishedTransfer) async -> LoginNeeds {
        var needs = LoginNeeds()
        let concerned = [ExitStatus.auth, .consent, .session].contains(report.status)
        guard concerned, !report.outcome.isOfAnotherLogin, !Task.isCancelled else { return needs }
        if report.status == .auth {
            switch report.login {
            case .commandLine, .own: needs.login = true
            default: return LoginNeeds()
            }
            return needs
        }
        if let journal { needs.know(SessionWarning.knownIdentities(in: journal)) }
        for end in [report.plan.source, report.plan.destination] {
            do throws(GlobusError) {
                _ = try await service.acting(as: report.plan.localUsers).stat(CollectionPath.root, on: end.collection)
            } catch {
                if case .refused(let refusal) = error.cause { needs.add(refusal, domain: end.site?.identity) }
            }
        }
        // Last, so that what is asked for comes in the order of the ends, whichever of them refused first.
        if case .service(let error, _) = report.outcome, let refusal = error.refusal { needs.add(refusal, domain: nil) }
        if case .unverified(let error, _, _) = report.outcome, let refusal = error.refusal {
            needs.add(refusal, domain: report.plan.destination.site?.identity)
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
    func record(_ report: inout FinishedTransfer, _ journal: CycleJournal?) {
        guard let journal else { return }
        do throws(JournalProblem) {
            if case .samePlace = report.outcome { journal.withdraw() }
            let ending = JournalRecord.Ending(report.outcome, report.plan, leaving: report.unsettled, unread: report.unread, time.now)
            try journal.ended(ending, taskHasFailed: report.outcome.taskHasFailed, leaving: report.unsettled, unread: report.unread)
            if report.status == .ok { try journal.settle(report.plan.isAtSource) }
            if case .sourceChanged(let changes, _) = report.outcome {
                try journal.acknowledge(changes.filter { $0.now == nil }.map(\.path))
            }
            // Nothing depends on it: the journal has the proof.
            if let problem = journal.copyReceipt() { report.log.warning("the second copy of the receipt is missing: \(problem)") }
        } catch {
            report.log.warning("\(error)")
            // What another process does by now is not this one's to tell.
            if error.isLoss, !report.outcome.isProven { report.outcome = .journal(error) }
        }
    }

    func narrate(_ progress: WaitProgress, _ log: Logger) {
        let level: Logger.Level =
            switch progress.condition.kind {
            case .faulting, .paused, .inactive, .unrecognised: .warning
            case .queued, .moving: .info
            }
        log.log(level: level, "\(progress.sentence)", metadata: progress.metadata)
    }
}
