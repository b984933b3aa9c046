import Globus

extension DestinationLook {
    /// Which files of a manifest have namesakes at the destination, and how these compare.
    package struct Sighting: Sendable {
        /// An entry whose name is taken, and by what.
        struct Hit: Sendable {
            var index: Int
            var isFile: Bool
            var isLink: Bool
            var size: Int64?
            var modified: Timestamp?
        }

        let plan: TransferPlan
        package let entries: Manifest.Entries
        /// In the order of the entries.
        var hits: [Hit] = []

        package struct Finding {
            /// The indices of the entries whose names are taken, equal files included; in ascending order.
            var taken: [Int] = []
            /// Those that are not equal by size and time.
            package var obstacles = ExistingFiles()
            /// The indices of those whose namesake is a symbolic link, equal files included.
            var links: [Int] = []
        }

        /// - Parameter isMeant: the indices that count.
        package func finding(where isMeant: (Int) -> Bool = { _ in true }) -> Finding {
            var finding = Finding()
            for hit in hits where isMeant(hit.index) {
                finding.taken.append(hit.index)
                if hit.isLink { finding.links.append(hit.index) }
                guard let comparison = comparison(hit) else { continue }
                finding.obstacles.count += 1
                guard finding.obstacles.files.count < ExistingFiles.most else { continue }
                let path = entries.withPath(hit.index) { String(decoding: $0, as: UTF8.self) }
                finding.obstacles.files.append(
                    ExistingFile(
                        path: path, comparison: comparison, size: hit.size, modified: hit.modified,
                        sourceSize: entries.size(hit.index), sourceModified: modified(hit.index)))
            }
            return finding
        }

        /// The files that are equal at both ends by size and time.
        func equal() -> Manifest.Entries {
            let equal = equalIndices
            return entries.filtered { equal.contains($0) }
        }

        fileprivate var equalIndices: Set<Int> { Set(hits.filter { comparison($0) == nil }.map(\.index)) }

        /// `nil` if both are equal by size and time.
        private func comparison(_ hit: Hit) -> ExistingFile.Comparison? {
            if !hit.isFile { return .notAFile }
            if hit.size != entries.size(hit.index) { return .differs }
            let modified = modified(hit.index)
            return modified == nil || hit.modified != modified ? .mayDiffer : nil
        }

        /// A collection that tells no time leaves 0.
        private func modified(_ index: Int) -> Timestamp? {
            let known = entries.modified(index)
            return known == 0 && plan.localSource == nil ? nil : Timestamp(secondsSince1970: known)
        }
    }
}

// MARK: by the transfer's own comparison

extension DestinationLook.Sighting {
    /// What Globus does about a file, by the comparison that the description asks for.
    package enum Treatment: Hashable, Sendable {
        /// Nothing has its name at the destination.
        case new
        /// What is there is replaced.
        case replaced
        /// What is there has the same size and a later time, and stays.
        case laterThere
        /// It is there.
        case there
        /// Its contents are compared by Globus.
        case compared
    }

    /// In the order of the entries.
    package var treatments: [Treatment] {
        var treatments = entries.indices.map { _ in Treatment.new }
        for hit in hits { treatments[hit.index] = treatment(hit) }
        return treatments
    }

    /// Those of proven files that need not be sent again, because the destination still has them as the source does.
    ///
    /// - Parameter byContents: what was proven of them is their contents: a file that was touched since may have others.
    func stillThere(_ proven: Manifest, byContents: Bool) -> Manifest {
        let there =
            byContents ? equalIndices : Set(hits.filter { [.there, .laterThere].contains(treatment($0)) }.map(\.index))
        var kept: Set<Int> = []
        proven.entries.forEachShared(with: entries) { index, place in
            if there.contains(place) { kept.insert(index) }
        }
        return proven.with(proven.entries.filtered { kept.contains($0) })
    }

    private func treatment(_ hit: Hit) -> Treatment {
        let level = plan.description.transfer.sync
        guard hit.isFile else { return .replaced }
        if level == .exists { return .there }
        guard hit.size == entries.size(hit.index) else { return .replaced }
        switch level {
        case .exists, .size: return .there
        case .mtime:
            guard let there = hit.modified, let here = modified(hit.index) else { return .compared }
            return there == here ? .there : there > here ? .laterThere : .replaced
        case .checksum: return .compared
        }
    }
}
