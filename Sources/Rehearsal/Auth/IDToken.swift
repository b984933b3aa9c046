import CryptoExtras
import FoundationEssentials
import Globus
import Synchronization

/// Signs ID tokens, with a key of its own that is made when it is first asked for.
final class IDTokenSigner: Sendable {
    static let algorithm = "RS512"
    private let key = Mutex<_RSA.Signing.PrivateKey?>(nil)

    private func signingKey() throws -> _RSA.Signing.PrivateKey {
        try key.withLock { key in
            if let key { return key }
            let made = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            key = made
            return made
        }
    }

    /// The public key as JSON Web Keys.
    func keySet() throws -> JSONValue {
        let numbers = try signingKey().publicKey.getKeyPrimitives()
        return [
            "keys": [
                [
                    "kty": "RSA", "use": "sig", "alg": .string(IDTokenSigner.algorithm), "kid": "rehearsal",
                    "n": .string(Base64URL.text(numbers.modulus)), "e": .string(Base64URL.text(numbers.publicExponent)),
                ]
            ]
        ]
    }

    func sign(_ claims: [String: JSONValue]) throws -> String {
        let header: [String: JSONValue] = ["alg": .string(IDTokenSigner.algorithm), "typ": "JWT", "kid": "rehearsal"]
        let parts = try [header, claims].map { Base64URL.text(try JSONEncoder().encode($0)) }
        let signed = parts.joined(separator: ".")
        let signature = try signingKey().signature(for: SHA512.hash(data: Data(signed.utf8)), padding: .insecurePKCS1v1_5)
        return signed + "." + Base64URL.text(signature.rawRepresentation)
    }
}
