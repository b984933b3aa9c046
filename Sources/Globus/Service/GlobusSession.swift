/// Everything a program needs in order to talk to Globus, made from its environment: addresses, transport, login, client.
public struct GlobusSession: Sendable {
    public let environment: GlobusEnvironment
    public let login: Login
    public let transfer: TransferClient
    let transport: any HTTPTransport

    /// - Parameters:
    ///   - variables: the process's environment; see `GlobusEnvironment` for the SDK's variables and `Credentials` for the login's.
    ///   - observe: told of every repetition, before its pause.
    /// - Throws: `.notLoggedIn` if the environment holds no login. Nothing is sent.
    public init(
        environment: GlobusEnvironment, variables: [String: String], client: ClientInfo, policy: RetryPolicy = RetryPolicy(),
        time: any Timekeeper = SystemTimekeeper(), observe: @escaping @Sendable (RetryNotice) -> Void = { _ in }
    ) throws(GlobusError) {
        let transport = RetryingTransport(
            CurlTransport(client: client, trust: environment.trust, timeout: environment.timeout), policy: policy, time: time,
            observe: observe)
        login = try Credentials.find(in: variables, auth: environment.auth, transport: transport, time: time)
        (self.environment, self.transport) = (environment, transport)
        transfer = TransferClient(base: environment.transfer, transport: transport, tokens: login.tokens)
    }
}

/// Which login is used.
public enum Credentials {
    /// In this order: `PPTRANSFER_ACCESS_TOKEN`, then the service account of `GLOBUS_CLI_CLIENT_ID` and `GLOBUS_CLI_CLIENT_SECRET`.
    ///
    /// - Throws: `.notLoggedIn`, also when only half of the service account is there (as the Globus CLI does).
    public static func find(
        in variables: [String: String], auth: ServiceURL, transport: any HTTPTransport, time: any Timekeeper
    ) throws(GlobusError) -> Login {
        func set(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

        if let token = set("PPTRANSFER_ACCESS_TOKEN") {
            // It goes into a header as it is.
            guard token.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
                throw .notLoggedIn(.unusableToken(source: "PPTRANSFER_ACCESS_TOKEN"))
            }
            return Login(
                .token(variable: "PPTRANSFER_ACCESS_TOKEN"), tokens: FixedToken(AccessToken(token), from: "PPTRANSFER_ACCESS_TOKEN"))
        }
        switch (set("GLOBUS_CLI_CLIENT_ID"), set("GLOBUS_CLI_CLIENT_SECRET")) {
        case (let id?, let secret?):
            let account = ClientCredentials(id: id, secret: AccessToken(secret), auth: auth, transport: transport, time: time)
            return Login(.serviceAccount(id: id), tokens: account)
        case (nil, nil): throw .notLoggedIn(.none)
        case (nil, _): throw .notLoggedIn(.halfAClient(missing: "GLOBUS_CLI_CLIENT_ID"))
        case (_, nil): throw .notLoggedIn(.halfAClient(missing: "GLOBUS_CLI_CLIENT_SECRET"))
        }
    }
}
