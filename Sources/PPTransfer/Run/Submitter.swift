import Globus
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Brings one transfer to the point where a Globus task works on it, exactly once: adopts what is under way, repeats what may have been
/// lost, submits only what nobody has.
struct Submitter {
    /// A task that is at work for us.
    struct Begun {
        enum Origin {
            /// This run submitted it: it sends exactly what `manifest` has and was not proven before.
            case submitted
            /// An earlier run submitted it: what was staged since is not in it.
            case takenUp
            /// Found at work; what it sends is not known for certain.
            case found
        }

        var task: TaskID
        var requestID: String?
        /// What should be at the destination when it has ended.
        var manifest: Manifest
        var origin: Origin
        /// What the task sends, if that is not all of `manifest`.
        var sends: Amount?
        /// Without a comparison: every file that it brings was really sent.
        var sendsAgain = false
        /// What further tasks are to bring after it.
        var rest = Rest()
    }

    /// What a transfer holds beyond its present submission.
    struct Rest {
        var files = 0
        /// Those of them that no earlier task has brought.
        var unsent = 0
        /// How many of the files that will be at the destination were proven by their digest before.
        var attested = 0
    }

    enum Beginning {
        case done(Outcome)
        case begun(Begun)
    }

    let plan: TransferPlan
    /// `nil`: nothing is remembered, so nothing can be taken up.
    let journal: CycleJournal?
    let service: any TransferService
    let time: any Timekeeper
    let log: Logger
    /// The most files of one submission; what is more follows in further ones, each after the one before has ended.
    var most = Self.mostFiles
    /// Where the reading of files is shown.
    var display: (any ProgressDisplay)?

    /// What a submission of the service may hold is not documented; thousands are ordinary.
    static let mostFiles = 100_000

    /// Before an answer that makes no sense is believed: a submission's without a task's id, or that a task is not known.
    private static let pauses: [Duration] = [.seconds(1), .seconds(4), .seconds(15), .seconds(60)]

    /// Why there is no task: an answer, not a defect.
    private struct Stop: Error {
        var outcome: Outcome

        init(_ outcome: Outcome) { self.outcome = outcome }
        init(_ problem: JournalProblem) { outcome = .journal(problem) }
        init(_ error: GlobusError, _ phase: Outcome.Phase) {
            outcome = error == .cancelled ? .interrupted(signal: 15) : .service(error, during: phase)
        }
    }

    func begin() async -> Beginning {
        do throws(Stop) {
            if journal?.isPrevious == true { log.warning("the journal record was damaged; the one before it is used") }
            let known = journal?.record.submission
            log.debug(
                "the journal knows \(known.map { "a submission (\($0.state.rawValue)\($0.task.map { ", Globus task \($0)" } ?? ""))" } ?? "no submission")"
            )
            if let journal, let submission = journal.record.submission {
                let isOurs = submission.isFor(journal.record.plan)
                if !isOurs { try await standBack(from: submission) }
                if isOurs, let begun = try await takeUp(submission) { return .begun(begun) }
            }
            return .begun(try await submitAfresh())
        } catch {
            return .done(error.outcome)
        }
    }

    /// After a task that this run did not submit itself has brought all of `manifest`: sends what was staged since.
    ///
    /// - Parameter digests: what has been read already.
    /// - Returns: `nil` if there is nothing more.
    func goOn(after manifest: Manifest, digests: Manifest = Manifest([])) async -> Beginning? {
        do throws(Stop) {
            let (scan, contents) = try await scan()
            guard !scan.holdsNothing else { return nil }
            let problems = scan.problems(besides: manifest)
            guard problems.isEmpty else { throw Stop(.source(problems)) }
            guard let work = try await work(on: scan.manifest, contents, besides: manifest, digests: digests) else { return nil }
            return .begun(try await submit(work))
        } catch {
            return .done(error.outcome)
        }
    }

    // MARK: what is under way

    /// - Returns: `nil` if nothing of it is left to take up.
    private func takeUp(_ submission: JournalRecord.Submission) async throws(Stop) -> Begun? {
        switch submission.state {
        case .succeeded, .failed: return nil
        case .accepted:
            guard let task = submission.task else { return nil }
            return try await adopt(task, submission)
        case .intended:
            guard let body = try recorded({ () throws(JournalProblem) in try journal?.intendedDocument() }) else { return nil }
            return try await repeatSubmission(body)
        }
    }

    private func adopt(_ task: TaskID, _ submission: JournalRecord.Submission) async throws(Stop) -> Begun? {
        guard let document = try await document(of: task) else { return nil }
        if document.status == .failed {
            let reason = document.fatalError?.description ?? "no reason given"
            log.warning("task \(task) of an earlier run failed (\(reason)); submitting what is left")
            return nil
        }
        log.info("takes up Globus task \(task) of an earlier run", metadata: .event(.adopted, task: task))
        return try await begun(task, submission.requestID)
    }

    /// - Returns: `nil` if Globus does not know it, for more than a minute: one such answer may come from a part of the service that has
    ///   not heard of the task.
    private func document(of task: TaskID) async throws(Stop) -> TaskDocument? {
        for pause in Self.pauses.map(Optional.some) + [nil] {
            do throws(GlobusError) {
                return try await service.task(task)
            } catch {
                guard case .refused(let refusal) = error, refusal.kind == .notFound else { throw Stop(error, .waiting) }
            }
            if let pause { await time.sleep(for: pause) }
            if Task.isCancelled { throw Stop(.interrupted(signal: 15)) }
        }
        log.warning("Globus no longer knows task \(task) of an earlier run")
        return nil
    }

    /// Whether Globus has the submission is not known: the same bytes under the same id start nothing twice.
    private func repeatSubmission(_ body: RequestBody) async throws(Stop) -> Begun? {
        log.info("repeats a submission of an earlier run whose answer was lost")
        let answer: (task: TaskID, requestID: String?)
        do throws(GlobusError) {
            answer = try await accepted(body)
        } catch {
            guard case .refused(let refusal) = error else { throw Stop(error, .submission) }
            switch refusal.kind {
            // The id is no longer known: then it never became a task.
            case .invalid: return nil
            case .conflict: return try await resolve(error, bringing: try await scan().scan.manifest)
            default: throw Stop(error, .submission)
            }
        }
        return try await begun(answer.task, answer.requestID)
    }

    /// An earlier run's task, and what it should bring: as it was recorded, else as the source is now.
    private func begun(_ task: TaskID, _ requestID: String?) async throws(Stop) -> Begun {
        if let manifest = try recorded({ () throws(JournalProblem) in try journal?.expected() }) {
            let remaining = journal?.record.submission?.remaining ?? 0
            return Begun(
                task: task, requestID: requestID, manifest: manifest, origin: .takenUp, rest: Rest(files: remaining, unsent: remaining))
        }
        return Begun(task: task, requestID: requestID, manifest: try await scan().scan.manifest, origin: .found)
    }

    /// The description was changed while an earlier submission was under way, so that it is not what should be taken up: but as long as
    /// its task is alive there must be no second one.
    private func standBack(from submission: JournalRecord.Submission) async throws(Stop) {
        var live: TaskID?
        switch submission.state {
        case .succeeded, .failed: return
        case .accepted:
            if let task = submission.task, let document = try await document(of: task), !document.status.hasEnded { live = task }
        case .intended:
            live = try await tasksOfOurs().first?.id
        }
        if let live, let end = submission.destination { throw Stop(.elsewhere(live, end)) }
    }

    // MARK: a new submission

    private func submitAfresh() async throws(Stop) -> Begun {
        let (scan, contents) = try await scan()
        let proven = try await provenBefore()
        if let proven, scan.holdsNothing, journal?.record.isArchived == true { throw Stop(.already(proven.receipt, sourceIsGone: true)) }
        let problems = scan.problems(besides: proven?.manifest)
        guard problems.isEmpty else { throw Stop(.source(problems)) }
        log.info("\(scan.summary(of: plan))", metadata: .event(.scanned, Amount(scan.manifest)))
        guard !scan.manifest.entries.isEmpty else { throw Stop(.nothing(allowed: plan.description.empty == .succeed)) }
        guard let work = try await work(on: scan.manifest, contents, besides: proven?.manifest ?? Manifest([])) else {
            guard let proven else { throw Stop(.nothing(allowed: true)) }
            throw Stop(.already(proven.receipt, sourceIsGone: false))
        }

        // Without a record there may still be a task: of a journal that was lost.
        if journal?.record.submission == nil, let task = try await liveTask() {
            log.warning(
                "finds Globus task \(task) at work on this transfer, which the journal does not know",
                metadata: .event(.adopted, task: task))
            return try found(task, bringing: work.manifest)
        }
        try await requireConnection()
        if case .files(let files) = work.contents, let forecast = Forecast(plan, files: files.entries.count, bytes: files.bytes) {
            if forecast.total >= .seconds(60) { log.info("\(forecast.sentence)") }
            if let advice = forecast.advice { log.warning("\(advice)") }
        }
        return try await submit(work)
    }

    /// A person's own machine may be switched off, which Globus would wait out until the deadline.
    private func requireConnection() async throws(Stop) {
        for (end, written) in [(plan.source, plan.description.from), (plan.destination, plan.description.to)]
        where written.collection.value == .globusConnectPersonal {
            guard let document = try? await service.collection(end.collection), let fault = document.fault else { continue }
            throw Stop(.unusable(fault))
        }
    }

    private func scan() async throws(Stop) -> (scan: SourceScan, contents: SubmissionContents) {
        do throws(GlobusError) {
            return try await plan.scan(through: service, time: time)
        } catch {
            throw Stop(error, .source)
        }
    }

    /// What an earlier run has proven need not be sent again. Without a cycle every run compares afresh.
    private func provenBefore() async throws(Stop) -> (receipt: JournalRecord.Receipt, manifest: Manifest)? {
        guard plan.cycle != nil, let receipt = journal?.record.receipt,
            let manifest = try recorded({ () throws(JournalProblem) in try journal?.proven(atLeast: plan.description.verify.level) })
        else { return nil }
        return (receipt, manifest)
    }

    /// What is to be sent, and what will be at the destination then.
    private struct Work {
        var contents: SubmissionContents
        var manifest: Manifest
        /// Files that are there already, of which only the digest is not proven: Globus tells it of files that it sends.
        var sendsAgain = false
        var rest = Rest()
    }

    /// - Returns: what is not in `proven` as it is now; `nil` if nothing.
    private func work(
        on manifest: Manifest, _ contents: SubmissionContents, besides proven: Manifest, digests: Manifest = Manifest([])
    ) async throws(Stop) -> Work? {
        var manifest = manifest
        let wantsDigests = plan.description.verify.level == .digest
        if wantsDigests, let path = plan.description.verify.manifest {
            let produced: ProducerManifest
            do throws(SourceProblem) { produced = try ProducerManifest(path: path.value) } catch { throw Stop(.source([error])) }
            let applied = produced.apply(to: manifest, FileSelector(plan.description.select), besides: proven)
            guard applied.problems.isEmpty else { throw Stop(.source(applied.problems)) }
            manifest = applied.manifest
        }
        let known = Dictionary(proven.entries.map { ($0.listed, $0.digest) }) { first, _ in first }
        let kept = manifest.entries.filter { entry in
            guard let digest = known[entry.listed] else { return false }
            return entry.digest == nil || entry.digest == digest
        }
        let keptPaths = Set(kept.map { FileName($0.path) })
        var rest = manifest.entries.filter { !keptPaths.contains(FileName($0.path)) }
        guard !rest.isEmpty else { return nil }
        if !kept.isEmpty { log.info("\(Quantity.count(kept.count, "file")) proven already, \(rest.count) new or changed") }
        var work = Work(contents: contents, manifest: manifest)
        var there: Set<Manifest.Entry> = []
        if wantsDigests, let proven = try recorded({ () throws(JournalProblem) in try journal?.proven(atLeast: .size) }) {
            there = Set(proven.entries.map(\.listed))
        }
        var later: [Manifest.Entry] = []
        if case .files = contents, rest.count > most {
            // What is nowhere yet goes first.
            let unsent = rest.filter { !there.contains($0.listed) }
            let ordered = unsent + rest.filter { there.contains($0.listed) }
            (rest, later) = (Array(ordered.prefix(most)), Array(ordered.dropFirst(most)))
            work.rest = Rest(files: later.count, unsent: max(0, unsent.count - most), attested: kept.count)
            log.info("submits \(Quantity.count(rest.count, "file")) first; \(later.count) follow when these have arrived")
        }
        if wantsDigests {
            let read = Dictionary(digests.entries.map { ($0.listed, $0) }) { first, _ in first }
            rest = try await digested(rest.map { $0.digest == nil ? read[$0] ?? $0 : $0 })
        }
        work.sendsAgain = rest.contains { there.contains($0.listed) }
        if plan.description.transfer.sync != .checksum, let spoilt = try recorded({ () throws(JournalProblem) in try journal?.spoilt() }) {
            let spoilt = Set(spoilt.entries.map(\.listed))
            work.sendsAgain = work.sendsAgain || rest.contains { spoilt.contains($0.listed) }
        }
        let whole =
            kept.map { Manifest.Entry(path: $0.path, size: $0.size, modified: $0.modified, digest: known[$0.listed] ?? nil) }
            + deleted(from: manifest, proven)
        work.manifest = Manifest(whole + rest + later.filter { there.contains($0.listed) }.map(\.listed))
        if case .files = contents { work.contents = .files(Manifest(rest)) }
        return work
    }

    /// What has arrived, and is at the source no more because it was cleaned up: it belongs to the transfer all the same.
    private func deleted(from manifest: Manifest, _ proven: Manifest) -> [Manifest.Entry] {
        guard plan.description.clean.source == .delete else { return [] }
        let there = Set(manifest.entries.map { FileName($0.path) })
        return proven.entries.filter { !there.contains(FileName($0.path)) }
    }

    /// Reads the files whose digest nobody has told.
    private func digested(_ entries: [Manifest.Entry]) async throws(Stop) -> [Manifest.Entry] {
        guard let root = plan.localRoot, let algorithm = plan.description.verify.digest.algorithm else { return entries }
        let unknown = entries.filter { $0.digest == nil }
        guard !unknown.isEmpty else { return entries }
        log.info(
            "reads \(Quantity.count(unknown.count, "file")), \(Quantity.bytes(Manifest(unknown).bytes)), for the \(algorithm.rawValue) of each"
        )
        let reading = Manifest(unknown)
        let narrator = ReadingNarrator(
            of: .init(files: unknown.count, bytes: reading.bytes), time, show: { [display, plan] in display?.show($0, of: plan.title) }
        ) { [log] in log.info("\($0)") }
        let (digested, problems) = await DigestPass(algorithm).digest(
            reading.entries, in: root, followingLinks: plan.description.symlinks == .follow, observe: narrator.observe)
        display?.show(nil, of: plan.title)
        if Task.isCancelled { throw Stop(.interrupted(signal: 15)) }
        guard problems.isEmpty else { throw Stop(.source(problems)) }
        return entries.filter { $0.digest != nil } + digested
    }

    private func submit(_ work: Work) async throws(Stop) -> Begun {
        let id: SubmissionID
        do throws(GlobusError) { id = try await service.newSubmissionID() } catch { throw Stop(error, .submission) }
        var document = plan.heading(work.contents, now: time.now)
        if work.sendsAgain { document.syncLevel = nil }
        document.submissionID = id
        let body = try recorded { () throws(JournalProblem) in try intend(id, document, work) }
        do throws(GlobusError) {
            let (task, requestID) = try await accepted(body)
            var begun = Begun(
                task: task, requestID: requestID, manifest: work.manifest, origin: .submitted, sendsAgain: work.sendsAgain, rest: work.rest)
            if case .files(let sent) = work.contents { begun.sends = Amount(sent) }
            return begun
        } catch {
            guard case .refused(let refusal) = error, refusal.kind == .conflict else { throw Stop(error, .submission) }
            return try await resolve(error, bringing: work.manifest)
        }
    }

    /// Writes down what will be sent, and sends it from there. Without a journal it is kept in memory.
    private func intend(_ id: SubmissionID, _ document: TransferDocument, _ work: Work) throws(JournalProblem) -> RequestBody {
        let items = plan.items(work.contents)
        guard let journal else { return .bytes(document.encoded(items)) }
        return try journal.intend(id, expecting: work.manifest, remaining: work.rest.unsent) { file throws(JournalProblem) in
            try document.encode(items) { piece throws(JournalProblem) in try file.append(piece) }
        }
    }

    /// Sends a submission until Globus says which task it is.
    private func accepted(_ body: RequestBody) async throws(GlobusError) -> (task: TaskID, requestID: String?) {
        var result = try await service.submit(body)
        for pause in Self.pauses where result.taskID == nil {
            log.warning("Globus's answer to the submission names no task; asking again in \(Quantity.time(pause))")
            await time.sleep(for: pause)
            if Task.isCancelled { throw .cancelled }
            result = try await service.submit(body)
        }
        guard let task = result.taskID else {
            throw .unreadableReply(request: "POST /v0.10/transfer", detail: "task_id is missing")
        }
        if result.isDuplicate {
            log.info("Globus has this submission already, as task \(task)", metadata: .event(.submitted, task: task))
        } else {
            log.info("submitted as Globus task \(task)", metadata: .event(.submitted, task: task))
        }
        do throws(JournalProblem) {
            try journal?.accepted(task, requestID: result.requestID)
        } catch {
            // The submission id is on disk: a later run finds the task by it.
            log.warning("\(error); the wait goes on")
        }
        return (task, result.requestID)
    }

    // MARK: others

    /// Globus refuses to work twice on the same paths: is the other task ours?
    private func resolve(_ conflict: GlobusError, bringing manifest: Manifest) async throws(Stop) -> Begun {
        if let task = try await liveTask() {
            log.warning("Globus task \(task) works on this transfer already", metadata: .event(.adopted, task: task))
            return try found(task, bringing: manifest)
        }
        let others = (try? await service.tasks(matching: "status:ACTIVE,INACTIVE/type:TRANSFER")) ?? []
        throw Stop(.conflict(conflict, blocking: others.filter(isBetweenTheSame).compactMap(\.id)))
    }

    private func found(_ task: TaskID, bringing manifest: Manifest) throws(Stop) -> Begun {
        try recorded { () throws(JournalProblem) in try journal?.adopt(task, expecting: manifest) }
        return Begun(task: task, manifest: manifest, origin: .found)
    }

    /// A live task with our label between our two collections.
    private func liveTask() async throws(Stop) -> TaskID? { try await tasksOfOurs().first(where: isBetweenTheSame)?.id }

    /// Live tasks with our label.
    private func tasksOfOurs() async throws(Stop) -> [TaskDocument] {
        do throws(GlobusError) {
            let tasks = try await service.tasks(matching: "status:ACTIVE,INACTIVE/type:TRANSFER/label:=\(plan.label)")
            return tasks.filter { $0.label == plan.label.description }
        } catch {
            throw Stop(error, .submission)
        }
    }

    private func isBetweenTheSame(_ task: TaskDocument) -> Bool {
        task.sourceCollection == plan.source.collection && task.destinationCollection == plan.destination.collection
    }

    private func recorded<Value>(_ body: () throws(JournalProblem) -> Value) throws(Stop) -> Value {
        do throws(JournalProblem) { return try body() } catch { throw Stop(error) }
    }
}

extension TransferPlan {
    /// What is at the source now: on this machine if it lies here, else through its collection.
    func scan(through service: any TransferService, time: any Timekeeper) async throws(GlobusError) -> (SourceScan, SubmissionContents) {
        guard let localSource else { return try await RemoteSource(self, service, time).scan() }
        let scan = await SourceScanner(description.select, links: description.symlinks).scan(inBackground: localSource.path)
        return (scan, .files(scan.manifest))
    }
}
