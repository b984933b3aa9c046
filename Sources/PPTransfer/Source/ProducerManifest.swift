import PositionedYAML
import SystemFiles

/// The digests that the files' producer left, beside or apart from them: what `pptransfer manifest --output` wrote, a list that
/// `sha256sum -c` or `md5sum -c` reads, the manifest of a BagIt bag, or what `dm-list-experiment-files` of the APS prints.
struct ProducerManifest {
    struct Row {
        /// `nil` where the producer has left none.
        var digest: Digest?
        /// Only our own manifests and the APS's lists have them.
        var size: Int64?
        var modified: Int64?
    }

    private(set) var rows: [FileName: Row] = [:]
    /// Whether it is a bag's manifest, whose names begin with the bag's directory `data/`.
    private var isOfBag = false

    /// Whether a checksum that cannot be compared is an error, rather than a line that only names a file.
    private let needsDigests: Bool

    /// - Throws: if it cannot be read, or holds a line that is no checksum.
    init(path: String, needsDigests: Bool = true) throws(SourceProblem) {
        self.needsDigests = needsDigests
        do {
            let sidecar = Manifest.sidecar(of: path)
            let beside = Manifest.isOlder(sidecar, than: path) ? nil : try ManifestFile.read(sidecar)
            if let own = try beside == nil ? ManifestFile.read(path) : beside {
                if let twin = own.entries.twin { throw SourceProblem.unreadable(path, reason: "two lines are about \(shown(twin))") }
                for entry in own.entries where entry.digest != nil || !needsDigests {
                    rows[FileName(entry.path)] = Row(digest: entry.digest, size: entry.size, modified: entry.modified)
                }
                return
            }
        } catch {
            throw error as? SourceProblem ?? .unreadable(path, reason: (error as? FileProblem)?.reason ?? "\(error)")
        }
        try readLines(path)
    }

    private mutating func readLines(_ path: String) throws(SourceProblem) {
        let bag = BagManifest(path)
        isOfBag = bag != nil
        // Of 32 digits alone, nobody can tell XXH128 from MD5.
        let isForeign = path.lastName.lowercased().contains("xxh")
        do {
            guard var lines = try LineReader(path) else { throw SourceProblem.missing(path) }
            var number = 0
            while let line = try lines.next() {
                number += 1
                // A comment, as coreutils have them.
                if line.first == UInt8(ascii: "#") { continue }
                var found = if let bag { bag.row(line) } else { isForeign ? nil : Self.checksum(line) ?? ExperimentFile.row(line) }
                if found == nil, !needsDigests { found = (bag?.name(line) ?? ChecksumLine.name(line)).map { ($0, Row()) } }
                guard let (name, row) = found else {
                    throw SourceProblem.unreadable(path, reason: "line \(number) \(Self.reason(line, bag))")
                }
                guard rows.updateValue(row, forKey: FileName(name)) == nil else {
                    throw SourceProblem.unreadable(path, reason: "line \(number) is the second one about \(shown(name))")
                }
            }
        } catch {
            throw error as? SourceProblem ?? .unreadable(path, reason: (error as? FileProblem)?.reason ?? "\(error)")
        }
    }

    private static func checksum(_ line: ArraySlice<UInt8>) -> (String, Row)? {
        ChecksumLine.read(line).map { ($1, Row(digest: $0)) }
    }

    /// Why a line says nothing.
    private static func reason(_ line: ArraySlice<UInt8>, _ bag: BagManifest?) -> String {
        guard let algorithm = bag?.foreignAlgorithm ?? ChecksumLine.foreignAlgorithm(line) else {
            return "is not a checksum with a file name"
        }
        return "has a \(algorithm) checksum, which is not compared; give a manifest with SHA-256 or MD5"
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
        var left = rows(for: manifest)
        let entries = manifest.entries.map { entry in
            guard let row = left.removeValue(forKey: FileName(entry.path)) else { return entry }
            if row.size ?? entry.size != entry.size || row.modified ?? entry.modified != entry.modified {
                problems.append(.changed(entry.path))
            }
            var produced = entry
            produced.digest = row.digest
            return produced
        }
        for entry in proven.entries {
            guard let row = left[FileName(entry.path)], row.digest == nil || row.digest == entry.digest else { continue }
            left[FileName(entry.path)] = nil
        }
        let missing = left.keys.sorted().map(\.text).filter(selector.selects)
        return (manifest.with(entries), problems + missing.map { .missing($0) })
    }

    /// The names of the files.
    ///
    /// - Parameter manifest: of the source, if it is known.
    func names(for manifest: Manifest?) -> Set<FileName> { Set((manifest.map { rows(for: $0) } ?? rows).keys) }

    /// The rows by the names that the files have from the source. Of a bag, that may be the bag itself or its directory `data`.
    private func rows(for manifest: Manifest) -> [FileName: Row] {
        guard isOfBag, !manifest.entries.containsPath(where: { $0.starts(with: BagManifest.payload) }) else { return rows }
        return Dictionary(
            rows.map { name, row in (FileName(String(decoding: name.text.utf8.dropFirst(BagManifest.payload.count), as: UTF8.self)), row) }
        ) { first, _ in first }
    }
}

/// `manifest-sha256.txt` of a BagIt bag (RFC 8493): a checksum, blanks or tabs, and a name in which `%`, CR and LF are written `%25`,
/// `%0D` and `%0A`.
private struct BagManifest {
    static let payload = Array("data/".utf8)
    private let algorithm: Digest.Algorithm?
    /// An algorithm that cannot be compared.
    let foreignAlgorithm: String?

    /// - Returns: `nil` if the file is not called like one.
    init?(_ path: String) {
        guard let match = path.lastName.wholeMatch(of: /manifest-([a-z0-9]+)\.txt/) else { return nil }
        algorithm = Digest.Algorithm(rawValue: String(match.1))
        foreignAlgorithm = algorithm == nil ? match.1.uppercased() : nil
    }

    /// The name alone, whatever the checksum is.
    func name(_ line: ArraySlice<UInt8>) -> String? {
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        guard let end = line.firstIndex(where: Self.isBlank) else { return nil }
        let name = line[end...].drop(while: Self.isBlank)
        return name.isEmpty ? nil : String(decoding: Self.unescaped(name), as: UTF8.self)
    }

    func row(_ line: ArraySlice<UInt8>) -> (String, ProducerManifest.Row)? {
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        guard let algorithm, let end = line.firstIndex(where: Self.isBlank) else { return nil }
        let name = line[end...].drop(while: Self.isBlank)
        guard let digest = Digest(algorithm, hex: String(decoding: line[..<end], as: UTF8.self)), !name.isEmpty else { return nil }
        return (String(decoding: Self.unescaped(name), as: UTF8.self), .init(digest: digest))
    }

    private static func unescaped(_ name: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var rest = name
        while let byte = rest.popFirst() {
            let escape = byte == UInt8(ascii: "%") ? escapes[String(decoding: rest.prefix(2), as: UTF8.self).uppercased()] : nil
            if escape != nil { rest = rest.dropFirst(2) }
            plain.append(escape ?? byte)
        }
        return plain
    }

    private static let escapes = ["0D": UInt8(ascii: "\r"), "0A": UInt8(ascii: "\n"), "25": UInt8(ascii: "%")]

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}

/// A line of `dm-list-experiment-files`, the listing of the data management system of the APS: words `key=value`, of which `fileSize`,
/// `md5Sum` and `experimentFilePath` count, in any order. A value ends where the next ` key=` begins.
private enum ExperimentFile {
    static func row(_ line: ArraySlice<UInt8>) -> (String, ProducerManifest.Row)? {
        let text = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        let keys = text.matches(of: /(?:^|[ \t])([A-Za-z_][A-Za-z0-9_]*)=/.matchingSemantics(.unicodeScalar))
        var values: [Substring: Substring] = [:]
        for (index, key) in keys.enumerated() {
            let end = index + 1 < keys.count ? keys[index + 1].range.lowerBound : text.endIndex
            values[key.1] = values[key.1] ?? text[key.range.upperBound..<end]
        }
        guard var path = values["experimentFilePath"], !path.isEmpty else { return nil }
        while path.unicodeScalars.last == " " { path.unicodeScalars.removeLast() }
        let size = values["fileSize"].flatMap { Int64($0.filter { $0 != " " }) }
        let digest = values["md5Sum"].flatMap { Digest(.md5, hex: $0.filter { $0 != " " }) }
        return (String(path), .init(digest: digest, size: size))
    }
}
