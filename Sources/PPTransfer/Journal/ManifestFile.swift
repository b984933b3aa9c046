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
        try DurableFile.write(to: path) { file throws(JournalProblem) in
            try encode(manifest) { piece throws(JournalProblem) in try file.append(piece) }
        }
    }

    /// - Parameter write: gets the text piece by piece, 64 KiB or a little more each.
    static func encode<Failure>(_ manifest: Manifest, to write: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        let entries = manifest.entries
        let hasDigests = entries.hasDigests
        var bytes = Array("\(hasDigests ? headerWithDigests : header)\n".utf8)
        for index in entries.indices {
            bytes.append(decimal: entries.size(index))
            bytes.append(UInt8(ascii: " "))
            bytes.append(decimal: entries.modified(index))
            bytes.append(UInt8(ascii: " "))
            if hasDigests { bytes += "\(entries.digest(index)?.description ?? "-") ".utf8 }
            entries.withPath(index) { bytes.append(escaped: $0) }
            bytes.append(UInt8(ascii: "\n"))
            if bytes.count >= piece {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        bytes += "end \(entries.count)\n".utf8
        try write(bytes)
    }

    private static let piece = 1 << 16

    /// - Returns: `nil` if there is none, or only a part of one.
    static func read(_ path: String) throws(JournalProblem) -> Manifest? {
        guard var lines = try LineReader(path) else { return nil }
        guard let first = try lines.next(), first.elementsEqual(header.utf8) || first.elementsEqual(headerWithDigests.utf8) else {
            return nil
        }
        let columns = first.elementsEqual(header.utf8) ? 3 : 4
        var entries = Manifest.Entries()
        while let line = try lines.next() {
            if line.starts(with: "end ".utf8) {
                guard line.elementsEqual("end \(entries.count)".utf8), try lines.next() == nil, lines.isWhole else { return nil }
                return Manifest(entries)
            }
            guard append(line, columns, to: &entries) else { return nil }
        }
        return nil
    }

    /// - Returns: whether the line makes sense.
    private static func append(_ line: ArraySlice<UInt8>, _ columns: Int, to entries: inout Manifest.Entries) -> Bool {
        let fields = line.split(separator: UInt8(ascii: " "), maxSplits: columns - 1)
        guard fields.count == columns, let size = number(fields[0]), let modified = number(fields[1]) else { return false }
        var digest: Digest?
        if columns == 4, fields[2].first != UInt8(ascii: "-") {
            digest = Digest(written: String(decoding: fields[2], as: UTF8.self))
            guard digest != nil else { return false }
        }
        unescaped(fields[columns - 1]).withUnsafeBufferPointer { entries.append($0, size: size, modified: modified, digest: digest) }
        return true
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? { Int64(String(decoding: digits, as: UTF8.self)) }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.contains(UInt8(ascii: "\\")) else { return bytes }
        var plain: ArraySlice<UInt8> = []
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
        return plain
    }
}

extension [UInt8] {
    fileprivate mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        let begin = count
        var rest = number.magnitude
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[begin...].reverse()
    }

    fileprivate mutating func append(escaped path: UnsafeBufferPointer<UInt8>) {
        guard path.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") }) else { return append(contentsOf: path) }
        for byte in path {
            switch byte {
            case UInt8(ascii: "\\"): self += "\\\\".utf8
            case UInt8(ascii: "\n"): self += "\\n".utf8
            default: append(byte)
            }
        }
    }
}
