import Globus
import PositionedYAML
import SystemFiles

/// What a task has brought that did not bring all.
extension Conclusion {
    /// More often than this a run does not send around files that change under its hands.
    private static let mostDepartures = 5

    /// Whether files that were written to while they were sent are left for the next run, like those that had not settled when the source was
    /// listed: only where the description says how long a file must rest, and each of them is at the source and has not.
    func mayLeave(_ changes: [SourceChange]) -> Bool {
        guard submitter.plan.description.select.settled != nil, submitter.memory.departures < Self.mostDepartures else { return false }
        return changes.allSatisfy { submitter.memory.left.entries.entry(at: $0.path) != nil }
    }

    /// Proves what has arrived beside the files that changed, and sends what is left of the others.
    func leave(_ changes: [SourceChange], _ document: TransferTask) async -> Submitter.Beginning? {
        submitter.memory.departures += 1
        let names = Quantity.list(changes.map(\.path), most: 5).joined(separator: ", ")
        let verb = changes.count == 1 ? "is" : "are"
        submitter.log.warning(
            "\(Quantity.count(changes.count, "file")) changed at the source while being sent, and \(verb) left for the next run: \(names)")
        let arrived: Manifest
        switch await keepArrived(document, besides: changes) {
        case .some(.success(let manifest)): arrived = manifest
        case .some(.failure(let stop)): return .done(stop.outcome)
        case nil: arrived = ((try? submitter.journal?.proven(atLeast: submitter.plan.description.verify.level)) ?? nil) ?? Manifest([])
        }
        if let more = await submitter.goOn(after: arrived) { return more }
        guard !arrived.entries.isEmpty else { return submitter.unsettled.map { .done(.unsettled($0)) } }
        return .done(.archived(archive(of: arrived, document)))
    }

    private func archive(of manifest: Manifest, _ document: TransferTask) -> Archive {
        let level = submitter.plan.description.verify.level
        let digested = level == .digest ? manifest.entries.indices.count { manifest.entries.digest($0) != nil } : nil
        return Archive(
            files: manifest.entries.count, bytes: manifest.bytes, figures: TaskFigures(document), level: level, byDigest: digested)
    }

    /// Records what has arrived of a task that has ended, if something has: what Globus names as sent, or of a task that succeeded all but
    /// the changed files, and what of that is found at the destination.
    ///
    /// - Parameter changes: files that are not as they were listed.
    /// - Returns: all that is proven then; `nil` if nothing is known of what has arrived.
    func keepArrived(_ document: TransferTask, besides changes: [SourceChange]) async -> Result<Manifest, Submitter.Stop>? {
        if let (task, manifest) = submitter.memory.arrived, task == begun.task { return .success(manifest) }
        let description = submitter.plan.description
        guard description.verify.level != .none, !begun.pathsUnknown, document.filesTransferred > 0 || document.status == .succeeded else {
            return nil
        }
        let (sent, _) = await sentFiles(document)
        let before = (try? submitter.journal?.proven(atLeast: description.verify.level)) ?? Manifest([])
        var arrived = candidates(document, sent, before, besides: Set(changes.map { FileName($0.path) }))
        guard !arrived.entries.isEmpty else { return nil }
        let proof = Proof(service: submitter.service, time: submitter.time)
        guard
            var finding = try? await proof.finding(
                of: arrived, at: submitter.plan.destination, comparesTimes: description.transfer.preserveTimestamp)
        else { return nil }
        if !finding.differences.isEmpty {
            let absent = Set(finding.differences.map { FileName($0.path) })
            arrived = arrived.filter { !absent.contains(FileName($0.path)) }
            finding.differences = []
        }
        let proven = arrived.with(Array(before.lacking(in: arrived).entries) + arrived.entries)
        guard !arrived.entries.isEmpty else { return nil }
        do throws(JournalProblem) {
            try record(proven, arrived, (sent, finding), document, besides: changes)
        } catch {
            return .failure(Submitter.Stop(error))
        }
        let verb = arrived.entries.count == 1 ? "is" : "are"
        submitter.log.info(
            "\(Quantity.count(arrived.entries.count, "file")), \(Quantity.bytes(arrived.bytes)), of that Globus task arrived and \(verb) verified"
        )
        submitter.memory.arrived = (begun.task, proven)
        return .success(proven)
    }

    /// The files that may have arrived, with the digests that Globus attests.
    private func candidates(_ document: TransferTask, _ sent: SentFiles?, _ before: Manifest, besides changed: Set<FileName>) -> Manifest {
        let isByDigest = submitter.plan.description.verify.level == .digest
        let manifest = isByDigest ? Attestation(begun.manifest, sent, before).manifest : begun.manifest
        let rows = manifest.entries
        return manifest.with(
            rows.filtered { index in
                if isByDigest, rows.digest(index) == nil { return false }
                if rows.withPath(index, { changed.contains(FileName($0)) }) { return false }
                if document.status == .succeeded { return true }
                guard case .listed(let size, _)? = sent?[index] else { return false }
                return size == nil || size == rows.size(index)
            })
    }

    private func record(
        _ proven: Manifest, _ arrived: Manifest, _ told: (sent: SentFiles?, finding: Proof.Finding), _ document: TransferTask,
        besides changes: [SourceChange]
    ) throws(JournalProblem) {
        let finding = told.finding
        guard let journal = submitter.journal else { return }
        let hasSucceeded = document.status == .succeeded
        let figures = TaskFigures(document)
        var doubts: Doubts
        if hasSucceeded {
            doubts = try DeletionWitness(
                begun: begun, part: arrived, sent: told.sent, figures: figures, plan: submitter.plan, journal: journal
            ).doubts(about: proven, finding)
        } else {
            // Whatever arrived was sent by this very task; of the others nothing is new.
            doubts = Doubts()
            let before = try journal.proven(atLeast: .none) ?? Manifest([])
            doubts.unsent = (try journal.unsent() ?? before).lacking(in: arrived)
            doubts.hasKept = !before.lacking(in: arrived).entries.isEmpty
            doubts.links = arrived.found(in: Manifest(finding.links.lazy.map { Manifest.Entry(path: $0, size: 0, modified: 0) }))
            doubts.disputed = Manifest(finding.otherTimes)
            if journal.record.receipt != nil { doubts.add(try journal.doubtsOfListing(), besides: arrived) }
        }
        let changed = Set(changes.map { FileName($0.path) })
        try journal.arrived(
            archive(of: proven, document), proven, doubts, spoiling: begun.manifest.filter { changed.contains(FileName($0.path)) },
            hasSucceeded: hasSucceeded)
    }
}
