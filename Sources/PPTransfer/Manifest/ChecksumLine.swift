import SystemFiles

/// `<digest>  <name>`, as the coreutils write and read it, or `SHA256 (<name>) = <digest>`, as BSD writes it: a backslash before the digest
/// says that the name holds escapes.
enum ChecksumLine {
    static func text(_ digest: Digest, _ path: String) -> String {
        // A name of one dash would be read as the standard input.
        let path = path == "-" ? "./-" : path
        let odd = path.has("\\") || path.has("\n") || path.has("\r")
        guard odd else { return "\(digest.hex)  \(path)" }
        let escaped = path.with("\\", as: #"\\"#).with("\n", as: #"\n"#).with("\r", as: #"\r"#)
        return "\\\(digest.hex)  \(escaped)"
    }

    static func read(_ line: some Collection<UInt8>) -> (Digest, String)? {
        let isEscaped = line.first == UInt8(ascii: "\\")
        let line = Array(line.dropFirst(isEscaped ? 1 : 0))
        guard let (digest, name) = plain(line) ?? tagged(line), !name.isEmpty else { return nil }
        let bare = name.starts(with: "./".utf8) ? name.dropFirst(2) : name
        return bare.isEmpty ? nil : (digest, String(decoding: isEscaped ? unescaped(bare) : Array(bare), as: UTF8.self))
    }

    /// The name of a line with any checksum, such as one of XXH64: hexadecimal digits, a blank, a blank or `*`, and the name; or
    /// `XXH64 (<name>) = <digits>`.
    static func name(_ line: some Collection<UInt8>) -> String? {
        let isEscaped = line.first == UInt8(ascii: "\\")
        let line = Array(line.dropFirst(isEscaped ? 1 : 0))
        var name: ArraySlice<UInt8>
        let digits = line.prefix(while: isHexadecimal)
        if digits.count >= 8, line.dropFirst(digits.count).starts(with: "  ".utf8) || line.dropFirst(digits.count).starts(with: " *".utf8) {
            name = line.dropFirst(digits.count + 2)
        } else if let open = line.firstIndex(of: UInt8(ascii: "(")), let close = line.lastIndex(of: UInt8(ascii: ")")), open < close,
            line[close...].starts(with: ") = ".utf8), line.last.map(isHexadecimal) ?? false
        {
            name = line[(open + 1)..<close]
        } else {
            return nil
        }
        if name.last == UInt8(ascii: "\r") { name.removeLast() }
        if name.starts(with: "./".utf8) { name = name.dropFirst(2) }
        return name.isEmpty ? nil : String(decoding: isEscaped ? unescaped(name) : Array(name), as: UTF8.self)
    }

    /// The algorithm of a line whose checksum is of another kind; `nil` if it is no such line.
    static func foreignAlgorithm(_ line: some Collection<UInt8>) -> String? {
        let line = Array(line)
        if let open = line.firstIndex(of: UInt8(ascii: "(")), line.last.map(isHexadecimal) ?? false {
            let tag = String(decoding: line[..<open].filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            return ["SHA1", "SHA224", "SHA384", "SHA512", "SHA2-512", "BLAKE2b"].contains(tag) ? tag : nil
        }
        let names = [40: "SHA-1", 56: "SHA-224", 96: "SHA-384", 128: "SHA-512"]
        let digits = line.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return digits.allSatisfy(isHexadecimal) ? names[digits.count] : nil
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }

    private static func plain(_ line: [UInt8]) -> (Digest, ArraySlice<UInt8>)? {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = parts[1].first, kind == UInt8(ascii: " ") || kind == UInt8(ascii: "*") else { return nil }
        let algorithm = Digest.Algorithm.allCases.first { $0.length == parts[0].count }
        guard let algorithm, let digest = Digest(algorithm, hex: String(decoding: parts[0], as: UTF8.self)) else { return nil }
        return (digest, parts[1].dropFirst())
    }

    /// `SHA256 (name) = digest`; OpenSSL leaves the blanks out.
    private static func tagged(_ line: [UInt8]) -> (Digest, ArraySlice<UInt8>)? {
        let algorithm = Digest.Algorithm.allCases.first { line.starts(with: $0.wireName.utf8) }
        guard let algorithm, line.count > algorithm.length, let digest = Digest(algorithm, hex: text(line.suffix(algorithm.length))) else {
            return nil
        }
        var name = line[algorithm.wireName.utf8.count..<(line.count - algorithm.length)]
        guard let open = [" (", "("].first(where: { name.starts(with: $0.utf8) }) else { return nil }
        name = name.dropFirst(open.utf8.count)
        guard let close = [") = ", ")= "].first(where: { name.suffix($0.utf8.count).elementsEqual($0.utf8) }) else { return nil }
        return (digest, name.dropLast(close.utf8.count))
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

    private static func unescaped(_ name: some Sequence<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var isEscape = false
        for byte in name {
            if isEscape {
                plain.append(byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte == UInt8(ascii: "r") ? UInt8(ascii: "\r") : byte)
                isEscape = false
            } else if byte == UInt8(ascii: "\\") {
                isEscape = true
            } else {
                plain.append(byte)
            }
        }
        return plain
    }
}
