import Foundation
import Globus
import PositionedYAML
import TestSupport
import Testing

/// `login`, as far as the browser.
struct LoginTests {
    private static let userinfo = #"{"sub":"a","preferred_username":"me@safe.archer2.ac.uk"}"#

    private let desk: Desk

    init() throws { desk = try Desk() }

    private func environment(_ server: LoopbackServer) -> [String: String] {
        Desk.service(server.base, token: "").merging(["PPTRANSFER_CLIENT_ID": "5f1d2a6e-0000-4000-8000-000000000001"]) { $1 }
    }

    /// A terminal: what is written to the first end is typed, the path is that of the other.
    private func terminal() throws -> (keyboard: FileHandle, path: String) {
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // Linux's TIOCSPTLCK and TIOCGPTN: unlocks the other end, asks for its number.
        var (lock, number) = (Int32(0), UInt32(0))
        guard descriptor >= 0, ioctl(descriptor, 0x4004_5431, &lock) == 0, ioctl(descriptor, 0x8004_5430, &number) == 0 else {
            throw Program.Failure(text: "no terminal can be had")
        }
        return (FileHandle(fileDescriptor: descriptor, closeOnDealloc: true), "/dev/pts/\(number)")
    }

    @Test func `at a terminal the page is shown and the code asked for; then the login is there`() async throws {
        let granted =
            #"{"access_token":"AccessThatNobodyMaySee","refresh_token":"RefreshThatNobodyMaySee","expires_in":999,"#
            + #""resource_server":"transfer.api.globus.org","scope":"urn:globus:auth:scope:transfer.api.globus.org:all","other_tokens":["#
            + #"{"access_token":"AuthThatNobodyMaySee","refresh_token":"RefreshThatNobodyMaySee","expires_in":999,"#
            + #""resource_server":"auth.globus.org","scope":"openid"}]}"#
        let server = try LoopbackServer(.respond(200, body: Self.userinfo)) { request in
            request.line.hasPrefix("POST /v2/oauth2/token ") ? .respond(200, body: granted) : nil
        }
        defer { server.stop() }
        let (keyboard, path) = try terminal()
        let program = try desk.start(["login"], environment(server), input: .stream(.file(path)))
        try await until(program) { program.errorsSoFar.contains("code:") }
        #expect(program.outputSoFar.hasPrefix("\(server.base)/v2/oauth2/authorize?"))
        try keyboard.write(contentsOf: Data("  TheCode \n".utf8))
        let end = await program.completed()
        #expect(end.status == 0, "\(end.everything)")
        #expect(end.output.contains("logged in; the login is in \(desk.ownLogin)"), "\(end.everything)")
        let form = String(decoding: try #require(server.requests.first).body, as: UTF8.self)
        #expect(form.contains("grant_type=authorization_code&code=TheCode&"))
        #expect(!end.everything.contains("ThatNobodyMaySee"))
        let found = try await desk.run("whoami", with: environment(server))
        #expect(found.output.contains("me@safe.archer2.ac.uk"), "\(found.everything)")
        #expect(!found.everything.contains("ThatNobodyMaySee"), "\(found.everything)")
        let mode = try FileManager.default.attributesOfItem(atPath: desk.ownLogin)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `whoever has a login that works is not asked again, unless for more`() async throws {
        let server = try LoopbackServer(.respond(200, body: Self.userinfo))
        defer { server.stop() }
        let tokens = ["transfer.api.globus.org", "auth.globus.org"].map { CommandLineDatabase.Token($0, access: "a", refresh: "r") }
        try OwnLoginDocument(authority: server.base, tokens: tokens).write(to: desk)
        let variables = environment(server)
        let end = try await desk.run("login", with: variables)
        #expect(end.status == 0)
        #expect(end.output.hasSuffix("already logged in as me@safe.archer2.ac.uk (\(desk.ownLogin)); use --force to log in again\n"))
        for more in [["--force"], ["--collection", "jasmin"], ["--session", "accounts.jasmin.ac.uk"]] {
            let end = try await desk.start(["login", "--code", "-"] + more, variables).completed()
            #expect(end.status == 64, "\(end.everything)")
            #expect(end.output.contains("/v2/oauth2/authorize?client_id=5f1d2a6e-"), "\(end.everything)")
        }
    }

    @Test func `descriptions and options say which consents are wanted, each once, and sites which are not`() async throws {
        let server = try LoopbackServer(.respond(200, body: Self.userinfo))
        defer { server.stop() }
        try desk.write(
            "more.yaml", "login: {client: 5f1d2a6e-0000-4000-8000-000000000001}\nguest: {collection: \(Desk.vault), data_access: false}\n")
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description())
        let variables = Desk.service(server.base, token: "").merging(["PPTRANSFER_SITES": desk.path("more.yaml")]) { $1 }
        let end = try await desk.start(
            ["login", "--code", "-", "task.yaml", "--collection", "jasmin", "--collection", "guest"], variables
        ).completed()
        let page = try #require(URLComponents(string: String(end.outputLines.first { $0.hasPrefix("http") } ?? "")))
        let scope = page.queryItems?.first { $0.name == "scope" }?.value
        let consents = [Desk.jasmin, Desk.archer2].map { "*https://auth.globus.org/scopes/\($0)/data_access" }.joined(separator: " ")
        #expect(scope?.hasSuffix(" urn:globus:auth:scope:transfer.api.globus.org:all[\(consents)]") == true, "\(end.everything)")
        #expect(page.queryItems?.first { $0.name == "client_id" }?.value == "5f1d2a6e-0000-4000-8000-000000000001")
    }
}
