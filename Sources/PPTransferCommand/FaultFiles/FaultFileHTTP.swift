import Globus
import PositionedYAML
import Rehearsal

/// `http:`, faults of the service's answers.
extension FaultFileReader {
    static let httpVerbs: [FaultVerb] = [
        FaultVerb("lose-answer"), FaultVerb("refuse"), FaultVerb("stall"),
        FaultVerb("outage", .required, example: "{outage: 3s}"), FaultVerb("slow", .required, example: "{slow: 500ms}"),
        FaultVerb(
            "status", .required, options: ["code", "message", "retry_after", "carried_out"], example: "{status: 503, retry_after: 2}"),
        FaultVerb("html", .optional, example: "{html: 200}"), FaultVerb("empty"), FaultVerb("not-json"),
        FaultVerb("cut", .optional, example: "{cut: 100}"), FaultVerb("truncate", .optional, example: "{truncate: 100}"),
        FaultVerb("edit", .required, example: "{edit: {set: {faults: 3}}}"),
        FaultVerb("unauthorized"), FaultVerb("expire-tokens"), FaultVerb("revoke-tokens"), FaultVerb("invalid-grant"),
        FaultVerb("consent-required"), FaultVerb("session-expired", .optional, example: "{session-expired: jasmin.ac.uk}"),
        FaultVerb("conflict"), FaultVerb("too-many-tasks"),
    ]

    mutating func httpFault(_ node: YAMLNode) -> HTTPFault? {
        let known = ["route", "after", "times", "chance", "do"]
        guard let fields = reader.fields(node, key: "http", known: known, example: "'- {route: task, do: {status: 503}}'") else {
            return nil
        }
        let route = route(fields)
        let action = action(fields, among: Self.httpVerbs)
        let count = count(fields, standard: 1)
        guard let effect = action.flatMap({ httpEffect($0) }), let route else { return nil }
        return HTTPFault(route, effect, count)
    }

    private mutating func route(_ fields: Fields) -> HTTPFault.Route? {
        guard let node = fields["route"] else {
            reader.reportMissing("route", in: fields, remedy: "name a route, as in 'route: task', or 'any'")
            return nil
        }
        guard let text = reader.text(node, key: fields.key("route")) else { return nil }
        if let route = HTTPFault.Route(writtenAs: text.value) { return route }
        reader.report(
            at: text.position, key: fields.key("route"), "\(shown(text.value)) is not a route",
            remedy: hint(
                for: text.value, known: HTTPFault.Route.named.map(\.name), listing: "write a path, as in 'GET /v0.10/task/*', or one of "))
        return nil
    }

    private mutating func httpEffect(_ action: FaultAction) -> HTTPFault.Effect? {
        switch action.verb {
        case "lose-answer": return .loseAnswer
        case "refuse": return .refuse
        case "stall": return .stall
        case "empty": return .empty
        case "not-json": return .notJSON
        case "unauthorized": return .unauthorized
        case "expire-tokens": return .expireTokens
        case "revoke-tokens": return .revokeTokens
        case "invalid-grant": return .invalidGrant
        case "consent-required": return .consentRequired
        case "conflict": return .conflict
        case "too-many-tasks": return .tooManyTasks
        case "session-expired":
            guard let node = action.value else { return .sessionExpired(domain: "rehearsal.example") }
            return reader.text(node, key: action.key).map { .sessionExpired(domain: $0.value) }
        case "cut", "truncate":
            let bytes = action.value.flatMap { number($0, key: action.key, from: 0) }
            return action.verb == "cut" ? .cut(bytes: bytes) : .truncate(bytes: bytes)
        case "html": return .html(status: action.value.flatMap { status($0, key: action.key) } ?? 502)
        case "outage": return action.value.flatMap { reader.duration($0, key: action.key) }.map { .outage($0) }
        case "slow": return action.value.flatMap { reader.duration($0, key: action.key) }.map { .slow($0) }
        case "edit": return action.value.flatMap { edit($0, key: action.key) }
        case "status": return refusal(action)
        default: return nil
        }
    }

    private mutating func status(_ node: YAMLNode, key: String) -> Int? {
        guard let text = reader.text(node, key: key) else { return nil }
        if let status = Int(text.value), (200...599).contains(status) { return status }
        reader.report(at: text.position, key: key, "\(shown(text.value)) is not an HTTP status", remedy: "write a number from 200 to 599")
        return nil
    }

    private mutating func refusal(_ action: FaultAction) -> HTTPFault.Effect? {
        guard let node = action.value, let options = action.options, let status = status(node, key: action.key) else { return nil }
        let isCarriedOut = options["carried_out"].flatMap { reader.boolean($0, key: options.key("carried_out")) }
        return .status(
            status, code: text("code", options), message: text("message", options), retryAfter: retryDelay(options),
            isCarriedOut: isCarriedOut ?? false)
    }

    /// `2` for seconds, `{date_in: 2s}` for a date.
    private mutating func retryDelay(_ options: Fields) -> HTTPFault.RetryDelay? {
        guard let node = options["retry_after"] else { return nil }
        let key = options.key("retry_after")
        guard case .mapping = node.content else { return number(node, key: key, from: 0).map { .seconds($0) } }
        guard let fields = reader.fields(node, key: key, known: ["date_in"], example: "a number of seconds, or '{date_in: 2s}'") else {
            return nil
        }
        return duration("date_in", fields).map { .date(in: $0) }
    }

    private mutating func edit(_ node: YAMLNode, key: String) -> HTTPFault.Effect? {
        guard let fields = reader.fields(node, key: key, known: ["set", "each", "omit"], example: "'{set: {faults: 3}}'") else {
            return nil
        }
        let omitted = fields["omit"].map { reader.texts($0, key: fields.key("omit")).map(\.value) } ?? []
        return .edit(HTTPFault.AnswerEdit(set: jsonFields("set", fields), setInEach: jsonFields("each", fields), omit: omitted))
    }

    private mutating func jsonFields(_ name: String, _ fields: Fields) -> [String: JSONValue] {
        guard let node = fields[name] else { return [:] }
        guard case .object(let values) = json(node) else {
            reader.refuse(node, fields.key(name), wanted: "a mapping", remedy: "write '{field: value}'")
            return [:]
        }
        return values
    }
}
