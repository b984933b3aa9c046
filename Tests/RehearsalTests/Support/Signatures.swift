import Crypto
import CryptoExtras
import Foundation

@testable import Rehearsal

extension Base64URL {
    static func data(_ text: some StringProtocol) -> Data? {
        let plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }
}

extension IDTokenSigner {
    static func isSigned(_ text: some StringProtocol, by signature: Data, modulus: Data, exponent: Data) throws -> Bool {
        let key = try _RSA.Signing.PublicKey(n: modulus, e: exponent)
        return key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA512.hash(data: Data(text.utf8)),
            padding: .insecurePKCS1v1_5)
    }
}
