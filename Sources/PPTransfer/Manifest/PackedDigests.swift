/// The digests of many files; nothing as long as none is known. Files of one list have digests of one algorithm, so that hardly ever more
/// than 33 bytes are kept for one.
struct PackedDigests: Sendable {
    /// A number for the algorithm, 0 for no digest.
    private var kinds: [UInt8] = []
    private var digests: [Digest.Words] = []

    var hasAny: Bool { kinds.contains { $0 != 0 } }

    subscript(index: Int) -> Digest? {
        guard !kinds.isEmpty, let algorithm = Digest.Algorithm(packed: kinds[index]) else { return nil }
        return Digest(algorithm, digests[index])
    }

    /// - Parameter count: of all files.
    mutating func set(_ digest: Digest?, at index: Int, of count: Int) {
        guard digest != nil || !kinds.isEmpty else { return }
        if kinds.isEmpty { fill(count) }
        kinds[index] = digest?.algorithm.packed ?? 0
        digests[index] = digest?.words ?? Digest.none
    }

    /// - Parameter count: of the files before.
    mutating func append(_ digest: Digest?, after count: Int) {
        guard digest != nil || !kinds.isEmpty else { return }
        if kinds.isEmpty { fill(count) }
        kinds.append(digest?.algorithm.packed ?? 0)
        digests.append(digest?.words ?? Digest.none)
    }

    private mutating func fill(_ count: Int) {
        kinds = Array(repeating: 0, count: count)
        digests = Array(repeating: Digest.none, count: count)
    }
}

extension Digest {
    /// 32 bytes.
    typealias Words = SIMD4<UInt64>

    fileprivate static let none = Words(repeating: 0)
}

extension Digest.Algorithm {
    fileprivate var packed: UInt8 {
        switch self {
        case .sha256: 1
        case .md5: 2
        }
    }

    fileprivate init?(packed: UInt8) {
        switch packed {
        case 1: self = .sha256
        case 2: self = .md5
        default: return nil
        }
    }
}
