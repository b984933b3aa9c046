/// Who vouches for a login, and where that is written.
package enum LoginKind: Hashable, Sendable {
    /// An access token that somebody else obtained, in this variable.
    case token(variable: String)
    /// A client that logs in by its own secret. Collections' session rules do not apply to it.
    case serviceAccount(id: String)
    /// What the Globus CLI left in this database, under this namespace.
    case commandLine(path: String, namespace: String)
    /// The program's own login, in this file.
    case own(path: String)
    /// Tokens that the program itself obtains.
    case custom
}

/// The login in use, once it was found.
package struct ResolvedLogin: Sendable {
    package let kind: LoginKind
    /// For Globus Transfer.
    package let tokens: any LoginTokens
    /// Whom Globus takes us for; `nil` if the login does not extend to Globus Auth, as a bare access token for Transfer.
    package let identities: (any IdentityService)?
    /// The id of the identity or client that tasks are submitted as; `nil` if it cannot be told without a request.
    package let identity: String?

    package init(_ kind: LoginKind, tokens: any LoginTokens, identities: (any IdentityService)? = nil, identity: String? = nil) {
        (self.kind, self.tokens, self.identities, self.identity) = (kind, tokens, identities, identity)
    }
}

/// Globus Auth, as far as it tells of ourselves.
///
/// Every call throws `GlobusError`: `.notLoggedIn` if the login is dead, `.refused` with the service's words, `.unreachable`.
package protocol IdentityService: Sendable {
    /// Every identity that is linked to the one that logged in, itself first.
    func linkedIdentities() async throws(GlobusError) -> [LinkedIdentity]
    /// When each identity was last logged in with, in the session that our tokens belong to, by the identity's id. One that is absent is
    /// not in session at all. A service account has none and needs none.
    func sessionTimes() async throws(GlobusError) -> [String: Timestamp]
}
