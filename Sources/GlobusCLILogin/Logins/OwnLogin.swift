package import Globus

/// The login that a program keeps of its own: of its users, by its own command, beside that of the Globus CLI.
package struct OwnLogin: Sendable {
    private let file: LoginFile

    /// - Returns: `nil` if there is no home to keep one in.
    package init?(_ variables: [String: String], names: LoginNames) {
        guard let file = LoginFile(LoginVariables(variables, names)) else { return nil }
        self.file = file
    }

    package var path: String { file.path }

    /// Asks Globus whose it is, which shows that it is alive.
    ///
    /// - Parameter observe: told of every repetition of a request, before its pause.
    /// - Returns: `nil` if nobody has logged in.
    /// - Throws: `.notLoggedIn` if the login cannot be used any more, `.unreachable` or `.refused` if that cannot be learnt.
    package func username(
        in environment: GlobusEnvironment, client: ClientInfo, variables: [String: String],
        observe: @escaping @Sendable (RetryNotice) -> Void = { _ in }
    ) async throws(GlobusError) -> String? {
        let transport = environment.transport(for: client, policy: .interactive, time: SystemTimekeeper(), observe: observe)
        guard try attempt({ () throws(LoginProblem) in try file.login() }) != nil else { return nil }
        let login = try Credentials.own(file, TokenEndpoint(auth: environment.auth, transport: transport))
        _ = try await login.tokens.token()
        let first = try await login.identities?.linkedIdentities().first
        if let first { keep(first.id) }
        return first?.username
    }

    /// So that later runs need not ask whose it is.
    private func keep(_ identity: String) {
        guard var login = try? file.login(), login.identity != identity else { return }
        login.identity = identity
        try? file.write(login)
    }

    /// Takes every token back, refresh tokens first, and removes the login.
    ///
    /// - Parameter observe: told of every repetition of a request, before its pause.
    /// - Returns: whether there was one.
    /// - Throws: `.unreachable` or `.refused` if Globus could not be told; then the login stays.
    package func end(
        in environment: GlobusEnvironment, client: ClientInfo, observe: @escaping @Sendable (RetryNotice) -> Void = { _ in }
    ) async throws(GlobusError) -> Bool {
        let transport = environment.transport(for: client, policy: .interactive, time: SystemTimekeeper(), observe: observe)
        return try await end(TokenEndpoint(auth: environment.auth, transport: transport))
    }

    func end(_ endpoint: TokenEndpoint) async throws(GlobusError) -> Bool {
        guard let login = try attempt({ () throws(LoginProblem) in try file.login() }) else { return false }
        try await revoke(login, endpoint)
        try attempt { () throws(LoginProblem) in try file.remove() }
        return true
    }

    private func attempt<Value>(_ body: () throws(LoginProblem) -> Value) throws(GlobusError) -> Value {
        do {
            return try body()
        } catch {
            throw .notLoggedIn(error)
        }
    }

    private func revoke(_ login: StoredLogin, _ endpoint: TokenEndpoint) async throws(GlobusError) {
        guard let client = login.client else { return }
        let tokens = login.tokens.sorted { $0.key < $1.key }.map(\.value)
        for token in tokens.compactMap(\.refreshToken) + tokens.map(\.accessToken) {
            try await endpoint.revoke(token, as: client)
        }
    }
}
