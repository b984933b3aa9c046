import FoundationEssentials
import Globus

/// What is wanted of a collection; the shape of a refusal depends on it.
enum AccessPurpose: Sendable {
    /// The collection's server is asked at once. Its word in the codes of errors: `DirListing`.
    case operation(String)
    case submission
}

extension Service {
    /// The grant behind a token for Transfer.
    func transferGrant(_ request: Request) async throws(Refusal) -> TokenStore.Grant {
        guard let token = request.credentials("Bearer"), let grant = await tokens.grant(for: token), !grant.isRefreshToken,
            grant.server == ScopeList.transferServer
        else { throw .notAuthenticated }
        return grant
    }

    /// Who asks, by a token for Transfer.
    func caller(_ request: Request) async throws(Refusal) -> Identity { try await transferGrant(request).identity }

    /// - Throws: `ConsentRequired` where the collection asks for a consent that is not given, and in the shape that the collection has
    ///   been given what it says when the login behind `grant` is too old, or is not by an identity that it takes.
    func requireAccess(_ grant: TokenStore.Grant, _ collection: PlayedCollection, for purpose: AccessPurpose) throws(Refusal) {
        let settings = collection.settings
        try requireOpen(settings, purpose)
        if settings.requiresConsent, settings.hasDataAccess {
            let path = [ScopeList.transfer, ScopeList.dataAccess(collection.id)]
            guard consents.has(path, by: grant.identity, to: grant.client) else { throw .consentRequired(collection.id) }
        }
        switch rules.standing(of: grant.identity, client: grant.client, at: settings, now: clock.now) {
        case .good: return
        case .notLinked: throw sessionRefusal(settings, .domain, grant.identity, purpose)
        case .lapsed: throw sessionRefusal(settings, settings.sessionRefusal, grant.identity, purpose)
        }
    }

    /// - Throws: what keeps everybody from the collection.
    private func requireOpen(_ collection: StandInCollection, _ purpose: AccessPurpose) throws(Refusal) {
        switch collection.closure {
        case nil, .deleted: return
        case .noRule:
            throw .transfer(
                403, "EndpointPermissionDenied", "Denied by endpoint: No effective ACL rules on the endpoint \(collection.id)")
        case .noAccount:
            // A submission is accepted as far as the service can see; its task meets the collection's server.
            guard case .operation(let name) = purpose else { return }
            let text = """
                Command Failed: Error (login)
                Endpoint: \(collection.displayName) (\(collection.id))
                Server: 127.0.0.1:443
                Message: Login Failed
                ---
                Details: 530-Login incorrect. : GlobusError: v=1 c=LOGIN_DENIED\\r\\n530-GridFTP-Message: Identity set contains an \
                identity from an allowed domain, but it does not map to a valid username for this connector\\r\\n\
                530-GridFTP-JSON-Result: {"DATA_TYPE": "result#1.0.0", "code": "permission_denied", "detail": {"DATA_TYPE": \
                "invalid_user#1.0.0"}, "has_next_page": false, "http_response_code": 403}\\r\\n530 End.\\r\\n

                """
            throw .transfer(502, "ExternalError.\(name)Failed.LoginFailed", text)
        }
    }

    /// - Throws: if a chosen account is none of those that the collection maps the caller to, as its server refuses it.
    func requireAccount(_ name: String?, _ collection: PlayedCollection, for purpose: AccessPurpose) throws(Refusal) {
        guard let name, !collection.settings.accounts.isEmpty, !collection.settings.accounts.contains(name) else { return }
        let message = "Your identity does not map to a valid username: invalid_user#1.0.0, local_user '\(name)'"
        switch purpose {
        case .operation(let operation): throw .transfer(502, "ExternalError.\(operation)Failed.LoginFailed", message)
        case .submission: throw .transfer(502, "EndpointError", message)
        }
    }

    private func sessionRefusal(
        _ collection: StandInCollection, _ shape: StandInSessionRefusal, _ identity: Identity, _ purpose: AccessPurpose
    ) -> Refusal {
        let message = "Session reauthentication required (Globus Transfer)"
        let person = people.person(of: identity)
        let wanted = collection.identityDomain.map(person.identities(of:)) ?? [person.primary]
        var parameters: [String: JSONValue] = [
            "session_message": .string(message), "session_required_identities": [],
            "session_required_mfa": .bool(collection.requiresSecondFactor),
        ]
        let policy = collection.authenticationPolicyID
        switch (shape, collection.identityDomain) {
        case (.policy, _) where policy != nil: parameters["session_required_policies"] = policy.map { .string($0) }
        case (.domain, let domain?): parameters["session_required_single_domain"] = [.string(domain)]
        case (.domain, nil), (.identities, _), (.policy, _):
            parameters["session_required_identities"] = .array(wanted.map { .string($0.id) })
        case (.textOnly, _): parameters = [:]
        }
        let extra: [String: JSONValue] = parameters.isEmpty ? [:] : ["authorization_parameters": .object(parameters)]
        switch purpose {
        case .operation(let name):
            let text = loginFailure(collection, collection.identityDomain ?? person.primary.domain)
            return .transfer(502, "ExternalError.\(name)Failed.LoginFailed", text, extra: extra)
        case .submission: return .transfer(403, "AuthPolicyFailed", message, extra: extra)
        }
    }

    /// What the collection's server says, which reads like a wrong identity also when the right one only has to log in again.
    private func loginFailure(_ collection: StandInCollection, _ domain: String) -> String {
        let message = "None of your identities are from domains allowed by resource policies"
        let result = """
            {"DATA_TYPE": "result#1.0.0", "code": "permission_denied", "detail": {"DATA_TYPE": "not_from_allowed_domain#1.0.0", \
            "allowed_domains": ["\(domain)"]}, "has_next_page": false, "http_response_code": 403, "message": "\(message)"}
            """
        return """
            Command Failed: Error (login)
            Endpoint: \(collection.displayName) (\(collection.id))
            Server: 127.0.0.1:443
            Message: Login Failed
            ---
            Details: 530-Login incorrect. : GlobusError: v=1 c=LOGIN_DENIED\\r\\n530-GridFTP-Message: \(message)\\r\\n\
            530-GridFTP-JSON-Result: \(result)\\r\\n530 End.\\r\\n

            """
    }
}
