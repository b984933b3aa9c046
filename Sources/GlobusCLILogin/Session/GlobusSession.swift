package import Globus

/// Everything a program needs in order to talk to Globus, made from its environment: addresses, transport, login, client.
package struct GlobusSession: Sendable {
    package let environment: GlobusEnvironment
    package let login: ResolvedLogin
    package let transfer: TransferClient
    package let client: GlobusClient
    let transport: any HTTPTransport

    /// - Parameters:
    ///   - variables: the process's environment; see `GlobusEnvironment` for the SDK's variables and `Credentials` for the login's.
    ///   - names: what the program calls a login of its own. Without them, only the Globus CLI's variables and its login are looked at.
    ///   - observe: told of every repetition, before its pause.
    ///   - watch: told of every exchange, whatever came of it.
    ///   - clock: learns from each answer what time it is there.
    ///   - warn: told of what should be known of the login, now and later.
    /// - Throws: `.notLoggedIn` if there is no login, or none that can be used. Nothing is sent.
    package init(
        environment: GlobusEnvironment, variables: [String: String], client info: ClientInfo, names: LoginNames? = nil,
        policy: RetryPolicy = RetryPolicy(), time: any Timekeeper = SystemTimekeeper(),
        observe: @escaping @Sendable (RetryNotice) -> Void = { _ in },
        watch: (@Sendable (ExchangeNotice) -> Void)? = nil, clock: ServiceClock = ServiceClock(),
        warn: @escaping @Sendable (LoginWarning) -> Void = { _ in }
    ) throws(GlobusError) {
        Secrets.inUse.learn(from: variables, names: names)
        let transport = environment.transport(for: info, policy: policy, time: time, clock: clock, observe: observe, watch: watch)
        login = try Credentials.find(
            in: variables, names: names, auth: environment.auth, transport: transport, time: ServiceClock.Time(time, by: clock), warn: warn)
        let found = login
        client = GlobusClient(
            login: Login { _ in found }, endpoints: GlobusClient.Endpoints(transfer: environment.transfer, auth: environment.auth),
            transport: transport, clock: time, serviceClock: clock, warn: warn)
        (self.environment, self.transport, transfer) = (environment, transport, client.transfer)
    }
}
