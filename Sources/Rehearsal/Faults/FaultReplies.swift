import FoundationEssentials
import Globus

/// The answers that go wrong.
enum FaultReplies {
    /// What a proxy in front of the service shows, also with a status that promises something else.
    static func page(_ status: Int) -> Reply {
        let text = """
            <html>
            <head><title>\(status) Bad Gateway</title></head>
            <body><center><h1>\(status) Bad Gateway</h1></center><hr><center>nginx</center></body>
            </html>

            """
        var reply = Reply(status: status, body: Data(text.utf8))
        reply.headers["Content-Type"] = "text/html"
        return reply
    }

    static func refused(_ request: Request, by answer: HTTPFault.RefusedAnswer, at now: Date) -> Reply {
        let usual = usual(answer.status, isOfCollection: request.components.dropFirst().first == "operation")
        let (code, message) = (answer.code ?? usual.code, answer.message ?? usual.message)
        let isAuth = request.components.first == "v2"
        let refusal = isAuth ? Refusal.auth(answer.status, code, message) : .transfer(answer.status, code, message)
        var reply = refusal.reply(to: request)
        switch answer.retryAfter {
        case nil: break
        case .seconds(let seconds): reply.headers["Retry-After"] = String(seconds)
        case .date(let delay): reply.headers["Retry-After"] = WireTime.header(now.addingTimeInterval(delay / .seconds(1)))
        }
        return reply
    }

    /// What the service says with a status. The code of a rate limit is not known.
    private static func usual(_ status: Int, isOfCollection: Bool) -> (code: String, message: String) {
        switch status {
        case 400: ("ClientError.BadRequest", "Bad request")
        case 401: ("ClientError.AuthenticationFailed", "Token is missing, expired or revoked, or was not issued for this service")
        case 403: ("PermissionDenied", "You do not have permission to perform this operation")
        case 404: ("ClientError.NotFound", "No such resource")
        case 407: ("ProxyAuthenticationRequired", "Proxy authentication required")
        case 409: ("Conflict", "Conflict")
        case 429: ("ClientError.TooManyRequests", "Rate limit exceeded")
        case 500: ("InternalError", "Error communicating with another service (status=502)")
        case 502 where !isOfCollection: ("BadGateway", "Bad gateway")
        case 502: ("ExternalError.DirListingFailed", "The collection's server failed")
        case 503: ("ServiceUnavailable", "The service is down for maintenance")
        case 504: ("GatewayTimeout", "Gateway timeout")
        default: ("Error", "Error \(status)")
        }
    }

    static func consentRequired(_ request: Request) -> Reply { Refusal.consentRequired(collection(of: request)).reply(to: request) }

    static func sessionExpired(_ domain: String, _ request: Request) -> Reply {
        let message = "Your login is too old for this collection; log in again with an identity of \(domain)"
        let parameters: [String: JSONValue] = [
            "authorization_parameters": [
                "session_message": .string(message), "session_required_single_domain": [.string(domain)], "prompt": "login",
            ]
        ]
        // Where the collection's server was asked, its refusal is passed on; Transfer's own checks refuse by themselves.
        let refusal =
            request.components.dropFirst().first == "operation"
            ? Refusal.transfer(
                502, "ExternalError.DirListingFailed.LoginFailed", "Login Failed: 530-GlobusError: v=1 c=LOGIN_DENIED", extra: parameters)
            : .transfer(403, "AuthPolicyFailed", message, extra: parameters)
        return refusal.reply(to: request)
    }

    /// The one in the path, or a submission's destination.
    private static func collection(of request: Request) -> String {
        if let place = request.components.firstIndex(of: "endpoint"), place + 1 < request.components.count {
            return request.components[place + 1]
        }
        let document = (try? JSONDecoder().decode([String: JSONValue].self, from: request.body)) ?? [:]
        return (document["destination_endpoint"] ?? document["endpoint"])?.string ?? RandomText.uuid()
    }

    /// An answer that is no JSON object stays as it is.
    static func edited(_ reply: Reply, _ edit: HTTPFault.AnswerEdit) -> Reply {
        guard var fields = try? JSONDecoder().decode([String: JSONValue].self, from: reply.body) else { return reply }
        let omitted = edit.omit.map { FilePattern($0) }
        if let entries = fields["DATA"]?.array {
            let kept = entries.filter { entry in
                let texts = entry.object?.values.compactMap(\.string) ?? []
                return !omitted.contains { pattern in texts.contains(where: pattern.matches) }
            }
            fields["DATA"] = .array(
                kept.map { entry in entry.object.map { .object($0.merging(edit.setInEach) { _, last in last }) } ?? entry })
        }
        fields.merge(edit.set) { _, last in last }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        var copy = reply
        copy.body = (try? encoder.encode(fields)) ?? reply.body
        return copy
    }
}
