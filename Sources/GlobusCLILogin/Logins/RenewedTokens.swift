import Globus

/// A person's login: the access token that its store holds, renewed by its refresh token as long as that is good.
///
/// The store is read again before anything is renewed, and whenever a token is refused: the person may have logged in again, or another
/// process may have renewed. Several processes may use one login at the same time.
actor RenewedTokens: LoginTokens {
    private let store: any LoginStore
    private let server: String
    private let endpoint: TokenEndpoint
    private let time: any Timekeeper
    private let warn: @Sendable (LoginWarning) -> Void
    private var login: StoredLogin
    private var current: StoredToken
    /// The refresh token in whose place the service has put another.
    private var replaced: AccessToken?
    /// Access tokens that the service refused although their time had not come.
    private var refused: [AccessToken] = []

    /// - Parameters:
    ///   - login: what the store holds.
    ///   - token: of that, the one in question.
    ///   - server: whose token it is: `transfer.api.globus.org`.
    init(
        _ login: StoredLogin, _ token: StoredToken, in store: any LoginStore, for server: String, endpoint: TokenEndpoint,
        time: any Timekeeper,
        warn: @escaping @Sendable (LoginWarning) -> Void
    ) {
        (self.login, self.store, self.server, current) = (login, store, server, token)
        (self.endpoint, self.time, self.warn) = (endpoint, time, warn)
    }

    func token() async throws(GlobusError) -> AccessToken {
        if current.isFresh(at: time.now) { return current.accessToken }
        return try await another(than: current.accessToken)
    }

    func replacement(for token: AccessToken, requestID: String?) async throws(GlobusError) -> AccessToken {
        refused.append(token)
        return try await another(than: token)
    }

    /// A consent that the person gave meanwhile may count for newer tokens only: whether there are such.
    func consent(to scopes: [String]) async throws(GlobusError) -> Bool {
        let (known, old) = (login, current.accessToken)
        reread()
        return login != known && adopt(otherThan: old) != nil
    }

    private func another(than old: AccessToken) async throws(GlobusError) -> AccessToken {
        reread()
        if let found = adopt(otherThan: old) { return found }
        guard let used = refreshToken else { throw .notLoggedIn(store.problem(.unrenewable)) }
        do {
            return try await renew(with: used)
        } catch {
            guard let refusal = finalRefusal(error) else { throw error }
            for pause in store.pauses {
                await time.sleep(for: pause)
                reread()
                if let found = adopt(otherThan: old) { return found }
                if let other = refreshToken, other != used { return try await renewFinally(with: other) }
            }
            throw fault(refusal)
        }
    }

    private func renewFinally(with refreshToken: AccessToken) async throws(GlobusError) -> AccessToken {
        do {
            return try await renew(with: refreshToken)
        } catch {
            guard let refusal = finalRefusal(error) else { throw error }
            throw fault(refusal)
        }
    }

    private func renew(with refreshToken: AccessToken) async throws(GlobusError) -> AccessToken {
        guard let client = login.client else { throw .notLoggedIn(store.problem(.unrenewable)) }
        let answer = try await endpoint.tokens(
            [refreshToken.withSecret { .init("refresh_token", $0) }, .init("grant_type", "refresh_token")], as: client)
        guard let token = answer.token(for: server) else {
            throw .unreadableReply(request: "POST /v2/oauth2/token", detail: "it holds no token for \(server)")
        }
        var renewed = StoredToken(token, now: time.now, renewing: current)
        renewed.refreshToken = token.refreshToken ?? refreshToken
        if renewed.refreshToken != refreshToken { replaced = refreshToken }
        current = renewed
        if let warning = store.keep(current, for: server, insteadOf: refreshToken) { warn(warning) }
        return current.accessToken
    }

    /// The store's, which is that of the latest login, unless we know that another has taken its place.
    private var refreshToken: AccessToken? {
        guard let stored = login.tokens[server]?.refreshToken, stored != replaced else { return current.refreshToken }
        return stored
    }

    /// A store that cannot be read just now does not end a login that works: what it held last goes on counting.
    private func reread() {
        if let found = try? store.read() { login = found }
    }

    /// - Returns: a good token of this process's or the store's that is not `old`: somebody else was here first.
    private func adopt(otherThan old: AccessToken) -> AccessToken? {
        let found = [current, login.tokens[server]].compactMap { $0 }.first {
            $0.accessToken != old && !refused.contains($0.accessToken) && $0.isFresh(at: time.now)
        }
        if let found { current = found }
        return found?.accessToken
    }

    /// Auth's own word against the login. A proxy that forbids the request gives no code.
    private func finalRefusal(_ error: GlobusError) -> Refusal? {
        guard case .refused(let refusal) = error.cause, 400...403 ~= refusal.status, refusal.code != nil else { return nil }
        return refusal
    }

    private func fault(_ refusal: Refusal) -> GlobusError {
        let isClient = refusal.code.map { ["invalid_client", "unauthorized_client"].contains($0.lowercased()) } ?? false
        let code = refusal.code
        return .notLoggedIn(store.problem(isClient ? .clientRefused(code: code) : .dead(code: code)))
    }
}
