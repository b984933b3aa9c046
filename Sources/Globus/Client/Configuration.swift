extension GlobusClient {
    /// How a client reaches Globus. A fresh one is right for globus.org, without a proxy and with the system's certificate authorities.
    public struct Configuration: Hashable, Sendable {
        /// Where the services are.
        public var endpoints = Endpoints.production
        /// Which certificate authorities are trusted. Certificates are always verified.
        public var trust = Trust.system
        /// The proxy between this machine and Globus. Variables like `HTTPS_PROXY` are not looked at.
        public var proxy = Proxy.none
        /// How long a server may be silent before a request has failed. A slow answer may take ten times as long in all.
        public var timeout = Duration.seconds(60)
        /// How long requests are repeated.
        public var retry = RetryPolicy()
        /// Sockets that may be open at the same time, at least one. Calls beyond that wait their turn, and can be cancelled meanwhile.
        public var maximumConnections = 32
        /// The name and version of the program, as the service logs them.
        public var product: ClientInfo

        /// - Parameter product: the name and version of the program.
        public init(product: ClientInfo = .unnamed) { self.product = product }

        package var connections: ConnectionSettings {
            var settings = ConnectionSettings(client: product)
            settings.trust = trust.bundle.map { .bundle($0) } ?? .system
            settings.proxy = proxy.address
            (settings.timeout, settings.maximumConnections) = (timeout, maximumConnections)
            return settings
        }
    }

    /// The addresses of the two services.
    public struct Endpoints: Hashable, Sendable {
        /// Globus Transfer: `https://transfer.api.globus.org/`.
        public var transfer: ServiceURL
        /// Globus Auth: `https://auth.globus.org/`.
        public var auth: ServiceURL

        /// Names the addresses of both services, for another environment of Globus or for a simulator.
        public init(transfer: ServiceURL, auth: ServiceURL) { (self.transfer, self.auth) = (transfer, auth) }

        /// The services at globus.org.
        public static let production = Endpoints(transfer: .transfer, auth: .auth)
    }

    /// Whom a client trusts to vouch for a server.
    public struct Trust: Hashable, Sendable {
        package let bundle: String?

        /// The system's own list of certificate authorities.
        public static let system = Trust(bundle: nil)

        /// A file of certificate authorities in PEM form, in the place of the system's.
        public static func bundle(_ path: String) -> Trust { Trust(bundle: path) }
    }

    /// The proxy that a client uses. Requests to this machine's own loopback never go through one.
    ///
    /// It never prints its address, which may hold a password.
    public struct Proxy: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        package let address: ProxyAddress?

        /// Connects directly.
        public static let none = Proxy(address: nil)

        /// Connects through a proxy.
        ///
        /// - Parameters:
        ///   - address: `http://proxy.example.org:8080`, with `user:password@` before the host if the proxy asks for a login.
        ///   - exceptions: hosts and domains that are reached directly: `.example.org`.
        public static func address(_ address: String, except exceptions: [String] = []) -> Proxy {
            Secrets.inUse.learn(from: ["https_proxy": address])
            return Proxy(address: ProxyAddress(address: address, exceptions: exceptions.joined(separator: ",")))
        }

        package init(address: ProxyAddress?) { self.address = address }

        public var description: String { address == nil ? "no proxy" : "<proxy>" }
        public var debugDescription: String { description }
        public var customMirror: Mirror { Mirror(self, children: []) }
    }
}

extension GlobusClient.Configuration {
    package init(_ environment: GlobusEnvironment, product: ClientInfo) {
        self.init(product: product)
        endpoints = GlobusClient.Endpoints(transfer: environment.transfer, auth: environment.auth)
        if case .bundle(let path) = environment.trust { trust = .bundle(path) }
        (proxy, timeout) = (GlobusClient.Proxy(address: environment.proxy), environment.timeout)
    }
}

extension GlobusClient {
    /// Makes a client by the environment variables of the Globus SDK, of proxies and of the Globus CLI's service account. This is the only
    /// call that looks at an environment.
    ///
    /// - Parameters:
    ///   - variables: usually the process's. `GLOBUS_SDK_ENVIRONMENT`, `GLOBUS_SDK_SERVICE_URL_TRANSFER`, `GLOBUS_SDK_SERVICE_URL_AUTH`,
    ///     `GLOBUS_SDK_VERIFY_SSL` (verification cannot be switched off), `GLOBUS_SDK_HTTP_TIMEOUT` (seconds; -1 means an hour);
    ///     `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` or `SSL_CERT_FILE`, if `GLOBUS_SDK_VERIFY_SSL` names no bundle;
    ///     `https_proxy`, `all_proxy`, `no_proxy` in lower or upper case; `GLOBUS_CLI_CLIENT_ID` and `GLOBUS_CLI_CLIENT_SECRET`. An empty one
    ///     counts as unset.
    ///   - product: the name and version of the program.
    ///   - login: where tokens come from; without one, the service account that the variables name.
    ///   - log: see `init(login:configuration:log:)`.
    /// - Throws: `GlobusError` with the code `invalid` if a variable cannot be used; its message names the variable.
    public static func fromEnvironment(
        _ variables: [String: String], product: ClientInfo, login: Login? = nil,
        log: @escaping @Sendable (GlobusLogMessage) -> Void = { _ in }
    ) throws(GlobusError) -> GlobusClient {
        let environment: GlobusEnvironment
        do {
            environment = try GlobusEnvironment(variables)
        } catch {
            throw .invalid(detail: error.description)
        }
        return GlobusClient(
            login: login ?? .serviceAccount(in: variables), configuration: Configuration(environment, product: product), log: log)
    }
}
