import TestSupport

/// What a seeded test does to a text that is right: numbers near the limits of 64 and 53 bits where numbers stand, bytes flipped, doubled, cut.
struct Mutations {
    static let numbers = [
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
        "18446744073709551616", "4611686018427387904", "9007199254740993", "9223372036854775", "9223372036", "2147483648", "1e308",
        "-1e308",
        "1e19", "-1", "0", "-0", "0.5", "99999999999999999999999999", "null", "\"9223372036854775807\"", "true",
    ]
    private static let pieces = [
        "\r\n", "\u{0}", "\u{301}", "/", "..", "'", "\"", "{{", "[[", "&a", "*a", "%", "\\", "\u{1B}[31m", "\u{202E}",
    ]

    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6: replaceNumber(&bytes)
            case 6: insert(Self.pieces.randomElement(using: &random) ?? "", &bytes)
            case 7: if !bytes.isEmpty { bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            case 8: bytes.removeLast(Int.random(in: 0...min(bytes.count, 20), using: &random))
            default: bytes += bytes.prefix(Int.random(in: 0...min(bytes.count, 200), using: &random))
            }
        }
        return bytes
    }

    /// Replaces one run of digits, chosen by chance.
    private mutating func replaceNumber(_ bytes: inout [UInt8]) {
        let isDigit = { (byte: UInt8) in UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
        let starts = bytes.indices.filter { isDigit(bytes[$0]) && ($0 == 0 || !isDigit(bytes[$0 - 1])) }
        guard let start = starts.randomElement(using: &random) else { return insert(Self.numbers[0], &bytes) }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.endIndex
        bytes.replaceSubrange(start..<end, with: (Self.numbers.randomElement(using: &random) ?? "").utf8)
    }

    private mutating func insert(_ text: String, _ bytes: inout [UInt8]) {
        bytes.insert(contentsOf: text.utf8, at: Int.random(in: 0...bytes.count, using: &random))
    }
}
