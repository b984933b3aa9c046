import SystemFiles

/// What a transfer has to bring, written down before its first submission and kept until all of it is proven: `.wanted`. What was proven
/// and is no longer at the destination: `.lost`.
///
/// Without them, what vanishes from the source before it was sent would be forgotten.
extension CycleJournal {
    /// What was wanted and is not proven, once everything that is at the source is proven.
    struct Shortfall {
        /// Proven once, and lost at the destination since: wanted until it is sent again, or is at the source and no longer selected.
        var lost = Manifest([])
        /// Gone from the source before it was sent.
        var vanished = Manifest([])
    }

    /// Before a submission: what the transfer has to bring, beside what earlier runs wanted and did not bring.
    ///
    /// - Parameters:
    ///   - manifest: what is at the source now.
    ///   - proven: what need not be brought again.
    ///   - left: what is still being written, so that a later run is to bring it.
    ///   - selector: of the description as it is now; what it leaves out is no longer wanted.
    func want(
        _ manifest: Manifest, besides proven: Manifest, leaving left: Manifest = Manifest([]), _ selector: FileSelector
    ) throws(JournalProblem) {
        let before = try JournalFile.manifest(path(".wanted"))
        var wanted = manifest
        if let before {
            let owed = before.lacking(in: manifest).lacking(in: proven).lacking(in: left).entries.filter { selector.selects($0.path) }
            if !owed.isEmpty { wanted = Manifest(Array(manifest.entries) + owed) }
            guard wanted != before else { return }
        }
        try write(wanted, as: ".wanted")
    }

    /// - Parameters:
    ///   - selector: what it leaves out is no longer wanted, unless it is lost, and the source no longer has it.
    ///   - isAtSource: whether the source is known to have a file.
    ///   - proven: gives all that is proven, at whatever level.
    func shortfall(
        _ selector: FileSelector, _ isAtSource: (String) -> Bool, besides proven: () throws(JournalProblem) -> Manifest
    ) throws(JournalProblem) -> Shortfall {
        let lost = try JournalFile.manifest(path(".lost")), wanted = try JournalFile.manifest(path(".wanted"))
        guard lost != nil || wanted != nil else { return Shortfall() }
        let proven = try proven()
        func missing(_ manifest: Manifest?, _ isWanted: (String) -> Bool) -> Manifest {
            guard let missing = manifest?.lacking(in: proven), !missing.entries.isEmpty else { return Manifest([]) }
            return Manifest(missing.entries.filter { isWanted($0.path) })
        }
        let isLoss = record.look != nil
        let lacking = missing(lost) { selector.selects($0) || isLoss && !isAtSource($0) }
        return Shortfall(lost: lacking, vanished: missing(wanted, selector.selects).lacking(in: lacking))
    }

    /// What another transfer was to bring is not this one's.
    func forgetWanted() { for ending in [".wanted"] + (record.look == nil ? [".lost"] : []) { unlink(path(ending)) } }

    /// It was told which of the wanted files are gone, and written down as the run's outcome: they are not missed again.
    func acknowledge(_ gone: [String]) throws(JournalProblem) {
        guard !gone.isEmpty, let wanted = try JournalFile.manifest(path(".wanted")) else { return }
        let gone = Set(gone.map { FileName($0) })
        try write(Manifest(wanted.entries.filter { !gone.contains(FileName($0.path)) }), as: ".wanted")
    }
}
