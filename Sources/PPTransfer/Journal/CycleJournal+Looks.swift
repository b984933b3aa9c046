import SystemFiles

/// What looks at the destination found otherwise than it was proven: `.lost` lists the files, `.differs` those of them that have other
/// contents.
///
/// The proof stays as it is; a row of these lists does not count as proven until it is found again or sent again.
extension CycleJournal {
    /// Whether what is proven lies where the record's plan sends.
    var provesPlan: Bool {
        record.receipt.map { $0.source == record.plan.source && $0.destination == record.plan.destination } ?? false
    }

    /// The proven files that the latest looks did not find as they were proven; empty if all were found.
    ///
    /// If a look found some, and nobody knows which, it is all of them.
    func unfound() throws(JournalProblem) -> Manifest {
        guard record.look != nil, let proof = try proof() else { return Manifest([]) }
        guard let lost = try JournalFile.manifest(path(".lost")) else { return proof }
        return proof.found(in: lost)
    }

    /// Those of them of which only their contents tell that they are not as they were proven: no listing can find them again.
    func changedContents() throws(JournalProblem) -> Manifest {
        guard record.look != nil, let changed = try JournalFile.manifest(path(".differs")) else { return Manifest([]) }
        return try unfound().found(in: changed)
    }

    /// Files that were proven are not, or no longer, at the destination: they count as not sent. That they were proven stays recorded.
    func disproven(_ differences: [FileDifference]) throws(JournalProblem) {
        guard let manifest = try proof() else { return }
        let earlier = (lost: try unfound(), changed: try changedContents())
        try spoil(differences, of: manifest)
        record.look = try look(differences, besides: earlier, of: manifest, at: time.now.description)
        record.outcome = nil
        record.asked = nil
        try save()
    }

    /// All that was proven was looked for at the destination, once more.
    ///
    /// - Parameters:
    ///   - differences: what was not found as it was proven. The rest is found again, but for what only contents tell.
    ///   - readsContents: whether each file was read.
    /// - Returns: what is still not as it was proven, although the look did not see it.
    func looked(_ differences: [FileDifference], readsContents: Bool) throws(JournalProblem) -> Manifest {
        guard let manifest = try proof() else { return Manifest([]) }
        let (isOfArchive, endsWell) = (record.isArchived, record.isArchivedOrUnfound)
        let before = readsContents ? Manifest([]) : try unfound()
        let changed = readsContents ? Manifest([]) : try changedContents()
        guard !differences.isEmpty || record.look != nil else { return Manifest([]) }
        try spoil(differences, of: manifest)
        record.look = try look(differences, besides: (changed, changed), of: manifest, at: time.now.description)
        if isOfArchive, record.look != nil { record.look?.isOfArchive = true }
        // With the look, in one write: what it told of is no more.
        if endsWell, record.look == nil, record.outcome?.exitStatus == ExitStatus.mismatch.number { record.outcome = nil }
        let missed = Set(differences.map { FileName($0.path) })
        try foundBySize(before.lacking(in: changed).filter { !missed.contains(FileName($0.path)) }, of: manifest)
        if !differences.isEmpty { record.asked = nil }
        try save()
        if record.look == nil { try shortenLook(to: Manifest([])) }
        return changed.filter { !missed.contains(FileName($0.path)) }
    }

    /// What stays unfound after a proof without these.
    func look(keeping kept: Manifest) -> JournalRecord.Look? {
        guard !kept.entries.isEmpty, var look = record.look else { return nil }
        look.differing = min(look.differing, kept.entries.count)
        look.missing = kept.entries.count - look.differing
        return look
    }

    /// Shortens the lists of what was not found, once the record has what stays so.
    func shortenLook(to kept: Manifest) throws(JournalProblem) {
        try check()
        if let changed = try JournalFile.manifest(path(".differs")) { try keep(changed.found(in: kept), in: ".differs") }
        guard let lost = try JournalFile.manifest(path(".lost")), let proof = try proof() else { return }
        // What an earlier version has lost is proven no more.
        let earlier = lost.lacking(in: proof)
        try keep(earlier.entries.isEmpty ? kept : Manifest(Array(kept.entries) + earlier.entries), in: ".lost")
    }

    /// Writes the lists that a look speaks of. Before the record, which then says so; rows too many do no harm.
    ///
    /// - Parameters:
    ///   - earlier: what earlier looks did not find, and this one did not look for.
    ///   - proof: all that is proven.
    /// - Returns: what the look comes to.
    func look(
        _ differences: [FileDifference], besides earlier: (lost: Manifest, changed: Manifest), of proof: Manifest, at now: String
    ) throws(JournalProblem) -> JournalRecord.Look? {
        func rows(_ isMeant: (FileDifference) -> Bool) -> Manifest {
            let names = Set(differences.filter(isMeant).map { FileName($0.path) })
            return proof.filter { names.contains(FileName($0.path)) }
        }
        func both(_ one: Manifest, _ other: Manifest) -> Manifest {
            one.entries.isEmpty ? other : Manifest(Array(one.entries) + other.lacking(in: one).entries)
        }
        let lost = both(rows { _ in true }, earlier.lost)
        guard !lost.entries.isEmpty else { return nil }
        let changed = both(rows { if case .contents = $0 { true } else { false } }, earlier.changed)
        let missing = rows(\.isMissing)
        // Of an earlier version, of files that are proven no more.
        let before = try JournalFile.manifest(path(".lost")) ?? Manifest([])
        try write(both(lost, before.lacking(in: proof)), as: ".lost")
        try keep(changed, in: ".differs")
        let known = earlier.lost.lacking(in: rows { _ in true })
        let differing = rows { !$0.isMissing }.entries.count
        // What this look did not look for is as it was.
        let others = record.look.map { min($0.differing, known.entries.count) } ?? 0
        return JournalRecord.Look(
            since: record.look?.since ?? now, time: now,
            missing: missing.entries.count.clampedSum(known.entries.count.clampedDifference(others)),
            differing: differing.clampedSum(others))
    }

    /// What is known against deleting the files that stay proven without having been found.
    func doubts(_ doubts: Doubts, keeping kept: Manifest) throws(JournalProblem) -> Doubts {
        guard !kept.entries.isEmpty else { return doubts }
        func both(_ one: Manifest, _ other: Manifest?) -> Manifest {
            let more = kept.found(in: other ?? kept).lacking(in: one)
            return more.entries.isEmpty ? one : Manifest(Array(one.entries) + more.entries)
        }
        var doubts = doubts
        doubts.unsent = both(doubts.unsent, try unsent())
        if let links = doubts.links { doubts.links = both(links, try linksAtDestination()) }
        doubts.hasKept = true
        return doubts
    }

    /// Files that a look had missed are there again, with their sizes. Nobody knows what brought them: their contents count as not compared,
    /// so that they stay at the source until a run or a job at the destination has compared them. Written with the next record.
    func foundBySize(_ found: Manifest, of proof: Manifest) throws(JournalProblem) {
        guard !found.entries.isEmpty, record.receipt != nil else { return }
        func and(_ more: Manifest, _ other: Manifest) -> Manifest { Manifest(Array(more.entries) + other.lacking(in: more).entries) }
        try keep(and(found.filter { $0.digest != nil }, try formerDigests()), in: ".digests")
        let unsent = and(Manifest(found.entries.map(\.listed)), try unsent() ?? Manifest([]))
        try keep(unsent, in: ".unsent")
        let names = Set(found.entries.map { FileName($0.path) })
        let now = proof.with(proof.entries.map { names.contains(FileName($0.path)) ? $0.listed : $0 })
        let fingerprint = try writeProof(now)
        record.receipt?.manifest = fingerprint
        record.receipt?.unsent = JournalRecord.Listed(unsent)
        let digested = now.entries.count { $0.digest != nil }
        if record.receipt?.byDigest != nil { record.receipt?.byDigest = digested }
        record.receipt?.bySize = now.entries.count - digested
        record.receipt?.byReport = nil
        record.receipt?.readBack = nil
        record.receipt?.readHere = nil
        if digested < now.entries.count, record.receipt?.level == TaskDescription.VerifyOptions.Level.digest.rawValue {
            record.receipt?.level = TaskDescription.VerifyOptions.Level.size.rawValue
        }
    }
}
