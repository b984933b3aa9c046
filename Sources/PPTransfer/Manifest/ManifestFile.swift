import SystemFiles

/// A manifest on disk: a line a file, `<size> <modified> <path>`, so that people and scripts can read it. Where digests are known, each
/// line has one after its time (`sha256:9f86…`, or `-`).
///
/// Where files were seen on this machine, there is a line about the directory, `directory <device>:<inode> begun <ns>` or `directory -`, and
/// each other line has a digest or `-`, then the file's stamp before its path: `<device>:<inode>:<ns of the modification>:<ns of the change>`,
/// or `-`.
///
/// In paths a backslash is `\\` and a newline `\n`. The last line counts the files, by which a cut-off manifest is known.
enum ManifestFile {
    private static let header = "pptransfer manifest 1: size in bytes, time of modification in seconds since 1970, path"
    private static let headerWithDigests =
        "pptransfer manifest 2: size in bytes, time of modification in seconds since 1970, digest, path"

    private static let headerWithStamps =
        "pptransfer manifest 3: size in bytes, time of modification in seconds since 1970, digest, device:inode:ns:time of change in ns, path"

    /// Of a manifest that lies beside a list of checksums.
    static let ending = ".manifest"

    /// - Parameters: as `DurableFile.write` has them.
    static func write<Failure: FileFailure>(
        _ manifest: Manifest, to path: String, token: String? = nil, check: () throws(Failure) -> Void
    ) throws(Failure) {
        try DurableFile.write(to: path, token: token, check: check) { file throws(Failure) in
            try encode(manifest) { piece throws(Failure) in
                do throws(FileProblem) { try file.append(piece) } catch { throw Failure(error) }
            }
        }
    }

    static func write(_ manifest: Manifest, to path: String) throws(FileProblem) {
        try write(manifest, to: path, check: { () throws(FileProblem) in })
    }

    /// - Parameter write: gets the text piece by piece, 64 KiB or a little more each.
    static func encode<Failure>(_ manifest: Manifest, to write: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        let entries = manifest.entries
        // Without stamps as earlier versions wrote it: by its digest a receipt knows it.
        let hasStamps = manifest.origin != nil || entries.hasStamps
        let hasDigests = hasStamps || entries.hasDigests
        var bytes = Array("\(hasStamps ? headerWithStamps : hasDigests ? headerWithDigests : header)\n".utf8)
        if hasStamps {
            bytes += (manifest.origin.map { "directory \($0.device):\($0.inode) begun \($0.begun)\n" } ?? "directory -\n").utf8
        }
        for index in entries.indices {
            bytes.append(decimal: entries.size(index))
            bytes.append(UInt8(ascii: " "))
            bytes.append(decimal: entries.modified(index))
            bytes.append(UInt8(ascii: " "))
            if hasDigests {
                if let digest = entries.digest(index) {
                    bytes.append(digest)
                    bytes.append(UInt8(ascii: " "))
                } else {
                    bytes.append(UInt8(ascii: "-"))
                    bytes.append(UInt8(ascii: " "))
                }
            }
            if hasStamps { bytes.append(entries.stamp(index)) }
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
    /// Bytes; hardly a line is shorter.
    private static let shortestLine = 32

    /// - Returns: `nil` if there is none, or only a part of one.
    static func read(_ path: String) throws(FileProblem) -> Manifest? {
        guard var lines = try LineReader(path) else { return nil }
        guard let first = try lines.next(),
            let place = [header, headerWithDigests, headerWithStamps].firstIndex(where: { first.elementsEqual($0.utf8) })
        else { return nil }
        let columns = place + 3
        var origin: ManifestOrigin?
        if columns == 5 {
            guard let line = try lines.next(), line.starts(with: "directory ".utf8) else { return nil }
            origin = ManifestOrigin(written: line.dropFirst("directory ".utf8.count))
            guard origin != nil || line.elementsEqual("directory -".utf8) else { return nil }
        }
        var entries = Manifest.Entries()
        // Room that is not used costs no memory; a list that grows is copied again and again.
        let room = Int(min(lines.size, 1 << 32))
        if room > piece { entries.reserve(room / shortestLine, pathBytes: room, stamps: columns == 5) }
        while let line = try lines.next() {
            if line.starts(with: "end ".utf8) {
                guard line.elementsEqual("end \(entries.count)".utf8), try lines.next() == nil, lines.isWhole else { return nil }
                var manifest = Manifest(entries)
                manifest.origin = origin
                return manifest
            }
            guard append(line, columns, to: &entries) else { return nil }
        }
        return nil
    }

    /// - Returns: whether the line makes sense.
    private static func append(_ line: ArraySlice<UInt8>, _ columns: Int, to entries: inout Manifest.Entries) -> Bool {
        var fields = ManifestFields(line)
        guard let size = fields.number(Int64.self), let modified = fields.number(Int64.self) else { return false }
        var digest: Digest?
        if columns > 3 {
            guard let text = fields.next() else { return false }
            if text.first != UInt8(ascii: "-") {
                digest = Digest(written: text)
                guard digest != nil else { return false }
            }
        }
        var stamp = FileStamp.unknown
        if columns == 5, !fields.dash() {
            guard let read = FileStamp(&fields) else { return false }
            stamp = read
        }
        guard !fields.rest.isEmpty else { return false }
        unescaped(fields.rest).withUnsafeBufferPointer {
            entries.append($0, size: size, modified: modified, digest: digest, stamp: stamp)
        }
        return true
    }

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

/// Reads a line field by field.
private struct ManifestFields {
    var rest: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) { rest = line }

    /// - Returns: `nil` if nothing ends it.
    mutating func next(upTo end: UInt8 = UInt8(ascii: " ")) -> ArraySlice<UInt8>? {
        guard let place = rest.firstIndex(of: end) else { return nil }
        defer { rest = rest[(place + 1)...] }
        return rest[..<place]
    }

    /// - Returns: `nil` for what is no number, or too large a one.
    mutating func number<Number: FixedWidthInteger>(_: Number.Type, upTo end: UInt8 = UInt8(ascii: " ")) -> Number? {
        guard var digits = next(upTo: end) else { return nil }
        let isNegative = Number.isSigned && digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        guard !digits.isEmpty else { return nil }
        var number: Number = 0
        for byte in digits {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let digit = Number(byte - UInt8(ascii: "0"))
            let (sum, isOver) = isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !isTooLarge, !isOver else { return nil }
            number = sum
        }
        return number
    }

    mutating func dash() -> Bool {
        guard rest.starts(with: "- ".utf8) else { return false }
        rest = rest.dropFirst(2)
        return true
    }
}

extension FileStamp {
    /// Reads what a manifest on disk has.
    fileprivate init?(_ fields: inout ManifestFields) {
        let colon = UInt8(ascii: ":")
        guard let device = fields.number(UInt32.self, upTo: colon), let inode = fields.number(UInt64.self, upTo: colon), inode != 0,
            let nanoseconds = fields.number(UInt32.self, upTo: colon), let changed = fields.number(Int64.self)
        else { return nil }
        self.init(device: device, inode: inode, nanoseconds: nanoseconds, changed: changed)
    }
}

extension ManifestOrigin {
    /// Reads what a manifest on disk has.
    fileprivate init?(written text: ArraySlice<UInt8>) {
        var fields = ManifestFields(text + " ".utf8)
        guard let device = fields.number(UInt32.self, upTo: UInt8(ascii: ":")), let inode = fields.number(UInt64.self),
            fields.next()?.elementsEqual("begun".utf8) == true, let begun = fields.number(Int64.self), fields.rest.isEmpty
        else { return nil }
        self.init(device: device, inode: inode, begun: begun)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ stamp: FileStamp) {
        guard stamp.isKnown else { return self += "- ".utf8 }
        append(digits: UInt64(stamp.device))
        append(UInt8(ascii: ":"))
        append(digits: stamp.inode)
        append(UInt8(ascii: ":"))
        append(digits: UInt64(stamp.nanoseconds))
        append(UInt8(ascii: ":"))
        append(decimal: stamp.changed)
        append(UInt8(ascii: " "))
    }

    fileprivate mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digits: number.magnitude)
    }

    private mutating func append(digits number: UInt64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (place, rest) = (20, number)
            repeat {
                place -= 1
                digits[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            append(contentsOf: digits[place...])
        }
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
