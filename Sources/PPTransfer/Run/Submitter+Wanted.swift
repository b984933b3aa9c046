package import Globus
import SystemFiles

/// What is wanted is written down once; whether all of it was brought is asked before a run counts as a success.
extension Submitter {
    /// What a transfer remembers without a journal.
    final class Memory {
        var wanted: Manifest?
        /// What the latest look at the source left for a later run.
        var left = Manifest([])
        /// What the latest look at the source left out because this user may not read it.
        var unreadable: [String] = []
        /// Files that the latest look at the destination found there as they are at the source.
        var there = Manifest([])
        /// What has arrived of a task that did not bring all, as it was proven.
        var arrived: (task: TaskID, manifest: Manifest)?
        /// What was proven, where there is no journal to keep it.
        var proven: Manifest?
        /// How often something that was written to while it was sent has been left behind.
        var departures = 0

        func note(_ scan: SourceScan) { (left, unreadable) = (scan.unsettled, scan.unreadable) }
    }

    /// The same transfer, through another view of the service.
    func using(_ service: any TransferService) -> Submitter {
        var other = self
        other.service = service
        return other
    }

    func want(_ manifest: Manifest, besides proven: Manifest) throws(JournalProblem) {
        guard let journal else {
            let owed = memory.wanted?.lacking(in: manifest).lacking(in: proven).lacking(in: memory.left).entries ?? Manifest.Entries()
            return memory.wanted = Manifest(Array(manifest.entries) + owed)
        }
        try journal.want(manifest, besides: proven, leaving: memory.left, FileSelector(plan.description.select))
    }

    /// What keeps a transfer from being a success although everything that is at the source is proven.
    ///
    /// - Parameter proven: all that is proven; `nil` takes what the journal has.
    /// - Returns: `nil` if nothing does.
    func shortfall(besides proven: Manifest?) -> Outcome? {
        guard let journal else {
            guard let wanted = memory.wanted, let proven else { return nil }
            return Self.gone(wanted.lacking(in: proven).lacking(in: memory.left))
        }
        do throws(JournalProblem) {
            let shortfall = try journal.shortfall(FileSelector(plan.description.select), plan.isAtSource) { () throws(JournalProblem) in
                if let proven { proven } else { try journal.proven(atLeast: .none) ?? Manifest([]) }
            }
            if !shortfall.lost.entries.isEmpty, let receipt = journal.record.receipt {
                let differences = shortfall.lost.entries.map { FileDifference.missing($0.path) }
                // What is still being written is at the source, and for a later run.
                let isThere = !memory.left.found(in: shortfall.lost).entries.isEmpty
                return .rechecked(isThere ? .lost(differences, receipt) : .gone(differences, receipt))
            }
            let vanished = shortfall.vanished.lacking(in: memory.left)
            let unreadable = memory.unreadable
            guard !unreadable.isEmpty else { return Self.gone(vanished) }
            // What cannot be read now is wanted all the same, and is reported as unreadable.
            return Self.gone(vanished.filter { !Unread.covers(FileName($0.path), unreadable) })
        } catch {
            return .journal(error)
        }
    }

    private static func gone(_ manifest: Manifest) -> Outcome? {
        let changes = manifest.entries.map { SourceChange(path: $0.path, listed: $0.size, now: nil) }
        return changes.isEmpty ? nil : .sourceChanged(changes, taskHasEnded: true)
    }
}

extension TransferPlan {
    /// What is at the source now: on this machine if it lies here, else through its collection.
    package func scan(through service: any TransferService, time: any Timekeeper) async throws(GlobusError) -> (
        SourceScan, SubmissionContents
    ) {
        var plan = self
        let problems = plan.readList()
        guard problems.isEmpty else {
            var scan = SourceScan(manifest: Manifest([]))
            scan.problems = problems
            return (scan, .files(scan.manifest))
        }
        guard localSource != nil else {
            let (scan, contents) = try await RemoteSource(plan, service.acting(as: localUsers), time).scan()
            return (plan.compared(scan), contents)
        }
        guard let scan = await plan.localScan(now: time.now) else { throw .cancelled }
        return (scan, .files(scan.manifest))
    }
}
