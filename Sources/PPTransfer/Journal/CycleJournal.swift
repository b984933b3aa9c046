import Globus

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The journal of one transfer of one cycle, held by this process.
///
/// Every method that changes something has it on disk when it returns.
final class CycleJournal {
    private(set) var record: JournalRecord
    /// The record on disk was damaged, and an older one took its place.
    let isPrevious: Bool
    private let stem: String
    private let lock: CycleLock
    private let time: any Timekeeper

    /// Takes hold of the transfer's record. Writes it, so that a journal which cannot be written is known before anything is sent.
    init(_ journal: Journal, _ plan: TransferPlan, time: any Timekeeper) async throws(JournalProblem) {
        guard journal.hasPlace else { throw .noPlace }
        if let local = plan.localSource, !local.isFile {
            guard !Self.lies(journal.directory, in: local.path) else { throw .inSource(path: journal.directory) }
        }
        stem = journal.stem(plan.workflow, cycle: plan.cycle?.description, name: plan.name)
        self.time = time
        try DurableFile.makeDirectory(journal.workflowDirectory(plan.workflow))
        lock = try await CycleLock(path: stem + ".lock")
        let known = try Journal.read(stem + ".json")
        isPrevious = known?.isPrevious ?? false
        record = known?.record ?? JournalRecord(plan, now: time.now)
        record.plan = JournalRecord.Plan(plan)
        try save()
    }

    /// Whether `inner` lies in `outer`, links resolved as far as the paths exist.
    private static func lies(_ inner: String, in outer: String) -> Bool {
        let outer = resolved(outer), inner = resolved(inner)
        return inner == outer || inner.hasPrefix(outer.hasSuffix("/") ? outer : outer + "/")
    }

    private static func resolved(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return path }
        return resolved(String(path[..<slash])) + path[slash...]
    }

    private func save() throws(JournalProblem) {
        record.updated = time.now.description
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record) else { throw .unwritable(path: stem + ".json", reason: "it cannot be encoded") }
        try lock.check()
        try DurableFile.write(data, to: stem + ".json", keepingPrevious: true)
    }

    // MARK: what happens, in the order in which it happens

    /// Before the request: what will be sent, under which id. The document is kept, so that the same bytes can be sent again.
    ///
    /// - Parameters:
    ///   - remaining: how many files further submissions are to bring.
    ///   - document: writes the document.
    /// - Returns: what was written.
    func intend(
        _ id: SubmissionID, expecting manifest: Manifest, remaining: Int = 0,
        document: (DurableFile.Output) throws(JournalProblem) -> Void
    ) throws(JournalProblem) -> RequestBody {
        let path = stem + ".submission"
        try DurableFile.write(to: path, document)
        guard let body = try Self.body(path) else { throw .unreadable(path: path, reason: DurableFile.reason()) }
        try ManifestFile.write(manifest, to: stem + ".sent")
        var submission = JournalRecord.Submission(id: id, state: .intended, begun: time.now.description, manifest, record.plan)
        if remaining > 0 { submission.remaining = remaining }
        begin(submission)
        try save()
        return body
    }

    /// Globus has it.
    func accepted(_ task: TaskID, requestID: String?) throws(JournalProblem) {
        record.submission?.state = .accepted
        record.submission?.task = task
        record.submission?.requestID = requestID
        try save()
    }

    /// A live task of ours that the journal did not know.
    func adopt(_ task: TaskID, expecting manifest: Manifest) throws(JournalProblem) {
        try ManifestFile.write(manifest, to: stem + ".sent")
        var submission = JournalRecord.Submission(id: nil, state: .accepted, begun: time.now.description, manifest, record.plan)
        submission.task = task
        begin(submission)
        try save()
    }

    /// Every file of `manifest` was found at the destination.
    ///
    /// - Throws: if that cannot be recorded; the record then stays as it was, so that a later run takes the task up and proves it again.
    func proven(_ archive: Archive, _ manifest: Manifest) throws(JournalProblem) {
        // Before the receipt, which speaks of it.
        try ManifestFile.write(manifest, to: stem + ".proven")
        let before = record
        record.submission?.listed = nil
        record.submission?.state = .succeeded
        record.submission?.ended = time.now.description
        var tasks = record.receipt?.tasks ?? []
        if let task = record.submission?.task, !tasks.contains(task) { tasks.append(task) }
        record.receipt = JournalRecord.Receipt(
            files: archive.files, bytes: archive.bytes, level: archive.level.rawValue, proven: time.now.description, tasks: tasks,
            rate: archive.figures.bytesPerSecond, byDigest: archive.byDigest, bySize: archive.tally.bySize,
            unproven: archive.tally.unproven, manifest: manifest.fingerprint.description, source: record.plan.source,
            destination: record.plan.destination)
        record.asked = nil
        do throws(JournalProblem) {
            try save()
        } catch {
            record = before
            throw error
        }
        for ending in [".sent", ".submission", ".spoilt", ".asked", ".listed"] { unlink(stem + ending) }
    }

    /// The wait ends while an error stands in the way, or without one.
    func left(with fault: JournalRecord.Fault?) { record.submission?.fault = fault }

    /// How this run ends. Of a task that has ended without success nothing is kept that would be sent again.
    func ended(_ ending: JournalRecord.Ending, taskHasFailed: Bool) throws(JournalProblem) {
        record.outcome = ending
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
    }

    /// Files that were proven are not, or no longer, at the destination: they count as not sent.
    func disproven(_ differences: [Difference]) throws(JournalProblem) {
        guard let manifest = try ManifestFile.read(stem + ".proven") else { return }
        let lost = Set(differences.map { FileName($0.path) })
        let left = Manifest(manifest.entries.filter { !lost.contains(FileName($0.path)) })
        // A comparison of less than checksums could find these equal to what was sent.
        let spoilt = Set(differences.filter { if case .missing = $0 { false } else { true } }.map { FileName($0.path) })
        if !spoilt.isEmpty {
            let before = try ManifestFile.read(stem + ".spoilt")?.entries ?? Manifest.Entries()
            let now = manifest.entries.filter { spoilt.contains(FileName($0.path)) }
            try ManifestFile.write(
                Manifest(before.filter { !spoilt.contains(FileName($0.path)) } + now), to: stem + ".spoilt")
        }
        try ManifestFile.write(left, to: stem + ".proven")
        record.submission?.state = .failed
        record.receipt?.lose(manifest.entries.count - left.entries.count, leaving: left)
        record.asked = nil
        try save()
    }

    /// What lay at the destination as something else than what was sent, when it was last looked for there.
    func spoilt() throws(JournalProblem) -> Manifest? { try ManifestFile.read(stem + ".spoilt") }

    /// Globus's list of what the latest task has sent, as far as it was read.
    func listed(_ part: SentFiles.Part) throws(JournalProblem) {
        // Before the marker, which speaks of it.
        try ManifestFile.write(part.files, to: stem + ".listed")
        record.submission?.listed = part.marker
        try save()
    }

    func listed() throws(JournalProblem) -> SentFiles.Part? {
        guard let marker = record.submission?.listed, let files = try ManifestFile.read(stem + ".listed") else { return nil }
        return SentFiles.Part(files: files, marker: marker)
    }

    // MARK: what the destination is asked to read back

    /// Whether there is a proof that a look at the destination could confirm. That not every digest was proven is no obstacle: it may
    /// be the very reason.
    var isSent: Bool {
        guard let receipt = record.receipt else { return false }
        return record.isArchived
            || record.submission?.state == .failed && record.outcome?.status == ExitStatus.unverified.name
                && record.submission?.files == receipt.files
    }

    /// A job at the destination will be asked for these.
    ///
    /// - Returns: when it was first asked for just these; its answer says so, so that an answer to an earlier question is known.
    func ask(for manifest: Manifest) throws(JournalProblem) -> String {
        if let asked = record.asked, try self.asked() == manifest { return asked }
        try ManifestFile.write(manifest, to: stem + ".asked")
        let now = time.now.description
        record.asked = now
        try save()
        return now
    }

    /// What was last asked for, and is not answered yet.
    func asked() throws(JournalProblem) -> Manifest? { record.asked == nil ? nil : try ManifestFile.read(stem + ".asked") }

    /// Every file of `manifest` that is still among the proven ones was read at the destination, with the size and the digest that the
    /// manifest has.
    func readBack(_ manifest: Manifest, _ report: FarEndReport) throws(JournalProblem) {
        guard let proven = try ManifestFile.read(stem + ".proven") else { return }
        let known = Dictionary(manifest.entries.map { ($0.listed, $0.digest) }) { first, _ in first }
        let now = Manifest(
            proven.entries.map { entry in
                var entry = entry
                if let digest = known[entry.listed] ?? nil { entry.digest = digest }
                return entry
            })
        try ManifestFile.write(now, to: stem + ".proven")
        if isSent { record.submission?.state = .succeeded }
        let digested = now.entries.count { $0.digest != nil }
        record.receipt?.byReport = digested
        record.receipt?.bySize = now.entries.count - digested
        record.receipt?.manifest = now.fingerprint.description
        record.receipt?.checked = report.ended
        record.receipt?.readBack = JournalRecord.ReadBack(
            user: report.user, host: report.host, directory: report.directory, begun: report.begun, ended: report.ended,
            manifest: report.manifest.description)
        if digested == now.entries.count { record.receipt?.level = TaskDescription.VerifyOptions.Level.digest.rawValue }
        try save()
    }

    /// All that was proven has been found at the destination once more.
    func foundAgain(level: TaskDescription.VerifyOptions.Level) throws(JournalProblem) {
        record.receipt?.checked = time.now.description
        if let receipt = record.receipt, TaskDescription.VerifyOptions.Level(rawValue: receipt.level) ?? .none < level {
            record.receipt?.level = level.rawValue
        }
        try save()
    }

    /// Nothing of these files is left at the source; counts if they are all that is proven. Of several clean-ups the first counts.
    func cleaned(_ proven: Manifest) throws(JournalProblem) {
        guard let receipt = record.receipt, receipt.cleaned == nil, receipt.files == proven.entries.count else { return }
        record.receipt?.cleaned = time.now.description
        try save()
    }

    // MARK: what is known

    /// The document of a submission that Globus may or may not have.
    func intendedDocument() throws(JournalProblem) -> RequestBody? { try Self.body(stem + ".submission") }

    private static func body(_ path: String) throws(JournalProblem) -> RequestBody? {
        if let file = BodyFile(path: path) { return .file(file) }
        if errno == ENOENT { return nil }
        throw .unreadable(path: path, reason: DurableFile.reason())
    }

    /// What the latest submission should bring.
    func expected() throws(JournalProblem) -> Manifest? { try ManifestFile.read(stem + ".sent") }

    /// What is proven to be at the destination, at this level or a stricter one, if the transfer still goes from there to there. Entries
    /// have digests if these were proven.
    func proven(atLeast level: TaskDescription.VerifyOptions.Level) throws(JournalProblem) -> Manifest? {
        guard let receipt = record.receipt, receipt.source == record.plan.source, receipt.destination == record.plan.destination else {
            return nil
        }
        // One file may be proven by its digest although another is not.
        let reached = TaskDescription.VerifyOptions.Level(rawValue: receipt.level) ?? .none
        guard reached >= min(level, .size), let manifest = try ManifestFile.read(stem + ".proven") else { return nil }
        return level == .digest ? Manifest(manifest.entries.filter { $0.digest != nil }) : manifest
    }

    func release() { lock.release() }
}

extension JournalRecord.Submission {
    fileprivate init(
        id: SubmissionID?, state: State, begun: String, _ manifest: Manifest, _ plan: JournalRecord.Plan
    ) {
        (self.id, self.state, self.begun) = (id, state, begun)
        (source, destination) = (plan.source, plan.destination)
        (files, bytes) = (manifest.entries.count, manifest.bytes)
    }
}

extension JournalRecord.Receipt {
    /// Files turn out not to be there any more.
    fileprivate mutating func lose(_ count: Int, leaving left: Manifest) {
        (files, bytes) = (left.entries.count, left.bytes)
        let digested = left.entries.count { $0.digest != nil }
        byDigest = byDigest.map { min($0, digested) }
        byReport = byReport.map { min($0, digested) }
        bySize = bySize.map { min($0, left.entries.count) }
        unproven = (unproven ?? 0) + count
        manifest = left.fingerprint.description
    }
}
