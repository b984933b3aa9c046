/// What Globus attests of each file's digest: by its own list of what it sent, now or in an earlier run.
///
/// It is Globus's word, that of the servers which read and wrote the files; not read at the destination since.
struct Attestation {
    /// The manifest, with digests only where they are attested.
    private(set) var manifest: Manifest
    private(set) var differences: [FileDifference] = []
    /// How many are attested.
    private(set) var count = 0

    /// - Parameter before: what earlier runs have proven by digest.
    init(_ expected: Manifest, _ sent: SentFiles?, _ before: Manifest) {
        manifest = expected
        let rows = expected.entries
        var earlier = EntryCursor(before.entries)
        for index in rows.indices {
            guard let digest = rows.digest(index) else { continue }
            let found = sent?.digest(index, comparableWith: digest)
            if let found, found != digest {
                differences.append(.digest(rows[index].path, expected: digest, found: found))
                continue
            }
            // These very bytes were proven under that name, of whatever file they are by now.
            let place = found == nil ? earlier.place(of: index, in: rows) : nil
            if found != nil || place.map({ before.entries.size($0) == rows.size(index) && before.entries.digest($0) == digest }) == true {
                count += 1
            } else {
                manifest.entries.set(digest: nil, at: index)
            }
        }
    }

    var isComplete: Bool { differences.isEmpty && count == manifest.entries.count }
}
