import Crypto
import Foundation
import Globus

/// Who a token speaks for.
struct Identity: Hashable, Sendable {
    let id: String
    let username: String
    let name: String
    let email: String?
    let isServiceAccount: Bool

    static func serviceAccount(_ clientID: String) -> Identity {
        Identity(
            id: clientID, username: "\(clientID)@clients.auth.globus.org", name: "pptransfer rehearsal", email: nil, isServiceAccount: true)
    }

    /// The same username has the same id at every start.
    static func person(_ username: String) -> Identity {
        let digest = Array(SHA256.hash(data: Data(username.utf8)))
        let hex = digest.prefix(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let cuts = [0, 8, 12, 16, 20, 32]
        let id = zip(cuts, cuts.dropFirst()).map { String(hex.dropFirst($0).prefix($1 - $0)) }.joined(separator: "-")
        return Identity(id: id, username: username, name: username, email: username, isServiceAccount: false)
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
            "id": .string(id), "username": .string(username), "name": .string(name), "email": email.map { .string($0) } ?? .null,
            "organization": "Rehearsal", "identity_provider": .string(providerID), "identity_type": isServiceAccount ? "client" : "login",
            "status": "used",
        ]
    }

    /// As `userinfo` lists it: the id is called `sub` there.
    var member: [String: JSONValue] {
        var fields = document
        fields["sub"] = fields.removeValue(forKey: "id")
        fields["identity_provider_display_name"] = isServiceAccount ? "Globus Auth" : "Rehearsal"
        return fields
    }

    var providerID: String { "5b0e9f6c-2d4a-4d3b-8a71-0c6f2e9b1d54" }
}
