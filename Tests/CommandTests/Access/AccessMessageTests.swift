import Foundation
import Globus
import Rehearsal
import TestSupport
import Testing

/// Every message of `check` and `collections`, and what a run says that lacks a consent, a session or a login, word for word, from the
/// built program: `messages.txt` holds a situation and what is said of it in a line.
struct AccessMessageTests {
    /// Who is logged in, and by what.
    private enum Person: String, CaseIterable {
        case commandLine = "the CLI's login", own = "our login", token = "a token", serviceAccount = "a service account"
    }

    // MARK: the service answers as the stand-in does

    private struct Played: Sendable {
        var name: String
        var arguments = ["check", "task.yaml"]
        /// Logged in with both identities as `globus login` does; else a service account.
        var isPerson = false
        var faults: [HTTPFault] = []
        var clockShift = Duration.zero
        /// How long ago the login was.
        var days = 0
        var configure: @Sendable (inout StandInConfiguration) -> Void = { _ in }
        var prepare: @Sendable (Desk) throws -> Void = { _ in }
    }

    private static func refusal(_ status: Int, _ code: String, _ message: String) -> HTTPFault.Effect {
        .status(status, code: code, message: message)
    }

    private static let sessions: @Sendable (inout StandInConfiguration) -> Void = { configuration in
        for (index, domain) in [(0, "safe.archer2.ac.uk"), (1, "accounts.jasmin.ac.uk")] {
            configuration.collections[index].identityDomain = domain
            configuration.collections[index].sessionLifetime = .seconds(30 * 86_400)
        }
    }

    private static let consents: @Sendable (inout StandInConfiguration) -> Void = { configuration in
        for index in configuration.collections.indices { configuration.collections[index].requiresConsent = true }
    }

    private static let played: [Played] = [
        Played(name: "check: the way is clear"),
        Played(name: "check: the way is clear for a person", isPerson: true, configure: sessions),
        Played(name: "check: a login lapses soon", isPerson: true, days: 25, configure: sessions),
        Played(name: "check: a login has lapsed", isPerson: true, days: 31, configure: sessions),
        Played(name: "check: no identity of the site's is linked", isPerson: true) { configuration in
            sessions(&configuration)
            configuration.person.linked.removeLast()
        },
        Played(name: "check: consents are missing", isPerson: true, configure: consents),
        Played(name: "check: consents are missing and a login has lapsed", isPerson: true, days: 31) { configuration in
            consents(&configuration)
            sessions(&configuration)
        },
        Played(name: "check: a collection is unknown") { $0.collections.remove(at: 1) },
        Played(
            name: "check: a collection is not visible",
            faults: [
                HTTPFault(.endpoint, refusal(403, "PermissionDenied", "You do not have permission to view this endpoint"), .once)
            ]),
        Played(name: "check: a collection is an endpoint") { $0.collections[1].entityType = EntityType("GCSv5_endpoint") },
        Played(name: "check: a Connect Personal is off") { configuration in
            configuration.collections[1].entityType = .personalMappedCollection
            configuration.collections[1].isConnected = false
        },
        Played(name: "check: a Connect Personal is paused") { configuration in
            configuration.collections[1].entityType = .personalMappedCollection
            (configuration.collections[1].isConnected, configuration.collections[1].isPaused) = (true, true)
        },
        Played(
            name: "check: the source is not there yet",
            prepare: { desk in
                try FileManager.default.removeItem(atPath: desk.data)
            }),
        Played(name: "check: the destination is a file", prepare: { try $0.write("jasmin/gws/canari", "a file") }),
        Played(
            name: "check: the destination may not be written",
            faults: [
                HTTPFault(.makeDirectory, refusal(403, "EndpointPermissionDenied", "Denied by endpoint: Path not allowed"), .forever)
            ]),
        Played(
            name: "check: the source may not be seen",
            faults: [
                HTTPFault(.stat, refusal(403, "PermissionDenied", "Permission denied"), .once)
            ]),
        Played(
            name: "check: the probe stays",
            faults: [
                HTTPFault(.delete, refusal(403, "PermissionDenied", "Permission denied"), .forever)
            ]),
        Played(name: "check: no identity of the site's, but the collection accepts the login", isPerson: true) {
            $0.person.linked.removeLast()
        },
        Played(name: "check: a login has lapsed by the site's entry, but the collection accepts it", isPerson: true, days: 31),
        Played(name: "check: a guest collection", isPerson: true) { configuration in
            consents(&configuration)
            configuration.collections[1].entityType = .guestCollection
            configuration.collections[0].requiresConsent = false
        },
        Played(name: "check: a guest collection whose permission has ended") { configuration in
            configuration.collections[1].entityType = .guestCollection
            configuration.collections[1].closure = .noRule
        },
        Played(name: "check: a personal collection") { configuration in
            configuration.collections[1].entityType = .personalMappedCollection
            configuration.collections[1].isConnected = true
        },
        Played(name: "check: high assurance with a second factor", isPerson: true) { configuration in
            configuration.collections[1].isHighAssurance = true
            configuration.collections[1].requiresSecondFactor = true
            configuration.collections[1].identityDomain = "accounts.jasmin.ac.uk"
        },
        Played(name: "check: a collection that encrypts everything") { $0.collections[1].forcesEncryption = true },
        Played(
            name: "check: a collection that encrypts everything, and a description that says no",
            configure: { $0.collections[1].forcesEncryption = true },
            prepare: { try $0.describe($0.description("transfer: {encrypt: false}")) }),
        Played(name: "check: a read-only root") { $0.collections[1].mounts[0].isWritable = false },
        Played(name: "check: no account") { $0.collections[1].closure = .noAccount },
        Played(name: "check: a deleted collection") { $0.collections[1].closure = .deleted },
        Played(name: "run: no account", arguments: ["run", "task.yaml"]) { $0.collections[1].closure = .noAccount },
        Played(name: "run: a permission has ended", arguments: ["run", "task.yaml"]) { $0.collections[1].closure = .noRule },
        Played(name: "run: a deleted collection", arguments: ["run", "task.yaml"]) { $0.collections[1].closure = .deleted },
        Played(name: "collections ls: no account", arguments: ["collections", "ls", "jasmin:/gws"]) {
            $0.collections[1].closure = .noAccount
        },
        Played(name: "check: the clock is ahead", clockShift: .seconds(-3600)),
        Played(name: "check: the clock is behind", clockShift: .seconds(7200)),
        Played(name: "check: no such file", arguments: ["check", "none.yaml"]),
        Played(name: "collections ls: an unknown alias", arguments: ["collections", "ls", "jasmni:/gws"]),
        Played(name: "collections ls: nothing there", arguments: ["collections", "ls", "jasmin:/none"]),
        Played(name: "collections ls: a climbing path", arguments: ["collections", "ls", "jasmin:/gws/../x"]),
        Played(
            name: "collections ls: denied", arguments: ["collections", "ls", "jasmin:/gws"],
            faults: [
                HTTPFault(.list, refusal(403, "EndpointPermissionDenied", "Denied by endpoint: Path not allowed"), .forever)
            ]),
        Played(
            name: "collections ls: a consent is missing", arguments: ["collections", "ls", "jasmin:/gws"], isPerson: true,
            configure: consents),
        Played(
            name: "collections ls: a login has lapsed", arguments: ["collections", "ls", "jasmin:/gws"], isPerson: true, days: 31,
            configure: sessions),
        Played(name: "collections search: nothing", arguments: ["collections", "search", "APS:DM:99ID"]),
        Played(name: "collections search: found", arguments: ["collections", "search", "JASMIN"]),
        Played(name: "collections show: an unknown alias", arguments: ["collections", "show", "vaults"]),
        Played(name: "collections show: a collection that is gone", arguments: ["collections", "show", Desk.vault]),
        Played(name: "collections show: known", arguments: ["collections", "show", "jasmin"], configure: sessions),
        Played(name: "collections list", arguments: ["collections", "list"]),
        Played(
            name: "run: a name that nothing is called by", arguments: ["run", "task.yaml"],
            prepare: { desk in
                try desk.describe(desk.description().replacing("collection: jasmin", with: #"collection: {search: "APS:DM:99ID"}"#))
            }),
        Played(
            name: "run: a name that is not whole", arguments: ["run", "task.yaml"],
            prepare: { desk in
                try desk.describe(desk.description().replacing("collection: jasmin", with: #"collection: {search: "JASMIN"}"#))
            }),
        Played(name: "run: a login lapses soon", arguments: ["run", "task.yaml"], isPerson: true, days: 25, configure: sessions) { desk in
            // The run before has asked who is logged in.
            try desk.describe(desk.description(cycle: "19880801T0000Z"), as: "earlier.yaml")
        },
        Played(name: "run: a login has lapsed", arguments: ["run", "task.yaml"], isPerson: true, days: 31, configure: sessions),
        Played(name: "run: consents are missing", arguments: ["run", "task.yaml"], isPerson: true, configure: consents),
    ]

    private func line(_ situation: Played) async throws -> String {
        let desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description())
        try situation.prepare(desk)
        try desk.write(
            "home/.config/pptransfer/sites.yaml",
            """
            archer2: {collection: \(Desk.archer2), name: Archer2 file systems, identity: safe.archer2.ac.uk, session: 30d}
            jasmin: {collection: \(Desk.jasmin), name: JASMIN Default Collection, identity: accounts.jasmin.ac.uk, session: 30d}
            """)
        var line = ""
        try await LocalService.with(desk, configure: situation.configure) { service in
            var environment = service.environment
            if situation.isPerson {
                environment = service.addresses
                // An hour more, so that no day ends just when it is looked at.
                let age = Duration.seconds(86_400 * situation.days + 3600)
                await service.standIn.advance(by: .zero - age)
                try await service.logIn(desk, as: ["scientist@safe.archer2.ac.uk", "scientist@accounts.jasmin.ac.uk"], lasting: 0)
                await service.standIn.advance(by: age)
            }
            await service.standIn.setFaults(StandInFaults(http: situation.faults, clockShift: situation.clockShift))
            if desk.exists("suite/earlier.yaml") { #expect(try await desk.run("run", "earlier.yaml", with: environment).status == 0) }
            let end = try await Turns.programs.pass { try await desk.start(situation.arguments, environment).completed() }
            line = Messages.line(situation.name, end, desk)
        }
        return line
    }

    // MARK: the service answers in any of its shapes

    private static func scope(_ id: String) -> String {
        "urn:globus:auth:scope:transfer.api.globus.org:all[*https://auth.globus.org/scopes/\(id)/data_access]"
    }

    /// What Globus may say (reference of the service, 6.6), by a name.
    private static let shapes: [(name: String, status: Int, body: String)] = [
        (
            "consent, as now", 403,
            #"{"code":"ConsentRequired","message":"Missing required data_access consent","request_id":"abcdefghi","#
                + #""required_scopes":["\#(scope(Desk.jasmin))"],"authorization_parameters":{"session_message":"Missing required data_access consent","#
                + #""required_scopes":["\#(scope(Desk.jasmin))"]}}"#
        ),
        (
            "consent, as it was", 403,
            #"{"code":"ConsentRequired","message":"Missing required data_access consent","request_id":"abcdefghi","#
                + #""required_scopes":["\#(scope(Desk.archer2))","\#(scope(Desk.jasmin))"]}"#
        ),
        (
            "consent, a single scope", 403,
            #"{"code":"ConsentRequired","description":"Missing required data_access consent","required_scope":"\#(scope(Desk.jasmin))"}"#
        ),
        (
            "consent, as Globus Auth says it", 403,
            #"{"error":"dependent_consent_required","errors":[{"unapproved_scopes":["\#(scope(Desk.jasmin))"]}]}"#
        ),
        (
            "session, by policy", 403,
            #"{"code":"AuthPolicyFailed","message":"Policy failed","authorization_parameters":{"session_message":"Log in again","#
                + #""session_required_policies":["5f1d2a6e-0000-4000-8000-000000000001"]}}"#
        ),
        (
            "session, by policies in a text", 403,
            #"{"code":"AuthPolicyFailed","message":"Policy failed","authorization_parameters":{"session_required_policies":"#
                + #""5f1d2a6e-0000-4000-8000-000000000001,5f1d2a6e-0000-4000-8000-000000000002"}}"#
        ),
        (
            "session, of a domain, behind a bad gateway", 502,
            #"{"code":"ExternalError.DirListingFailed.LoginFailed","message":"530 Login incorrect","authorization_parameters":"#
                + #"{"session_message":"Session expired","session_required_single_domain":["accounts.jasmin.ac.uk"],"prompt":"login"}}"#
        ),
        (
            "session, of domains in a text", 403,
            #"{"code":"AuthorizationRequired","message":"Log in","authorization_parameters":{"session_required_single_domain":"#
                + #""accounts.jasmin.ac.uk,safe.archer2.ac.uk"}}"#
        ),
        (
            "session, of identities", 403,
            #"{"message":"Log in","authorization_parameters":{"session_required_identities":["5f1d2a6e-0000-4000-8000-000000000003"]}}"#
        ),
        (
            "session, with a second factor and a scope", 403,
            #"{"code":"AuthorizationRequired","message":"Log in","authorization_parameters":{"session_required_mfa":true,"#
                + #""session_required_single_domain":["accounts.jasmin.ac.uk"],"required_scopes":["\#(scope(Desk.jasmin))"]}}"#
        ),
        (
            "session, in the inner words alone", 502,
            #"{"code":"ExternalError.DirListingFailed.LoginFailed","message":"530-Login incorrect. : GlobusError: v=1 c=LOGIN_DENIED\r\n"#
                + #"530-GridFTP-Message: None of your identities are from domains allowed by resource policies\r\n"#
                + #"530-GridFTP-JSON-Result: {\"DATA_TYPE\":\"result#1.0.0\",\"authorization_parameters\":{\"session_required_single_domain\":"#
                + #"[\"accounts.jasmin.ac.uk\"]},\"detail\":{\"reason\":\"not_from_allowed_domain\"}}\r\n530 End.\r\n"}"#
        ),
        ("no login", 401, #"{"code":"AuthenticationFailed","message":"Token is not active"}"#),
        ("no permission", 403, #"{"code":"PermissionDenied","message":"You do not have permission"}"#),
    ]

    private func line(_ shape: (name: String, status: Int, body: String), _ person: Person) async throws -> String {
        let desk = try Desk()
        try desk.write("data/a.pp", "a")
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: desk.path("data/a.pp"))
        try desk.describe(desk.description())
        let source =
            #"{"DATA_TYPE":"file_list","DATA":[{"DATA_TYPE":"file","name":"a.pp","type":"file","size":1,"#
            + #""last_modified":"1970-01-01 00:00:00+00:00"}],"total":1,"offset":0,"limit":1000}"#
        let token =
            #"{"access_token":"a","refresh_token":"r","expires_in":172800,"resource_server":"transfer.api.globus.org","scope":"\#(LoginScopes.transfer(for: []))"}"#
        let refused = LoopbackServer.Action.respond(shape.status, body: shape.body)
        let server = try LoopbackServer(refused) { request in
            if request.line.hasPrefix("POST /v2/oauth2/token") { return .respond(200, body: token) }
            if request.line.hasPrefix("GET /v0.10/task_list") {
                return .respond(200, body: #"{"DATA_TYPE":"task_list","DATA":[],"total":0,"offset":0,"limit":1000}"#)
            }
            if request.line.contains(Desk.archer2 + "/ls?") { return .respond(200, body: source) }
            // Nothing is at the destination yet.
            if request.line.contains("/ls?") {
                return .respond(404, body: #"{"code":"ClientError.NotFound","message":"No such directory"}"#)
            }
            guard request.line.hasPrefix("GET /v0.10/submission_id ") else { return nil }
            return .respond(200, body: #"{"DATA_TYPE":"submission_id","value":"c8e2b9d4-0000-4000-8000-000000000000"}"#)
        }
        defer { server.stop() }
        var environment = ["GLOBUS_SDK_SERVICE_URL_TRANSFER": server.base, "GLOBUS_SDK_SERVICE_URL_AUTH": server.base]
        let login = CommandLineDatabase.Token("transfer.api.globus.org", access: "a", refresh: "r")
        switch person {
        case .commandLine: try CommandLineDatabase(desk.globusStore).logIn([login])
        case .own: try OwnLoginDocument(authority: server.base, tokens: [login]).write(to: desk)
        case .token: environment["PPTRANSFER_ACCESS_TOKEN"] = "a-token"
        case .serviceAccount:
            environment.merge(["GLOBUS_CLI_CLIENT_ID": Desk.clientID, "GLOBUS_CLI_CLIENT_SECRET": "a-secret-of-no-account"]) { $1 }
        }
        let end = try await desk.run("run", "task.yaml", with: environment)
        return Messages.line("run: \(shape.name), with \(person.rawValue)", end, desk)
    }

    @Test func `every message is as it is written down`() async throws {
        var lines: [String] = []
        for situation in Self.played { lines.append(try await line(situation)) }
        for shape in Self.shapes {
            for person in Person.allCases { lines.append(try await line(shape, person)) }
        }
        try Messages().expect(lines)
    }
}
