import FoundationEssentials

/// What keeps us from an answer of Globus. Facts only: `description` is the one place for their wording.
public enum GlobusError: Error, Hashable, Sendable {
    /// No answer arrived, for as long as the policy allowed.
    case unreachable(request: String, TransportError)
    /// Globus answered, and refused.
    case refused(Refusal)
    /// A success whose body could not be read.
    case unreadableReply(request: String, detail: String)
    /// Globus answers, but what it tells of a directory has no end, or is less than it says that there is.
    case endless(directory: String, reason: String)
    /// There is nothing to log in with.
    case notLoggedIn(LoginProblem)
    /// What the caller asks for cannot be sent as it is. Nothing was sent.
    case invalid(request: String, detail: String)
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
    /// Whether it is not in the words of Globus: then somebody between answered, and it says nothing of the request.
    public var isStrange = false
    /// The file whose name or path a submission was refused for.
    public var file: String?

    public init(
        request: String, status: Int, code: String? = nil, message: String? = nil, requestID: String? = nil,
        authorization: AuthorizationParameters? = nil
    ) {
        (self.request, self.status, self.code, self.message) = (request, status, code, message)
        (self.requestID, self.authorization) = (requestID, authorization)
    }

    init(_ response: HTTPResponse, to request: HTTPRequest) {
        let document = try? response.readable() as ErrorDocument
        func clean(_ text: String?) -> String? { text.map { Secrets.inUse.redacted($0) } }
        self.init(
            request: request.name, status: response.status, code: clean(document?.code), message: clean(document?.message),
            requestID: clean(document?.requestID), authorization: document?.authorization)
        isStrange = !(document?.isOfGlobus ?? false)
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
        if isStrange, status != 429 { return .unavailable }
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

    /// Whether this is a document of Globus's own. A page of a proxy or of a captive portal decides nothing.
    public var isOfGlobus: Bool { !isStrange && (!(code ?? "").isEmpty || authorization != nil) }

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
        case .refused(let refusal) where refusal.isStrange:
            "\(refusal.request) was answered with \(refusal.status), but not by Globus: a proxy, a portal or another server is in between"
        case .refused(let refusal):
            "Globus refused \(refusal.request) with \(refusal.status)\(refusal.code.map { " \($0)" } ?? "")"
                + (refusal.oneLineMessage.map { ": \($0)" } ?? "") + (refusal.requestID.map { " (request id \($0))" } ?? "")
        case .unreadableReply(let request, let detail): "\(request): the answer cannot be read: \(detail)"
        case .endless(let directory, let reason): "the listing of \(directory) \(reason)"
        case .notLoggedIn(let problem): problem.description
        case .invalid(let request, let detail): "\(request): \(detail)"
        case .cancelled: "cancelled"
        }
    }
}
