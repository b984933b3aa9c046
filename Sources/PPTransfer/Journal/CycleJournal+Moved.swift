import SystemFiles

extension CycleJournal {
    /// What was found at a place to which somebody has moved the archived files.
    struct Sighting {
        /// All of them. With digests where the contents were read there.
        var manifest: Manifest
        var links = Manifest([])
        var byDigest = 0
        /// When the reading on this machine began; `nil` if only sizes were compared.
        var readHere: String?
    }

    /// All that is proven was found at another place, and counts as being there from now on.
    ///
    /// No task of this transfer has sent it there, so that nothing of it may be deleted at the source. What is known of the contents is kept
    /// for a job that reads the files there.
    func moved(to plan: TransferPlan, _ sighting: Sighting) throws(JournalProblem) {
        guard let proven = try proof(), var receipt = record.receipt else { return }
        let now = time.now.description
        try keep(proven.filter { $0.digest != nil }, in: ".digests")
        try keep(Doubts(unsent: sighting.manifest, links: sighting.links))
        let fingerprint = try writeProof(sighting.manifest)
        let files = sighting.manifest.entries.count
        receipt.moved = Array(((receipt.moved ?? []) + ["\(now) from \(receipt.destination.text)"]).suffix(20))
        record.plan = JournalRecord.Plan(plan)
        receipt.destination = record.plan.destination
        let level: TaskDescription.VerifyOptions.Level = sighting.byDigest == files ? .digest : .size
        (receipt.manifest, receipt.level, receipt.checked) = (fingerprint, level.rawValue, now)
        (receipt.byDigest, receipt.bySize) = (sighting.byDigest == 0 ? nil : sighting.byDigest, files - sighting.byDigest)
        (receipt.byReport, receipt.readBack, receipt.readHere) = (nil, nil, sighting.readHere)
        (receipt.unsent, receipt.links) = (JournalRecord.Listed(sighting.manifest), JournalRecord.Listed(sighting.links))
        (receipt.times, receipt.disputed) = (nil, nil)
        record.receipt = receipt
        record.submission?.destination = receipt.destination
        record.asked = nil
        record.elsewhere = nil
        // It told of what was missing where the files were.
        if record.look != nil, record.outcome?.exitStatus == ExitStatus.mismatch.number { record.outcome = nil }
        record.look = nil
        try save()
        try shortenLook(to: Manifest([]))
        unlink(path(JournalRecord.Receipt.listBefore))
    }

    /// What was known of the contents of files before somebody moved them; none if nobody has.
    func formerDigests() throws(JournalProblem) -> Manifest { try JournalFile.manifest(path(".digests")) ?? Manifest([]) }
}
