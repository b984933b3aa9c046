import Globus
import Logging
import PositionedYAML

/// Keeps a submission from replacing at the destination what is not its own: what another transfer of the journal sends or has archived,
/// and what nobody here knows.
///
/// Asked before a submission id is requested, never when a submission is adopted or repeated: Globus may have it already.
struct DestinationGuard {
    let plan: TransferPlan
    /// Of this transfer.
    let journal: CycleJournal?
    /// Of the same journal.
    let others: LiveTransfers?
    let service: any TransferService
    let time: any Timekeeper
    let log: Logger

    private var policy: TaskDescription.ExistingPolicy { plan.description.existingPolicy }

    struct Finding {
        /// What stands in the way of the submission; `nil` if nothing does.
        var obstacle: Outcome?
        /// Files that are at the destination as they are at the source, by size and time, or by what was proven.
        var there = Manifest([])
    }

    /// - Parameters:
    ///   - manifest: all that would be sent, in this submission and in further ones.
    ///   - seen: which of all these are at the destination, if somebody has looked.
    func finding(of manifest: Manifest, _ seen: DestinationLook.Sighting?) async -> Finding {
        var finding = Finding()
        finding.obstacle = await obstacle(to: manifest, seen, &finding.there)
        return finding
    }

    private func obstacle(to manifest: Manifest, _ seen: DestinationLook.Sighting?, _ there: inout Manifest) async -> Outcome? {
        do throws(JournalProblem) {
            if let shared = try filesOfLiveTransfer(manifest.entries) { return .shared(shared) }
            let proven = seen == nil ? try proven(manifest.entries) : Manifest.Entries()
            there = Manifest(seen?.equal() ?? proven)
            guard policy != .replace else { return nil }
            let own = try await sentBefore(manifest.entries)
            guard own.count < manifest.entries.count else { return nil }
            let sighting: DestinationLook.Sighting
            let finding: DestinationLook.Sighting.Finding
            do throws(GlobusError) {
                if let seen {
                    sighting = seen
                    finding = sighting.finding { !own.contains($0) }
                } else {
                    let entries = own.isEmpty ? manifest.entries : manifest.entries.filtered { !own.contains($0) }
                    sighting = try await DestinationLook(plan: plan, service: service, time: time).sighting(of: entries)
                    finding = sighting.finding()
                }
            } catch {
                if error == .cancelled { return .interrupted() }
                guard policy == .warn, case .refused(let refusal) = error.cause, refusal.kind == .permission else {
                    return .service(error, during: .submission)
                }
                log.warning("\(plan.destination.text) cannot be listed, so files there may be replaced: \(error)")
                return nil
            }
            if seen == nil { there = Manifest(Array(proven) + sighting.equal()) }
            if !finding.taken.isEmpty, let shared = try archivedFiles(sighting.entries, finding.taken) { return .shared(shared) }
            return judge(finding.obstacles)
        } catch {
            return .journal(error)
        }
    }

    /// Another transfer of the journal that has written down its submission since `obstacle` was asked, or before: of two runs that look
    /// at the same time neither sees the other, so each looks again once its own submission is written down.
    func rival(of manifest: Manifest) -> Outcome? {
        do throws(JournalProblem) {
            return try filesOfLiveTransfer(manifest.entries, isAnew: true).map { .shared($0) }
        } catch {
            return .journal(error)
        }
    }

    private func judge(_ obstacles: ExistingFiles) -> Outcome? {
        guard obstacles.count > 0 else { return nil }
        if policy == .fail { return .exists(obstacles) }
        let names = Quantity.list(obstacles.files.map(\.description), most: 5).joined(separator: "; ")
        log.warning(
            "\(Quantity.count(obstacles.count, "file")) at \(plan.destination.text) that this journal did not send will be replaced: \(names)"
        )
        return nil
    }

    // MARK: what this transfer has sent itself

    /// What this transfer has brought before, as it is at the source now.
    private func proven(_ entries: Manifest.Entries) throws(JournalProblem) -> Manifest.Entries {
        guard let journal, journal.provesPlan,
            let proven = try journal.everProven()
        else { return Manifest.Entries() }
        var known = EntryCursor(proven.entries)
        return entries.filtered { known.sameness(of: $0, in: entries)?.isUnchanged == true }
    }

    /// The indices of what this transfer has sent before: a newer version of that may replace it.
    private func sentBefore(_ entries: Manifest.Entries) async throws(JournalProblem) -> Set<Int> {
        guard let journal else { return [] }
        var own = Set<Int>()
        try journal.forEachSentBefore(countingLatest: await latestHasSent()) { sent in
            entries.forEachShared(with: sent.entries) { index, _ in own.insert(index) }
        }
        return own
    }

    /// Whether anything of the latest submission may have reached the destination. Only of a task that was not let in it is certain that
    /// it left nothing, so that what is there since is somebody else's: a full quota leaves a file behind without a byte counted.
    private func latestHasSent() async -> Bool {
        guard let submission = journal?.record.submission, let task = submission.task else { return false }
        guard submission.state == .failed, let document = try? await service.task(task), document.status.hasEnded,
            ExitStatus(taskError: document.fatalError?.code ?? "") == .denied
        else { return true }
        return document.filesTransferred > 0 || document.bytesTransferred > 0 || document.faults > 0
    }

    // MARK: other transfers

    private func filesOfLiveTransfer(_ entries: Manifest.Entries, isAnew: Bool = false) throws(JournalProblem) -> SharedFiles? {
        for other in others?.current(isAnew: isAnew) ?? [] {
            guard let live = other.live, let manifest = try manifest(other, ".sent", at: live.destination) else { continue }
            if let shared = shared(entries, with: manifest, at: live.destination, as: .live(other.title, live.task)) { return shared }
        }
        return nil
    }

    /// - Parameter taken: the indices of the entries that have a namesake at the destination.
    private func archivedFiles(_ entries: Manifest.Entries, _ taken: [Int]) throws(JournalProblem) -> SharedFiles? {
        guard let others else { return nil }
        let taken = Set(taken)
        let there = entries.filtered { taken.contains($0) }
        for other in others.journal.otherTransfers(besides: [plan], withFiles: ".proven") {
            guard let proof = other.proof, let manifest = try manifest(other, ".proven", at: proof.destination) else { continue }
            let shared = shared(there, with: manifest, at: proof.destination, as: .archived(other.title, proven: proof.proven))
            if let shared { return shared }
        }
        return nil
    }

    /// - Returns: `nil` if that transfer's destination neither holds ours nor is in ours.
    private func manifest(
        _ other: JournalRecord.Places, _ ending: String, at end: JournalRecord.Plan.End
    ) throws(JournalProblem) -> Manifest? {
        guard end.mayShare(plan.destination) else { return nil }
        return try JournalFile.manifest(other.stem + ending)
    }

    private func shared(
        _ entries: Manifest.Entries, with other: Manifest, at end: JournalRecord.Plan.End, as who: SharedFiles.Other
    ) -> SharedFiles? {
        var shared = SharedFiles(other: who, paths: [], count: 0)
        entries.forEachAlso(in: other.entries, at: end, plan.destination) { index in
            shared.count += 1
            guard shared.paths.count < SharedFiles.most else { return }
            shared.paths.append(entries.withPath(index) { String(decoding: $0, as: UTF8.self) })
        }
        return shared.count > 0 ? shared : nil
    }
}

extension CycleJournal {
    /// What this transfer has sent from its present source to its present destination, as far as the journal knows it. What it sent from
    /// another source is another's: a wrong path must not replace it.
    ///
    /// - Parameters:
    ///   - countingLatest: whether what the latest submission was to bring counts.
    ///   - body: gets one list after the other, so that only one is in memory.
    fileprivate func forEachSentBefore(countingLatest: Bool, _ body: (Manifest) -> Void) throws(JournalProblem) {
        let (source, end) = (record.plan.source, record.plan.destination)
        func isOurs(_ submission: JournalRecord.Submission) -> Bool {
            (submission.destination ?? end) == end && (submission.source ?? source) == source
        }
        let hasSent = countingLatest || record.earlier.contains { $0.task != nil && isOurs($0) }
        if hasSent, let submission = record.submission, isOurs(submission) { try expected().map(body) }
        guard let receipt = record.receipt, (receipt.source, receipt.destination) == (source, end) else { return }
        try everProven().map(body)
        // What was found there as something else is what the next run mends.
        try spoilt().map(body)
    }
}
