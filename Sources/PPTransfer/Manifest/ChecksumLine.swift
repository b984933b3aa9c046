import SystemFiles

/// `<digest>  <name>`, as the coreutils write and read it: a backslash before the digest says that the name holds escapes.
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
        let parts = line.dropFirst(isEscaped ? 1 : 0).split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = parts[1].first, kind == UInt8(ascii: " ") || kind == UInt8(ascii: "*") else { return nil }
        var name = parts[1].dropFirst()
        if name.starts(with: "./".utf8) { name = name.dropFirst(2) }
        let algorithm = Digest.Algorithm.allCases.first { $0.length == parts[0].count }
        guard let algorithm, let digest = Digest(algorithm, hex: String(decoding: parts[0], as: UTF8.self)), !name.isEmpty else {
            return nil
        }
        return (digest, String(decoding: isEscaped ? unescaped(name) : Array(name), as: UTF8.self))
    }

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
