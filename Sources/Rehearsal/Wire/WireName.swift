/// How names of files, which are bytes, travel in JSON, which is text.
///
/// A name that is not UTF-8 is shown as if it were latin-1, with U+FFFD before it, and recognised by that when a client sends it back.
enum WireName {
    private static let mark: Unicode.Scalar = "\u{FFFD}"

    static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        text.append(mark)
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    static func bytes(_ name: some StringProtocol) -> [UInt8] {
        let scalars = name.unicodeScalars
        guard scalars.first == mark else { return Array(name.utf8) }
        let rest = scalars.dropFirst()
        guard !rest.isEmpty, rest.allSatisfy({ $0.value < 0x100 }) else { return Array(name.utf8) }
        return rest.map { UInt8($0.value) }
    }
}
