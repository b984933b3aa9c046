import Crypto

/// The checksums that collections can make.
enum ChecksumAlgorithm: String, CaseIterable, Sendable {
    case md5 = "MD5"
    case sha1 = "SHA1"
    case sha256 = "SHA256"
    case sha384 = "SHA384"
    case sha512 = "SHA512"

    /// Takes any case, with or without a dash.
    init?(name: String) { self.init(rawValue: name.uppercased().replacing("-", with: "")) }

    /// How many hexadecimal digits a checksum has.
    var digits: Int {
        switch self {
        case .md5: 32
        case .sha1: 40
        case .sha256: 64
        case .sha384: 96
        case .sha512: 128
        }
    }
}

/// A checksum under way.
struct RunningChecksum {
    private enum State {
        case md5(Insecure.MD5)
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
        case sha384(SHA384)
        case sha512(SHA512)
    }

    private var state: State

    init(_ algorithm: ChecksumAlgorithm) {
        state =
            switch algorithm {
            case .md5: .md5(Insecure.MD5())
            case .sha1: .sha1(Insecure.SHA1())
            case .sha256: .sha256(SHA256())
            case .sha384: .sha384(SHA384())
            case .sha512: .sha512(SHA512())
            }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .md5(var hash): hash.update(bufferPointer: bytes); state = .md5(hash)
        case .sha1(var hash): hash.update(bufferPointer: bytes); state = .sha1(hash)
        case .sha256(var hash): hash.update(bufferPointer: bytes); state = .sha256(hash)
        case .sha384(var hash): hash.update(bufferPointer: bytes); state = .sha384(hash)
        case .sha512(var hash): hash.update(bufferPointer: bytes); state = .sha512(hash)
        }
    }

    /// In lower-case hexadecimal.
    func finished() -> String {
        switch state {
        case .md5(let hash): RunningChecksum.text(hash.finalize())
        case .sha1(let hash): RunningChecksum.text(hash.finalize())
        case .sha256(let hash): RunningChecksum.text(hash.finalize())
        case .sha384(let hash): RunningChecksum.text(hash.finalize())
        case .sha512(let hash): RunningChecksum.text(hash.finalize())
        }
    }

    private static func text(_ digest: some Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
