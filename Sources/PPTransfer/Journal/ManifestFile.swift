#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A manifest on disk: a line a file, `<size> <modified> <path>`, so that people and scripts can read it. Where digests are known, each
/// line has one after its time (`sha256:9f86…`, or `-`).
///
/// In paths a backslash is `\\` and a newline `\n`. The last line counts the files, by which a cut-off manifest is known.
enum ManifestFile {
    private static let header = "pptransfer manifest 1: size in bytes, time of modification in seconds since 1970, path"
    private static let headerWithDigests =
        "pptransfer manifest 2: size in bytes, time of modification in seconds since 1970, digest, path"

    /// Of a manifest that lies beside a list of checksums.
    static let ending = ".manifest"

    static func write(_ manifest: Manifest, to path: String) throws(JournalProblem) {
        try DurableFile.write(bytes(of: manifest), to: path)
    }

    static func bytes(of manifest: Manifest) -> [UInt8] {
        var bytes: [UInt8] = []
        let hasDigests = manifest.entries.contains { $0.digest != nil }
        bytes.reserveCapacity(manifest.entries.reduce(160) { $0 + $1.path.utf8.count + (hasDigests ? 100 : 28) })
        bytes += "\(hasDigests ? headerWithDigests : header)\n".utf8
        for entry in manifest.entries {
            bytes += "\(entry.size) \(entry.modified) ".utf8
            if hasDigests { bytes += "\(entry.digest?.description ?? "-") ".utf8 }
            for byte in entry.path.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): bytes += "\\\\".utf8
                case UInt8(ascii: "\n"): bytes += "\\n".utf8
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes += "end \(manifest.entries.count)\n".utf8
        return bytes
    }

    /// - Returns: `nil` if there is none, or only a part of one.
    static func read(_ path: String) throws(JournalProblem) -> Manifest? {
        guard let data = try DurableFile.read(path) else { return nil }
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        guard let first = lines.first, let last = lines.last,
            first.elementsEqual(header.utf8) || first.elementsEqual(headerWithDigests.utf8),
            last.elementsEqual("end \(lines.count - 2)".utf8), data.last == UInt8(ascii: "\n")
        else { return nil }
        let columns = first.elementsEqual(header.utf8) ? 3 : 4
        var entries: [Manifest.Entry] = []
        entries.reserveCapacity(lines.count)
        for line in lines.dropFirst().dropLast() {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: columns - 1)
            guard fields.count == columns, let size = number(fields[0]), let modified = number(fields[1]) else { return nil }
            var entry = Manifest.Entry(path: unescaped(fields[columns - 1]), size: size, modified: modified)
            if columns == 4, fields[2].first != UInt8(ascii: "-") {
                guard let digest = Digest(written: String(decoding: fields[2], as: UTF8.self)) else { return nil }
                entry.digest = digest
            }
            entries.append(entry)
        }
        return Manifest(entries)
    }

    private static func number(_ digits: Data) -> Int64? { Int64(String(decoding: digits, as: UTF8.self)) }

    private static func unescaped(_ bytes: Data) -> String {
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in bytes {
            if isEscaped {
                plain.append(byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                plain.append(byte)
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
