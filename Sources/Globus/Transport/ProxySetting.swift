import CCurl

/// A proxy for https as the environment names it, read as libcurl reads it.
package struct ProxySetting: Sendable {
    package enum Fault: Equatable, Sendable {
        case scheme(String)
        case noHost
        case port
        /// libcurl cannot read it as an address.
        case form
    }

    /// The variable that decides.
    package var variable: String
    /// `http://proxy.example.org:8080`, without what may stand before an `@`.
    package var address: String
    /// libcurl then takes 1080.
    package var lacksPort: Bool
    package var fault: Fault?

    private static let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]

    /// In libcurl's order, the lower case first.
    package static let variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]

    /// - Returns: `nil` if https goes without a proxy.
    package init?(_ environment: [String: String]) {
        guard let variable = Self.variables.first(where: { environment[$0]?.isEmpty == false }), let text = environment[variable]
        else { return nil }
        self.init(text, of: variable)
    }

    /// - Parameter variable: where the address comes from.
    package init(_ text: String, of variable: String) {
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
            fault = .port
        } else if !Self.isAddress(text) {
            fault = .form
        }
    }

    /// Whether libcurl can read a text as the address of a proxy.
    private static func isAddress(_ text: String) -> Bool {
        guard let parser = curl_url() else { return true }
        defer { curl_url_cleanup(parser) }
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME)
        return curl_url_set(parser, CURLUPART_URL, text, flags) == CURLUE_OK
    }

    /// What is wrong with it and what to write instead, without a login that it may hold; `nil` if nothing is.
    package var problem: String? {
        switch fault {
        case .scheme(let scheme): "\(variable): '\(scheme)' is not a kind of proxy; write http://HOST:PORT"
        case .noHost: "\(variable) names no host; write http://HOST:PORT"
        case .port: "\(variable): what follows ':' is not a port (not shown here: it may be a password); write http://HOST:PORT"
        case .form:
            "\(variable) is not the address of a proxy (not shown here: it may hold a password); write http://HOST:PORT or "
                + "http://USER:PASSWORD@HOST:PORT, with %40 for '@' and %2F for '/' in the password"
        case nil: nil
        }
    }

    /// `proxy.example.org:8080 (HTTPS_PROXY)`: how messages call it.
    package var name: String {
        let place = address.split(separator: "://", maxSplits: 1).last.map(String.init) ?? address
        return variable.isEmpty ? place : "\(place) (\(variable))"
    }

    /// `[::1]:3128` and `proxy:3128` alike.
    private static func split(_ place: Substring) -> (host: Substring, port: Substring?) {
        let end = place.hasPrefix("[") ? place.firstIndex(of: "]") ?? place.endIndex : place.startIndex
        guard let colon = place[end...].firstIndex(of: ":") else { return (place, nil) }
        return (place[..<colon], place[place.index(after: colon)...])
    }

    /// The entry of `no_proxy` by which `host` is reached without the proxy; `nil` if there is none.
    package static func exception(for host: String, _ environment: [String: String]) -> (variable: String, entry: String)? {
        for variable in ["no_proxy", "NO_PROXY"] {
            guard let list = environment[variable], !list.isEmpty else { continue }
            return exception(for: host, in: list).map { (variable, $0) }
        }
        return nil
    }

    /// The entry of a list like that of `no_proxy`.
    static func exception(for host: String, in list: String) -> String? {
        let host = host.lowercased()
        return list.split { $0 == "," || $0 == " " }.map { $0.lowercased() }.first { entry in
            let name = entry.hasPrefix(".") ? String(entry.dropFirst()) : entry
            return entry == "*" || host == name || host.hasSuffix("." + name)
        }
    }
}
