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
        do throws(JournalProblem) {
            let beside = try ManifestFile.read(path + ManifestFile.ending)
            if let own = try beside == nil ? ManifestFile.read(path) : beside {
                for entry in own.entries {
                    guard let digest = entry.digest else { continue }
                    rows[FileName(entry.path)] = Row(digest: digest, size: entry.size, modified: entry.modified)
                }
                return
            }
        } catch {
            throw .unreadable(path, reason: "\(error)")
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
                    throw SourceProblem.unreadable(path, reason: "line \(number) is no checksum with a file name")
                }
                rows[FileName(name)] = Row(digest: digest)
            }
        } catch {
            throw error as? SourceProblem ?? .unreadable(path, reason: "\(error)")
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
            return Manifest.Entry(path: entry.path, size: entry.size, modified: entry.modified, digest: row.digest)
        }
        for entry in proven.entries where left[FileName(entry.path)]?.digest == entry.digest { left[FileName(entry.path)] = nil }
        let missing = left.keys.map(\.text).filter(selector.selects).sorted()
        return (Manifest(entries), problems + missing.map { .missing($0) })
    }
}

/// `<digest>  <name>`, as the coreutils write and read it: a backslash before the digest says that the name holds escapes.
enum ChecksumLine {
    static func text(_ digest: Digest, _ path: String) -> String {
        let odd = path.utf8.contains { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        guard odd else { return "\(digest.hex)  \(path)" }
        let escaped = path.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\r", with: "\\r")
        return "\\\(digest.hex)  \(escaped)"
    }

    static func read(_ line: some Collection<UInt8>) -> (Digest, String)? {
        let text = String(decoding: line, as: UTF8.self)
        let isEscaped = text.hasPrefix("\\")
        let parts = text.dropFirst(isEscaped ? 1 : 0).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = parts[1].first, kind == " " || kind == "*" else { return nil }
        var name = String(parts[1].dropFirst())
        if name.hasPrefix("./") { name.removeFirst(2) }
        let algorithm = Digest.Algorithm.allCases.first { $0.length == parts[0].utf8.count }
        guard let algorithm, let digest = Digest(algorithm, hex: parts[0]), !name.isEmpty else { return nil }
        return (digest, isEscaped ? unescaped(name) : name)
    }

    private static func unescaped(_ name: String) -> String {
        var plain = ""
        var isEscape = false
        for character in name.unicodeScalars {
            if isEscape {
                plain.unicodeScalars.append(character == "n" ? "\n" : character == "r" ? "\r" : character)
                isEscape = false
            } else if character == "\\" {
                isEscape = true
            } else {
                plain.unicodeScalars.append(character)
            }
        }
        return plain
    }
}
