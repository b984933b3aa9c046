/// Proves a download by what this machine reads at its destination: the content of each file against the digests that are known of it.
///
/// Known are the producer's digest, if a manifest was given; the digest that Globus confirmed when it sent the file; and, of a file that
/// Globus did not send because it was there, what an earlier run has proven. The content of a file that Globus compared by checksum, and
/// found equal, is taken as it is read.
///
/// What an earlier run has read here, and nobody has written to since, is not read again.
struct ArrivalProof: Sendable {
    private let manifest: Manifest
    /// What Globus or an earlier run knows of each file.
    private var known = PackedDigests()
    /// Files that Globus compared by checksum and did not send.
    private var compared: Set<Int> = []
    /// Files that have not been written to since an earlier run has read them.
    private var unaltered: Set<Int> = []
    /// What is recorded of a file whose producer has left no digest.
    private let algorithm: Digest.Algorithm
    /// How many files there are of which nothing is known but their size.
    private(set) var unknown = 0

    /// - Parameters:
    ///   - manifest: the digests in it are those of the producer.
    ///   - sent: Globus's list of what it sent in any task of this transfer; `nil` if there is none.
    ///   - before: what earlier runs have proven by digest.
    ///   - isCompared: of the entry at an index, whether Globus compared it by checksum and did not send it.
    ///   - isUnaltered: whether nobody has written to its file since an earlier run has read it.
    init(
        _ manifest: Manifest, _ sent: SentFiles? = nil, _ before: Manifest = Manifest([]), recording algorithm: Digest.Algorithm,
        isCompared: (Int) -> Bool = { _ in false }, isUnaltered: (Manifest.Entry) -> Bool = { _ in false }
    ) {
        (self.manifest, self.algorithm) = (manifest, algorithm)
        let rows = manifest.entries
        var earlier = EntryCursor(before.entries)
        for index in rows.indices {
            // In order, each asked once.
            let place = earlier.place(of: index, in: rows)
            if let digest = sent?.digest(index) {
                known.set(digest, at: index, of: rows.count)
            } else if sent?[index] ?? .unlisted == .unlisted, let place, Sameness(before.entries, place, rows, index).isUnchanged {
                known.set(before.entries.digest(place), at: index, of: rows.count)
                if recorded(index) == known[index]?.algorithm, Set(expected(index)).count == 1, isUnaltered(rows[index]) {
                    unaltered.insert(index)
                }
            }
            if isCompared(index) { compared.insert(index) }
            if rows.digest(index) == nil, known[index] == nil, !compared.contains(index) { unknown += 1 }
        }
    }

    /// Which digests of an entry's file are to be taken; none if its size is all that can be compared.
    func algorithms(_ index: Int) -> [Digest.Algorithm] {
        if unaltered.contains(index) { return [] }
        let expected = expected(index)
        guard !expected.isEmpty || compared.contains(index) else { return [] }
        let wanted = Set(expected.map(\.algorithm) + [recorded(index)])
        return Digest.Algorithm.allCases.filter(wanted.contains)
    }

    private func expected(_ index: Int) -> [Digest] { [manifest.entries.digest(index), known[index]].compactMap(\.self) }

    private func recorded(_ index: Int) -> Digest.Algorithm { manifest.entries.digest(index)?.algorithm ?? algorithm }

    struct Finding {
        /// With digests, as they were read, of those files whose content is proven.
        var manifest: Manifest
        var differences: [FileDifference] = []
        /// How many are proven by their digest.
        var count = 0
        /// Files that have the expected size, and of which nothing else is known.
        var sizeOnly: [String] = []
        var unread: (paths: [String], reason: String)?
        /// Not one of the files is at this path.
        var isElsewhere = false
    }

    /// - Parameter readings: one for each entry.
    func finding(_ readings: [FileDigester.Reading]) -> Finding {
        var finding = Finding(manifest: manifest)
        let rows = manifest.entries
        for (index, reading) in zip(rows.indices, readings) {
            let path = rows[index].path
            finding.manifest.entries.set(digest: nil, at: index)
            switch reading {
            case .missing: finding.differences.append(.missing(path))
            case .notAFile: finding.differences.append(.notAFile(path))
            case .cancelled: finding.note(unread: path, reason: "the reading was ended")
            case .unreadable(let reason): finding.note(unread: path, reason: reason)
            case .read(let size, _) where size != rows.size(index):
                finding.differences.append(.size(path, expected: rows.size(index), found: size))
            case .read(_, let digests):
                func read(_ algorithm: Digest.Algorithm) -> Digest? { digests.first { $0.algorithm == algorithm } }
                let wrong = expected(index).lazy.compactMap { expected in
                    read(expected.algorithm).flatMap { $0 == expected ? nil : (expected: expected, found: $0) }
                }.first
                if let wrong {
                    finding.differences.append(.contents(path, expected: wrong.expected, found: wrong.found, of: owner(of: wrong.found)))
                } else if let digest = unaltered.contains(index) ? known[index] : read(recorded(index)) {
                    finding.manifest.entries.set(digest: digest, at: index)
                    finding.count += 1
                } else {
                    finding.sizeOnly.append(path)
                }
            }
        }
        finding.isElsewhere = !rows.isEmpty && !readings.contains { $0 != .missing }
        return finding
    }

    /// The file that should have this content.
    private func owner(of digest: Digest) -> String? {
        manifest.entries.indices.first { expected($0).contains(digest) }.map { manifest.entries[$0].path }
    }
}

extension ArrivalProof.Finding {
    fileprivate mutating func note(unread path: String, reason: String) {
        unread = ((unread?.paths ?? []) + [path], unread?.reason ?? reason)
    }
}
