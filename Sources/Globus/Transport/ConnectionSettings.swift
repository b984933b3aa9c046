/// How connections are made: everything that libcurl would otherwise look for itself.
package struct ConnectionSettings: Sendable {
    package var client: ClientInfo
    package var trust: GlobusEnvironment.Trust = .system
    /// `nil`: directly, whatever the variables of proxies say.
    package var proxy: ProxyAddress?
    /// How long the other side may be silent.
    package var timeout = Duration.seconds(60)
    /// Sockets at the same time. Requests beyond that wait their turn.
    package var maximumConnections = 32

    package init(client: ClientInfo) { self.client = client }
}

/// A proxy, and what is reached without it.
package struct ProxyAddress: Hashable, Sendable {
    /// `http://proxy.example.org:8080`, with a user and a password if it wants them: a secret.
    package var address: String
    /// `localhost,.example.org`: as libcurl reads `NO_PROXY`.
    package var exceptions: String

    package init(address: String, exceptions: String = "") { (self.address, self.exceptions) = (address, exceptions) }

    /// Reads the variables as libcurl reads them for https: the lower case first, an empty one counts as unset.
    ///
    /// - Returns: `nil` if none is set.
    package init?(_ variables: [String: String]) {
        func first(_ names: [String]) -> String? { names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty } }

        guard let address = first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]) else { return nil }
        self.init(address: address, exceptions: first(["no_proxy", "NO_PROXY"]) ?? "")
    }
}
