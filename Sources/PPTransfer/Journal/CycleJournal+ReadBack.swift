import Globus
import SystemFiles

/// What the destination is asked to read back.
extension CycleJournal {
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
    /// - Returns: when it was first asked for just these, if that is not answered yet; its answer says so, so that an answer to an earlier
    ///   question is known.
    func ask(for manifest: Manifest) throws(JournalProblem) -> String {
        let last = record.asked
        if let last, record.receipt?.readBack?.asked != last, try self.asked() == manifest { return last }
        try write(manifest, as: ".asked")
        let now = time.now.description
        // No two questions have one name.
        let asked = now == last ? (time.now + .seconds(1)).description : now
        record.asked = asked
        try save()
        return asked
    }

    /// What was last asked for, and is not answered yet.
    func asked() throws(JournalProblem) -> Manifest? { record.asked == nil ? nil : try JournalFile.manifest(path(".asked")) }

    /// Every file of `manifest` that is still among the proven ones was read at the destination, with the size and the digest that the
    /// manifest has.
    func readBack(_ manifest: Manifest, _ report: FarEndReport) throws(JournalProblem) {
        guard let proven = try proof() else { return }
        let now = proven.with(
            proven.entries.lazy.map { entry in
                guard let digest = manifest.unchanged(entry)?.digest else { return entry }
                var entry = entry
                entry.digest = digest
                return entry
            })
        let fingerprint = try writeProof(now)
        if isSent {
            // That it was not proven by digest was all that was wrong with it.
            if record.submission?.state == .failed { record.outcome = nil }
            record.submission?.state = .succeeded
        }
        let digested = now.entries.count { $0.digest != nil }
        record.receipt?.byReport = digested
        record.receipt?.bySize = now.entries.count - digested
        record.receipt?.manifest = fingerprint
        record.receipt?.checked = report.ended
        record.receipt?.readBack = JournalRecord.ReadBack(
            user: report.user, host: report.host, directory: report.directory, begun: report.begun, ended: report.ended,
            manifest: report.manifest.description, asked: report.asked)
        if digested == now.entries.count { record.receipt?.level = TaskDescription.VerifyOptions.Level.digest.rawValue }
        if record.look != nil, record.isArchived, record.outcome?.exitStatus == ExitStatus.mismatch.number { record.outcome = nil }
        record.look = nil
        try save()
        try shortenLook(to: Manifest([]))
        unlink(path(JournalRecord.Receipt.listBefore))
    }
}
