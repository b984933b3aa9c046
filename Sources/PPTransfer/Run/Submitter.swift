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
        /// What of that is at the destination already, by all that is known.
        var there: Amount?
        /// Without a comparison: every file that it brings was really sent.
        var sendsAgain = false
        /// What further tasks are to bring after it.
        var rest = Rest()
        /// It was found at work, and only its label says that it is this transfer's: its paths must be seen before it proves anything.
        var pathsUnknown = false
        /// What it brings that was not at the destination.
        var new = FileTally()
        /// It brings again what was lost at the destination: what is lost once more is not sent a third time.
        var isRepair = false
        /// The files that it sends itself, where that is known.
        var sent: Manifest?
    }

    /// What a transfer holds beyond its present submission.
    struct Rest {
        var files = 0
        /// Those of them that no earlier task has brought.
        var unsent = 0
        /// How many of the files that will be at the destination were proven by their digest before.
        var attested = 0
        /// What the source held when the first submission was made.
        var source: SourceScan?
    }

    enum Beginning {
        case done(Outcome)
        case begun(Begun)
    }

    let plan: TransferPlan
    /// `nil`: nothing is remembered, so nothing can be taken up.
    let journal: CycleJournal?
    var service: any TransferService
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
    /// A person says that most files at the destination may be deleted.
    var deletesMost = false
    /// What that is called where it is logged.
    var words = RemedyWording.library
    /// What other transfers of the run do at the same time.
    var gates = Gates()
    /// What is wanted, where no journal keeps it.
    var memory = Memory()
    /// What is held of the transfer from outside; `nil` if nobody does.
    var control: TransferControl?
    /// Of the same journal.
    var others: LiveTransfers?
    /// This machine's.
    var disk = LocalDisk.system

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
            if journal?.isPrevious == true { log.warning("the journal record was damaged; using the one before it") }
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
    /// - Parameters:
    ///   - digests: what has been read already.
    ///   - source: what the source held, if it need not be listed anew.
    /// - Returns: `nil` if there is nothing more.
    func goOn(
        after manifest: Manifest, digests: Manifest = Manifest([]), source: SourceScan? = nil, isRepair: Bool = false
    ) async -> Beginning? {
        do throws(Stop) {
            let (scan, contents) = try await scan(of: source, besides: manifest)
            guard !scan.holdsNothing else { return nil }
            let problems = scan.problems(besides: manifest)
            guard problems.isEmpty else { throw Stop(.source(problems)) }
            if source == nil { tellUnsettled(scan) }
            guard let work = try await work(on: scan, contents, besides: manifest, digests: digests) else { return nil }
            // What is looked at anew in part is wanted already.
            if source == nil || plan.localRoot == nil {
                try recorded { () throws(JournalProblem) in try want(scan.manifest, besides: manifest) }
            }
            var begun: Begun
            if let found = try await found(insteadOf: work.manifest) {
                begun = found
            } else {
                try await requireLocalPlaces(for: scan.manifest)
                // What earlier submissions of this run brought may be there.
                try await protectDestination(from: (work.sent ?? scan.manifest).lacking(in: manifest))
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
        let seen = plan.cycle == nil && !scan.holdsNothing ? try await sighting(of: scan.manifest) : nil
        let proven = try await provenBefore(scan, seen)
        if let proven, scan.holdsNothing, journal?.record.isArchived == true { throw Stop(.already(proven.receipt, sourceIsGone: true)) }
        let problems = scan.problems(besides: proven?.manifest)
        guard problems.isEmpty else { throw Stop(.source(problems)) }
        // Of a copy that is repeated, only what is new is news.
        let isNews = plan.cycle != nil || proven?.manifest.entries.count != scan.manifest.entries.count
        log.log(level: isNews ? .info : .debug, "\(scan.summary(of: plan))", metadata: .event(.scanned, Amount(scan.manifest)))
        if scan.unselected.files > SourceScan.mostNames {
            for line in Quantity.list(scan.unselected.paths, of: scan.unselected.files, most: .max) { log.debug("not selected: \(line)") }
        }
        for pattern in FileSelector(plan.description.select).idle(in: scan.manifest) {
            log.warning("the pattern \(shown(pattern)) in select.include matches no file")
        }
        tellUnsettled(scan, isNews ? .info : .debug)
        tellLinks(scan, isNews ? .warning : .debug)
        tellOthers(scan)
        guard !scan.manifest.entries.isEmpty else {
            if let unread, plan.description.partial == .fail { throw Stop(.skipped(unread, there: nil)) }
            if let left = unsettled { throw Stop(.unsettled(left)) }
            throw Stop(.nothing(allowed: plan.description.empty == .succeed))
        }
        let isMirror = try await deletesExtra(scan, contents)
        let needed = try await work(on: scan, contents, besides: proven?.manifest ?? Manifest([]))
        guard let work = isMirror ? Work(mirroring: scan, needed) : needed else {
            guard let proven else { throw Stop(.nothing(allowed: false)) }
            throw Stop(.already(proven.receipt, sourceIsGone: false))
        }
        try recorded { () throws(JournalProblem) in try want(scan.manifest, besides: proven?.manifest ?? Manifest([])) }

        // Whatever the journal says, there may be a task: of a journal that was lost, of another one, of a record that is behind.
        if let found = try await found(insteadOf: work.manifest) { return found }
        try await requireLocalPlaces(for: scan.manifest)
        try await requireConnection()
        try await protectDestination(from: scan.manifest, seen)
        if let files = work.sent, let forecast = Forecast(plan, files: files.entries.count, bytes: files.bytes) {
            if forecast.total >= .seconds(60) { log.info("\(forecast.sentence)") }
            if let advice = forecast.advice { log.warning("\(advice)") }
        }
        return try await submit(work)
    }

    /// What is left for a later run; `nil` if nothing is.
    var unsettled: Unsettled? { Unsettled(memory.left, plan.description.select) }

    /// What this user may not read and is left out; `nil` if nothing is.
    var unread: Unread? { Unread(memory.unreadable) }

    /// Names what is left out because it cannot be read, and what nobody expects.
    private func tellOthers(_ scan: SourceScan) {
        if let unread {
            let names = Quantity.list(scan.unreadable, most: Self.namedFiles).joined(separator: ", ")
            log.warning("leaves out \(unread.amount) that this user may not read: \(names)")
            for path in scan.unreadable.dropFirst(Self.namedFiles) { log.debug("may not be read: \(path)") }
        }
        let expect = plan.description.expect
        guard !scan.unexpected.isEmpty, let file = (expect?.list ?? expect?.manifest)?.value else { return }
        let names = Quantity.list(scan.unexpected, most: Self.namedFiles).joined(separator: ", ")
        log.warning("\(Quantity.count(scan.unexpected.count, "file")) at the source not expected by \(shown(file)): \(names)")
    }

    /// Names what is left, and what is sent although nobody knows how old it is.
    private func tellUnsettled(_ scan: SourceScan, _ level: Logger.Level = .info) {
        if let left = unsettled {
            let names = scan.unsettled.entries.lazy.map(\.path)
            let first = Quantity.list(Array(names.prefix(Self.namedFiles)), of: left.count, most: Self.namedFiles)
            log.log(level: level, "\(left.sentence): \(first.joined(separator: ", "))")
            for name in names.dropFirst(Self.namedFiles) { log.debug("left for the next run: \(name)") }
        }
        guard plan.localSource == nil, let settled = plan.description.select.settled else { return }
        let undated = scan.manifest.entries.indices.count { scan.manifest.entries.modified($0) == 0 }
        guard undated > 0, scan.directories > 0 else { return }
        log.warning(
            "\(plan.source.name) reports no modification time of \(Quantity.count(undated, "file")): sent without 'settled: \(settled.written)'"
        )
    }

    /// Names links that are left out because nobody said what to do with them.
    private func tellLinks(_ scan: SourceScan, _ level: Logger.Level) {
        guard plan.description.symlinks == nil, !scan.skippedLinks.isEmpty else { return }
        let links = scan.skippedLinks
        let names = Quantity.list(links, most: Self.namedLinks).joined(separator: ", ")
        let pronoun = links.count == 1 ? "it leads" : "they lead"
        log.log(
            level: level,
            "leaves out \(Quantity.count(links.count, "symbolic link")): \(names); to send what \(pronoun) to, write 'symlinks: follow'")
    }

    private static let namedLinks = 3

    /// Files that are named where more would hide the rest of the log.
    private static let namedFiles = 5

    private var destination: DestinationGuard {
        DestinationGuard(plan: plan, journal: journal, others: others, service: service, time: time, log: log)
    }

    private func protectDestination(from manifest: Manifest, _ seen: DestinationLook.Sighting? = nil) async throws(Stop) {
        let finding = await destination.finding(of: manifest, seen)
        if let outcome = finding.obstacle { throw Stop(outcome) }
        memory.there = finding.there
    }

    /// - Returns: `nil` if the destination may not be listed.
    private func sighting(of manifest: Manifest) async throws(Stop) -> DestinationLook.Sighting? {
        do throws(GlobusError) {
            return try await DestinationLook(plan: plan, service: service, time: time).sighting(of: manifest.entries)
        } catch {
            guard case .refused(let refusal) = error.cause, refusal.kind == .permission else { throw Stop(error, .submission) }
            return nil
        }
    }

    /// What this machine's Globus Connect Personal may not read or write, or its disk cannot hold, would be a fault of hours.
    private func requireLocalPlaces(for manifest: Manifest) async throws(Stop) {
        if let problem = plan.permissionProblem { throw Stop(.localDisk(problem)) }
        guard plan.localDestination != nil else { return }
        let problem = await Workers.abandonable { [plan, disk] _ in plan.diskProblem(receiving: manifest.entries, on: disk) }
        guard let problem else { throw Stop(.interrupted()) }
        if let problem { throw Stop(.localDisk(problem)) }
    }

    /// A person's own machine may be switched off, which Globus would wait out until the deadline.
    private func requireConnection() async throws(Stop) {
        for access in plan.personalAccess {
            guard let collection = access.personal.collection else { continue }
            let document: CollectionInfo
            do throws(GlobusError) {
                document = try await service.collection(collection)
            } catch {
                if let fault = access.personal.fault(after: error) { throw Stop(.unusable(fault)) }
                continue
            }
            if let fault = document.fault(of: access.personal) { throw Stop(.unusable(fault)) }
            if access.personal.process == nil, document.isConnected == true {
                log.debug("Globus Connect Personal of \(access.personal.title) does not run on this machine, but on another one")
            }
        }
    }

    /// What the source holds now: of one that lies on this machine and was listed already, only what is to be sent next is looked at anew.
    private func scan(
        of source: SourceScan?, besides proven: Manifest
    ) async throws(Stop) -> (scan: SourceScan, contents: SubmissionContents) {
        guard let source, let root = plan.localRoot else { return try await scan() }
        await gates.scans.enter()
        defer { gates.scans.leave() }
        let refresh = SourceRefresh(
            source: source, root: root, links: plan.links, most: most,
            settling: Settling(plan.description.select, now: time.now))
        guard let scan = await refresh.refreshed(besides: proven, wantsDigests: plan.description.verify.level == .digest) else {
            throw Stop(.interrupted())
        }
        memory.note(scan)
        return (scan, .files(scan.manifest))
    }

    func scan() async throws(Stop) -> (scan: SourceScan, contents: SubmissionContents) {
        if plan.localSource != nil { await gates.scans.enter() }
        defer { if plan.localSource != nil { gates.scans.leave() } }
        do throws(GlobusError) {
            let (scan, contents) = try await plan.scan(through: service, time: time)
            memory.note(scan)
            return (scan, contents)
        } catch {
            throw Stop(error, .source)
        }
    }

    /// What an earlier run has proven need not be sent again. Without a cycle only what the destination still has; and if contents are to
    /// be compared, every run compares them.
    ///
    /// - Parameter seen: what is at the destination, where that was looked at.
    private func provenBefore(
        _ scan: SourceScan, _ seen: DestinationLook.Sighting?
    ) async throws(Stop) -> (receipt: JournalRecord.Receipt, manifest: Manifest)? {
        guard let receipt = journal?.record.receipt else { return nil }
        guard plan.cycle != nil || seen != nil && plan.description.transfer.sync != .checksum else { return nil }
        do throws(JournalProblem) {
            let level = plan.description.verify.level
            guard let proven = try journal?.proven(atLeast: level) else { return nil }
            return (receipt, seen?.stillThere(proven, byContents: level == .digest) ?? proven)
        } catch {
            // What is gone from the source cannot be compared again, and would be forgotten.
            let holdsAll = !scan.holdsNothing && scan.manifest.entries.count >= receipt.files
            guard error.isUnusableProof, holdsAll, plan.description.clean.source == .keep else { throw Stop(error) }
            log.warning("\(error); every file is compared with the destination again")
            return nil
        }
    }

    /// Looks for what a mirror is to delete, and says how much that is.
    private func deletesExtra(_ scan: SourceScan, _ contents: SubmissionContents) async throws(Stop) -> Bool {
        guard plan.mirrors(contents) else { return false }
        let surplus: Surplus
        do throws(GlobusError) {
            surplus = try await Surplus(besides: scan.manifest, at: plan.destination, through: service, time: time)
        } catch {
            throw Stop(error, .submission)
        }
        guard surplus.extra.files > 0 else { return false }
        guard deletesMost || !surplus.isMost else { throw Stop(.surplus(surplus)) }
        log.warning("deletes \(surplus.sentence(plan))")
        return true
    }

    private func submit(_ work: Work) async throws(Stop) -> Begun {
        // A submission that has begun is brought to its answer: a task of which nobody knows could not be cancelled.
        guard control?.hold() ?? true else { throw Stop(.interrupted()) }
        defer { control?.release() }
        return try await submitHeld(work)
    }

    private func submitHeld(_ work: Work) async throws(Stop) -> Begun {
        if work.sendsAgain, let files = work.sent { try await requireAnotherPlace(files) }
        let id: SubmissionID
        do throws(GlobusError) { id = try await service.newSubmissionID() } catch { throw Stop(error, .submission) }
        var document = plan.heading(work.contents, now: service.now(time))
        document.encryptData = try await encryption(document.encryptData)
        if work.comparesContents, document.syncLevel != nil { document.syncLevel = .checksum }
        if work.sendsAgain { document.syncLevel = nil }
        document.submissionID = id
        if work.deletesExtra { document.deleteDestinationExtra = true }
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
            guard case .refused(var refusal) = error.cause else { throw Stop(error, .submission) }
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
        (begun.sent, begun.sends) = (work.sent, work.sent.map { Amount($0) })
        begun.new = FileTally(Manifest(work.brings).lacking(in: memory.there).entries)
        if !work.sendsAgain { begun.there = Amount((work.sent ?? work.manifest).found(in: memory.there)) }
        return begun
    }

    /// Files that are sent without a comparison are written over: never where they come from.
    private func requireAnotherPlace(_ files: Manifest) async throws(Stop) {
        let links: [Int]
        do throws(GlobusError) {
            links = try await DestinationLook(plan: plan, service: service, time: time).sighting(of: files.entries).finding().links
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
        if work.rest.unsent == 0, let (files, place) = try journal.uncovered(by: work.manifest) {
            log.warning(
                "the receipt so far is of \(Quantity.count(files, "file")) at \(place) that this transfer does not have: they stay there, and no receipt speaks of them any more"
            )
        }
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
