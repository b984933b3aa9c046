/// An address of one of the two Globus services. Holding one means: https, or plain http to this machine alone.
public struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    public let base: String
    public let host: String
    public let isLoopback: Bool
    public let path: String
    public let query: [QueryItem]

    public struct QueryItem: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    public enum Problem: Error, Hashable, Sendable {
        case notAURL(String)
        case plainHTTP(String)
    }

    /// - Parameter base: as the SDK's environment variables hold it: without `/v0.10` or `/v2`, with or without a slash at its end.
    public init(base: String) throws(Problem) {
        let parts = base.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let authority = parts[1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).first,
            !authority.contains("@"), !base.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }), !base.contains("?"), !base.contains("#")
        else { throw .notAURL(base) }
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .notAURL(base) }
            host = authority[authority.index(after: authority.startIndex)..<end]
        } else {
            host = authority.split(separator: ":", omittingEmptySubsequences: false)[0]
        }
        guard !host.isEmpty else { throw .notAURL(base) }
        isLoopback = Self.isLoopback(host)
        switch parts[0].lowercased() {
        case "https": break
        case "http": guard isLoopback else { throw .plainHTTP(base) }
        default: throw .notAURL(base)
        }
        (self.base, self.host, path, query) = (base, String(host), "", [])
    }

    private init(_ other: ServiceURL, path: String, query: [QueryItem]) {
        (base, host, isLoopback, self.path, self.query) = (other.base, other.host, other.isLoopback, path, query)
    }

    /// The address of `path` (which starts with a slash), joined as the SDK does: exactly one slash at the joint.
    public func appending(_ path: String, query: [QueryItem] = []) -> ServiceURL {
        ServiceURL(self, path: path, query: query)
    }

    public var description: String {
        let start = base.hasSuffix("/") ? String(base.dropLast()) : base
        let text = start + Self.encode(path, alsoAllowed: "/")
        return query.isEmpty ? text : text + "?" + Self.form(query)
    }

    /// `name=value` pairs as forms and queries carry them.
    public static func form(_ items: [QueryItem]) -> String {
        items.map { encode($0.name) + "=" + encode($0.value) }.joined(separator: "&")
    }

    private static func encode(_ text: String, alsoAllowed: StaticString = "") -> String {
        let slash = alsoAllowed.utf8CodeUnitCount > 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: "/") where slash: bytes.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}
