/// The digests of many files, 33 bytes each; nothing as long as none is known.
struct PackedDigests: Sendable {
    /// A byte for the algorithm, 0 for no digest, and room for the longest.
    private static let width = 33

    private var bytes: [UInt8] = []

    /// Whether none is known.
    var isEmpty: Bool { bytes.isEmpty }
    var hasAny: Bool { stride(from: 0, to: bytes.count, by: Self.width).contains { bytes[$0] != 0 } }

    subscript(index: Int) -> Digest? {
        guard !bytes.isEmpty else { return nil }
        let place = index * Self.width
        guard let algorithm = Digest.Algorithm(packed: bytes[place]) else { return nil }
        return Digest(algorithm, bytes: bytes[(place + 1)..<(place + 1 + algorithm.length / 2)])
    }

    /// - Parameter count: of all files.
    mutating func set(_ digest: Digest?, at index: Int, of count: Int) {
        if bytes.isEmpty {
            guard digest != nil else { return }
            bytes = Array(repeating: 0, count: count * Self.width)
        }
        bytes.replaceSubrange((index * Self.width)..<((index + 1) * Self.width), with: Self.packed(digest))
    }

    /// - Parameter count: of the files before.
    mutating func append(_ digest: Digest?, after count: Int) {
        guard digest != nil || !bytes.isEmpty else { return }
        if bytes.isEmpty { bytes = Array(repeating: 0, count: count * Self.width) }
        bytes += Self.packed(digest)
    }

    private static func packed(_ digest: Digest?) -> [UInt8] {
        var packed = Array(repeating: 0 as UInt8, count: width)
        guard let digest else { return packed }
        packed[0] = digest.algorithm.packed
        for (index, pair) in digest.hex.utf8.enumerated() {
            let value = pair & 15 + (pair > UInt8(ascii: "9") ? 9 : 0)
            packed[1 + index / 2] |= index.isMultiple(of: 2) ? value << 4 : value
        }
        return packed
    }
}

extension Digest.Algorithm {
    fileprivate var packed: UInt8 {
        switch self {
        case .sha256: 1
        case .md5: 2
        }
    }

    fileprivate init?(packed: UInt8) {
        guard let algorithm = Self.allCases.first(where: { $0.packed == packed }) else { return nil }
        self = algorithm
    }
}
