import SystemFiles

extension JournalRecord.Receipt {
    /// Whether it speaks of this very list. Counts that somebody has edited do not.
    private func isOf(_ manifest: Manifest) -> Bool {
        self.manifest == manifest.fingerprint.description && counts(manifest)
    }

    /// Whether it counts the files of this list and their bytes.
    func counts(_ manifest: Manifest) -> Bool { files == manifest.entries.count && bytes == manifest.bytes }

    /// When the oldest of what is proven was proven.
    var oldest: String { since ?? proven }

    /// What a new list has replaced, until the record speaks of the new one.
    static let listBefore = ".proven.previous"

    /// The list of what is proven; `nil` unless it is the very list that this receipt speaks of.
    ///
    /// - Parameter stem: of the record's files.
    func list(beside stem: String) throws(JournalProblem) -> Manifest? {
        // A run that was killed between the two leaves a record which speaks of the list before.
        for ending in [".proven", Self.listBefore] {
            if let manifest = try JournalFile.manifest(stem + ending), isOf(manifest) { return manifest }
        }
        return nil
    }

    /// Also counts what was proven before, and was neither found nor brought since.
    mutating func keep(_ kept: Manifest) {
        let digested = kept.entries.count { $0.digest != nil }, others = kept.entries.count - digested
        (files, bytes) = (files.clampedSum(kept.entries.count), bytes.clampedSum(kept.bytes))
        byDigest = byDigest.map { $0.clampedSum(digested) }
        bySize = bySize.map { $0.clampedSum(byDigest == nil ? kept.entries.count : others) }
        if others > 0, level == TaskDescription.VerifyOptions.Level.digest.rawValue {
            level = TaskDescription.VerifyOptions.Level.size.rawValue
        }
    }

    /// Files are missing at the destination, and are not wanted there any more.
    mutating func lose(_ count: Int, leaving left: Manifest) {
        (files, bytes) = (left.entries.count, left.bytes)
        let digested = left.entries.count { $0.digest != nil }
        byDigest = byDigest.map { min($0, digested) }
        byReport = byReport.map { min($0, digested) }
        bySize = bySize.map { min($0, left.entries.count) }
        unproven = (unproven ?? 0).clampedSum(count)
        manifest = left.fingerprint.description
    }
}

extension Journal {
    /// The lists of verified files that are gone, or too short for their files, without which neither `verify` nor a deletion can work. Costs
    /// a look at each file, and reads none: a list that somebody has edited shows only where it is read.
    package func listProblems(of records: [JournalRecord.Summary]) -> [JournalProblem] {
        records.compactMap { record in
            guard let proof = record.proof, proof.hasList, proof.files > 0 else { return nil }
            let stem = directory + "/" + RecordName.stem(workflow: record.workflow, cycle: record.cycle, name: record.name)
            // `0 0 a` and a line end for each file, and a heading.
            let least = Int64(proof.files).clampedProduct(6)
            var (status, size) = (stat(), Int64?.none)
            for ending in [".proven", JournalRecord.Receipt.listBefore] where size ?? 0 < least {
                guard stat(stem + ending, &status) == 0 else { continue }
                size = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : 0
            }
            guard let size else { return .listLost(path: stem + ".proven", reason: "it does not exist") }
            return size < least ? .listLost(path: stem + ".proven", reason: "it is too short for its files") : nil
        }
    }
}
