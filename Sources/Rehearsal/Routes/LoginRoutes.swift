import FoundationEssentials
import Globus

/// The browser's side of a login, and the clients that begin one.
struct LoginRoutes: Sendable {
    let service: Service

    var routes: [Route] {
        [
            Route("GET", "/v2/oauth2/authorize", authorize),
            Route("POST", "/v2/api/clients", newClient),
            Route("DELETE", "/v2/api/clients/:id", removeClient),
        ]
    }

    /// The person at the browser approves at once.
    @Sendable private func authorize(_ request: Request, _: [String]) async throws -> Reply {
        do {
            let asked = try AuthorizationRequest(request, clients: service.clients)
            try service.requireKnown(asked.scopes)
            let person = service.people.visitor
            let identities = try identities(of: person, for: asked)
            let isStrong = asked.session.needsSecondFactor || service.needsSecondFactor(asked.session.policies)
            await service.logIn(person, with: identities, scopes: asked.scopes, client: asked.client.id, isStrong: isStrong)
            let code = await service.tokens.newCode(asked, as: person.primary)
            guard !asked.isShown else { return LoginPage.code(code, for: person, as: identities) }
            var reply = Reply(status: 302, body: Data())
            reply.headers = ["Location": asked.address(withCode: code), "Cache-Control": "no-store"]
            return reply
        } catch {
            return LoginPage.refused(error)
        }
    }

    /// Whom the person logs in as, anew.
    private func identities(of person: Person, for asked: AuthorizationRequest) throws(Refusal) -> [Identity] {
        var identities: [Identity] = []
        for text in asked.session.identities {
            guard let identity = person.identities.first(where: { $0.id == text.lowercased() || $0.username == text }) else {
                throw .auth(403, "access_denied", "'\(text)' is not one of your linked identities")
            }
            identities.append(identity)
        }
        if !asked.session.domains.isEmpty {
            // Any one of the domains will do.
            identities.append(try identity(of: person, from: asked.session.domains))
        }
        for policy in asked.session.policies {
            let meant = service.catalogue.map(\.settings).first { $0.authenticationPolicyID == policy.lowercased() }
            guard let meant else { throw .auth(400, "invalid_request", "Unknown authentication policy '\(policy)'") }
            identities.append(try identity(of: person, from: meant.identityDomain.map { [$0] } ?? [person.primary.domain]))
        }
        // Whoever consents to the use of a collection's data is logged in as the collection wants.
        let collections = asked.scopes.collections.compactMap { try? service.collection($0) }
        identities += collections.compactMap { $0.settings.identityDomain.flatMap { person.identities(of: $0).first } }
        if identities.isEmpty, asked.session.needsSecondFactor { return person.identities }
        let isFirst = service.sessions.session(of: person, client: asked.client.id).times.isEmpty
        return identities.isEmpty && (isFirst || asked.session.forcesLogin) ? [person.primary] : identities
    }

    private func identity(of person: Person, from domains: [String]) throws(Refusal) -> Identity {
        if let identity = domains.lazy.flatMap({ person.identities(of: $0) }).first { return identity }
        throw .auth(403, "access_denied", "None of your identities is of \(domains.joined(separator: " or ")); link one first")
    }

    /// Each installation of the Globus CLI makes itself a client.
    @Sendable private func newClient(_ request: Request, _: [String]) async throws -> Reply {
        struct Document: Decodable {
            struct Client: Decodable {
                let templateID: String
                let name: String?
                enum CodingKeys: String, CodingKey {
                    case templateID = "template_id"
                    case name
                }
            }
            let client: Client
        }
        guard let wanted = try? JSONDecoder().decode(Document.self, from: request.body).client else {
            throw Refusal.auth(400, "bad_request", "Expected a document with 'client.template_id'")
        }
        guard wanted.templateID.lowercased() == ClientBook.template else {
            throw Refusal.auth(404, "not_found", "No such template '\(wanted.templateID)'")
        }
        let (id, secret) = service.clients.newInstance()
        let name = wanted.name ?? "Globus CLI"
        let credential: JSONValue = [
            "client": .string(id), "secret": .string(secret.withSecret { $0 }), "id": .string(RandomText.uuid()), "name": .string(name),
            "created": .string(WireTime.stamp(service.clock.now)),
        ]
        let client: JSONValue = [
            "id": .string(id), "name": .string(name), "template_id": .string(ClientBook.template), "public_client": false,
            "client_type": "globus_cli_instance", "redirect_uris": [], "scopes": [],
        ]
        let document: [String: JSONValue] = ["client": client, "included": ["client_credential": credential]]
        return try Reply(status: 201, document)
    }

    @Sendable private func removeClient(_ request: Request, _ parameters: [String]) async throws -> Reply {
        let client = try service.client(asking: request, Query(""))
        guard client.id == parameters[0].lowercased(), client.kind == .instance else {
            throw Refusal.auth(403, "forbidden", "Only a client made from a template may remove itself")
        }
        service.clients.remove(client)
        return try Reply(["client": ["id": .string(client.id)] as JSONValue])
    }
}

extension Service {
    /// Records a login: consents are given, the identities' sessions begin anew, tasks that waited for that go on.
    func logIn(_ person: Person, with identities: [Identity], scopes: ScopeList, client: String?, isStrong: Bool = false) async {
        consents.grant(scopes, by: person.primary, to: client, at: clock.now)
        sessions.renew(identities, of: person, client: client, at: clock.now, isStrong: isStrong)
        await board.sessionsChanged()
    }
}

extension Service {
    /// Whether one of these authentication policies is of a collection that wants a second factor.
    fileprivate func needsSecondFactor(_ policies: [String]) -> Bool {
        let meant = Set(policies.map { $0.lowercased() })
        return catalogue.contains { $0.settings.requiresSecondFactor && $0.settings.authenticationPolicyID.map(meant.contains) == true }
    }
}

/// What the browser shows.
enum LoginPage {
    /// The code is the only `code` element of the page.
    static func code(_ code: String, for person: Person, as identities: [Identity]) -> Reply {
        let names = identities.map { escaped($0.username) }.joined(separator: ", ")
        let login = names.isEmpty ? "" : "<p>Logged in again with \(names).</p>\n"
        return page(
            200, "Authorization Code",
            """
            <p>The rehearsal approves as \(escaped(person.primary.username)).</p>
            \(login)<p>Authorization code:</p>
            <p><code id="auth-code">\(code)</code></p>
            """)
    }

    static func refused(_ refusal: Refusal) -> Reply {
        let (error, detail) = (refusal.fields["error"]?.string ?? "", refusal.fields["error_description"]?.string ?? "")
        return page(refusal.status, "An error occurred", "<p id=\"error\">\(escaped(error))</p>\n<p>\(escaped(detail))</p>")
    }

    private static func page(_ status: Int, _ title: String, _ content: String) -> Reply {
        let text = """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>\(title)</title></head>
            <body>
            <h1>\(title)</h1>
            \(content)
            </body>
            </html>

            """
        var reply = Reply(status: status, body: Data(text.utf8))
        reply.headers = ["Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"]
        return reply
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
