import SystemFiles

/// The lists of files that the receipt speaks of.
extension CycleJournal {
    /// The list of what is proven; `nil` unless it is the very list that the receipt speaks of.
    func proof() throws(JournalProblem) -> Manifest? {
        guard let receipt = record.receipt else { return nil }
        if let list, list.fingerprint == receipt.manifest, receipt.counts(list.manifest) { return list.manifest }
        let read = try receipt.list(beside: path(""))
        list = if let read, let fingerprint = receipt.manifest { (read, fingerprint, false) } else { nil }
        return read
    }

    /// Replaces the list of what is proven. The one that the receipt speaks of stays beside it, until the next record is there.
    ///
    /// - Returns: SHA-256 of the new list.
    @discardableResult
    func writeProof(_ manifest: Manifest) throws(JournalProblem) -> String {
        try check()
        let present = path(".proven"), before = path(JournalRecord.Receipt.listBefore)
        if let expected = record.receipt?.manifest {
            let isOurs = list.map { $0.isOurs && $0.fingerprint == expected } ?? false
            if try isOurs ? true : JournalFile.manifest(present)?.fingerprint.description == expected {
                unlink(before)
                guard link(present, before) == 0 else { throw JournalFile.failure(before) }
            }
        }
        // What lies there is not known if this fails.
        list = nil
        try write(manifest, as: ".proven")
        let fingerprint = manifest.fingerprint.description
        list = (manifest, fingerprint, true)
        return fingerprint
    }

    func keep(_ manifest: Manifest, in ending: String) throws(JournalProblem) {
        guard !manifest.entries.isEmpty else {
            try check()
            unlink(path(ending))
            return
        }
        try write(manifest, as: ending)
    }

    private func kept(_ list: JournalRecord.Listed?, in ending: String) throws(JournalProblem) -> Manifest? {
        guard let list else { return nil }
        guard let expected = list.manifest else { return Manifest([]) }
        guard let manifest = try JournalFile.manifest(path(ending)), manifest.fingerprint.description == expected else { return nil }
        return manifest
    }

    /// Proven files that no task of this transfer is known to have sent, and that were not compared by checksum; `nil` if it is not known
    /// which they are.
    func unsent() throws(JournalProblem) -> Manifest? { try kept(record.receipt?.unsent, in: ".unsent") }

    /// Proven files that are links at the destination; `nil` if it is not known which they are.
    func linksAtDestination() throws(JournalProblem) -> Manifest? { try kept(record.receipt?.links, in: ".links") }

    /// Proven files that have this other time at the destination, and were compared there.
    func timesAtDestination() throws(JournalProblem) -> Manifest { try kept(record.receipt?.times, in: ".times") ?? Manifest([]) }

    /// Proven files that Globus is to compare by checksum before they may be deleted; none if it is not known which they all are.
    func comparedAgain() throws(JournalProblem) -> Manifest {
        guard let unsent = try unsent() else { return Manifest([]) }
        guard let disputed = try kept(record.receipt?.disputed, in: ".disputed") else { return unsent }
        return Manifest(Array(unsent.entries) + disputed.lacking(in: unsent).entries)
    }

    /// What the last proof has recorded of the destination's listing.
    func doubtsOfListing() throws(JournalProblem) -> Doubts {
        Doubts(
            links: try linksAtDestination(), times: try timesAtDestination(),
            disputed: try kept(record.receipt?.disputed, in: ".disputed") ?? Manifest([]))
    }
}
