import CycleCalendar
import FoundationEssentials
import Globus
import SystemFiles

/// The journal of one transfer of one cycle, held by this process.
///
/// Every method that changes something has it on disk when it returns.
final class CycleJournal {
    var record: JournalRecord
    /// The record on disk was damaged, and an older one took its place.
    let isPrevious: Bool
    private let stem: String
    private let lock: CycleLock
    let time: any Timekeeper
    /// How often the record has been taken hold of, this time included.
    private let generation: Int
    /// The list of what is proven and its SHA-256, and whether this process has written it: a million files are not read again for each
    /// question.
    var list: (manifest: Manifest, fingerprint: String, isOurs: Bool)?

    /// The record on disk as this process wrote it last.
    private var written: Data?

    private let isRun: Bool
    /// Where second copies of receipts are kept.
    let receipts: ReceiptStore?
    /// What the record said before this run was to archive the cycle again at other ends. It says so again if the run sends and finds nothing
    /// there: a mistake in a path leaves the receipt in force.
    private var former: (plan: JournalRecord.Plan, outcome: JournalRecord.Ending?)?
    /// What the tasks that this run has concluded have sent.
    private var sent: (files: Int64, bytes: Int64) = (0, 0)

    /// What a record's files are called, after its stem.
    static let endings = [
        ".json", ".submission", ".sent", ".proven", ".spoilt", ".asked", ".listed", ".wanted", ".lost", ".differs", ".unsent", ".links",
        ".times", ".disputed", ".digests",
    ]

    /// Takes hold of the transfer's record. Writes it, so that a journal which cannot be written is known before anything is sent.
    ///
    /// - Parameters:
    ///   - isRun: whether a run begins, which ends with `ended`: one that is killed before leaves its beginning in the record.
    ///   - movesArchive: whether what is archived elsewhere may be archived again from or at the ends that the plan names.
    init(
        _ journal: Journal, _ plan: TransferPlan, time: any Timekeeper, isRun: Bool = false, movesArchive: Bool = false
    ) async throws(JournalProblem) {
        guard journal.hasPlace else { throw .noPlace }
        if let local = plan.localSource, !local.isFile {
            guard !Mounts.lies(journal.directory, in: local.path) else { throw .inSource(path: journal.directory) }
        }
        stem = journal.stem(plan.workflow, cycle: plan.cycle?.description, name: plan.name)
        (self.time, self.isRun, receipts) = (time, isRun, journal.receipts)
        try JournalFile.makeDirectory(journal.workflowDirectory(plan.workflow))
        lock = try await CycleLock(path: stem + ".lock")
        // Before the record is read: a holder that was suspended just before the rename of what it wrote finds nothing to rename.
        if lock.hasReplaced { DurableFile.sweepParts(of: stem, endings: Self.endings) }
        let known = try Journal.read(stem + ".json")
        isPrevious = known?.isPrevious ?? false
        // An older record proves nothing, and must not take the damaged one's place: only a run compares the files again.
        if isPrevious, !isRun {
            lock.release()
            throw .damaged(path: stem + ".json")
        }
        record = known?.record ?? JournalRecord(plan, now: time.now)
        guard record.isOf(plan) else {
            lock.release()
            throw .foreign(path: stem + ".json", title: record.title)
        }
        let before = record.plan
        if let problem = record.conflict(with: plan) {
            guard movesArchive else {
                lock.release()
                throw problem
            }
            former = (before, record.outcome)
        }
        record.plan = JournalRecord.Plan(plan)
        generation = (record.generation ?? 0).clampedSum(1)
        record.generation = generation
        if isRun {
            record.begun = time.now.description
            // What another transfer was to bring is not this one's.
            if before.source != record.plan.source || before.destination != record.plan.destination { forgetWanted() }
        }
        try save()
    }

    func save() throws(JournalProblem) {
        record.updated = time.now.description
        let data = try JournalFile.encode(record, for: stem + ".json")
        try check()
        try DurableFile.write(data, to: stem + ".json", token: lock.token, keepingPrevious: true, check: check)
        written = data
    }

    /// Whether this process still has the record to itself. Asked before and after each file of the record is written, so that one which
    /// was suspended for longer than the lease, and taken for dead, changes nothing of what its successor has done.
    func check() throws(JournalProblem) {
        try lock.check()
        // A lock may look like ours to a file system that remembers too much.
        guard let data = try? JournalFile.data(stem + ".json"), data != written,
            let present = try? JSONDecoder().decode(Generation.self, from: data)
        else { return }
        if let number = present.generation, number > generation { throw .superseded(path: stem + ".json") }
    }

    private struct Generation: Decodable { var generation: Int? }

    // MARK: what happens, in the order in which it happens

    /// Of a cycle of which something is verified at other ends: the files of its receipt that are not in `manifest`, of which no receipt will
    /// speak any more; and where they are.
    func uncovered(by manifest: Manifest) throws(JournalProblem) -> (files: Int, place: String)? {
        guard record.cycle != nil, let receipt = record.receipt, !provesPlan,
            let count = try proof()?.lacking(in: manifest).entries.count, count > 0
        else { return nil }
        return (count, receipt.destination.text)
    }

    /// Before the request: what will be sent, under which id. The document is kept, so that the same bytes can be sent again.
    ///
    /// - Parameters:
    ///   - remaining: how many files further submissions are to bring.
    ///   - sync: how Globus is to compare, as `Submission.sync` has it.
    ///   - includesUnsent: the task also brings every file that is proven without having been sent or compared by checksum.
    ///   - owner: who submits, if that is known.
    ///   - document: writes the document.
    /// - Returns: what was written.
    func intend(
        _ id: SubmissionID, expecting manifest: Manifest, remaining: Int = 0, sync: String? = nil, includesUnsent: Bool = false,
        by owner: TaskOwner? = nil,
        document: (DurableFile.Output) throws(JournalProblem) -> Void
    ) throws(JournalProblem) -> RequestBody {
        let path = stem + ".submission"
        try check()
        try DurableFile.write(to: path, token: lock.token, check: check, document)
        guard let body = try Self.body(path) else { throw .unreadable(path: path, reason: SystemReason.words()) }
        try write(manifest, as: ".sent")
        var submission = JournalRecord.Submission(id: id, state: .intended, begun: time.now.description, manifest, record.plan)
        if remaining > 0 { submission.remaining = remaining }
        submission.owner = owner
        submission.sync = sync
        if includesUnsent { submission.includesUnsent = true }
        begin(submission)
        try save()
        // What was written while the lock was being lost is not acted on.
        try check()
        return body
    }

    /// It was intended, and never asked for.
    func withdrawn() throws(JournalProblem) {
        record.submission?.state = .failed
        record.submission?.ended = time.now.description
        try save()
    }

    /// Globus has it.
    func accepted(_ task: TaskID, requestID: String?, by owner: TaskOwner? = nil) throws(JournalProblem) {
        record.submission?.state = .accepted
        record.submission?.task = task
        record.submission?.requestID = requestID
        record.submission?.refusal = nil
        if let owner, record.submission?.owner?.isUnknown ?? true { record.submission?.owner = owner }
        try save()
    }

    /// Whether Globus has refused the latest submission for good, and what it answered; without an answer it may have taken it.
    func refused(_ isRefused: Bool, with answer: String?) throws(JournalProblem) {
        guard (record.submission?.refused ?? false) != isRefused || record.submission?.refusal != answer else { return }
        record.submission?.refused = isRefused ? true : nil
        record.submission?.refusal = answer
        try save()
    }

    /// Whose the latest task is, as Globus's own document says.
    func isOwned(by owner: TaskOwner) throws(JournalProblem) {
        guard record.submission?.owner?.isUnknown ?? true else { return }
        record.submission?.owner = owner
        try save()
    }

    /// A live task of ours that the journal did not know.
    ///
    /// - Parameter pathsUnknown: whether only its label says that it is ours.
    func adopt(_ task: TaskID, expecting manifest: Manifest, by owner: TaskOwner?, pathsUnknown: Bool) throws(JournalProblem) {
        try write(manifest, as: ".sent")
        var submission = JournalRecord.Submission(id: nil, state: .accepted, begun: time.now.description, manifest, record.plan)
        submission.task = task
        submission.owner = owner
        if pathsUnknown { submission.pathsUnknown = true }
        begin(submission)
        try save()
    }

    /// Every file of `manifest` was found at the destination.
    ///
    /// - Parameters:
    ///   - doubts: what is known against deleting some of them at the source.
    ///   - missing: how many files were proven before and are to be brought again.
    /// - Throws: if that cannot be recorded; the record then stays as it was, so that a later run takes the task up and proves it again.
    func proven(
        _ archive: Archive, _ manifest: Manifest, _ doubts: Doubts, missing: Int = 0
    ) throws(JournalProblem) {
        let moves = !provesPlan
        let kept = moves ? Manifest([]) : try unfound().lacking(in: manifest)
        let doubts = try self.doubts(doubts, keeping: kept)
        // Before the receipt, which speaks of them.
        try keep(doubts)
        let fingerprint = try writeProof(kept.entries.isEmpty ? manifest : Manifest(Array(manifest.entries) + kept.entries))
        let before = record
        record.submission?.listed = nil
        record.submission?.state = .succeeded
        record.submission?.ended = time.now.description
        record.receipt = receipt(archive, doubts, fingerprint, keeping: kept)
        record.look = look(keeping: kept)
        record.asked = nil
        let remaining = (record.submission?.remaining ?? 0).clampedSum(missing)
        if missing > 0 { record.submission?.remaining = remaining }
        do throws(JournalProblem) {
            try save()
        } catch {
            record = before
            throw error
        }
        countSent(archive.figures)
        if moves { forgetLosses() }
        if missing == 0 { try mended(by: manifest) }
        try shortenLook(to: kept)
        for ending in [JournalRecord.Receipt.listBefore, ".sent", ".submission", ".asked", ".listed"] { unlink(stem + ending) }
    }

    /// A task has ended without bringing all that it was to bring. What of it has arrived is proven like any other; what is known of the rest
    /// stays as it was.
    ///
    /// - Parameters:
    ///   - manifest: all that is proven now.
    ///   - spoiling: files of which the destination may have a part, and that a later run is to bring.
    func arrived(
        _ archive: Archive, _ manifest: Manifest, _ doubts: Doubts, spoiling: Manifest, hasSucceeded: Bool
    ) throws(JournalProblem) {
        let moves = !provesPlan
        let kept = moves ? Manifest([]) : try unfound().lacking(in: manifest)
        let doubts = try self.doubts(doubts, keeping: kept)
        try keep(doubts)
        let fingerprint = try writeProof(kept.entries.isEmpty ? manifest : Manifest(Array(manifest.entries) + kept.entries))
        try spoil(spoiling)
        record.submission?.listed = nil
        record.submission?.state = hasSucceeded ? .succeeded : .failed
        record.submission?.ended = time.now.description
        record.receipt = receipt(archive, doubts, fingerprint, keeping: kept)
        record.look = look(keeping: kept)
        record.asked = nil
        try save()
        if moves { forgetLosses() }
        countSent(archive.figures)
        try shortenLook(to: kept)
        unlink(path(JournalRecord.Receipt.listBefore))
    }

    /// What was lost at other ends is not this receipt's.
    private func forgetLosses() { for ending in [".lost", ".differs"] { unlink(stem + ending) } }

    /// For the history of a transfer without a cycle.
    private func countSent(_ figures: TaskFigures) {
        sent = (sent.files.clampedSum(figures.filesTransferred), sent.bytes.clampedSum(figures.bytesTransferred))
    }

    func keep(_ doubts: Doubts) throws(JournalProblem) {
        try keep(doubts.unsent, in: ".unsent")
        try keep(doubts.links ?? Manifest([]), in: ".links")
        try keep(doubts.times, in: ".times")
        try keep(doubts.disputed, in: ".disputed")
    }

    /// - Parameter kept: what was proven before, and was neither found nor brought since.
    private func receipt(
        _ archive: Archive, _ doubts: Doubts, _ fingerprint: String, keeping kept: Manifest
    ) -> JournalRecord.Receipt {
        var tasks = record.receipt?.tasks ?? []
        if let task = record.submission?.task, !tasks.contains(task) { tasks.append(task) }
        former = nil
        var receipt = JournalRecord.Receipt(
            files: archive.files, bytes: archive.bytes, level: archive.level.rawValue, proven: time.now.description,
            since: doubts.hasKept ? record.receipt?.oldest : nil, tasks: tasks,
            rate: archive.figures.bytesPerSecond, byDigest: archive.byDigest, bySize: archive.tally.bySize,
            unproven: archive.tally.unproven, manifest: fingerprint, unsent: JournalRecord.Listed(doubts.unsent),
            links: doubts.links.map { JournalRecord.Listed($0) },
            times: JournalRecord.Listed(ifAny: doubts.times), disputed: JournalRecord.Listed(ifAny: doubts.disputed),
            source: record.plan.source, destination: record.plan.destination)
        receipt.readHere = archive.readHere?.description
        if !kept.entries.isEmpty { receipt.keep(kept) }
        return receipt
    }

    /// The wait ends while an error stands in the way, or without one.
    func left(with fault: JournalRecord.Fault?) { record.submission?.fault = fault }

    /// How this run ends. Of a task that has ended without success nothing is kept that would be sent again.
    ///
    /// - Parameters:
    ///   - unsettled: what it left for a later run.
    ///   - unread: what it left out because this user may not read it.
    func ended(
        _ ending: JournalRecord.Ending, taskHasFailed: Bool, leaving unsettled: Unsettled? = nil, unread: Unread? = nil
    ) throws(JournalProblem) {
        record.begun = nil
        if let former {
            (record.plan, record.outcome) = former
            return try save()
        }
        record.outcome = ending
        record.unsettled = unsettled
        if isRun { record.unreadable = unread?.names }
        if isRun, record.cycle == nil {
            record.add(
                PastRun(
                    time: ending.time, status: ending.status, files: record.receipt?.files ?? 0, bytes: record.receipt?.bytes ?? 0,
                    newFiles: sent.files, newBytes: sent.bytes))
            sent = (0, 0)
        }
        if taskHasFailed {
            record.submission?.state = .failed
            record.submission?.ended = time.now.description
        }
        try save()
    }

    private func begin(_ submission: JournalRecord.Submission) {
        if let old = record.submission { record.earlier = Array((record.earlier + [old]).suffix(20)) }
        record.submission = submission
        record.outcome = nil
        former = nil
        record.look?.isOfArchive = nil
        // Somebody's note is about what was archived before.
        record.elsewhere = nil
    }

    /// What was wanted is proven, or no longer wanted: what is missing at the destination and no longer selected is proven no more. That
    /// the source still has it is required: a change of the selection, or an emptied list, must not make anybody forget a loss.
    ///
    /// - Parameter isAtSource: whether the source is known to have a file.
    func settle(_ isAtSource: (String) -> Bool) throws(JournalProblem) {
        unlink(stem + ".wanted")
        guard record.look != nil else {
            unlink(stem + ".lost")
            return
        }
        guard provesPlan, let manifest = try proof() else { return }
        let lost = try unfound(), left = manifest.lacking(in: lost)
        guard !left.entries.isEmpty, lost.entries.allSatisfy({ isAtSource($0.path) }) else { return }
        try writeProof(left)
        record.receipt?.lose(manifest.entries.count - left.entries.count, leaving: left)
        record.look = nil
        try save()
        for ending in [JournalRecord.Receipt.listBefore, ".lost", ".differs"] { unlink(stem + ending) }
    }

    /// Files lie at the destination as something else than what was sent: a comparison of less than checksums could find them equal.
    func spoil(_ differences: [FileDifference], of manifest: Manifest) throws(JournalProblem) {
        let spoilt = Set(differences.filter { !$0.isMissing }.map { FileName($0.path) })
        try spoil(manifest.filter { spoilt.contains(FileName($0.path)) })
    }

    private func spoil(_ files: Manifest) throws(JournalProblem) {
        guard !files.entries.isEmpty else { return }
        let before = try spoilt() ?? Manifest([])
        try write(Manifest(Array(before.lacking(in: files).entries) + files.entries), as: ".spoilt")
    }

    /// All that was proven was read on this machine, where it arrived.
    ///
    /// - Parameter begin: when the reading began.
    func readHere(from begin: Timestamp) throws(JournalProblem) {
        record.receipt?.checked = time.now.description
        record.receipt?.readHere = begin.description
        try save()
    }

    /// What was last verified and not missed since, whatever the description says since.
    func everProven() throws(JournalProblem) -> Manifest? {
        let proven = if let list, list.isOurs { list.manifest } else { try JournalFile.manifest(stem + ".proven") }
        return record.look == nil ? proven : proven?.lacking(in: try unfound())
    }

    /// What lay at the destination as something else than what was sent, when it was last looked for there.
    func spoilt() throws(JournalProblem) -> Manifest? { try JournalFile.manifest(stem + ".spoilt") }

    /// What is proven is spoilt no longer; what was left for a later run, as it was still being written, may be.
    private func mended(by manifest: Manifest) throws(JournalProblem) {
        guard let spoilt = try spoilt() else { return }
        let rest = spoilt.lacking(in: manifest)
        if rest.entries.isEmpty { unlink(stem + ".spoilt") } else { try write(rest, as: ".spoilt") }
    }

    /// Globus's list of what the latest task has sent, as far as it was read.
    func listed(_ part: SentFiles.Part) throws(JournalProblem) {
        // Before the marker, which speaks of it.
        try write(part.files, as: ".listed")
        record.submission?.listed = part.marker
        try save()
    }

    func listed() throws(JournalProblem) -> SentFiles.Part? {
        guard let marker = record.submission?.listed, let files = try JournalFile.manifest(stem + ".listed") else { return nil }
        return SentFiles.Part(files: files, marker: marker)
    }

    /// All that was proven has been found at the destination once more.
    func foundAgain(level: TaskDescription.VerifyOptions.Level) throws(JournalProblem) {
        record.receipt?.checked = time.now.description
        if let receipt = record.receipt, TaskDescription.VerifyOptions.Level(rawValue: receipt.level) ?? .none < level {
            record.receipt?.level = level.rawValue
        }
        try save()
    }

    /// A check, not a run, ended well. What a later run came to, which may know of more files, stays.
    func confirmed(_ ending: JournalRecord.Ending) throws(JournalProblem) {
        guard record.standing == .archived else { return }
        record.outcome = ending
        try save()
    }

    /// Nothing of these files is left at the source; counts if they are all that is proven. Of several clean-ups the first counts.
    func cleaned(_ proven: Manifest) throws(JournalProblem) {
        guard let receipt = record.receipt, receipt.cleaned == nil, receipt.files == proven.entries.count else { return }
        record.receipt?.cleaned = time.now.description
        try save()
    }

    // MARK: what is known

    /// The document of a submission that Globus may or may not have. One with another id than the record's counts as lost: it must not be
    /// sent under that name.
    func intendedDocument() throws(JournalProblem) -> RequestBody? {
        guard let body = try Self.body(stem + ".submission") else { return nil }
        guard let file = body.file, let id = record.submission?.id else { return body }
        // The id stands in the first lines, before the files.
        let lines = file.beginning(1024).split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        let line = lines.first { $0.hasPrefix("\"submission_id\":") }
        return line?.contains("\"\(id)\"") ?? true ? body : nil
    }

    private static func body(_ path: String) throws(JournalProblem) -> RequestBody? {
        if let file = BodyFile(path: path) { return .file(file) }
        if errno == ENOENT { return nil }
        throw .unreadable(path: path, reason: SystemReason.words())
    }

    /// What the latest submission should bring; `nil` if that was not kept, or what lies there is another's.
    func expected() throws(JournalProblem) -> Manifest? {
        guard let submission = record.submission, let manifest = try JournalFile.manifest(stem + ".sent") else { return nil }
        return manifest.entries.count == submission.files && manifest.bytes == submission.bytes ? manifest : nil
    }

    /// What is proven to be at the destination, at this level or a stricter one, and was not missed there since, if the transfer still goes
    /// from there to there. Entries have digests if these were proven.
    ///
    /// - Throws: `noProof` if the list beside the record is not the one that the receipt speaks of.
    func proven(atLeast level: TaskDescription.VerifyOptions.Level) throws(JournalProblem) -> Manifest? {
        guard let receipt = record.receipt, receipt.source == record.plan.source, receipt.destination == record.plan.destination else {
            return nil
        }
        // One file may be proven by its digest although another is not.
        let reached = TaskDescription.VerifyOptions.Level(rawValue: receipt.level) ?? .none
        guard reached >= min(level, .size) else { return nil }
        guard var manifest = try proof() else { throw .noProof(beside: stem) }
        if record.look != nil { manifest = manifest.lacking(in: try unfound()) }
        return level == .digest ? manifest.filter { $0.digest != nil } : manifest
    }

    /// What was proven lies at the source itself: it is no proof. Written with the next record.
    func withdraw() { record.receipt = nil }

    /// The source collection was seen to show this directory of this machine; `nil` takes it back. Written with the next record.
    func sourceIsMounted(as identity: String?) { record.mounted = identity }

    func release() { lock.release() }

    // MARK: files beside the record

    func path(_ ending: String) -> String { stem + ending }

    /// Writes a manifest beside the record, as long as the record is this process's.
    func write(_ manifest: Manifest, as ending: String) throws(JournalProblem) {
        try check()
        try ManifestFile.write(manifest, to: stem + ending, token: lock.token, check: check)
    }
}
