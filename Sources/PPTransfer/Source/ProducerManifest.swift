import PositionedYAML
import SystemFiles

/// The digests that the files' producer left, beside or apart from them: what `pptransfer manifest --output` wrote, or any list that
/// `sha256sum -c` or `md5sum -c` reads.
struct ProducerManifest {
    struct Row {
        var digest: Digest
        /// Only our own manifests have them.
        var size: Int64?
        var modified: Int64?
    }

    private(set) var rows: [FileName: Row] = [:]

    /// - Throws: if it cannot be read, or holds a line that is no checksum.
    init(path: String) throws(SourceProblem) {
        do {
            let sidecar = Manifest.sidecar(of: path)
            let beside = Manifest.isOlder(sidecar, than: path) ? nil : try ManifestFile.read(sidecar)
            if let own = try beside == nil ? ManifestFile.read(path) : beside {
                if let twin = own.entries.twin { throw SourceProblem.unreadable(path, reason: "two lines are about \(shown(twin))") }
                for entry in own.entries {
                    guard let digest = entry.digest else { continue }
                    rows[FileName(entry.path)] = Row(digest: digest, size: entry.size, modified: entry.modified)
                }
                return
            }
        } catch {
            throw error as? SourceProblem ?? .unreadable(path, reason: (error as? FileProblem)?.reason ?? "\(error)")
        }
        try readChecksums(path)
    }

    private mutating func readChecksums(_ path: String) throws(SourceProblem) {
        do {
            guard var lines = try LineReader(path) else { throw SourceProblem.missing(path) }
            var number = 0
            while let line = try lines.next() {
                number += 1
                guard let (digest, name) = ChecksumLine.read(line) else {
                    throw SourceProblem.unreadable(path, reason: "line \(number) is not a checksum with a file name")
                }
                guard rows.updateValue(Row(digest: digest), forKey: FileName(name)) == nil else {
                    throw SourceProblem.unreadable(path, reason: "line \(number) is the second one about \(shown(name))")
                }
            }
        } catch {
            throw error as? SourceProblem ?? .unreadable(path, reason: (error as? FileProblem)?.reason ?? "\(error)")
        }
    }

    /// Gives entries their producer's digests, and tells which are not, or no longer, what was produced.
    ///
    /// - Parameters:
    ///   - selector: files that it leaves out need not be there.
    ///   - proven: neither need those that have arrived with this digest: a clean-up may have deleted them.
    func apply(to manifest: Manifest, _ selector: FileSelector, besides proven: Manifest = Manifest([])) -> (
        manifest: Manifest, problems: [SourceProblem]
    ) {
        var problems: [SourceProblem] = []
        var left = rows
        let entries = manifest.entries.map { entry in
            guard let row = left.removeValue(forKey: FileName(entry.path)) else { return entry }
            if row.size ?? entry.size != entry.size || row.modified ?? entry.modified != entry.modified {
                problems.append(.changed(entry.path))
            }
            var produced = entry
            produced.digest = row.digest
            return produced
        }
        for entry in proven.entries where left[FileName(entry.path)]?.digest == entry.digest { left[FileName(entry.path)] = nil }
        let missing = left.keys.sorted().map(\.text).filter(selector.selects)
        return (manifest.with(entries), problems + missing.map { .missing($0) })
    }
}
