import Crypto
import FoundationEssentials
package import Globus

/// A login in a browser, anywhere, whose code is brought back by hand: the authorization code grant of a native application, with the
/// proof that who brings the code is who asked for it (PKCE, RFC 7636).
package struct LoginFlow: Sendable {
    /// Identities that the person is to log in with anew, beside what the page asks anyway.
    package struct Session: Sendable, Equatable {
        package var identities: [String] = []
        /// Any one of them is enough.
        package var domains: [String] = []
        /// Authentication policies, by id.
        package var policies: [String] = []
        /// Whether the login must be made with a second factor.
        package var needsSecondFactor = false

        package init() {}

        /// Reads an identity's UUID or a domain.
        /// - Returns: `false` if `text` is neither.
        package mutating func add(_ text: String) -> Bool {
            if let id = CollectionID(text) {
                identities.append(id.description)
            } else if text.contains("."), text.utf8.allSatisfy({ UInt8(ascii: "!")...UInt8(ascii: "~") ~= $0 && $0 != UInt8(ascii: "@") }) {
                domains.append(text)
            } else {
                return false
            }
            return true
        }
    }

    /// The page to open.
    package let address: String
    private let client: LoginClient
    private let redirect: String
    private let verifier: AccessToken
    private let endpoint: TokenEndpoint
    private let time: any Timekeeper

    /// - Parameters:
    ///   - application: the id of a native application that is registered with Globus.
    ///   - scopes: see `LoginScopes`.
    ///   - observe: told of every repetition of a request, before its pause.
    package init(
        application: String, scopes: [String], session: Session = Session(), environment: GlobusEnvironment, client: ClientInfo,
        time: any Timekeeper = SystemTimekeeper(), observe: @escaping @Sendable (RetryNotice) -> Void = { _ in }
    ) {
        self.init(
            application: application, scopes: scopes, session: session, auth: environment.auth,
            transport: environment.transport(for: client, policy: .interactive, time: time, observe: observe), time: time)
    }

    init(
        application: String, scopes: [String], session: Session, auth: ServiceURL, transport: any HTTPTransport, time: any Timekeeper
    ) {
        let verifier = Self.base64URL((0..<32).map { _ in UInt8.random(in: 0 ... .max) })
        self.client = .native(id: application)
        self.verifier = AccessToken(verifier)
        self.time = time
        endpoint = TokenEndpoint(auth: auth, transport: transport)
        // The page that shows the code, so that it can be copied.
        redirect = auth.appending("/v2/web/auth-code").description
        var query: [ServiceURL.QueryItem] = [
            .init("client_id", application), .init("redirect_uri", redirect), .init("scope", scopes.joined(separator: " ")),
            .init("state", "_default"), .init("response_type", "code"), .init("access_type", "offline"),
            .init("code_challenge", Self.base64URL(SHA256.hash(data: Data(verifier.utf8)))), .init("code_challenge_method", "S256"),
        ]
        if !session.identities.isEmpty { query.append(.init("session_required_identities", session.identities.joined(separator: ","))) }
        if !session.domains.isEmpty { query.append(.init("session_required_single_domain", session.domains.joined(separator: ","))) }
        if !session.policies.isEmpty { query.append(.init("session_required_policies", session.policies.joined(separator: ","))) }
        if session.needsSecondFactor { query.append(.init("session_required_mfa", "true")) }
        address = auth.appending("/v2/oauth2/authorize", query: query).description
    }

    /// Exchanges the code that the page has shown, and keeps what it brings as the program's own login.
    ///
    /// - Parameter names: by which the file is found, now and later.
    /// - Throws: `.refused` if Globus does not take the code, `.notLoggedIn` if the login cannot be kept or does not extend to Transfer.
    package func finish(code: String, variables: [String: String], names: LoginNames) async throws(GlobusError) {
        // A code is good once: an answer that was lost cannot be asked for again.
        let answer = try await endpoint.tokens(
            [
                .init("grant_type", "authorization_code"), .init("code", code), .init("redirect_uri", redirect),
                verifier.withSecret { .init("code_verifier", $0) },
            ], as: client, repetition: .unsafe)
        guard let file = LoginFile(LoginVariables(variables, names)) else { throw .notLoggedIn(.none(names, home: nil)) }
        let now = time.now
        var login = StoredLogin(client: client, tokens: [:])
        for token in [answer.first] + answer.others {
            if let server = token.resourceServer { login.tokens[server] = StoredToken(token, now: now) }
        }
        guard login.reachesTransfer else { throw .notLoggedIn(file.problem(.noTransfer)) }
        do {
            try file.write(login)
        } catch {
            throw .notLoggedIn(error)
        }
    }

    /// Without padding, as addresses carry it.
    private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
