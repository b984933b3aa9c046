import FoundationEssentials

/// What the token endpoint answers: one access token per resource server, the first in the document itself, the others beside it.
package struct TokenResponse: Sendable, Codable {
    package struct Token: Sendable, Codable {
        package var accessToken: AccessToken
        package var scope: String?
        /// Seconds from now.
        package var expiresIn: Int?
        package var tokenType: String?
        package var resourceServer: String?
        package var refreshToken: AccessToken?

        package init(accessToken: AccessToken, scope: String, expiresIn: Int, resourceServer: String) {
            (self.accessToken, self.scope, self.expiresIn) = (accessToken, scope, expiresIn)
            (tokenType, self.resourceServer) = ("Bearer", resourceServer)
        }

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case scope
            case expiresIn = "expires_in"
            case tokenType = "token_type"
            case resourceServer = "resource_server"
            case refreshToken = "refresh_token"
        }
    }

    package var first: Token
    package var others: [Token]

    package init(first: Token, others: [Token]) { (self.first, self.others) = (first, others) }

    enum CodingKeys: String, CodingKey {
        case others = "other_tokens"
    }

    package init(from decoder: any Decoder) throws {
        first = try Token(from: decoder)
        others = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent([Token].self, forKey: .others) ?? []
    }

    package func encode(to encoder: any Encoder) throws {
        try first.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(others, forKey: .others)
    }

    /// The token for one resource server; which one stands in the document itself is not fixed.
    package func token(for resourceServer: String) -> Token? {
        ([first] + others).first { $0.resourceServer == resourceServer }
    }
}

/// `POST /v2/oauth2/token/introspect`.
package struct IntrospectionDocument: OpenDocument {
    package var fields: [String: JSONValue]
    package init(fields: [String: JSONValue]) { self.fields = fields }

    package var isActive: Bool { self["active"].bool ?? false }
    package var username: String? { self["username"].string }

    /// When each identity of the session was last logged in with, by its id.
    package var authentications: [String: Timestamp] {
        (self["session_info"].object?["authentications"]?.object ?? [:]).compactMapValues { $0.object?["auth_time"]?.moment }
    }
}

/// `GET /v2/oauth2/userinfo`. What it tells beyond `sub` depends on the token's scopes.
package struct UserInformationDocument: OpenDocument {
    package var fields: [String: JSONValue]
    package init(fields: [String: JSONValue]) { self.fields = fields }

    private var members: [[String: JSONValue]] {
        let set = (self["identity_set"].array ?? []).compactMap(\.object)
        let first = set.filter { $0["sub"] == self["sub"] }
        return first.isEmpty ? [fields] + set : first + set.filter { $0["sub"] != self["sub"] }
    }

    /// All that are linked, the one that logged in first.
    package var identities: [LinkedIdentity] {
        members.compactMap { member in
            guard let id = member["sub"]?.string else { return nil }
            let username = member["username"]?.string ?? member["preferred_username"]?.string ?? id
            let provider = member["identity_provider_display_name"]?.string
            return LinkedIdentity(id: id, username: username, provider: provider)
        }
    }

    /// When each identity was last logged in with, by its id.
    package var latestLogins: [String: Timestamp] {
        Dictionary(
            members.compactMap { member in
                guard let id = member["sub"]?.string, let moment = member["last_authentication"]?.moment else { return nil }
                return (id, moment)
            }
        ) { first, _ in first }
    }
}

/// The body of a refusal. Any of it may be absent; it need not even be JSON, in which case there is none.
package struct ErrorDocument: OpenDocument {
    package var fields: [String: JSONValue]
    package init(fields: [String: JSONValue]) { self.fields = fields }

    package init(code: String, message: String, requestID: String, resource: String) {
        fields = ["code": .string(code), "message": .string(message), "request_id": .string(requestID), "resource": .string(resource)]
    }

    /// Transfer's dotted code, most general part first; Auth's `error` or the code of its first error.
    package var code: String? {
        if isInvalidGrant { return "invalid_grant" }
        return self["code"].string ?? self["error"].string ?? self["errors"].array?.first?.object?["code"]?.string
    }
    /// Whether it is in the words of Globus: a code, or what a login must bring. A page of a proxy, or its JSON, is not.
    var isOfGlobus: Bool { code != nil || authorization != nil }
    package var message: String? {
        self["message"].string ?? self["error_description"].string ?? self["description"].string
            ?? self["errors"].array?.first?.object?["detail"]?.string ?? self["error"].string
    }
    /// Whether Auth means that a code or a refresh token is no good, in whichever of its fields it says so.
    package var isInvalidGrant: Bool {
        let first = self["errors"].array?.first?.object ?? [:]
        let places = [self["error"], self["error_description"], self["message"]] + ["code", "title", "detail"].compactMap { first[$0] }
        return places.contains { $0.string?.lowercased() == "invalid_grant" }
    }
    /// Whether the code alone says what happened, whatever the number beside it: a collection that is gone, or whose own server answered.
    package var isDecidedByCode: Bool {
        guard let code else { return false }
        return Self.decisive.contains { code.hasSuffix($0) }
    }

    private static let decisive = [
        "ConsentRequired", "LoginFailed", "GCDisconnected", "GCPaused", "EndpointDeleted", "EndpointNotFound",
    ]

    package var requestID: String? { self["request_id"].string ?? self["errors"].array?.first?.object?["id"]?.string }

    /// What a person must do, where the service says so: in the document itself, or only as a list of scopes.
    package var authorization: AuthorizationParameters? {
        let nested = self["authorization_parameters"].object ?? collectionParameters
        let scopes =
            nested["required_scopes"]?.strings ?? self["required_scopes"].strings ?? self["required_scope"].strings
            ?? self["errors"].array?.first?.object?["unapproved_scopes"]?.strings
        guard !nested.isEmpty || scopes != nil else { return nil }
        var fields = nested
        if let scopes { fields["required_scopes"] = .array(scopes.map { .string($0) }) }
        return AuthorizationParameters(fields: fields)
    }

    /// The same from within the words of the collection's own server, which Transfer passes on: `530-GridFTP-JSON-Result: {…}`.
    private var collectionParameters: [String: JSONValue] {
        guard let start = message?.firstRange(of: "GridFTP-JSON-Result: ")?.upperBound, let rest = message?[start...] else { return [:] }
        // The line's end may have been sent as such or spelt out.
        let end = rest.firstRange(of: #"\r\n"#)?.lowerBound ?? rest.firstIndex(where: \.isNewline) ?? rest.endIndex
        let line = rest[..<end].prefix { !$0.isNewline }
        guard let result = try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)).object else { return [:] }
        if let parameters = result["authorization_parameters"]?.object { return parameters }
        guard let domains = result["detail"]?.object?["allowed_domains"]?.strings else { return [:] }
        return ["session_required_single_domain": .array(domains.map { .string($0) })]
    }
}

/// What a login must bring before the service will answer: consents (scopes) or a fresh session.
package struct AuthorizationParameters: OpenDocument {
    package var fields: [String: JSONValue]
    package init(fields: [String: JSONValue]) { self.fields = fields }

    package var message: String? { self["session_message"].string }
    package var requiredScopes: [String] { self["required_scopes"].strings ?? [] }
    package var requiredIdentities: [String] { list("session_required_identities") }
    package var requiredPolicies: [String] { list("session_required_policies") }
    package var requiredDomains: [String] { list("session_required_single_domain") }
    /// Whether the login must be made with a second factor.
    package var requiresMFA: Bool { self["session_required_mfa"].bool ?? (self["session_required_mfa"].string?.lowercased() == "true") }

    /// Whether it says which login is wanted: of whom, by which rule, with a second factor. Fields that are there and empty say nothing.
    package var namesLogin: Bool {
        requiresMFA || ![requiredIdentities, requiredPolicies, requiredDomains].allSatisfy(\.isEmpty)
    }

    /// The service writes lists as arrays or as one text with commas.
    private func list(_ name: String) -> [String] {
        (self[name].strings ?? []).flatMap { $0.split(separator: ",").map(String.init) }
    }
}

extension JSONValue {
    /// Seconds since 1970, whole or not, or a time as text.
    fileprivate var moment: Timestamp? {
        switch self {
        case .integer(let seconds): Timestamp(secondsSince1970: seconds)
        case .number(let seconds): Int64(exactly: seconds.rounded(.down)).map { Timestamp(secondsSince1970: $0) }
        case .string(let text): Timestamp(wire: text)
        default: nil
        }
    }
}
