import Foundation
import Globus
import TestSupport
import Testing

/// libcurl against a real socket: an honest server, and one that refuses, stalls, cuts and lies.
struct CurlTransportTests {
    private let transport = CurlTransport(client: ClientInfo(known: "pptransfer", version: "1.2"), timeout: .seconds(20))

    private func request(_ server: LoopbackServer, _ path: String = "/v0.10/task/a b", _ method: HTTPRequest.Method = .get) throws
        -> HTTPRequest
    {
        HTTPRequest(method, try ServiceURL(base: server.base).appending(path))
    }

    @Test func `an answer comes with its status, headers and body`() async throws {
        let server = try LoopbackServer(.respond(503, headers: ["Retry-After:  7 ", "X-Thing: a:b"], body: #"{"code":"x"}"#))
        let response = try await transport.send(request(server))
        #expect(response.status == 503)
        #expect(response.headers["retry-after"] == "7")
        #expect(response.headers["x-thing"] == "a:b")
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"code":"x"}"#)
    }

    @Test func `a request carries path, query, login and who we are`() async throws {
        let server = try LoopbackServer(.respond(200))
        let url = try ServiceURL(base: server.base + "/p/").appending("/v0.10/task_list", query: [.init("filter", "label:=a b,c/é")])
        var request = HTTPRequest(.get, url)
        request.authorization = .bearer(AccessToken("tok"))
        _ = try await transport.send(request)
        let received = try #require(server.requests.first)
        #expect(received.line == "GET /p/v0.10/task_list?filter=label%3A%3Da%20b%2Cc%2F%C3%A9 HTTP/1.1")
        #expect(received.header("Authorization") == "Bearer tok")
        #expect(received.header("User-Agent") == "pptransfer/1.2")
        #expect(received.header("X-Globus-Client-Info") == "product=pptransfer,version=1.2")
        #expect(received.header("Accept") == "application/json")
    }

    @Test func `a client's id and secret go as Basic`() async throws {
        let server = try LoopbackServer(.respond(200))
        var request = try request(server, "/v2/oauth2/token", .post)
        request.authorization = .basic("id", AccessToken("se:cret"))
        request.body = .bytes(Data("grant_type=client_credentials".utf8))
        _ = try await transport.send(request)
        #expect(server.requests.first?.header("Authorization") == "Basic " + Data("id:se:cret".utf8).base64EncodedString())
    }

    @Test(arguments: [HTTPRequest.Method.post, .put])
    func `a body of many megabytes arrives as it is`(method: HTTPRequest.Method) async throws {
        let server = try LoopbackServer(.respond(200))
        var request = try request(server, "/v0.10/transfer", method)
        request.body = .bytes(Data((0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }))
        request.headers = [("Content-Type", "application/json")]
        _ = try await transport.send(request)
        let received = try #require(server.requests.first)
        #expect(received.line.hasPrefix(method.rawValue + " "))
        #expect(Data(received.body) == request.body?.data)
        #expect(received.header("Expect") == nil)
        #expect(received.header("Content-Type") == "application/json")
    }

    @Test func `a POST without a body is a POST`() async throws {
        let server = try LoopbackServer(.respond(200))
        _ = try await transport.send(request(server, "/v0.10/task/x/cancel", .post))
        #expect(server.requests.first?.line == "POST /v0.10/task/x/cancel HTTP/1.1")
        #expect(server.requests.first?.header("Content-Length") == "0")
    }

    @Test func `one connection serves many requests`() async throws {
        let server = try LoopbackServer(.respond(200))
        for _ in 0..<20 { _ = try await transport.send(request(server)) }
        #expect(server.requests.map(\.connection) == Array(repeating: 1, count: 20))
    }

    @Test func `a kept connection that the server closed is replaced`() async throws {
        let server = try LoopbackServer(.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), .respond(200))
        _ = try await transport.send(request(server))
        var second = try request(server, "/v0.10/transfer", .post)
        second.body = .bytes(Data(repeating: 0x20, count: 300_000))
        #expect(try await transport.send(second).status == 200)
        #expect(server.requests.last?.body.count == 300_000)
    }

    @Test func `requests run side by side`() async throws {
        let server = try LoopbackServer(.respond(200))
        let request = try request(server)
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<40 { group.addTask { try? await transport.send(request).status } }
            for await status in group { #expect(status == 200) }
        }
        #expect(server.requests.count == 40)
    }

    @Test func `nobody listens`() async throws {
        let server = try LoopbackServer(.close)
        server.stop()
        let error = await #expect(throws: TransportError.self) { try await transport.send(request(server)) }
        guard case .unconnected(host: "127.0.0.1", _) = error?.cause else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        LoopbackServer.Action.close, .promise(length: 100, body: "{"),
        .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\""),
        .raw("nonsense\r\n\r\n"), .raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
    ])
    func `an answer that is cut off or makes no sense is no answer`(action: LoopbackServer.Action) async throws {
        let server = try LoopbackServer(action)
        let error = await #expect(throws: TransportError.self) { try await transport.send(request(server)) }
        #expect(error?.mayPass == true)
        #expect(error?.mayHaveActed == true)
    }

    @Test func `a server that stalls is left when the time is up`() async throws {
        let server = try LoopbackServer(.stall)
        let impatient = CurlTransport(client: ClientInfo(known: "p", version: "1"), timeout: .milliseconds(200))
        await #expect(throws: TransportError.timedOut(host: "127.0.0.1", after: .milliseconds(200))) {
            try await impatient.send(request(server))
        }
    }

    @Test func `an answer that is slow but flows may take longer than a silent server`() async throws {
        let server = try LoopbackServer(.trickle(#"{"a": "bcdefghijklmnop"}"#, pieces: 12, pause: 100))
        let impatient = CurlTransport(client: ClientInfo(known: "p", version: "1"), timeout: .milliseconds(600))
        #expect(try await impatient.send(request(server)).status == 200)
    }

    @Test func `however it flows, an answer ends with the time that its caller has left`() async throws {
        let server = try LoopbackServer(.trickle(String(repeating: "x", count: 1000), pieces: 1000, pause: 20))
        var pressed = try request(server)
        pressed.allowance = .milliseconds(200)
        let error = await #expect(throws: TransportError.self) { try await transport.send(pressed) }
        guard case .tooSlow(host: "127.0.0.1", after: .milliseconds(200), let received) = error?.cause else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(received > 0)
        let silent = try LoopbackServer(.stall)
        pressed = try request(silent)
        pressed.allowance = .milliseconds(100)
        await #expect(throws: TransportError.timedOut(host: "127.0.0.1", after: .milliseconds(100))) { try await transport.send(pressed) }
    }

    @Test func `an upgrade that nobody asked for is no answer of Globus`() async throws {
        let server = try LoopbackServer(.raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"))
        let request = try request(server)
        do throws(TransportError) {
            let status = try await transport.send(request).status
            #expect(status == 101)
        } catch {
            #expect(error.mayPass)
        }
    }

    @Test func `cancelling ends an exchange that would last for hours`() async throws {
        let server = try LoopbackServer(.stall)
        let patient = CurlTransport(client: ClientInfo(known: "p", version: "1"), timeout: .seconds(36_000))
        let request = try request(server)
        let work = Task { () -> TransportError? in
            do throws(TransportError) {
                _ = try await patient.send(request)
                return nil
            } catch {
                return error
            }
        }
        while server.requests.isEmpty { await Task.yield() }
        work.cancel()
        #expect(await work.value == .cancelled)
    }

    @Test func `a task that is already cancelled sends nothing that lasts`() async throws {
        let server = try LoopbackServer(.stall)
        let request = try request(server)
        let work = Task { () -> TransportError? in
            while !Task.isCancelled { await Task.yield() }
            do throws(TransportError) {
                _ = try await transport.send(request)
                return nil
            } catch {
                return error
            }
        }
        work.cancel()
        #expect(await work.value == .cancelled)
    }

    @Test func `redirects are not followed, least of all with a login`() async throws {
        let other = try LoopbackServer(.respond(200))
        let server = try LoopbackServer(.respond(302, headers: ["Location: \(other.base)/"]))
        var request = try request(server)
        request.authorization = .bearer(AccessToken("tok"))
        #expect(try await transport.send(request).status == 302)
        #expect(other.requests.isEmpty)
    }

    @Test func `a name that does not exist is named`() async throws {
        let url = try ServiceURL(base: "https://no-such-host.invalid").appending("/")
        let error = await #expect(throws: TransportError.self) { try await transport.send(HTTPRequest(.get, url)) }
        #expect(error == .unresolved(host: "no-such-host.invalid"))
    }
}
