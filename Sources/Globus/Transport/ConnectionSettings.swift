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
    /// `proxy.example.org:8080 (HTTPS_PROXY)`: how messages call it, without the login.
    package var name: String

    /// - Parameter variable: where the address comes from; empty if it is not of the environment.
    package init(address: String, exceptions: String = "", variable: String = "") {
        (self.address, self.exceptions) = (address, exceptions)
        name = ProxySetting(address, of: variable).name
    }

    /// Reads the variables as libcurl reads them for https: the lower case first, an empty one counts as unset.
    ///
    /// - Returns: `nil` if none is set.
    package init?(_ variables: [String: String]) {
        func first(_ names: [String]) -> String? { names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty } }

        guard let setting = ProxySetting(variables), let address = variables[setting.variable] else { return nil }
        self.init(address: address, exceptions: first(["no_proxy", "NO_PROXY"]) ?? "", variable: setting.variable)
    }

    /// Whether a host is reached through it.
    func leads(to host: String) -> Bool { ProxySetting.exception(for: host, in: exceptions) == nil }
}
