import CCurl
import FoundationEssentials
import SystemFiles

/// An address of one of the two Globus services. Holding one means: https, or plain http to this machine alone.
public struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    /// The address of the service, without `path` and `query`: `https://transfer.api.globus.org/`.
    public let base: String
    /// The name or number of the host, in lower case; an IPv6 address without its brackets.
    public let host: String
    /// Whether the host is this machine's own loopback: `localhost`, `127.x.y.z` or `[::1]`.
    public let isLoopback: Bool
    /// The path below `base`, not percent-encoded: `/v0.10/submission_id`. Empty if nothing was appended.
    public let path: String
    /// The items of the query in their order, not percent-encoded.
    public let query: [QueryItem]

    /// A name and a value of a query or a form.
    public struct QueryItem: Hashable, Sendable {
        /// The name, not percent-encoded.
        public var name: String
        /// The value, not percent-encoded.
        public var value: String

        /// Pairs a name with its value; both without percent-encoding.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// The reasons why a text is not accepted as the address of a service.
    public enum Problem: Error, Hashable, Sendable {
        /// The text is no `http` or `https` address, or it has a login, a query, a fragment or a character that an address cannot hold.
        case notAURL(String)
        /// The text is an address of another machine with plain `http`, which would show tokens to the network.
        case plainHTTP(String)
    }

    /// - Parameter base: as the SDK's environment variables hold it: without `/v0.10` or `/v2`, with or without a slash at its end.
    ///
    /// libcurl itself takes it apart, so that it cannot lead anywhere else than to the host that was judged here.
    public init(base: String) throws(Problem) {
        guard !base.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "\\") }), let parts = Parts(base),
            !parts.hasLogin,
            !parts.hasMore, !parts.host.isEmpty
        else { throw .notAURL(base) }
        isLoopback = Self.isLoopback(parts.host)
        switch parts.scheme {
        case "https": break
        case "http": guard isLoopback else { throw .plainHTTP(base) }
        default: throw .notAURL(base)
        }
        let host = parts.host.hasPrefix("[") ? String(parts.host.dropFirst().dropLast()) : parts.host
        // libcurl closes an address with a slash.
        let address = base.ends(with: "/") ? parts.address : parts.address.withoutEndingSlashes
        (self.base, self.host, path, query) = (address, host, "", [])
    }

    private init(_ other: ServiceURL, path: String, query: [QueryItem]) {
        (base, host, isLoopback, self.path, self.query) = (other.base, other.host, other.isLoopback, path, query)
    }

    /// Globus Transfer's address, and Globus Auth's.
    package static let transfer = ServiceURL(host: "transfer.api.globus.org")
    package static let auth = ServiceURL(host: "auth.globus.org")

    /// - Parameter host: a name that is written here in the source.
    private init(host: StaticString) {
        (self.host, base) = ("\(host)", "https://\(host)/")
        (isLoopback, path, query) = (false, "", [])
    }

    /// The address of `path` (which starts with a slash), joined as the SDK does: exactly one slash at the joint.
    public func appending(_ path: String, query: [QueryItem] = []) -> ServiceURL {
        ServiceURL(self, path: path, query: query)
    }

    public var description: String {
        let text = base.withoutEndingSlashes + Self.encode(path, alsoAllowed: "/")
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

    /// As text in an address: `%2F` for a slash, unless it is among what else is allowed.
    static func percentEncoded(_ text: String) -> String { encode(text) }

    /// Literally an address of this machine's loopback, in the one way of writing that no reader takes for another number.
    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" { return true }
        if host.hasPrefix("["), host.hasSuffix("]") {
            var address = in6_addr()
            guard inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address) == 1 else { return false }
            return withUnsafeBytes(of: &address) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
        }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 4, numbers[0] == "127" else { return false }
        return numbers.allSatisfy { number in UInt8(number).map { String($0) == number } ?? false }
    }
}

/// An address as libcurl understands it.
private struct Parts {
    /// The whole, written anew.
    var address: String
    var scheme: String
    /// In lower case; of an IPv6 address with its brackets.
    var host: String
    /// A user or a password, even an empty one.
    var hasLogin: Bool
    /// A query, a fragment, or the zone of an address.
    var hasMore: Bool

    init?(_ text: String) {
        guard let url = curl_url() else { return nil }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK else { return nil }

        func part(_ part: CURLUPart) -> String? {
            var found: UnsafeMutablePointer<CChar>?
            guard curl_url_get(url, part, &found, 0) == CURLUE_OK, let found else { return nil }
            defer { curl_free(found) }
            return String(cString: found)
        }

        guard text.contains("://"), let scheme = part(CURLUPART_SCHEME)?.lowercased(), let host = part(CURLUPART_HOST)?.lowercased()
        else { return nil }
        // What a name leads to is the resolver's to say; over plain http this machine is meant by its number.
        if scheme == "http", host == "localhost" {
            guard curl_url_set(url, CURLUPART_HOST, "127.0.0.1", 0) == CURLUE_OK else { return nil }
        }
        guard let address = part(CURLUPART_URL) else { return nil }
        (self.scheme, self.host, self.address) = (scheme, host, address)
        let authority = text.split(separator: "://", maxSplits: 1).last?.prefix { $0 != "/" } ?? ""
        hasLogin = part(CURLUPART_USER) != nil || part(CURLUPART_PASSWORD) != nil || authority.contains("@")
        hasMore =
            part(CURLUPART_QUERY) != nil || part(CURLUPART_FRAGMENT) != nil || text.contains("?") || text.contains("#")
            || authority.contains("%")
    }
}
