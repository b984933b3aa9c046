/// A client of Globus Transfer: the service, a login, and the connections that both use.
///
/// A value over one shared set of connections: copy it freely, use it from any number of tasks at once. One for each login of a process is
/// enough, however many transfers it follows. When the last copy is gone, its connections are closed.
///
/// Nothing is looked up that was not given: no environment variable, no file, no proxy. Nothing is sent before the first call.
///
/// Every call throws `GlobusError`. Requests that are safe to repeat are repeated for as long as `Configuration.retry` says. Cancelling
/// the calling task ends a call at once.
public struct GlobusClient: Sendable {
    /// The requests themselves.
    package let transfer: TransferClient
    package let transport: any HTTPTransport
    package let endpoints: Endpoints
    package let clock: any Timekeeper
    private let login: LazyLogin

    /// Makes a client that uses the system's libcurl and clock.
    ///
    /// - Parameters:
    ///   - login: where access tokens come from. It is asked when the first request needs one.
    ///   - configuration: addresses, trust, proxy, patience.
    ///   - log: called with a line for each repetition and when patience ends. It may be called from any thread, and must not block.
    public init(
        login: Login, configuration: Configuration = Configuration(), log: @escaping @Sendable (GlobusLogMessage) -> Void = { _ in }
    ) {
        self.init(
            login: login, configuration: configuration, transport: CurlTransport(configuration.connections), clock: SystemTimekeeper(),
            log: log)
    }

    /// Makes a client that sends its requests through `transport` and waits by `clock`: for tests, and for programs with an HTTP library
    /// of their own.
    ///
    /// - Parameters:
    ///   - configuration: of it, `trust`, `proxy`, `timeout` and `maximumConnections` are the transport's business, and not used.
    ///   - transport: sends each request once. The client repeats what may be repeated.
    public init(
        login: Login, configuration: Configuration, transport: any HTTPTransport, clock: any Timekeeper,
        log: @escaping @Sendable (GlobusLogMessage) -> Void = { _ in }
    ) {
        let serviceClock = ServiceClock { ahead in log(.clock(ahead: ahead)) }
        let observe: @Sendable (RetryNotice) -> Void = { log(GlobusLogMessage($0)) }
        let repeating = RetryingTransport(
            transport, policy: configuration.retry, time: clock, clock: serviceClock, observe: observe, giveUp: { log(.givenUp($0)) })
        self.init(
            login: login, endpoints: configuration.endpoints, transport: repeating, clock: clock, serviceClock: serviceClock,
            warn: { log(GlobusLogMessage(.warning, "\($0)")) })
    }

    /// - Parameter transport: repeats requests itself.
    package init(
        login: Login, endpoints: Endpoints, transport: any HTTPTransport, clock: any Timekeeper, serviceClock: ServiceClock,
        warn: @escaping @Sendable (LoginWarning) -> Void
    ) {
        self.login = LazyLogin(login, Login.Context(auth: endpoints.auth, transport: transport, time: clock, warn: warn))
        (self.endpoints, self.transport, self.clock) = (endpoints, transport, clock)
        transfer = TransferClient(base: endpoints.transfer, transport: transport, tokens: self.login, clock: serviceClock)
    }

    /// The login in use.
    ///
    /// - Throws: `notLoggedIn` if there is none, or none that can be used. Nothing is sent.
    package func resolvedLogin() throws(GlobusError) -> ResolvedLogin { try login.resolved() }

    /// Obtains a new access token now, and returns it. The calls that follow use it.
    ///
    /// - Throws: `notLoggedIn` if the login cannot be renewed: a fixed token never can.
    @discardableResult
    public func refreshLogin() async throws(GlobusError) -> AccessToken {
        try await login.replacement(for: try await login.token(), requestID: nil)
    }

    /// Returns the identities that are linked to the login, the one that logged in first.
    ///
    /// - Returns: an empty list if the login does not extend to Globus Auth, as a bare access token for Transfer.
    public func identities() async throws(GlobusError) -> [LinkedIdentity] {
        try await login.resolved().identities?.linkedIdentities() ?? []
    }
}
