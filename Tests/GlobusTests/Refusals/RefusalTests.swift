import Foundation
import Testing

@testable import Globus

/// One kind per refusal, whichever of its spellings the service used.
struct RefusalTests {
    private func refusal(_ status: Int, _ body: Data) throws -> Refusal {
        Refusal(HTTPResponse(status: status, body: body), to: try .example())
    }

    @Test func `samples of refusals are told apart and keep what support asks for`() throws {
        let conflict = try refusal(409, sample("error_conflict_identical_paths"))
        #expect(conflict.kind == .conflict)
        #expect(conflict.requestID == "h1GkYu4Cs")
        let consent = try refusal(403, sample("error_consent_required"))
        #expect(consent.kind == .consent)
        #expect(
            consent.authorization?.requiredScopes == [
                "urn:globus:auth:scope:transfer.api.globus.org:all"
                    + "[*https://auth.globus.org/scopes/c41d7e90-2a6b-4f38-9b72-6e5f1083ad24/data_access]"
            ])
        let session = try refusal(502, sample("error_login_failed_session"))
        #expect(session.kind == .session)
        #expect(session.authorization?.requiredDomains == ["accounts.sample.example"])
        #expect(try refusal(404, sample("error_stat_not_found")).kind == .notFound)
    }

    @Test(arguments: [
        (401, #"{"code":"AuthenticationFailed"}"#, Refusal.Kind.authentication),
        (401, #"{"code":"ClientError.AuthenticationFailed"}"#, .authentication),
        (403, #"{"code":"ConsentRequired","required_scopes":["a"]}"#, .consent),
        (403, #"{"code":"ConsentRequired","required_scope":"a"}"#, .consent),
        (403, #"{"code":"AuthPolicyFailed","authorization_parameters":{"session_required_policies":"a,b"}}"#, .session),
        (403, #"{"code":"EndpointPermissionDenied"}"#, .permission),
        (404, #"{"code":"EndpointNotFound"}"#, .collectionMissing),
        (404, #"{"code":"ClientError.NotFound"}"#, .notFound),
        (409, #"{"code":"ClientError.Conflict.TooManyPendingJobs"}"#, .tooManyPending),
        (409, #"{"code":"Conflict"}"#, .conflict),
        (429, "", .rateLimit),
        (502, #"{"code":"ExternalError.DirListingFailed.GCDisconnected"}"#, .collectionFault),
        (502, #"{"code":"ExternalError.MkdirFailed.PermissionDenied"}"#, .permission),
        (502, "<html>Bad gateway</html>", .unavailable),
        (503, #"{"code":"ServiceUnavailable"}"#, .unavailable),
        (400, #"{"code":"ClientError.BadRequest.NoTransferItems"}"#, .invalid),
        // Decided by the code, whatever the number.
        (503, #"{"code":"ExternalError.DirListingFailed.GCDisconnected"}"#, .collectionFault),
        (404, #"{"code":"ExternalError.DirListingFailed.GCPaused"}"#, .collectionFault),
        (410, #"{"code":"EndpointDeleted"}"#, .collectionMissing), (409, #"{"code":"ClientError.EndpointDeleted"}"#, .collectionMissing),
        (502, #"{"code":"ExternalError.DirListingFailed.EndpointDeleted"}"#, .collectionMissing),
        // The account of the machine.
        (502, #"{"code":"ExternalError.X.LoginFailed","message":"530 {\"DATA_TYPE\": \"invalid_user#1.0.0\"}"}"#, .accountMissing),
        (502, #"{"code":"EndpointError","message":"it does not map to a valid username for this connector"}"#, .accountMissing),
        (502, #"{"code":"ExternalError.DirListingFailed.LoginFailed.invalid_user"}"#, .accountMissing),
        (404, #"{"code":"NotFound","message":"no /data/invalid_user"}"#, .notFound),
        (
            502,
            #"{"code":"ExternalError.DirListingFailed.LoginFailed","message":"invalid_user","authorization_parameters":"#
                + #"{"session_required_single_domain":["a.org"]}}"#, .session
        ),
        // What is there and empty asks for nothing; with scopes, the message is about the consent.
        (
            403,
            #"{"code":"X","authorization_parameters":{"session_message":"m","required_scopes":["s"],"session_required_mfa":false,"#
                + #""session_required_identities":[],"session_required_single_domain":"","prompt":"login"}}"#, .consent
        ),
        (403, #"{"code":"X","authorization_parameters":{"required_scopes":["s"],"session_required_mfa":true}}"#, .session),
        (403, #"{"code":"X","authorization_parameters":{"session_message":"m"}}"#, .session),
    ])
    func `a refusal's kind follows from its status and code`(status: Int, body: String, kind: Refusal.Kind) throws {
        #expect(try refusal(status, Data(body.utf8)).kind == kind)
    }

    @Test func `half of a surrogate pair is read as its mark, whole pairs and other escapes as they are`() throws {
        func text(_ body: String) throws -> String? {
            try (HTTPResponse(status: 200, body: Data(body.utf8)).readable() as [String: String])["name"]
        }
        let mark = String(LoneSurrogate.mark)
        #expect(try text(#"{"name":"caf\udce9 \\ud800.pp"}"#) == "caf\(mark) \\ud800.pp")
        #expect(try text(#"{"name":"\ud83d\ude00 \udce9\ud83d\ude00\ud800"}"#) == "\u{1F600} \(mark)\u{1F600}\(mark)")
        #expect(throws: (any Error).self) { try text(#"{"name":"\ud8"}"#) }
    }

    @Test func `lists are read as arrays and as one text with commas`() throws {
        let text = #"{"authorization_parameters":{"session_required_policies":"a,b","session_required_identities":["c","d"]}}"#
        let parameters = try refusal(403, Data(text.utf8)).authorization
        #expect(parameters?.requiredPolicies == ["a", "b"])
        #expect(parameters?.requiredIdentities == ["c", "d"])
    }

    @Test func `Auth's own errors give a code and a message too`() throws {
        let plain = try refusal(401, Data(#"{"error":"invalid_grant"}"#.utf8))
        #expect(plain.code == "invalid_grant")
        let long = #"{"errors":[{"status":"401","id":"x-1","code":"UNAUTHORIZED","detail":"Call must be authenticated"}]}"#
        let listed = try refusal(401, Data(long.utf8))
        #expect(listed.code == "UNAUTHORIZED")
        #expect(listed.message == "Call must be authenticated")
        #expect(listed.requestID == "x-1")
    }

    @Test func `a GridFTP server's lines become one`() throws {
        let message = try #require(try refusal(404, sample("error_stat_not_found")).oneLineMessage)
        #expect(!message.contains("\n"))
        #expect(!message.contains("\\r"))
        #expect(message.hasPrefix("Path not found, Error (list); Endpoint: ARCHER2-like filesystems (sample)"))
    }

    @Test func `the cause is the server's most specific line`() throws {
        let missing = try refusal(404, sample("error_stat_not_found"))
        #expect(missing.cause == "No such file or directory")
        let login = try refusal(502, sample("error_login_failed_session"))
        #expect(login.cause == "None of your identities are from domains allowed by resource policies")
        #expect(!"\(GlobusError.refused(login))".contains("JSON-Result"))
    }

    @Test func `what a refusal means comes before Globus's words, where these do not say it`() throws {
        func sentence(_ body: String) throws -> String { try GlobusError.refused(refusal(502, Data(body.utf8))).sentence }
        #expect(
            try sentence(#"{"code":"A.LoginFailed","message":"x does not map to a valid username"}"#)
                == "your account on that machine is missing or closed: refused by Globus (502 A.LoginFailed): invalid_user"
        )
        #expect(
            try sentence(#"{"code":"A.PermissionDenied","message":"No effective ACL rules on the endpoint"}"#)
                == "no permission for this path, or it has ended: refused by Globus (502 A.PermissionDenied): No effective ACL rules")
        #expect(
            try sentence(#"{"code":"A","authorization_parameters":{"session_required_mfa":"true"}}"#)
                == "a login with a second factor is required: refused by Globus (502 A)")
    }

    @Test func `of an event the file and the cause are told`() {
        let text = ServerText(
            #"Error (stat)"# + "\nEndpoint: x\nFile: /a/b.nc\nMessage: Fatal FTP response\n---\n"
                + #"Details: 550-GlobusError: v=1\r\n550-GridFTP-Error-String: Disk quota exceeded\r\n550 End.\r\n"#)
        #expect(text.file == "/a/b.nc")
        #expect(text.cause == "Disk quota exceeded")
    }

    @Test(arguments: ["", "\n\n", "plain words", "GridFTP-Message: ", String(repeating: "long ", count: 100)])
    func `any text gives a cause that fits in a line`(text: String) {
        #expect(ServerText(text).cause.count <= 120)
        #expect(!ServerText(text).cause.contains { $0.isNewline })
    }
}
