import Synchronization

/// A login that is looked for when its first token is needed, and from then on stays the same. One that was not found is looked for again
/// the next time: somebody may have logged in meanwhile.
final class LazyLogin: LoginTokens {
    private let login: Login
    private let context: Login.Context
    private let found = Mutex<ResolvedLogin?>(nil)

    init(_ login: Login, _ context: Login.Context) { (self.login, self.context) = (login, context) }

    func resolved() throws(GlobusError) -> ResolvedLogin {
        let result = found.withLock { found -> Result<ResolvedLogin, GlobusError> in
            if let found { return .success(found) }
            let result = Result { () throws(GlobusError) in try login.resolved(context) }
            found = try? result.get()
            return result
        }
        return try result.get()
    }

    func token() async throws(GlobusError) -> AccessToken { try await resolved().tokens.token() }

    func replacement(for refused: AccessToken, requestID: String?) async throws(GlobusError) -> AccessToken {
        try await resolved().tokens.replacement(for: refused, requestID: requestID)
    }

    func consent(to scopes: [String]) async throws(GlobusError) -> Bool { try await resolved().tokens.consent(to: scopes) }
}
