/// A file's checksum, as its producer made it: what the destination must have, byte for byte.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    package enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case sha256, md5

        /// As the service writes it.
        package var wireName: String {
            switch self {
            case .sha256: "SHA256"
            case .md5: "MD5"
            }
        }

        /// Characters of the hexadecimal form.
        var length: Int { self == .sha256 ? 64 : 32 }

        /// - Returns: `nil` for one that this version cannot compare.
        init?(wireName: String) {
            guard let algorithm = Self.allCases.first(where: { $0.wireName == wireName.uppercased().replacing("-", with: "") }) else {
                return nil
            }
            self = algorithm
        }
    }

    package let algorithm: Algorithm
    /// Its bytes in order, then zeros.
    let words: Words

    /// The name of its algorithm: `sha256` or `md5`.
    public var algorithmName: String { algorithm.rawValue }

    /// The digest in hexadecimal digits, lower case.
    public var hex: String {
        String(unsafeUninitializedCapacity: algorithm.length) { text in
            var length = 0
            withHex {
                text[length] = $0
                length += 1
            }
            return length
        }
    }

    /// - Returns: `nil` unless `hex` has the algorithm's length in hexadecimal digits.
    package init?(_ algorithm: Algorithm, hex: some StringProtocol) { self.init(algorithm, digits: hex.utf8) }

    /// - Returns: likewise.
    private init?(_ algorithm: Algorithm, digits: some Collection<UInt8>) {
        guard digits.count == algorithm.length else { return nil }
        var words = Words(repeating: 0)
        for (index, digit) in digits.enumerated() {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            words[index / 16] |= UInt64(value) << (60 - 4 * UInt64(index % 16))
        }
        (self.algorithm, self.words) = (algorithm, words)
    }

    init(_ algorithm: Algorithm, _ words: Words) { (self.algorithm, self.words) = (algorithm, words) }

    /// - Parameter bytes: as many as the algorithm gives.
    init(_ algorithm: Algorithm, bytes: some Sequence<UInt8>) {
        var words = Words(repeating: 0)
        for (index, byte) in bytes.prefix(algorithm.length / 2).enumerated() {
            words[index / 8] |= UInt64(byte) << (56 - 8 * UInt64(index % 8))
        }
        (self.algorithm, self.words) = (algorithm, words)
    }

    /// The digest with its algorithm: `sha256:9f86…`.
    public var description: String { "\(algorithm.rawValue):\(hex)" }

    /// Reads what `description` writes.
    ///
    /// - Returns: `nil` for another text, or an algorithm that this version does not know.
    public init?(_ text: String) { self.init(written: text.utf8) }

    /// Reads what `description` writes.
    init?(written text: some StringProtocol) { self.init(written: text.utf8) }

    init?(written text: some Collection<UInt8>) {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let algorithm = Algorithm.allCases.first(where: { $0.rawValue.utf8.elementsEqual(text[..<colon]) })
        else { return nil }
        self.init(algorithm, digits: text[text.index(after: colon)...])
    }

    /// - Parameter body: gets the digits of `hex` in turn.
    private func withHex(_ body: (UInt8) -> Void) {
        for index in 0..<algorithm.length {
            let value = UInt8(truncatingIfNeeded: words[index / 16] >> (60 - 4 * UInt64(index % 16))) & 15
            body(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
        }
    }
}

extension Digest: Codable {
    /// Decodes what `description` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = Digest(written: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a digest")
        }
        self = digest
    }

    /// Encodes the digest as `sha256:9f86…`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension [UInt8] {
    /// What `description` has.
    mutating func append(_ digest: Digest) {
        append(contentsOf: digest.algorithm.rawValue.utf8)
        append(UInt8(ascii: ":"))
        append(contentsOf: digest.hex.utf8)
    }
}
