import FoundationEssentials
import Globus
import Logging
import PositionedYAML
import SystemFiles

/// Brings one transfer to the point where a Globus task works on it, exactly once: adopts what is under way, repeats what may have been
/// lost, submits only what nobody has.
package struct Submitter {
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
        /// It was found at work, and only its label says that it is this transfer's: its paths must be seen before it proves anything.
        var pathsUnknown = false
        /// It brings again what was lost at the destination: what is lost once more is not sent a third time.
        var isRepair = false
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
    /// Whom Globus takes us for.
    var caller = Caller()
    /// A person says that an earlier task which this login cannot see has ended.
    var forgetsTask = false
    /// What other transfers of the run do at the same time.
    var gates = Gates()
    /// What is wanted, where no journal keeps it.
    var memory = Memory()
    /// Of the same journal.
    var others: LiveTransfers?

    /// What a submission of the service may hold is not documented; thousands are ordinary.
    package static let mostFiles = 100_000

    /// Before an answer that makes no sense is believed: a submission's without a task's id, or that a task is not known.
    static let pauses: [Duration] = [.seconds(1), .seconds(4), .seconds(15), .seconds(60)]

    /// Why there is no task: an answer, not a defect.
    struct Stop: Error {
        var outcome: Outcome

        init(_ outcome: Outcome) { self.outcome = outcome }
        init(_ problem: JournalProblem) { outcome = .journal(problem) }
        init(_ error: GlobusError, _ phase: Phase) {
            outcome = error == .cancelled ? .interrupted() : .service(error, during: phase)
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
    func goOn(after manifest: Manifest, digests: Manifest = Manifest([]), isRepair: Bool = false) async -> Beginning? {
        do throws(Stop) {
            let (scan, contents) = try await scan()
            guard !scan.holdsNothing else { return nil }
            let problems = scan.problems(besides: manifest)
            guard problems.isEmpty else { throw Stop(.source(problems)) }
            guard let work = try await work(on: scan.manifest, contents, besides: manifest, digests: digests) else { return nil }
            try recorded { () throws(JournalProblem) in try want(scan.manifest, besides: manifest) }
            var begun: Begun
            if let found = try await found(insteadOf: work.manifest) {
                begun = found
            } else {
                // What earlier submissions of this run brought may be there.
                try await protectDestination(from: scan.manifest.lacking(in: manifest))
                begun = try await submit(work)
            }
            begun.isRepair = isRepair
            return .begun(begun)
        } catch {
            return .done(error.outcome)
        }
    }

    // MARK: a new submission

    private func submitAfresh() async throws(Stop) -> Begun {
        let (scan, contents) = try await scan()
        let proven = try await provenBefore(scan)
        if let proven, scan.holdsNothing, journal?.record.isArchived == true { throw Stop(.already(proven.receipt, sourceIsGone: true)) }
        let problems = scan.problems(besides: proven?.manifest)
        guard problems.isEmpty else { throw Stop(.source(problems)) }
        log.info("\(scan.summary(of: plan))", metadata: .event(.scanned, Amount(scan.manifest)))
        for pattern in FileSelector(plan.description.select).idle(in: scan.manifest) {
            log.warning("the pattern \(shown(pattern)) in select.include takes no file")
        }
        guard !scan.manifest.entries.isEmpty else { throw Stop(.nothing(allowed: plan.description.empty == .succeed)) }
        guard let work = try await work(on: scan.manifest, contents, besides: proven?.manifest ?? Manifest([])) else {
            guard let proven else { throw Stop(.nothing(allowed: false)) }
            throw Stop(.already(proven.receipt, sourceIsGone: false))
        }
        try recorded { () throws(JournalProblem) in try want(scan.manifest, besides: proven?.manifest ?? Manifest([])) }

        // Whatever the journal says, there may be a task: of a journal that was lost, of another one, of a record that is behind.
        if let found = try await found(insteadOf: work.manifest) { return found }
        try await requireConnection()
        try await protectDestination(from: scan.manifest)
        if case .files(let files) = work.contents, let forecast = Forecast(plan, files: files.entries.count, bytes: files.bytes) {
            if forecast.total >= .seconds(60) { log.info("\(forecast.sentence)") }
            if let advice = forecast.advice { log.warning("\(advice)") }
        }
        return try await submit(work)
    }

    private var destination: DestinationGuard {
        DestinationGuard(plan: plan, journal: journal, others: others, service: service, time: time, log: log)
    }

    private func protectDestination(from manifest: Manifest) async throws(Stop) {
        if let outcome = await destination.obstacle(to: manifest) { throw Stop(outcome) }
    }

    /// A person's own machine may be switched off, which Globus would wait out until the deadline.
    private func requireConnection() async throws(Stop) {
        for (end, written) in [(plan.source, plan.description.from), (plan.destination, plan.description.to)]
        where written.collection.value == .globusConnectPersonal {
            guard let document = try? await service.collection(end.collection), let fault = document.fault else { continue }
            throw Stop(.unusable(fault))
        }
    }

    func scan() async throws(Stop) -> (scan: SourceScan, contents: SubmissionContents) {
        if plan.localSource != nil { await gates.scans.enter() }
        defer { if plan.localSource != nil { gates.scans.leave() } }
        do throws(GlobusError) {
            return try await plan.scan(through: service, time: time)
        } catch {
            throw Stop(error, .source)
        }
    }

    /// What an earlier run has proven need not be sent again. Without a cycle every run compares afresh.
    private func provenBefore(_ scan: SourceScan) async throws(Stop) -> (receipt: JournalRecord.Receipt, manifest: Manifest)? {
        guard plan.cycle != nil, let receipt = journal?.record.receipt else { return nil }
        do throws(JournalProblem) {
            return try journal?.proven(atLeast: plan.description.verify.level).map { (receipt, $0) }
        } catch {
            // What may be gone from the source already cannot be compared again.
            guard case .foreignProof = error, !scan.holdsNothing, plan.description.clean.source == .keep else { throw Stop(error) }
            log.warning("\(error); every file is compared with the destination again")
            return nil
        }
    }

    /// `nil` also if the list beside the record is not the one that the receipt speaks of.
    private func usableProof() throws(Stop) -> Manifest? {
        do throws(JournalProblem) {
            return try journal?.proven(atLeast: .size)
        } catch {
            guard case .foreignProof = error else { throw Stop(error) }
            return nil
        }
    }

    /// Proven files that Globus is to compare by checksum once more, because they must not be deleted before.
    private func unsent() throws(Stop) -> Set<FileName> {
        guard plan.comparesAgain else { return [] }
        let again = try recorded { () throws(JournalProblem) in try journal?.comparedAgain() }
        return Set(again.map { $0.entries.map { FileName($0.path) } } ?? [])
    }

    /// What is to be sent, and what will be at the destination then.
    private struct Work {
        var contents: SubmissionContents
        var manifest: Manifest
        /// Files that are there already, of which only the digest is not proven: Globus tells it of files that it sends.
        var sendsAgain = false
        /// Files of which the destination has, or may have, another state: a comparison of size and time could find them equal.
        var comparesContents = false
        /// It brings every proven file that was not sent or compared by checksum before.
        var includesUnsent = false
        var rest = Rest()

        /// The file that `Item 1: invalid character in path` means. Whether the service counts from 0 or from 1 is not documented, so that
        /// of two that may be meant the one with the odder name is.
        func file(meantBy refusal: Refusal) -> String? {
            guard refusal.kind == .invalid, let match = refusal.message?.firstMatch(of: /Item (\d+)/), let number = Int(match.1) else {
                return nil
            }
            let sent = if case .files(let files) = contents { files } else { manifest }
            let indices = [number - 1, number].filter { sent.entries.indices.contains($0) }
            let paths = indices.map { sent.entries[$0].path }
            return paths.first { !$0.utf8.allSatisfy { 0x20..<0x7F ~= $0 } } ?? paths.first
        }
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
        var unsent = try self.unsent()
        // More than one submission holds would never come to an end.
        if unsent.count > most { unsent = [] }
        // As they were proven: of one that is only alike it is not known to be the file that was sent.
        var kept: [Manifest.Entry] = []
        var rest: [Manifest.Entry] = []
        for entry in manifest.entries {
            let isSent = unsent.isEmpty || !unsent.contains(FileName(entry.path))
            if isSent, let known = proven.unchanged(entry), entry.digest == nil || entry.digest == known.digest {
                kept.append(known)
            } else {
                rest.append(entry)
            }
        }
        guard !rest.isEmpty else { return nil }
        if !kept.isEmpty { log.info("\(Quantity.count(kept.count, "file")) proven already, \(rest.count) new or changed") }
        var work = Work(contents: contents, manifest: manifest)
        let before = try usableProof() ?? Manifest([])
        let there = wantsDigests ? before : Manifest([])
        var later: [Manifest.Entry] = []
        if case .files = contents, rest.count > most {
            // What is nowhere yet goes first.
            let unsent = rest.filter { there.unchanged($0) == nil }
            let ordered = unsent + rest.filter { there.unchanged($0) != nil }
            (rest, later) = (Array(ordered.prefix(most)), Array(ordered.dropFirst(most)))
            work.rest = Rest(files: later.count, unsent: max(0, unsent.count - most), attested: kept.count)
            log.info("submits \(Quantity.count(rest.count, "file")) first; \(later.count) follow when these have arrived")
        }
        if wantsDigests {
            rest = try await digested(rest.map { $0.digest == nil && digests.sameness(of: $0) == .same ? digests.unchanged($0) ?? $0 : $0 })
        }
        work.includesUnsent = !unsent.isEmpty && later.isEmpty
        work.sendsAgain = rest.contains { there.unchanged($0) != nil }
        work.comparesContents = rest.contains { before.sameness(of: $0).map { !$0.isUnchanged } ?? false }
        if plan.description.transfer.sync != .checksum, let spoilt = try recorded({ () throws(JournalProblem) in try journal?.spoilt() }) {
            work.comparesContents = work.comparesContents || rest.contains { spoilt.unchanged($0) != nil }
        }
        let whole = kept + deleted(from: manifest, proven)
        work.manifest = manifest.with(whole + rest + later.filter { there.unchanged($0) != nil }.map(\.listed))
        if case .files = contents { work.contents = .files(Manifest(rest)) }
        return work
    }

    /// What has arrived, and is at the source no more because it was cleaned up: it belongs to the transfer all the same.
    private func deleted(from manifest: Manifest, _ proven: Manifest) -> [Manifest.Entry] {
        guard plan.description.clean.source == .delete else { return [] }
        return proven.entries.filter { manifest.entries.entry(at: $0.path) == nil }
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
        await gates.digests.enter()
        defer { gates.digests.leave() }
        let (digested, problems) = await DigestPass(algorithm).digest(
            reading.entries, in: root, followingLinks: plan.description.symlinks == .follow, observe: narrator.observe)
        display?.show(nil, of: plan.title)
        if Task.isCancelled { throw Stop(.interrupted()) }
        guard problems.isEmpty else { throw Stop(.source(problems)) }
        return entries.filter { $0.digest != nil } + digested
    }

    private func submit(_ work: Work) async throws(Stop) -> Begun {
        if work.sendsAgain, case .files(let files) = work.contents { try await requireAnotherPlace(files) }
        let id: SubmissionID
        do throws(GlobusError) { id = try await service.newSubmissionID() } catch { throw Stop(error, .submission) }
        var document = plan.heading(work.contents, now: service.now(time))
        if work.comparesContents, document.syncLevel != nil { document.syncLevel = .checksum }
        if work.sendsAgain { document.syncLevel = nil }
        document.submissionID = id
        let owner = await caller.submitting()
        let body = try recorded { () throws(JournalProblem) in try intend(id, document, work, owner) }
        if let outcome = destination.rival(of: work.manifest) {
            try recorded { () throws(JournalProblem) in try journal?.withdrawn() }
            throw Stop(outcome)
        }
        let answer: (task: TaskID, requestID: String?)
        do throws(GlobusError) {
            answer = try await accepted(body)
        } catch {
            guard case .refused(var refusal) = error else { throw Stop(error, .submission) }
            try refused(refusal)
            guard refusal.kind == .conflict else {
                refusal.file = work.file(meantBy: refusal)
                throw Stop(.refused(refusal), .submission)
            }
            return try await resolve(error, bringing: work.manifest)
        }
        try await note(answer.task, answer.requestID)
        var begun = Begun(
            task: answer.task, requestID: answer.requestID, manifest: work.manifest, origin: .submitted, sendsAgain: work.sendsAgain,
            rest: work.rest)
        if case .files(let sent) = work.contents { begun.sends = Amount(sent) }
        return begun
    }

    /// Files that are sent without a comparison are written over: never where they come from.
    private func requireAnotherPlace(_ files: Manifest) async throws(Stop) {
        let links: [Int]
        do throws(GlobusError) {
            links = try await DestinationLook(plan: plan, service: service, time: time).finding(of: files.entries).links
        } catch {
            throw Stop(error, .submission)
        }
        guard links.isEmpty else {
            throw Stop(.source([.linked(links.map { files.entries[$0].path }, at: plan.destination.text)]))
        }
        guard let root = plan.localRoot else { return }
        let finding = await PlaceCheck(plan, service, time).finding(in: Set(files.entries.map { FileName($0.folder) }), of: root)
        switch finding {
        case .apart(let unwritable):
            // Where we may not make a file, Globus may all the same write to files that we may write to.
            guard let folder = unwritable.keys.first(where: { SourceFolder.holdsWritable(files, in: $0, of: root) }) else { return }
            throw Stop(.source([.unchecked(root + "/" + folder.text, reason: unwritable[folder] ?? "")]))
        case .same: throw Stop(.samePlace(finding.reason(plan, root)))
        case .notTheSource, .unmade: throw Stop(.source([.unchecked(root, reason: finding.reason(plan, root))]))
        case .unknown(let error): throw Stop(error, .submission)
        }
    }

    /// Writes down what will be sent, and sends it from there. Without a journal it is kept in memory.
    private func intend(
        _ id: SubmissionID, _ document: TransferDocument, _ work: Work, _ owner: TaskOwner?
    ) throws(JournalProblem) -> RequestBody {
        let items = plan.items(work.contents)
        guard let journal else { return .bytes(document.encoded(items)) }
        let sync = document.syncLevel?.name ?? JournalRecord.Submission.sendsAll
        return try journal.intend(
            id, expecting: work.manifest, remaining: work.rest.unsent, sync: sync, includesUnsent: work.includesUnsent, by: owner
        ) { file throws(JournalProblem) in
            try document.encode(items) { piece throws(JournalProblem) in try file.write(piece) }
        }
    }

    func recorded<Value>(_ body: () throws(JournalProblem) -> Value) throws(Stop) -> Value {
        do throws(JournalProblem) { return try body() } catch { throw Stop(error) }
    }
}
