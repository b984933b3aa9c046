#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where access tokens for Transfer come from.
public protocol TokenSource: Sendable {
    /// The token to use now.
    func token() async throws(GlobusError) -> AccessToken
    /// Another token, because the service answered 401 to `refused`.
    ///
    /// - Throws: `.notLoggedIn` if there is no other.
    func replacement(for refused: AccessToken, requestID: String?) async throws(GlobusError) -> AccessToken
}

/// One token that somebody else obtained. It cannot be renewed.
public struct FixedToken: TokenSource {
    private let fixed: AccessToken
    private let source: String

    /// - Parameter source: where it came from, for messages: `PPTRANSFER_ACCESS_TOKEN`.
    public init(_ token: AccessToken, from source: String) { (fixed, self.source) = (token, source) }

    public func token() async throws(GlobusError) -> AccessToken { fixed }

    public func replacement(for refused: AccessToken, requestID: String?) async throws(GlobusError) -> AccessToken {
        throw .notLoggedIn(.tokenRefused(source: source, requestID: requestID))
    }
}

/// A service account: tokens by the client credentials grant, renewed a minute before they lapse or when one is refused.
public actor ClientCredentials: TokenSource {
    public static let transferScope = "urn:globus:auth:scope:transfer.api.globus.org:all"
    public static let transferServer = "transfer.api.globus.org"

    private let id: String
    private let secret: AccessToken
    private let auth: ServiceURL
    private let transport: any HTTPTransport
    private let time: any Timekeeper
    private var current: (token: AccessToken, lapses: Timestamp)?

    public init(id: String, secret: AccessToken, auth: ServiceURL, transport: any HTTPTransport, time: any Timekeeper = SystemTimekeeper())
    {
        (self.id, self.secret, self.auth, self.transport, self.time) = (id, secret, auth, transport, time)
    }

    public func token() async throws(GlobusError) -> AccessToken {
        if let current, time.now < current.lapses { return current.token }
        return try await renew()
    }

    public func replacement(for refused: AccessToken, requestID: String?) async throws(GlobusError) -> AccessToken {
        // Somebody who waited for the same renewal already has the new one.
        if let current, current.token != refused { return current.token }
        return try await renew()
    }

    private func renew() async throws(GlobusError) -> AccessToken {
        let form = ServiceURL.form([.init("grant_type", "client_credentials"), .init("scope", Self.transferScope)])
        var request = HTTPRequest(.post, auth.appending("/v2/oauth2/token"), body: Data(form.utf8))
        request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
        request.authorization = .basic(id, secret)
        let response = try await transport.exchange(request)
        guard response.isSuccess else {
            let refusal = Refusal(response, to: request)
            throw 400...403 ~= response.status ? .notLoggedIn(.clientRefused(code: refusal.code)) : .refused(refusal)
        }
        let answer: TokenResponse = try response.document(of: request)
        guard let token = answer.token(for: Self.transferServer) else {
            throw .unreadableReply(request: request.name, detail: "it holds no token for \(Self.transferServer)")
        }
        current = (token.accessToken, time.now + .seconds(max(0, (token.expiresIn ?? 0) - 60)))
        return token.accessToken
    }
}

extension HTTPTransport {
    /// `send`, with the transport's errors told as the client's.
    func exchange(_ request: HTTPRequest) async throws(GlobusError) -> HTTPResponse {
        do {
            return try await send(request)
        } catch {
            throw error == .cancelled ? .cancelled : .unreachable(request: request.name, error)
        }
    }
}

extension HTTPResponse {
    /// The body as a document of the service.
    func document<Document: Decodable>(of request: HTTPRequest) throws(GlobusError) -> Document {
        do {
            return try JSONDecoder().decode(Document.self, from: body)
        } catch let error as DecodingError {
            throw .unreadableReply(request: request.name, detail: error.briefly)
        } catch {
            throw .unreadableReply(request: request.name, detail: "\(error)")
        }
    }
}

extension DecodingError {
    /// What is wrong and where, without Foundation's paragraphs.
    fileprivate var briefly: String {
        func place(_ context: Context) -> String { context.codingPath.map(\.stringValue).joined(separator: ".") }
        return switch self {
        case .typeMismatch(_, let context): "\(place(context)) is of another kind than expected"
        case .valueNotFound(_, let context): "\(place(context)) is missing"
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .dataCorrupted(let context): context.codingPath.isEmpty ? "it is not JSON" : "\(place(context)): \(context.debugDescription)"
        @unknown default: "it is not as expected"
        }
    }
}
