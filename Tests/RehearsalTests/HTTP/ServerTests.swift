import Foundation
import Globus
import Synchronization
import Testing

@testable import Rehearsal

@Suite struct ServerTests {
    @Test func `a connection serves one request after the other`() async throws {
        try await World.with { world in
            let requests = (0..<50).map { _ in world.client.request("GET", "/v0.10/submission_id") }
            let replies = try await world.client.exchange(requests)
            #expect(Set(replies.compactMap { $0["value"].string }).count == 50)
        }
    }

    @Test(arguments: [
        ("GET", "/v0.10/nothing", 404, "ClientError.NotFound"), ("GET", "/", 404, "ClientError.NotFound"),
        ("DELETE", "/v0.10/transfer", 405, "ClientError.MethodNotAllowed"), ("POST", "/v0.10/transfer", 400, "ClientError.BadRequest"),
        ("GET", "/v0.10/task/unknown", 404, "ClientError.NotFound"), ("GET", "/v0.10/endpoint/unknown", 404, "EndpointNotFound"),
        ("GET", "/v0.10/task_list?limit=many", 400, "ClientError.BadRequest"),
        ("GET", "/v0.10/task_list?filter=colour:red", 400, "ClientError.BadRequest"),
    ])
    func `what cannot be answered is refused in the service's form`(method: String, target: String, status: Int, code: String) async throws
    {
        try await World.with { world in
            let reply = try await world.client.send(method, target, body: method == "POST" ? Array("{not json".utf8) : [])
            #expect(reply.status == status)
            #expect(reply.code == code)
            #expect(reply["request_id"].string?.count == 9)
            #expect(reply["resource"].string == target.split(separator: "?").first.map(String.init))
            #expect(reply["message"].string?.isEmpty == false)
            #expect(reply.headers["content-type"] == "application/json")
        }
    }

    @Test func `an unknown path of Auth is refused in the form of Auth`() async throws {
        try await World.with { world in
            let reply = try await world.client.get("/v2/api/nothing")
            #expect(reply.status == 404)
            #expect(reply["errors"].array?.count == 1)
        }
    }

    @Test func `a body beyond the limit is refused`() async throws {
        try await World.with({ $0.bodyLimit = 1000 }) { world in
            let reply = try await world.client.send("POST", "/v0.10/transfer", body: Array(repeating: 32, count: 1001))
            #expect(reply.status == 413)
        }
    }

    @Test func `a port in use is said to be`() async throws {
        try await World.with { world in
            var configuration = StandInConfiguration(collections: [])
            configuration.port = world.standIn.port
            await #expect(throws: Listener.Unavailable.self) { try await StandIn.start(configuration) }
        }
    }

    @Test func `after stop nobody listens, and the port can be had again`() async throws {
        for attempt in 1...10 {
            var configuration = StandInConfiguration(collections: [])
            let first = try await StandIn.start(configuration)
            await first.stop()
            configuration.port = first.port
            do {
                let second = try await StandIn.start(configuration)
                #expect(second.port == first.port)
                return await second.stop()
            } catch is Listener.Unavailable where attempt < 10 {
                // The system has given the port to another test meanwhile.
            }
        }
    }

    @Test func `the environment leads every service to the stand-in`() async throws {
        try await World.with { world in
            let environment = Dictionary(uniqueKeysWithValues: world.standIn.environment.map { ($0.name, $0.value) })
            // The CLI appends to it without a slash of its own.
            #expect(environment["GLOBUS_SDK_SERVICE_URL_AUTH"] == world.standIn.baseURL + "/")
            for service in ["TRANSFER", "GROUPS", "SEARCH", "FLOWS", "TIMER"] {
                #expect(environment["GLOBUS_SDK_SERVICE_URL_\(service)"] == world.standIn.baseURL)
            }
            #expect(environment["GLOBUS_CLI_CLIENT_SECRET"] == world.secret)
        }
    }

    /// Answers the first request itself, cuts the second's answer, hangs up on the third.
    private final class Trouble: Interceptor {
        private let count = Mutex(0)

        func answer(_ request: Request, next: @Sendable (Request) async -> Reply) async -> Reply {
            guard request.path == "/v0.10/submission_id" else { return await next(request) }
            let number = count.withLock { count in
                count += 1
                return count
            }
            switch number {
            case 1:
                return Refusal.transfer(503, "ServiceUnavailable", "Maintenance").reply(to: request)
            case 2:
                var reply = await next(request)
                reply.delivery = .cut(after: 10)
                return reply
            case 3:
                var reply = await next(request)
                reply.delivery = .none
                return reply
            default: return await next(request)
            }
        }
    }

    @Test func `an interceptor can answer, cut an answer short, and hang up`() async throws {
        try await World.with({ $0.interceptors = [Trouble()] }) { world in
            #expect(try await world.client.get("/v0.10/submission_id").status == 503)
            await #expect(throws: WireClient.Failure.self) { try await world.client.get("/v0.10/submission_id") }
            do {
                _ = try await world.client.get("/v0.10/submission_id")
                Issue.record("an answer came")
            } catch let failure as WireClient.Failure {
                #expect(failure.text == "cut after 0 bytes")
            }
            #expect(try await world.client.get("/v0.10/submission_id").status == 200)
            #expect(world.standIn.requests.suffix(4).map(\.status) == [503, 200, 0, 200])
        }
    }
}
