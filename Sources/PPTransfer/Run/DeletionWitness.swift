import Globus
import SystemFiles

/// Tells, of files that are proven, which ones Globus has neither sent nor compared: these must stay at the source.
struct DeletionWitness {
    let begun: Submitter.Begun
    /// Files that the destination's listing was compared with, if not with all.
    let part: Manifest?
    /// Globus's own list of what was sent, if it was to be had.
    let sent: SentFiles?
    let figures: TaskFigures
    let plan: TransferPlan
    let journal: CycleJournal

    private var submission: JournalRecord.Submission? { journal.record.submission }
    private var isOurs: Bool { begun.origin != .found && submission?.task == begun.task }
    /// As was asked for, unless the task itself says otherwise.
    private var comparesContents: Bool { isOurs && submission?.comparesContents == true && figures.comparedOnly == nil }
    /// What was proven before; `nil` if that cannot be read, so that it may be any of the files.
    private var proven: Manifest? {
        do { return try journal.proven(atLeast: .none) ?? Manifest([]) } catch { return nil }
    }

    /// - Parameter finding: what the destination's listing showed; `nil` if nobody looked.
    func doubts(about manifest: Manifest, _ finding: Proof.Finding?) throws(JournalProblem) -> Doubts {
        var doubts = Doubts()
        doubts.unsent = try unsent(manifest)
        doubts.hasKept = hasKept(manifest)
        doubts.links = nil
        if let finding {
            let linked = Manifest(finding.links.lazy.map { Manifest.Entry(path: $0, size: 0, modified: 0) })
            doubts.links = manifest.found(in: linked)
            let others = Manifest(finding.otherTimes)
            doubts.times = try explained(others)
            doubts.disputed = others.lacking(in: doubts.times)
        }
        // Of what nobody has looked at, what was known before counts.
        let seen = finding == nil ? Manifest([]) : part
        if let seen, journal.record.receipt != nil { doubts.add(try journal.doubtsOfListing(), besides: seen) }
        return doubts
    }

    /// Whether something was proven before that was not in this task.
    private func hasKept(_ manifest: Manifest) -> Bool {
        guard let proven else { return true }
        var (known, task) = (EntryCursor(proven.entries), begun.sent.map { EntryCursor($0.entries) })
        let rows = manifest.entries
        return rows.indices.contains { known.hasListed($0, of: rows) && task?.place(of: $0, in: rows) == nil }
    }

    /// Files of which nobody knows that their own bytes are at the destination: Globus does not name them as sent, and compared no
    /// checksums. Of a task that was found, not even a name in Globus's list tells which bytes were sent: the file may have been written
    /// to since.
    private func unsent(_ manifest: Manifest) throws(JournalProblem) -> Manifest {
        if comparesContents, submission?.includesUnsent == true { return Manifest([]) }
        let (proven, before) = (proven, try journal.unsent())
        if comparesContents, proven?.entries.isEmpty == true || before?.entries.isEmpty == true { return Manifest([]) }
        var (task, known) = (EntryCursor(begun.manifest.entries), proven.map { EntryCursor($0.entries) })
        var compared = comparesContents ? begun.sent.map { EntryCursor($0.entries) } : nil
        var withheld = before.map { EntryCursor($0.entries) }
        let rows = manifest.entries
        return Manifest(
            rows.filtered { index in
                if compared?.place(of: index, in: rows) != nil { return false }
                if rows.digest(index) != nil, plan.description.verify.level == .digest { return false }
                if isOurs, let sent, let place = task.place(of: index, in: rows), case .listed(let size, _) = sent[place],
                    size == nil || size == rows.size(index)
                {
                    return false
                }
                if known?.hasListed(index, of: rows) ?? true { return withheld?.hasListed(index, of: rows) ?? true }
                return !comparesContents
            })
    }

    /// Of files that have another time at the destination than at the source, those whose contents are known to be the source's all the
    /// same: Globus compared them in this task and did not send them, as it does with what an interrupted task has left whole. They were
    /// there before the task began: what is written while it is at work may be written after the comparison.
    ///
    /// - Parameter others: each with its time at the destination.
    private func explained(_ others: Manifest) throws(JournalProblem) -> Manifest {
        guard !others.entries.isEmpty else { return others }
        let (proven, before) = (proven, try journal.timesAtDestination())
        let again = submission?.includesUnsent == true ? try journal.comparedAgain() : nil
        let isWhole = sent.map { Int64($0.count + $0.others) == figures.filesTransferred } ?? false
        // A proof by digest does not rest on a comparison.
        let isAsAsked = isOurs && figures.comparedOnly == nil
        let isCompared = isAsAsked && submission?.sync == SyncLevel.checksum.name && plan.description.verify.level != .digest
        let submitted = isCompared && isWhole ? figures.requested : nil
        let rows = begun.manifest.entries
        return others.filter { other in
            let path = other.path.utf8
            guard let place = rows.index(ofPath: path) else { return false }
            let row = rows[place]
            // What was proven before was not in this task, unless it was to be compared again.
            let isInTask = begun.sent.map { $0.entries.index(ofPath: path) != nil } ?? (again?.entries.index(ofPath: path) != nil)
            if !isInTask, proven.map({ $0.entries.entry(at: other.path)?.listed == row.listed }) ?? true {
                return before.entries.entry(at: other.path)?.listed == other.listed
            }
            guard let submitted, case .unlisted? = sent?[place] else { return false }
            return other.modified < submitted.secondsSince1970
        }
    }
}
