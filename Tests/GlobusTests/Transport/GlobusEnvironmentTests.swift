import Foundation
import Globus
import TestSupport
import Testing

struct GlobusEnvironmentTests {
    @Test(arguments: [
        ([:], "https://transfer.api.globus.org/v0.10/x", "https://auth.globus.org/v2/y"),
        (["GLOBUS_SDK_ENVIRONMENT": "preview"], "https://transfer.api.preview.globus.org/v0.10/x", "https://auth.preview.globus.org/v2/y"),
        (
            ["GLOBUS_SDK_ENVIRONMENT": "sandbox"], "https://transfer.api.sandbox.globuscs.info/v0.10/x",
            "https://auth.sandbox.globuscs.info/v2/y"
        ),
        (["GLOBUS_SDK_SERVICE_URL_TRANSFER": "http://127.0.0.1:8123"], "http://127.0.0.1:8123/v0.10/x", "https://auth.globus.org/v2/y"),
        (["GLOBUS_SDK_SERVICE_URL_AUTH": "http://[::1]:1/p/"], "https://transfer.api.globus.org/v0.10/x", "http://[::1]:1/p/v2/y"),
        (
            ["GLOBUS_SDK_SERVICE_URL_AUTH": "", "GLOBUS_SDK_ENVIRONMENT": ""], "https://transfer.api.globus.org/v0.10/x",
            "https://auth.globus.org/v2/y"
        ),
    ])
    func `addresses are found and joined as the SDK does`(variables: [String: String], transfer: String, auth: String) throws {
        let environment = try GlobusEnvironment(variables)
        #expect(environment.transfer.appending("/v0.10/x").description == transfer)
        #expect(environment.auth.appending("/v2/y").description == auth)
    }

    @Test(arguments: [
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://transfer.api.globus.org/"), ("GLOBUS_SDK_SERVICE_URL_AUTH", "http://128.0.0.1"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://localhost.evil.example"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://127.0.0.1@evil.example/"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://127.0.0.1.evil.example"), ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "ftp://127.0.0.1"),
        // Numbers and names that one reader takes for this machine, and another for any other.
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://0127.0.0.1"), ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://+127.0.0.1"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://127.0.0.01x"), ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://127.0.0.1."),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://localhost."), ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://127.+0.0.1"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://[::ffff:127.0.0.1]"), ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://[::2]"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://127.0.0.1\\@evil.example"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://127.0.0.1%2f@evil.example"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://evil.example#@127.0.0.1"), ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://@127.0.0.1"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://0x80.1"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "http://１２７.0.0.1"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "transfer"), ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "https://"),
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "https://a b"),
        ("GLOBUS_SDK_ENVIRONMENT", "moon"), ("GLOBUS_SDK_VERIFY_SSL", "0"), ("GLOBUS_SDK_VERIFY_SSL", "No"),
        ("GLOBUS_SDK_VERIFY_SSL", "/no/such/bundle.pem"),
        ("GLOBUS_SDK_HTTP_TIMEOUT", "soon"), ("GLOBUS_SDK_HTTP_TIMEOUT", "0"), ("GLOBUS_SDK_HTTP_TIMEOUT", "-2"),
        ("GLOBUS_SDK_HTTP_TIMEOUT", "nan"),
    ])
    func `a setting that cannot be meant names its variable`(name: String, value: String) throws {
        let problem = #expect(throws: GlobusEnvironment.Problem.self) { try GlobusEnvironment([name: value]) }
        #expect(problem?.variable == name)
        #expect(problem?.description.hasPrefix(name + ": ") == true)
    }

    @Test(arguments: ["http://127.0.0.1:8080", "http://127.3.2.1", "http://[::1]:9", "http://localhost:7", "http://LOCALHOST:7/p"])
    func `this machine is meant by its number, also where it is named`(base: String) throws {
        let url = try ServiceURL(base: base)
        #expect(url.isLoopback)
        #expect(url.description.contains("://127.") || url.description.contains("://[::1]"), "\(url)")
    }

    @Test(arguments: ["https://127.0.0.1", "https://transfer.api.globus.org", "https://0.0.0.0:1"])
    func `over TLS any host will do`(base: String) throws {
        #expect(try ServiceURL(base: base).isLoopback == base.contains("127"))
    }

    @Test(arguments: [("60", 60_000), ("0.5", 500), ("-1", 3_600_000), ("", 60_000)])
    func `the time-out is in seconds, and there always is one`(value: String, milliseconds: Int64) throws {
        #expect(try GlobusEnvironment(["GLOBUS_SDK_HTTP_TIMEOUT": value]).timeout == .milliseconds(milliseconds))
    }

    /// A bundle by its form: no certificate of anybody.
    private static let bundle = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----\n"

    private static let certificate = ["-----BEGIN CERTIFICATE-----", "MIIBszCCAVmgAwIBAgIU", "-----END CERTIFICATE-----"]

    @Test(arguments: [
        (certificate.joined(separator: "\r\n"), true), ("\u{FEFF}" + bundle, true), (certificate.joined(separator: " \t\n"), true),
        ("Bag Attributes\n    x: y\n" + bundle + "# a comment\n" + bundle, true),
        (bundle.replacing("CERTIFICATE", with: "TRUSTED CERTIFICATE"), true),
        ("-----BEGIN PRIVATE KEY-----\nxyz\n-----END PRIVATE KEY-----\n" + bundle, true),
        (bundle.replacing("MIIBszCC", with: "M\nIIBszCC"), true),
        // Two files put together, of which the first has no end of line.
        (bundle.dropLast() + bundle, false), (bundle.replacing("END CERTIFICATE", with: "END X509 CERTIFICATE"), false),
        (bundle.replacing("MIIBszCC", with: "MIIBs\u{0}CC"), false),
        ("-----BEGIN PRIVATE KEY-----\nxyz\n-----END PRIVATE KEY-----\n", false),
    ])
    func `a bundle is judged by its form alone, as libcurl reads it`(text: String, isSound: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/bundle.pem"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(((try? GlobusEnvironment(["SSL_CERT_FILE": path])) != nil) == isSound)
    }

    @Test func `bundles of other programs count in the SDK's order, where Globus is not on this machine`() throws {
        let directory = try TemporaryDirectory()
        func bundle(_ name: String) throws -> String {
            let path = directory.path + "/" + name
            try Self.bundle.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
        let names = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]
        let all = try Dictionary(uniqueKeysWithValues: names.map { ($0, try bundle($0)) })
        var left = all
        for name in names {
            let path = all[name] ?? ""
            let environment = try GlobusEnvironment(left)
            #expect(environment.trust == .bundle(path))
            #expect(environment.trustVariable == name)
            left[name] = ""
        }
        #expect(try GlobusEnvironment(left).trustVariable == nil)
        let own = try GlobusEnvironment(all.merging(["GLOBUS_SDK_VERIFY_SSL": try bundle("own")]) { $1 })
        #expect(own.trustVariable == "GLOBUS_SDK_VERIFY_SSL")
        let simulator = Dictionary(["TRANSFER", "AUTH"].map { ("GLOBUS_SDK_SERVICE_URL_" + $0, "http://127.0.0.1:1") }) { $1 }
        #expect(try GlobusEnvironment(simulator.merging(["SSL_CERT_FILE": "/none", "HTTPS_PROXY": "ftp://x"]) { $1 }).trust == .system)
    }

    @Test func `a CA bundle may be named, and yes means the system's`() throws {
        #expect(try GlobusEnvironment(["GLOBUS_SDK_VERIFY_SSL": "TRUE"]).trust == .system)
        let directory = try TemporaryDirectory()
        let path = directory.path + "/bundle.pem"
        // As openssl writes them, and as Windows does.
        let windows = "# ours\n" + Self.bundle.replacing("\n", with: "\r\n")
        for text in [Self.bundle, windows, Self.bundle.replacing("CERTIFICATE", with: "TRUSTED CERTIFICATE")] {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try GlobusEnvironment(["GLOBUS_SDK_VERIFY_SSL": path]).trust == .bundle(path))
        }
    }
}
