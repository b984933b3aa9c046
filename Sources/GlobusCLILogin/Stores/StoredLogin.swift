import Globus
import SystemFiles

/// The tokens for one of Globus's services.
struct StoredToken: Sendable, Equatable {
    var accessToken: AccessToken
    /// `nil` where the login was for once.
    var refreshToken: AccessToken?
    var expires: Timestamp
    var scope: String

    init(accessToken: AccessToken, refreshToken: AccessToken?, expires: Timestamp, scope: String) {
        (self.accessToken, self.refreshToken, self.expires, self.scope) = (accessToken, refreshToken, expires, scope)
    }

    /// - Parameter earlier: the token that was renewed; its refresh token and scope go on where the answer has none.
    init(_ answer: TokenResponse.Token, now: Timestamp, renewing earlier: StoredToken? = nil) {
        self.init(
            accessToken: answer.accessToken, refreshToken: answer.refreshToken ?? earlier?.refreshToken,
            expires: now + .clamped(seconds: Int64(answer.expiresIn ?? 0)), scope: answer.scope ?? earlier?.scope ?? "")
    }

    /// A token counts as lapsed a minute early, so that none lapses under way.
    func isFresh(at now: Timestamp) -> Bool { now + .seconds(60) < expires }
}

/// A person's login as it is kept between runs.
struct StoredLogin: Sendable, Equatable {
    /// `nil` if the store does not say; then nothing can be renewed.
    var client: LoginClient?
    /// By resource server: `transfer.api.globus.org`, `auth.globus.org`.
    var tokens: [String: StoredToken]
    /// The id of whoever logged in; `nil` if the store does not say.
    var identity: String? = nil
}

/// Where a person's login is kept.
protocol LoginStore: Sendable {
    var owner: StoredLoginProblem.Owner { get }
    var path: String { get }
    /// How long to wait, time after time, for another process that renews at the same moment to have written down what it got.
    var pauses: [Duration] { get }

    /// Reads it anew.
    func read() throws(LoginProblem) -> StoredLogin
    /// Told of a renewal: of the token for `server` that is to stand in the place of the one with the refresh token `used`.
    /// - Returns: what a person should know of it.
    func keep(_ token: StoredToken, for server: String, insteadOf used: AccessToken) -> LoginWarning?
}

extension LoginStore {
    func problem(_ fault: StoredLoginProblem.Fault) -> LoginProblem { .stored(StoredLoginProblem(owner, path, fault)) }
}
