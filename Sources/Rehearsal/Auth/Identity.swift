import Crypto
import FoundationEssentials
import Globus

/// Who a token speaks for.
struct Identity: Hashable, Sendable {
    let id: String
    let username: String
    let name: String
    let email: String?
    /// Who vouches for it.
    let provider: String
    let isServiceAccount: Bool

    static func serviceAccount(_ clientID: String) -> Identity {
        Identity(
            id: clientID, username: "\(clientID)@clients.auth.globus.org", name: "pptransfer rehearsal", email: nil,
            provider: "Globus Auth", isServiceAccount: true)
    }

    /// The same username has the same id at every start.
    static func person(_ username: String, name: String? = nil, provider: String = "Rehearsal") -> Identity {
        Identity(
            id: uuid(for: username), username: username, name: name ?? username, email: username, provider: provider,
            isServiceAccount: false)
    }

    /// What follows the last `@`.
    var domain: String { username.split(separator: "@").last.map { $0.lowercased() } ?? "" }

    /// A made-up id that is the same for the same text.
    static func uuid(for text: String) -> String {
        let digest = Array(SHA256.hash(data: Data(text.utf8)))
        let hex = digest.prefix(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let cuts = [0, 8, 12, 16, 20, 32]
        return zip(cuts, cuts.dropFirst()).map { String(hex.dropFirst($0).prefix($1 - $0)) }.joined(separator: "-")
    }

    /// The deprecated user name of Transfer's documents: `u_` and the id in base 32.
    var transferName: String {
        let bytes = id.replacing("-", with: "")
        var digits = "u_"
        var (bits, count) = (UInt32(0), 0)
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        for character in bytes {
            bits = bits << 4 | UInt32(character.hexDigitValue ?? 0)
            count += 4
            if count >= 5 {
                count -= 5
                digits.append(alphabet[Int(bits >> UInt32(count)) & 31])
            }
        }
        if count > 0 { digits.append(alphabet[Int(bits << UInt32(5 - count)) & 31]) }
        return digits
    }

    var document: [String: JSONValue] {
        [
            "id": .string(id), "username": .string(username), "name": .string(name), "email": .init(email),
            "organization": .string(provider), "identity_provider": .string(providerID),
            "identity_type": isServiceAccount ? "client" : "login", "status": "used",
        ]
    }

    /// As `userinfo` lists it: the id is called `sub` there.
    func member(lastAuthentication: Date?) -> [String: JSONValue] {
        var fields = document
        fields["sub"] = fields.removeValue(forKey: "id")
        fields["identity_provider_display_name"] = .string(provider)
        fields["last_authentication"] = lastAuthentication.map { .integer(Int64($0.timeIntervalSince1970)) } ?? .null
        return fields
    }

    var providerID: String { Identity.uuid(for: "identity provider \(provider)") }
}

/// Identities that are linked: one person, or a service account.
struct Person: Hashable, Sendable {
    /// The one that tokens speak for.
    let primary: Identity
    let linked: [Identity]

    var identities: [Identity] { [primary] + linked }

    func identities(of domain: String) -> [Identity] { identities.filter { $0.domain == domain.lowercased() } }
}
