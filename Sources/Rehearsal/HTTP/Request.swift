import FoundationEssentials
import SystemFiles

/// A request as the routes see it: decoded, with its whole body.
struct Request: Sendable {
    var method: String
    /// As it was sent, without the query.
    var path: String
    /// The path's components, percent-decoded.
    var components: [String]
    var query: Query
    var authorization: String?
    var contentType: String?
    var body: Data
    /// The simulator's address, as the client named it, up to the secret; `nil` without a `Host`.
    var base: String?

    /// The credentials after `scheme` in `Authorization`; `nil` for another scheme or none.
    func credentials(_ scheme: String) -> String? {
        guard let authorization, authorization.lowercased().hasPrefix(scheme.lowercased() + " ") else { return nil }
        return authorization.dropFirst(scheme.count + 1).trimmed
    }

    func decoded<Document: Decodable>(as type: Document.Type) throws(Refusal) -> Document {
        let kind = contentType?.lowercased() ?? "application/json"
        guard kind.hasPrefix("application/json") else { throw .badRequest("Content-Type must be application/json, not '\(kind)'") }
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch let error as DecodingError {
            throw .badRequest(Request.explanation(error))
        } catch {
            throw .badRequest("Could not parse JSON: \(error)")
        }
    }

    private static func explanation(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined().drop { $0 == "." }.description
        }
        switch error {
        case .keyNotFound(let key, let context): return "Missing required field '\(place(context.codingPath + [key]))'"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): return "Field '\(place(context.codingPath))' has the wrong type"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            return "Field '\(place(context.codingPath))' has an invalid value: \(context.debugDescription)"
        case .dataCorrupted(let context): return "Could not parse JSON: \(context.debugDescription)"
        @unknown default: return "Could not parse JSON"
        }
    }
}

/// The pairs of a query or of a form: `+` and `%20` are both a blank.
struct Query: Sendable, Equatable {
    let text: String
    private let pairs: [(name: String, value: String)]

    init(_ text: some StringProtocol) {
        self.text = String(text)
        pairs = text.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Query.decoded(halves[0]), halves.count > 1 ? Query.decoded(halves[1]) : "")
        }
    }

    static func == (one: Query, other: Query) -> Bool { one.text == other.text }

    subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// A number within `range`; `standard` if absent.
    func number(_ name: String, in range: ClosedRange<Int>, standard: Int) throws(Refusal) -> Int {
        guard let text = self[name] else { return standard }
        guard let value = Int(text), value >= range.lowerBound else { throw .badRequest("Invalid value for '\(name)': '\(text)'") }
        return min(value, range.upperBound)
    }

    /// The SDKs write `1`/`0` or `true`/`false`.
    func flag(_ name: String, standard: Bool) throws(Refusal) -> Bool {
        switch self[name]?.lowercased() {
        case nil: return standard
        case "1", "true": return true
        case "0", "false": return false
        case let other?: throw .badRequest("Invalid value for '\(name)': '\(other)'")
        }
    }

    static func decoded(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") }) else { return String(text) }
        return String(decoding: text.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }, as: UTF8.self).percentDecoded
    }

    /// Everything but ASCII letters and digits is written as `%XX`.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        return String(
            decoding: text.utf8.flatMap { byte in
                let isPlain = Unicode.Scalar(byte).properties.isAlphabetic && byte < 0x80 || (0x30...0x39).contains(byte)
                return isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }, as: UTF8.self)
    }
}
