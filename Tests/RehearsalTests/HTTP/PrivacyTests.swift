import Foundation
import Globus
import Testing

@testable import Rehearsal

/// Everybody on a machine reaches its loopback: another user must not get anything from a simulator, and not do anything by it.
struct PrivacyTests {
    private static let requests = [
        ("GET", "/v2/oauth2/authorize?client_id=\(StandInConfiguration.nativeClientID)&response_type=code"), ("POST", "/v2/oauth2/token"),
        ("POST", "/v2/api/clients"), ("GET", "/v2/api/identities"), ("GET", "/jwk.json"), ("GET", "/.well-known/openid-configuration"),
        ("POST", "/rehearsal/advance"), ("GET", "/v0.10/endpoint_search"), ("GET", "/v0.10/submission_id"), ("POST", "/v0.10/transfer"),
        ("GET", "/v0.10/operation/endpoint/\(World.archer)/ls"), ("GET", "/"), ("OPTIONS", "/"), ("GET", "/v0.10/nothing"),
    ]

    private func answer(_ world: World, _ method: String, _ target: String) async throws -> String {
        let connection = try RawConnection(port: world.standIn.port)
        let token = world.client.token ?? ""
        await connection.send("\(method) \(target) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Length: 0\r\n\r\n")
        return try #require(await connection.rest())
    }

    private static let nothing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    @Test func `without the secret every route gives the same answer, which tells nothing, also with a good token`() async throws {
        try await World.with { world in
            let before = world.standIn.requests.count
            for (method, target) in Self.requests {
                let answer = try await answer(world, method, target)
                #expect(answer == Self.nothing, "\(method) \(target)")
            }
            #expect(world.standIn.requests.count == before)
        }
    }

    @Test func `a secret that is nearly right opens nothing`() async throws {
        try await World.with { world in
            let secret = String(world.client.prefix.dropFirst())
            let path = "/v0.10/submission_id"
            let wrong = [
                "/" + String(secret.dropLast()), "/" + String(secret.dropFirst()), "/" + secret + "x", "//" + secret, "/x/" + secret,
                "/" + secret.lowercased(), "/%" + secret, "http://127.0.0.1:\(world.standIn.port)/" + secret, "/" + secret.prefix(1), "",
            ]
            for prefix in wrong {
                let answer = try await answer(world, "GET", prefix + path)
                #expect(answer == Self.nothing, "\(prefix)")
            }
            let right = try await world.client.get(path)
            #expect(right.status == 200)
        }
    }

    @Test func `the secret is long, new each time, and part of every address that is given out`() async throws {
        var secrets: Set<String> = []
        for _ in 0..<3 {
            try await World.with { world in
                secrets.insert(world.client.prefix)
                #expect(world.client.prefix.count == 49)
                for (name, value) in world.standIn.environment where name.hasPrefix("GLOBUS_SDK_SERVICE_URL_") {
                    #expect(value.hasPrefix("http://127.0.0.1:\(world.standIn.port)\(world.client.prefix)"), "\(name)")
                }
                let discovery = try await world.client.get("/.well-known/openid-configuration")
                #expect(discovery["authorization_endpoint"].string == world.standIn.baseURL + "/v2/oauth2/authorize")
            }
        }
        #expect(secrets.count == 3)
    }

    @Test func `the page with the code is known by its address with the secret, and only by that`() async throws {
        try await World.with { world in
            let page = world.standIn.baseURL + "/v2/web/auth-code"
            let shown = try await NativeLogin(world: world, redirect: page).page()
            let sent = try await NativeLogin(world: world, redirect: world.standIn.address + "/v2/web/auth-code").page()
            #expect(shown.status == 200)
            #expect(sent.status == 302)
        }
    }

    @Test func `strangers who hold all connections cannot keep the owner out`() async throws {
        try await World.with({ $0.limits.connections = 8 }) { world in
            var strangers: [RawConnection] = []
            for _ in 0..<20 {
                let stranger = try RawConnection(port: world.standIn.port)
                await stranger.send("GET /")
                strangers.append(stranger)
            }
            for _ in 0..<3 { #expect(try await world.client.get("/v0.10/submission_id").status == 200) }
            #expect(!strangers.isEmpty)
        }
    }
}
