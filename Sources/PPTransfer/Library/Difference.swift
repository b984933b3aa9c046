/// A file that is not at the destination as it was sent.
public struct Difference: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The kind of a difference. Later versions may add kinds; a name that this version does not know is kept.
    public struct Kind: Sendable, Hashable, Codable, CustomStringConvertible {
        /// The name of the kind, as its constant is called.
        public let description: String

        private init(_ name: String) { description = name }

        /// The file is not there.
        public static let missing = Kind("missing")
        /// The file has another size.
        public static let size = Kind("size")
        /// Something of that name is there, and it is no file.
        public static let notAFile = Kind("notAFile")
        /// Globus counts the file neither as sent nor as equal.
        public static let unsent = Kind("unsent")
        /// The file has other bytes.
        public static let contents = Kind("contents")
        /// The file does not belong there.
        public static let extra = Kind("extra")

        /// Decodes a kind; any name is accepted.
        public init(from decoder: any Decoder) throws { description = try decoder.singleValueContainer().decode(String.self) }

        /// Encodes the name.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(description)
        }
    }

    /// The kind.
    public let kind: Kind
    /// The path from the destination directory.
    public let path: String
    /// The size in bytes that it should have; only of kind `size`.
    public let expectedSize: Int64?
    /// The size in bytes that was found; only of kind `size`.
    public let foundSize: Int64?
    /// The digest that it should have; only of kind `contents`.
    public let expectedDigest: Digest?
    /// The digest that was found; only of kind `contents`.
    public let foundDigest: Digest?
    /// The difference in a few words: `short: a.pp has 9 bytes instead of 10`.
    public let description: String

    init(_ difference: FileDifference) {
        var (sizes, digests): ((Int64, Int64)?, (Digest, Digest)?) = (nil, nil)
        switch difference {
        case .missing: kind = .missing
        case .notAFile: kind = .notAFile
        case .unsent: kind = .unsent
        case .extra: kind = .extra
        case .unread: kind = .contents
        case .size(_, let expected, let found): (kind, sizes) = (.size, (expected, found))
        case .digest(_, let expected, let found), .contents(_, let expected, let found, of: _):
            (kind, digests) = (.contents, (expected, found))
        }
        (path, description) = (difference.path, difference.description)
        (expectedSize, foundSize, expectedDigest, foundDigest) = (sizes?.0, sizes?.1, digests?.0, digests?.1)
    }
}
