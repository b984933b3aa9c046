/// What the environment says of a proxy for https, as libcurl reads it.
struct ProxySetting {
    enum Fault: Equatable {
        case scheme(String)
        case noHost
        case port(String)
    }

    /// The variable that decides.
    var variable: String
    /// `http://proxy.example.org:8080`, without what may stand before an `@`.
    var address: String
    /// libcurl then takes 1080.
    var lacksPort: Bool
    var fault: Fault?

    private static let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]

    /// In libcurl's order, the lower case first.
    static let variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]

    /// - Returns: `nil` if https goes without a proxy.
    init?(_ environment: [String: String]) {
        guard let variable = Self.variables.first(where: { environment[$0]?.isEmpty == false }), let text = environment[variable]
        else { return nil }
        self.variable = variable
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        let scheme = parts.count == 2 ? String(parts[0]) : "http"
        // A password may hold a slash, which then is an error, but nothing to be shown.
        let rest = parts.last ?? ""
        let place = (rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest[...]).prefix { $0 != "/" }
        address = scheme + "://" + place
        let (host, port) = Self.split(place)
        lacksPort = port == nil
        if !Self.schemes.contains(scheme.lowercased()) {
            fault = .scheme(scheme)
        } else if host.isEmpty {
            fault = .noHost
        } else if let port, !(UInt16(port).map { $0 > 0 } ?? false) {
            // Where the host was forgotten, a password stands there.
            fault = .port(port.allSatisfy(\.isNumber) ? String(port) : "…")
        }
    }

    /// `[::1]:3128` and `proxy:3128` alike.
    private static func split(_ place: Substring) -> (host: Substring, port: Substring?) {
        let end = place.hasPrefix("[") ? place.firstIndex(of: "]") ?? place.endIndex : place.startIndex
        guard let colon = place[end...].firstIndex(of: ":") else { return (place, nil) }
        return (place[..<colon], place[place.index(after: colon)...])
    }

    /// The entry of `no_proxy` by which `host` is reached without the proxy; `nil` if there is none.
    static func exception(for host: String, _ environment: [String: String]) -> (variable: String, entry: String)? {
        let host = host.lowercased()
        for variable in ["no_proxy", "NO_PROXY"] {
            guard let list = environment[variable], !list.isEmpty else { continue }
            let entries = list.split { $0 == "," || $0 == " " }.map { $0.lowercased() }
            let found = entries.first { entry in
                let name = entry.hasPrefix(".") ? String(entry.dropFirst()) : entry
                return entry == "*" || host == name || host.hasSuffix("." + name)
            }
            return found.map { (variable, $0) }
        }
        return nil
    }
}
