/// A file's checksum, as its producer made it: what the destination must have, byte for byte.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    public enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case sha256, md5

        /// As the service writes it.
        public var wireName: String {
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

    public let algorithm: Algorithm
    /// Lower case.
    public let hex: String

    /// - Returns: `nil` unless `hex` has the algorithm's length in hexadecimal digits.
    public init?(_ algorithm: Algorithm, hex: some StringProtocol) {
        guard hex.utf8.count == algorithm.length, hex.allSatisfy(\.isHexDigit) else { return nil }
        (self.algorithm, self.hex) = (algorithm, hex.lowercased())
    }

    init(_ algorithm: Algorithm, bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(algorithm.length)
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        (self.algorithm, hex) = (algorithm, String(decoding: text, as: UTF8.self))
    }

    /// `sha256:9f86…`
    public var description: String { "\(algorithm.rawValue):\(hex)" }

    /// Reads what `description` writes.
    init?(written text: some StringProtocol) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let algorithm = Algorithm(rawValue: String(parts[0])) else { return nil }
        self.init(algorithm, hex: parts[1])
    }
}
