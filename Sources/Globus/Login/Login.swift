/// Where a client's access tokens come from.
///
/// A value that can be copied and kept: nothing is read and nothing is sent before the client needs its first token. A login that turns
/// out to be of no use is an error, never a reason to look for another identity.
public struct Login: Sendable {
    /// What a login needs in order to ask for tokens: the client's own connections and clock.
    package struct Context: Sendable {
        package var auth: ServiceURL
        package var transport: any HTTPTransport
        package var time: any Timekeeper
        package var warn: @Sendable (LoginWarning) -> Void
    }

    /// - Returns: `nil` if there is no such login.
    private let find: @Sendable (Context) throws(GlobusError) -> ResolvedLogin?

    package init(_ find: @escaping @Sendable (Context) throws(GlobusError) -> ResolvedLogin?) { self.find = find }

    /// Uses one access token for Transfer that somebody else obtained. It cannot be renewed; Globus's tokens last 48 hours.
    public static func token(_ token: AccessToken) -> Login {
        Login { _ in ResolvedLogin(.custom, tokens: FixedToken(token, from: "the program")) }
    }

    /// Logs in as a confidential client of Globus Auth, by the client credentials grant. Tokens are renewed a minute before they lapse.
    ///
    /// - Parameters:
    ///   - id: the client's UUID, as app.globus.org/settings/developers shows it.
    ///   - secret: one of its secrets.
    public static func serviceAccount(id: String, secret: AccessToken) -> Login {
        Login { context in .serviceAccount(id: id, secret: secret, context) }
    }

    /// Logs in as the service account that `GLOBUS_CLI_CLIENT_ID` and `GLOBUS_CLI_CLIENT_SECRET` name, as the Globus CLI does.
    ///
    /// There is no such login if neither is set; only one of the two is an error.
    ///
    /// - Parameter variables: the environment to look in, usually the process's.
    public static func serviceAccount(in variables: [String: String]) -> Login {
        let account = Result { () throws(LoginProblem) in
            try ClientCredentials.named { variables[$0].flatMap { $0.isEmpty ? nil : $0 } }
        }
        return Login { context throws(GlobusError) in
            do throws(LoginProblem) {
                return try account.get().map { .serviceAccount(id: $0.id, secret: $0.secret, context) }
            } catch {
                throw .notLoggedIn(error)
            }
        }
    }

    /// Uses the tokens of a source that the program supplies.
    public static func custom(_ source: some TokenSource) -> Login {
        Login { _ in ResolvedLogin(.custom, tokens: SuppliedTokens(source: source)) }
    }

    /// Uses the first of several logins that there is. One that is there but of no use is an error: the others are not tried.
    public static func firstOf(_ logins: Login...) -> Login {
        Login { context throws(GlobusError) in
            for login in logins {
                if let found = try login.find(context) { return found }
            }
            return nil
        }
    }

    package func resolved(_ context: Context) throws(GlobusError) -> ResolvedLogin {
        guard let found = try find(context) else { throw .notLoggedIn(.absent) }
        return found
    }
}

extension ClientCredentials {
    /// The id and the secret that the variables of the Globus CLI's service account hold.
    ///
    /// - Parameter value: of a variable; `nil` if it is not set, or empty.
    /// - Returns: `nil` if neither is set.
    /// - Throws: `.halfAClient` if only one is.
    package static func named(in value: (String) -> String?) throws(LoginProblem) -> (id: String, secret: AccessToken)? {
        let (idName, secretName) = ("GLOBUS_CLI_CLIENT_ID", "GLOBUS_CLI_CLIENT_SECRET")
        switch (value(idName), value(secretName)) {
        case (let id?, let secret?): return (id, AccessToken(secret))
        case (nil, nil): return nil
        case (nil, _): throw .halfAClient(missing: idName)
        case (_, nil): throw .halfAClient(missing: secretName)
        }
    }
}

extension ResolvedLogin {
    fileprivate static func serviceAccount(id: String, secret: AccessToken, _ context: Login.Context) -> ResolvedLogin {
        let account = ClientCredentials(id: id, secret: secret, auth: context.auth, transport: context.transport, time: context.time)
        return ResolvedLogin(.serviceAccount(id: id), tokens: account, identities: ServiceAccountIdentity(id: id), identity: id)
    }
}
