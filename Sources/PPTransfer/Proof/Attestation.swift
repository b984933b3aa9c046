/// What Globus attests of each file's digest: by its own list of what it sent, now or in an earlier run.
///
/// It is Globus's word, that of the servers which read and wrote the files; nobody has read them at the destination since.
struct Attestation {
    /// The manifest, with digests only where they are attested.
    private(set) var manifest: Manifest
    private(set) var differences: [Difference] = []
    /// How many are attested.
    private(set) var count = 0

    /// - Parameter before: what earlier runs have proven by digest.
    init(_ expected: Manifest, _ sent: SentFiles?, _ before: Manifest) {
        manifest = expected
        for (index, entry) in expected.entries.enumerated() {
            guard let digest = entry.digest else { continue }
            let found = sent?.digest(index, comparableWith: digest)
            if let found, found != digest {
                differences.append(.digest(entry.path, expected: digest, found: found))
            } else if found != nil || before.attests(entry, digest) {
                count += 1
            } else {
                manifest.entries.set(digest: nil, at: index)
            }
        }
    }

    var isComplete: Bool { differences.isEmpty && count == manifest.entries.count }
}

extension Manifest {
    /// Whether these very bytes were proven under that name, of whatever file they are by now.
    fileprivate func attests(_ entry: Entry, _ digest: Digest) -> Bool {
        entries.entry(at: entry.path).map { $0.size == entry.size && $0.digest == digest } ?? false
    }
}
