import Foundation
import TestSupport
import Testing

/// TLS and proxies, as the program meets them on machines that it was not made on.
struct ConnectionTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description("wait: {outage: 1s}"))
    }

    // MARK: TLS

    @Test func `a certificate that nobody vouches for is refused, and the text says what to do`() async throws {
        try await SecureServer.with(desk) { server in
            let (port, certificate) = (server.port, server.certificate)
            let environment = Desk.service("https://127.0.0.1:\(port)")
            let end = try await desk.run("run", "task.yaml", with: environment)
            #expect(end.status == 30, "\(end.output)")
            #expect(end.output.contains("no trusted TLS connection to 127.0.0.1: "), "\(end.output)")
            #expect(end.output.contains("if a proxy inspects TLS here, put its CA bundle in GLOBUS_SDK_VERIFY_SSL"))
            #expect(!end.errors.contains("WARN"))
            #expect(
                end.advice.hasPrefix(
                    "find out which server answers in place of Globus, or which certificate authority this machine does not know"))

            let trusting = try await desk.run("run", "task.yaml", with: environment.merging(["GLOBUS_SDK_VERIFY_SSL": certificate]) { $1 })
            #expect(trusting.status == 30, "\(trusting.errors)")
            #expect(trusting.errors.contains("the answer is not a JSON document (text/html)"), "\(trusting.errors)")

            // Vouched for, but under another name.
            var other = Desk.service("https://0.0.0.0:\(port)")
            other["GLOBUS_SDK_VERIFY_SSL"] = certificate
            let wrongName = try await desk.run("run", "task.yaml", with: other)
            #expect(wrongName.status == 30, "\(wrongName.output)")
            #expect(wrongName.output.contains("no trusted TLS connection to 0.0.0.0: "), "\(wrongName.output)")
        }
    }

    // MARK: proxies

    /// This machine under a name that the program does not take for its loopback; nothing listens on that port.
    private let elsewhere = "https://0.0.0.0:1"

    private func proxies(_ server: LoopbackServer, user: String = "") -> [String: String] {
        let address = "http://\(user)127.0.0.1:\(server.port)"
        return ["HTTPS_PROXY": address, "https_proxy": address, "http_proxy": address, "ALL_PROXY": address]
    }

    private let loginWanted = LoopbackServer.Action.raw(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"site\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )

    @Test func `a proxy that wants a login is told apart from an outage`() async throws {
        let proxy = try LoopbackServer(loginWanted)
        defer { proxy.stop() }
        let end = try await desk.run("run", "task.yaml", with: Desk.service(elsewhere).merging(proxies(proxy)) { $1 })
        #expect(end.status == 30)
        let told =
            "the proxy 127.0.0.1:\(proxy.port) (https_proxy) requires a login (407); write its address as http://USER:PASSWORD@HOST:PORT,"
        #expect(end.output.hasPrefix("u-ab123 19880901T0000Z: unavailable (30): GET "))
        #expect(end.output.contains(told))
        #expect(proxy.requests.map(\.line) == ["CONNECT 0.0.0.0:1 HTTP/1.1"])
        #expect(proxy.requests.first?.header("authorization") == nil)
    }

    @Test func `a proxy that forbids the way is named with its status`() async throws {
        let proxy = try LoopbackServer(.raw("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
        defer { proxy.stop() }
        let end = try await desk.run("run", "task.yaml", with: Desk.service(elsewhere).merging(proxies(proxy)) { $1 })
        #expect(end.status == 30)
        #expect(end.output.contains("the proxy 127.0.0.1:\(proxy.port) (https_proxy) refused the connection (403)"))
    }

    @Test func `a proxy that cannot be reached is named, not the service`() async throws {
        let closed = try LoopbackServer(loginWanted)
        closed.stop()
        for (port, reason) in [("\(closed.port)", "refused"), ("1", "")] {
            let end = try await desk.run(
                "run", "task.yaml", with: Desk.service(elsewhere).merging(["ALL_PROXY": "http://me:hUnter2@127.0.0.1:\(port)"]) { $1 })
            #expect(end.status == 30)
            #expect(end.output.contains("the proxy 127.0.0.1:\(port) (ALL_PROXY) cannot be reached: "), "\(end.output)")
            #expect(!end.output.contains("0.0.0.0 cannot be reached"))
            #expect(end.advice.hasPrefix("check the address of the proxy"), "\(end.advice)")
            #expect(!end.everything.contains("hUnter2"), "\(reason)")
        }
    }

    @Test(arguments: [
        "ftp://proxy:1", "http://:3128", "http://proxy:${PORT}", "http://me:hUnter2/x@proxy:1", "http://me:hUnter2 x@proxy:1",
    ])
    func `a proxy's address that cannot be read ends with 64 at once, and names its variable`(address: String) async throws {
        let proxy = ["https_proxy": "", "HTTPS_PROXY": address]
        for command in [["run", "task.yaml"], ["check", "task.yaml"]] {
            let end = try await desk.start(command, Desk.service(elsewhere).merging(proxy) { $1 }).completed()
            #expect(end.status == 64, "\(end.everything)")
            #expect(end.errors.contains("HTTPS_PROXY"), "\(end.errors)")
            #expect(!end.everything.contains("hUnter2"))
        }
        // The simulator is on this machine, and what NO_PROXY names needs no proxy.
        #expect(try await desk.run("rehearse", "task.yaml", with: proxy).status == 0)
        let excepted = try await desk.run(
            "run", "task.yaml", with: Desk.service(elsewhere).merging(proxy.merging(["NO_PROXY": "0.0.0.0"]) { $1 }) { $1 })
        #expect(excepted.status == 30, "\(excepted.everything)")
    }

    @Test func `the proxy's password is not told`() async throws {
        let proxy = try LoopbackServer(loginWanted)
        defer { proxy.stop() }
        let end = try await desk.run(
            "run", "task.yaml", with: Desk.service(elsewhere).merging(proxies(proxy, user: "me:hUnter2secret@")) { $1 })
        #expect(end.status == 30)
        #expect(!end.everything.contains("hUnter2secret"))
        #expect(proxy.requests.contains { $0.header("proxy-authorization") != nil })
    }

    @Test func `NO_PROXY names what needs none`() async throws {
        let proxy = try LoopbackServer(loginWanted)
        defer { proxy.stop() }
        let extra = proxies(proxy).merging(["NO_PROXY": "example.org,0.0.0.0"]) { $1 }
        let end = try await desk.run("run", "task.yaml", with: Desk.service(elsewhere).merging(extra) { $1 })
        #expect(end.status == 30)
        #expect(end.output.contains("0.0.0.0 cannot be reached: "))
        #expect(proxy.requests.isEmpty)
    }

    @Test func `what is meant for this machine never goes through a proxy`() async throws {
        let proxy = try LoopbackServer(loginWanted)
        defer { proxy.stop() }
        let end = try await desk.run("rehearse", "task.yaml", with: proxies(proxy))
        #expect(end.status == 0)
        #expect(proxy.requests.isEmpty)
    }
}
