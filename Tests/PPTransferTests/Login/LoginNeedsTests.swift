import Globus
import PPTransferReports
import Testing

@testable import PPTransfer

/// What a person is told to type.
struct LoginNeedsTests {
    private let archer2 = "3e90d018-0d05-461a-bbaf-aab605283d21", jasmin = "a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"

    private func scope(_ collection: String) -> String {
        "urn:globus:auth:scope:transfer.api.globus.org:all[*https://auth.globus.org/scopes/\(collection)/data_access]"
    }

    private func refusal(_ status: Int, _ code: String, _ parameters: [String: JSONValue]? = nil) -> Refusal {
        Refusal(
            request: "GET ls", status: status, code: code, authorization: parameters.map { AuthorizationParameters(fields: $0) })
    }

    /// Consent for both ends, a session of one.
    private var both: LoginNeeds {
        var needs = LoginNeeds()
        needs.add(refusal(403, "ConsentRequired", ["required_scopes": [.string(scope(archer2))]]), domain: nil)
        needs.add(refusal(403, "ConsentRequired", ["required_scopes": [.string(scope(jasmin))]]), domain: nil)
        needs.add(refusal(403, "ConsentRequired", ["required_scopes": [.string(scope(jasmin))]]), domain: nil)
        needs.add(
            refusal(502, "ExternalError.DirListingFailed.LoginFailed", ["session_required_single_domain": ["accounts.jasmin.ac.uk"]]),
            domain: "elsewhere.ac.uk")
        return needs
    }

    @Test func `both collections' needs are one set of commands, ready to paste`() {
        let consent = "globus session consent '\(scope(archer2))' '\(scope(jasmin))'"
        #expect(
            both.commands(for: .commandLine(path: "p", namespace: "n"), in: .commands) == [
                consent, "globus session update accounts.jasmin.ac.uk",
            ])
        #expect(
            both.commands(for: .own(path: "p"), in: .commands) == [
                "pptransfer login --collection \(archer2) --collection \(jasmin) --session accounts.jasmin.ac.uk"
            ])
        #expect(both.commands(for: .serviceAccount(id: "i"), in: .commands).isEmpty)
        #expect(
            both.remedy(for: .serviceAccount(id: "i"), in: .commands)
                == "ask the owners of the collection to give the service account access")
        #expect(both.remedy(for: nil, in: .commands).oneLine.hasPrefix("log in again and give the consent: globus session consent "))
    }

    @Test(
        arguments: [
            (["session_required_single_domain": "a.org,b.org"], ["globus session update a.org b.org"]),
            (
                ["session_required_identities": ["1b0d", "someone@safe.archer2.ac.uk"]],
                ["globus session update 1b0d someone@safe.archer2.ac.uk"]
            ),
            (["session_required_policies": "p1,p2"], ["globus session update --policy p1,p2"]),
            (["session_message": "again", "prompt": "login"], ["globus session update site.ac.uk"]),
            (["session_required_mfa": true, "session_required_single_domain": ["a.org"]], ["globus session update a.org"]),
            (["session_required_mfa": true, "session_required_policies": ["p"]], ["globus session update --policy p"]),
        ] as [([String: JSONValue], [String])])
    func `a session is asked for as the service asks, or by the collection's own domain`(
        parameters: [String: JSONValue], commands: [String]
    ) {
        var needs = LoginNeeds()
        needs.add(refusal(403, "AuthPolicyFailed", parameters), domain: "site.ac.uk")
        #expect(needs.commands(for: nil, in: .commands) == commands)
    }

    @Test func `a second factor is asked for at the login, with the domain of the site or with all identities`() {
        for (domain, command, own) in [
            ("site.ac.uk", "globus session update site.ac.uk", "pptransfer login --session site.ac.uk --mfa"),
            (nil, "globus session update --all", "pptransfer login --mfa"),
        ] as [(String?, String, String)] {
            var needs = LoginNeeds()
            needs.add(refusal(403, "AuthPolicyFailed", ["session_required_mfa": true]), domain: domain)
            #expect(needs.commands(for: nil, in: .commands) == [command])
            #expect(needs.commands(for: .own(path: "p"), in: .commands) == [own])
            #expect(needs.remedy(for: nil, in: .commands).oneLine == "log in again with a second factor: \(command)")
            #expect(!needs.isEmpty)
        }
    }

    @Test func `logins at two sites are two commands, or one by user name where both names are known`() {
        var needs = LoginNeeds()
        for domain in ["safe.archer2.ac.uk", "accounts.jasmin.ac.uk"] {
            needs.add(refusal(502, "ExternalError.DirListingFailed.LoginFailed"), domain: domain)
        }
        #expect(
            needs.commands(for: nil, in: .commands) == [
                "globus session update safe.archer2.ac.uk", "globus session update accounts.jasmin.ac.uk",
            ])
        #expect(
            needs.commands(for: .own(path: "p"), in: .commands) == [
                "pptransfer login --session safe.archer2.ac.uk", "pptransfer login --session accounts.jasmin.ac.uk",
            ])
        // Of two accounts of one domain nobody knows which is meant.
        var doubtful = needs
        doubtful.know(["me", "other"].map { LinkedIdentity(id: $0, username: "\($0)@safe.archer2.ac.uk") })
        #expect(doubtful.commands(for: nil, in: .commands) == needs.commands(for: nil, in: .commands))
        needs.know(["safe.archer2.ac.uk", "accounts.jasmin.ac.uk"].map { LinkedIdentity(id: $0, username: "me@" + $0) })
        #expect(
            needs.commands(for: nil, in: .commands) == [
                "globus session update me@safe.archer2.ac.uk me@accounts.jasmin.ac.uk"
            ])
    }

    @Test func `a login that failed without a word on sessions means the collection's domain`() {
        var needs = LoginNeeds()
        needs.add(refusal(502, "ExternalError.DirListingFailed.LoginFailed"), domain: "safe.archer2.ac.uk")
        #expect(needs.commands(for: nil, in: .commands) == ["globus session update safe.archer2.ac.uk"])
    }

    @Test func `a dead login is begun anew`() {
        var needs = LoginNeeds()
        needs.add(refusal(401, "AuthenticationFailed"), domain: "x")
        #expect(needs.commands(for: nil, in: .commands) == ["globus login --force"])
        #expect(needs.commands(for: .own(path: "p"), in: .commands) == ["pptransfer login"])
        #expect(
            needs.remedy(for: .token(variable: "V"), in: .commands).oneLine
                == "log in again: globus login --force, then put its access token into V")
    }

    @Test func `other refusals ask nothing of a login, and what the service sends cannot leave its word`() {
        var needs = LoginNeeds()
        needs.add(refusal(403, "PermissionDenied"), domain: "x")
        #expect(needs.isEmpty)
        #expect(needs.commands(for: .own(path: "p"), in: .commands).isEmpty)
        needs.add(refusal(403, "AuthPolicyFailed", ["session_required_single_domain": ["a.org; rm -rf '~'"]]), domain: nil)
        #expect(needs.commands(for: nil, in: .commands) == [#"globus session update 'a.org; rm -rf '\''~'\'''"#])
    }
}
