/// A source of access tokens for Globus Transfer that a program supplies itself: a vault, a portal, another process.
///
/// Both calls may come from several tasks at once. Whatever they throw reaches the caller of the client as a `GlobusError` with the code
/// `notLoggedIn` and the thrown error as `underlying`; a `GlobusError` and a `CancellationError` pass as they are.
public protocol TokenSource: Sendable {
    /// Returns the token to use now. Called before each request: keep it until it lapses.
    func token() async throws -> AccessToken
    /// Returns another token, because the service answered 401 to `refused`.
    ///
    /// - Throws: if there is no other. The client then gives up.
    func replacement(for refused: AccessToken) async throws -> AccessToken
}

/// A program's own source, as the client uses it.
struct SuppliedTokens: LoginTokens {
    let source: any TokenSource

    func token() async throws(GlobusError) -> AccessToken {
        do { return try await source.token() } catch { throw Self.error(error) }
    }

    func replacement(for refused: AccessToken, requestID: String?) async throws(GlobusError) -> AccessToken {
        do { return try await source.replacement(for: refused) } catch { throw Self.error(error) }
    }

    private static func error(_ error: any Error) -> GlobusError {
        if let error = error as? GlobusError { return error }
        if error is CancellationError { return .cancelled }
        return .notLoggedIn(.supplied(Secrets.inUse.redacted("\(error)")))
    }
}
