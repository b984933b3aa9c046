import Foundation
import Testing

/// A server with a certificate that it gave itself; it answers whoever trusts it, with a page.
struct SecureServer: Sendable {
    let port: String
    let certificate: String

    static func with(_ desk: Desk, _ body: (SecureServer) async throws -> Void) async throws {
        func openSSL(_ arguments: [String]) throws -> Program {
            try Program(["/usr/bin/openssl"] + arguments, in: desk.path("tls"), environment: desk.environment)
        }

        try FileManager.default.createDirectory(atPath: desk.path("tls"), withIntermediateDirectories: true)
        let certificate = desk.path("tls/certificate.pem")
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem", "-out", certificate]
        let names = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
        let made = try await openSSL(["req", "-x509"] + key + names).completed()
        try #require(made.status == 0, "\(made.errors)")
        let server = try openSSL(["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate, "-key", "key.pem"])
        try await until(server) { server.outputSoFar.contains(/ACCEPT .*:[0-9]+\n/) }
        let port = try #require(server.outputSoFar.firstMatch(of: /ACCEPT .*:([0-9]+)\n/)?.1, "\(server.errorsSoFar)")
        do {
            try await body(SecureServer(port: String(port), certificate: certificate))
        } catch {
            server.signal(SIGTERM)
            throw error
        }
        server.signal(SIGTERM)
        _ = await server.completed()
    }
}
