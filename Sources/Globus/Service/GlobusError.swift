#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What keeps us from an answer of Globus. Facts only: `description` is the one place for their wording.
public enum GlobusError: Error, Hashable, Sendable {
    /// No answer arrived, for as long as the policy allowed.
    case unreachable(request: String, TransportError)
    /// Globus answered, and refused.
    case refused(Refusal)
    /// A success whose body could not be read.
    case unreadableReply(request: String, detail: String)
    /// There is nothing to log in with.
    case notLoggedIn(LoginProblem)
    case cancelled
}

/// A refusal as the service worded it.
public struct Refusal: Hashable, Sendable {
    public var request: String
    public var status: Int
    public var code: String?
    public var message: String?
    /// The first thing that Globus support asks for.
    public var requestID: String?
    public var authorization: AuthorizationParameters?

    public init(
        request: String, status: Int, code: String? = nil, message: String? = nil, requestID: String? = nil,
        authorization: AuthorizationParameters? = nil
    ) {
        (self.request, self.status, self.code, self.message) = (request, status, code, message)
        (self.requestID, self.authorization) = (requestID, authorization)
    }

    init(_ response: HTTPResponse, to request: HTTPRequest) {
        let document = try? JSONDecoder().decode(ErrorDocument.self, from: response.body)
        self.init(
            request: request.name, status: response.status, code: document?.code, message: document?.message,
            requestID: document?.requestID, authorization: document?.authorization)
    }

    /// What the refusal comes to, whichever of its spellings the service used.
    public enum Kind: Hashable, Sendable {
        case authentication, consent, session, permission, collectionMissing, notFound, conflict, tooManyPending, rateLimit
        /// A file stands where a directory was asked for.
        case notADirectory
        /// The collection's own server failed or is not connected.
        case collectionFault
        case unavailable
        /// A request that Globus finds wrong: ours to mend.
        case invalid
    }

    public var kind: Kind {
        let code = code ?? ""
        if code.hasSuffix("ConsentRequired") { return .consent }
        if let authorization { return authorization.concernsSession || authorization.requiredScopes.isEmpty ? .session : .consent }
        if code.contains("LoginFailed") || code.contains("AuthPolicyFailed") || code.contains("AuthorizationRequired") { return .session }
        if code.contains("TooManyPendingJobs") { return .tooManyPending }
        switch status {
        case 401: return .authentication
        case 403: return .permission
        case 404: return code.contains("EndpointNotFound") || code.contains("EndpointDeleted") ? .collectionMissing : .notFound
        case 409: return .conflict
        case 429: return .rateLimit
        case 407, 408: return .unavailable
        case 500...:
            if code.contains("PermissionDenied") { return .permission }
            if code.hasSuffix("NotDirectory") { return .notADirectory }
            return code.contains("ExternalError") || code.contains("EndpointError") ? .collectionFault : .unavailable
        default: return .invalid
        }
    }

    /// Whether Globus Auth means that a code or a refresh token is no good.
    public var isInvalidGrant: Bool { code == "invalid_grant" }

    /// Whether a collection's own server, which failed, may do better in a minute: not if it is switched off, or too full to be listed.
    public var mayPass: Bool {
        guard kind == .collectionFault, let code else { return false }
        return !["GCDisconnected", "GCPaused", "SizeLimit"].contains { code.hasSuffix($0) }
    }

    /// The service's words on one line, with the GridFTP server's escapes taken out.
    public var oneLineMessage: String? {
        guard let message else { return nil }
        let lines = message.replacing("\\r\\n", with: "\n").split { $0.isNewline }
        return lines.map { String($0).split(separator: " ").joined(separator: " ") }.joined(separator: "; ")
    }
}

extension GlobusError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let request, let error): "\(request): \(error)"
        case .refused(let refusal):
            "Globus refused \(refusal.request) with \(refusal.status)\(refusal.code.map { " \($0)" } ?? "")"
                + (refusal.oneLineMessage.map { ": \($0)" } ?? "") + (refusal.requestID.map { " (request id \($0))" } ?? "")
        case .unreadableReply(let request, let detail): "\(request): the answer cannot be read: \(detail)"
        case .notLoggedIn(let problem): problem.description
        case .cancelled: "cancelled"
        }
    }
}
