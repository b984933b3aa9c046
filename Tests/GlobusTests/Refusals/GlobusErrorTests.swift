import Foundation
import GlobusTesting
import Testing

@testable import Globus

/// What a program reads from an error.
struct GlobusErrorTests {
    private func refused(_ status: Int, _ body: String, _ headers: [String: String] = [:]) throws -> GlobusError {
        .refused(Refusal(HTTPResponse(status: status, headers: headers, body: Data(body.utf8)), to: try .example()))
    }

    @Test(arguments: [
        (401, #"{"code":"AuthenticationFailed"}"#, GlobusError.Code.notLoggedIn),
        (403, #"{"code":"ConsentRequired","required_scopes":["a"]}"#, .consent), (403, #"{"code":"PermissionDenied"}"#, .permission),
        (404, #"{"code":"EndpointNotFound"}"#, .notFound), (404, #"{"code":"ClientError.NotFound"}"#, .notFound),
        (409, #"{"code":"Conflict"}"#, .conflict), (429, "{}", .rateLimit), (503, #"{"code":"ServiceUnavailable"}"#, .unavailable),
        (502, #"{"code":"ExternalError.DirListingFailed.GCDisconnected"}"#, .collectionFault), (400, #"{"code":"BadRequest"}"#, .invalid),
    ])
    func `a refusal has a code`(status: Int, body: String, code: GlobusError.Code) throws {
        #expect(try refused(status, body).code == code)
    }

    @Test func `a refusal tells its scopes, request id, message and pause`() throws {
        let error = try refused(
            403, #"{"code":"ConsentRequired","message":"give\nit","request_id":"r-1","required_scopes":["a","b"]}"#, ["retry-after": "7"])
        #expect(error.requiredScopes == ["a", "b"])
        #expect(error.requestID == "r-1")
        #expect(error.message == "give; it")
        #expect(error.retryAfter == .seconds(7))
        #expect(error.request == "GET /v0.10/submission_id")
        #expect(error.remedy == "log in again with consent to a b")
    }

    @Test func `only a request that changes something may have acted`() {
        let lost = TransportError.interrupted(host: "h", detail: "d"), away = TransportError.unresolved(host: "h")
        #expect(GlobusError.unreachable(request: "POST /v0.10/transfer", lost).mayHaveActed)
        #expect(!GlobusError.unreachable(request: "GET /v0.10/task_list", lost).mayHaveActed)
        #expect(!GlobusError.unreachable(request: "POST /v0.10/transfer", away).mayHaveActed)
        #expect(GlobusError.unreadableReply(request: "POST /v0.10/transfer", detail: "").mayHaveActed)
        #expect(!GlobusError.invalid(request: "POST /v0.10/transfer", detail: "").mayHaveActed)
        #expect(GlobusError.cancelled.mayHaveActed)
    }

    @Test func `the error below is the transport's`() {
        let away = TransportError.unresolved(host: "h")
        let error = GlobusError.unreachable(request: "GET /", away)
        #expect(error.underlying as? TransportError == away)
        #expect(error.code == .unreachable)
        #expect(GlobusError.cancelled.underlying == nil)
    }

    @Test func `a directory that is there already is a conflict for whoever would make it`() {
        let refusal = Refusal(request: "POST /mkdir", status: 502, code: "ExternalError.MkdirFailed.Exists")
        #expect(GlobusError.refused(refusal).code == .conflict)
        #expect(
            GlobusError.refused(Refusal(request: "POST /mkdir", status: 502, code: "ExternalError.MkdirFailed")).code == .collectionFault)
    }
}
