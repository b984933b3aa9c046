/// A refusal as the service worded it.
package struct Refusal: Hashable, Sendable {
    package var request: String
    package var status: Int
    package var code: String?
    package var message: String?
    /// The first thing that Globus support asks for.
    package var requestID: String?
    package var authorization: AuthorizationParameters?
    /// Whether it is not in the words of Globus: then somebody between answered, and it says nothing of the request.
    package var isStrange = false
    /// How long the service asks to wait before the next request.
    package var retryAfter: Duration?
    /// The file whose name or path a submission was refused for.
    package var file: String?

    package init(
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
        let now = response.headers["date"].flatMap { Timestamp(httpDate: $0) } ?? SystemTimekeeper().now
        retryAfter = response.headers["retry-after"].flatMap { RetryAfter($0) }?.delay(from: now)
    }

    /// What the refusal comes to, whichever of its spellings the service used.
    package enum Kind: Hashable, Sendable {
        case authentication, consent, session, permission, collectionMissing, notFound, conflict, tooManyPending, rateLimit
        /// The login is accepted, but the account of the collection's machine that it stands for is missing or closed.
        case accountMissing
        /// A file stands where a directory was asked for.
        case notADirectory
        /// The collection's own server failed or is not connected.
        case collectionFault
        case unavailable
        /// A request that Globus finds wrong: ours to mend.
        case invalid
    }

    package var kind: Kind {
        if isStrange, status != 429 { return .unavailable }
        let code = code ?? ""
        if code.hasSuffix("ConsentRequired") { return .consent }
        if authorization?.namesLogin == true { return .session }
        if lacksAccount { return .accountMissing }
        // With scopes, the words on the session beside them are about the consent.
        if let authorization { return authorization.requiredScopes.isEmpty ? .session : .consent }
        if code.contains("LoginFailed") || code.contains("AuthPolicyFailed") || code.contains("AuthorizationRequired") { return .session }
        if code.contains("TooManyPendingJobs") { return .tooManyPending }
        if code.contains("EndpointNotFound") || code.contains("EndpointDeleted") { return .collectionMissing }
        if code.hasSuffix("GCDisconnected") || code.hasSuffix("GCPaused") { return .collectionFault }
        switch status {
        case 401: return .authentication
        case 403: return .permission
        case 404: return .notFound
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
    package var isOfGlobus: Bool { !isStrange && (!(code ?? "").isEmpty || authorization != nil) }

    /// Whether a collection's server found no account for the login. Its words are mostly the only sign: the code is that of every failed login.
    private var lacksAccount: Bool {
        if code?.contains("invalid_user") == true { return true }
        guard let message else { return false }
        return message.contains("does not map to a valid username")
            || (code ?? "").contains("LoginFailed") && message.contains("invalid_user")
    }

    /// Whether a guest collection has no rule, or no longer has one, that lets the login use the path.
    package var lacksRule: Bool { kind == .permission && message?.contains("No effective ACL rules") == true }

    /// Whether Globus Auth means that a code or a refresh token is no good.
    package var isInvalidGrant: Bool { code == "invalid_grant" }

    /// Whether a collection's own server, which failed, may do better in a minute: not if it is switched off, or too full to be listed.
    package var mayPass: Bool {
        guard kind == .collectionFault, let code else { return false }
        return !["GCDisconnected", "GCPaused", "SizeLimit"].contains { code.hasSuffix($0) }
    }

    /// Whether a Globus Connect Personal is switched off, or cannot reach Globus.
    package var isDisconnected: Bool { code?.hasSuffix("GCDisconnected") == true }

    /// The words of Globus on one line, as long as they are.
    package var oneLineMessage: String? { message.map { ServerText($0).oneLine } }

    /// The cause in a few words, without what a collection's server adds.
    package var cause: String? { message.map { ServerText($0).cause } }
}
