import FoundationEssentials
import Globus

/// What a route answers.
struct Reply: Sendable {
    /// How much of the answer reaches the client.
    enum Delivery: Sendable, Equatable {
        case whole
        /// The connection is cut after so many bytes of the body; the head announces all of it.
        case cut(after: Int)
        /// The connection is cut without an answer.
        case none
        /// No answer comes, and the connection stays until the client ends it.
        case stalled
    }

    var status: Int
    var headers: [String: String] = ["Content-Type": "application/json"]
    var body = Data()
    var delivery = Delivery.whole

    init(status: Int, body: Data) { (self.status, self.body) = (status, body) }

    init(status: Int = 200, _ document: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        self.init(status: status, body: try encoder.encode(document))
    }
}

/// A request refused: what the client is told instead of a document.
struct Refusal: Error, Equatable {
    var status: Int
    var fields: [String: JSONValue]
    /// Transfer's refusals carry a request id and the resource; those of Auth have their own form.
    var isFromTransfer: Bool

    static func transfer(_ status: Int, _ code: String, _ message: String, extra: [String: JSONValue] = [:]) -> Refusal {
        let fields = ["code": JSONValue.string(code), "message": .string(message)].merging(extra) { _, last in last }
        return Refusal(status: status, fields: fields, isFromTransfer: true)
    }

    /// Auth's general form: the summary for OAuth clients, and the list for its own API.
    static func auth(_ status: Int, _ error: String, _ detail: String) -> Refusal {
        let entry: [String: JSONValue] = [
            "status": .string(String(status)), "id": .string(RandomText.uuid()), "code": .string(error.uppercased()),
            "title": .string(detail), "detail": .string(detail),
        ]
        let fields: [String: JSONValue] = [
            "error": .string(error), "error_description": .string(detail), "errors": .array([.object(entry)]),
        ]
        return Refusal(status: status, fields: fields, isFromTransfer: false)
    }

    static func badRequest(_ message: String) -> Refusal { .transfer(400, "ClientError.BadRequest", message) }

    static func conflict(_ message: String) -> Refusal { .transfer(409, "Conflict", message) }

    static let notAuthenticated = Refusal.transfer(
        401, "ClientError.AuthenticationFailed", "Token is missing, expired or revoked, or was not issued for this service")

    static func endpointNotFound(_ id: String) -> Refusal { .transfer(404, "EndpointNotFound", "No such endpoint '\(id)'") }

    static func taskNotFound(_ id: String) -> Refusal { .transfer(404, "ClientError.NotFound", "No task found with id '\(id)'") }

    func reply(to request: Request) -> Reply {
        var fields = fields
        if isFromTransfer {
            fields["request_id"] = .string(RandomText.requestID())
            fields["resource"] = .string(request.path)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return Reply(status: status, body: (try? encoder.encode(fields)) ?? Data("{}".utf8))
    }
}
