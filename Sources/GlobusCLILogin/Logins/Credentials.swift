package import Globus

/// Which login is used: the first that there is, also if it turns out to be of no use. Another identity never steps in silently.
package enum Credentials {
    /// In this order: the program's own access token (`NAME_ACCESS_TOKEN`); the service account of `GLOBUS_CLI_CLIENT_ID` and
    /// `GLOBUS_CLI_CLIENT_SECRET`; the program's own login; what the Globus CLI left. Nothing is sent, and no file is opened before it is
    /// that one's turn.
    ///
    /// - Parameters:
    ///   - names: what the program calls its own; without them, only the service account and the Globus CLI's login count.
    ///   - warn: told of what should be known of the login, now and later.
    /// - Throws: `.notLoggedIn`, also when only half of the service account is there (as the Globus CLI does).
    package static func find(
        in variables: [String: String], names: LoginNames? = nil, auth: ServiceURL, transport: any HTTPTransport, time: any Timekeeper,
        warn: @escaping @Sendable (LoginWarning) -> Void = { _ in }
    ) throws(GlobusError) -> ResolvedLogin {
        let variables = LoginVariables(variables, names)
        let endpoint = TokenEndpoint(auth: auth, transport: transport)
        for source in Source.all(variables) {
            do throws(LoginProblem) {
                guard let credential = try source.read() else { continue }
                for warning in source.warnings { warn(warning) }
                return login(source.kind, by: credential, at: endpoint, time: time, warn: warn)
            } catch {
                throw .notLoggedIn(error)
            }
        }
        throw .notLoggedIn(.none(names, home: variables["HOME"]))
    }

    /// Every login that there is, in the order of `find`: the first is the one in use. Nothing is sent.
    package static func survey(_ variables: [String: String], names: LoginNames? = nil) -> [LoginFinding] {
        Source.all(LoginVariables(variables, names)).compactMap { source in
            do throws(LoginProblem) {
                guard try source.read() != nil else { return nil }
                return LoginFinding(kind: source.kind, warnings: source.warnings)
            } catch {
                return LoginFinding(kind: source.kind, problem: error)
            }
        }
    }

    /// The login that `file` holds, whichever comes before it.
    static func own(_ file: LoginFile, _ endpoint: TokenEndpoint) throws(GlobusError) -> ResolvedLogin {
        do throws(LoginProblem) {
            return login(.own(path: file.path), by: try Source.stored(file), at: endpoint, time: SystemTimekeeper()) { _ in }
        } catch {
            throw .notLoggedIn(error)
        }
    }

    /// What the Globus CLI left below `home`.
    ///
    /// - Returns: `nil` if it was never used there.
    static func commandLine(home: String, _ context: Login.Context) throws(GlobusError) -> ResolvedLogin? {
        guard let store = CommandLineStore(LoginVariables(["HOME": home], nil)) else { return nil }
        let source = Source.commandLine(store)
        do throws(LoginProblem) {
            guard let credential = try source.read() else { return nil }
            for warning in source.warnings { context.warn(warning) }
            let endpoint = TokenEndpoint(auth: context.auth, transport: context.transport)
            return login(source.kind, by: credential, at: endpoint, time: context.time, warn: context.warn)
        } catch {
            throw .notLoggedIn(error)
        }
    }

    private static func login(
        _ kind: LoginKind, by credential: Credential, at endpoint: TokenEndpoint, time: any Timekeeper,
        warn: @escaping @Sendable (LoginWarning) -> Void
    ) -> ResolvedLogin {
        switch credential {
        case .token(let token, let variable): return ResolvedLogin(kind, tokens: FixedToken(token, from: variable))
        case .serviceAccount(let id, let secret):
            let account = ClientCredentials(id: id, secret: secret, auth: endpoint.auth, transport: endpoint.transport, time: time)
            return ResolvedLogin(kind, tokens: account, identities: ServiceAccountIdentity(id: id), identity: id)
        case .stored(let login, let token, let store):
            let tokens = RenewedTokens(
                login, token, in: store, for: ClientCredentials.transferServer, endpoint: endpoint, time: time, warn: warn)
            let identities = login.tokens[ClientCredentials.authServer].map { token in
                let tokens = RenewedTokens(
                    login, token, in: store, for: ClientCredentials.authServer, endpoint: endpoint, time: time, warn: warn)
                return AuthIdentities(endpoint: endpoint, tokens: tokens, client: login.client)
            }
            return ResolvedLogin(kind, tokens: tokens, identities: identities, identity: login.identity)
        }
    }
}

/// A login that is there, used or not.
package struct LoginFinding: Sendable {
    package var kind: LoginKind
    /// Why it could not be used.
    package var problem: LoginProblem?
    package var warnings: [LoginWarning] = []
}

/// What there is to log in with.
private enum Credential {
    case token(AccessToken, variable: String)
    case serviceAccount(id: String, secret: AccessToken)
    /// With its token for Transfer.
    case stored(StoredLogin, StoredToken, any LoginStore)
}

/// A place where a login may be.
private struct Source {
    var kind: LoginKind
    /// - Returns: `nil` if none is there.
    var read: () throws(LoginProblem) -> Credential?
    /// What should be known of the login that was read.
    private var warning: () -> LoginWarning?
    var warnings: [LoginWarning] { warning().map { [$0] } ?? [] }

    private init(
        _ kind: LoginKind, warning: @escaping () -> LoginWarning? = { nil }, read: @escaping () throws(LoginProblem) -> Credential?
    ) {
        (self.kind, self.warning, self.read) = (kind, warning, read)
    }

    /// In the order in which they are looked at.
    static func all(_ variables: LoginVariables) -> [Source] {
        [
            variables.names.map { accessToken(variables, $0.accessTokenVariable) }, serviceAccount(variables),
            LoginFile(variables).map(own),
            CommandLineStore(variables).map(commandLine),
        ].compactMap { $0 }
    }

    private static func accessToken(_ variables: LoginVariables, _ name: String) -> Source {
        Source(.token(variable: name)) { () throws(LoginProblem) in
            guard let token = variables[name] else { return nil }
            // It goes into a header as it is.
            guard token.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { throw .unusableToken(source: name) }
            return .token(AccessToken(token), variable: name)
        }
    }

    private static func serviceAccount(_ variables: LoginVariables) -> Source {
        Source(.serviceAccount(id: variables["GLOBUS_CLI_CLIENT_ID"] ?? "")) { () throws(LoginProblem) in
            try ClientCredentials.named { variables[$0] }.map { .serviceAccount(id: $0.id, secret: $0.secret) }
        }
    }

    private static func own(_ file: LoginFile) -> Source {
        Source(.own(path: file.path)) { () throws(LoginProblem) in
            guard try file.login() != nil else { return nil }
            return try stored(file)
        }
    }

    static func commandLine(_ store: CommandLineStore) -> Source {
        Source(.commandLine(path: store.path, namespace: store.namespace), warning: { store.warning }) { () throws(LoginProblem) in
            try store.isThere() ? try stored(store) : nil
        }
    }

    static func stored(_ store: any LoginStore) throws(LoginProblem) -> Credential {
        let login = try store.read()
        guard let token = login.tokens[ClientCredentials.transferServer] else { throw store.problem(.noTransfer) }
        return .stored(login, token, store)
    }
}
