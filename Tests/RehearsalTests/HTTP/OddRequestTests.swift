import Foundation
import Globus
import Testing

@testable import Rehearsal

/// Clients that send what they should not, too much of it, too slowly, or not to the end. None may stop the server from answering others.
struct OddRequestTests {
    private func head(_ world: World, _ lines: [String] = [], method: String = "POST", path: String = "/v0.10/transfer") -> String {
        (["\(method) \(world.client.prefix)\(path) HTTP/1.1", "Host: x", "Authorization: Bearer \(world.client.token ?? "")"] + lines)
            .joined(separator: "\r\n") + "\r\n\r\n"
    }

    private func submissionID(_ world: World, _ lines: [String] = []) -> String {
        head(world, lines, method: "GET", path: "/v0.10/submission_id")
    }

    /// The server still answers, on new connections.
    private func isWell(_ world: World) async throws { #expect(try await world.client.get("/v0.10/submission_id").status == 200) }

    private func status(_ answer: String?) -> Int? { answer.flatMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } } }

    @Test func `two header lines of five megabytes are refused and cost nothing`() async throws {
        try await World.with { world in
            let connection = try RawConnection(port: world.standIn.port)
            let line = "X-Long: " + String(repeating: "a", count: 5 << 20)
            let sent = await connection.send(submissionID(world, [line, line]))
            #expect(sent < 11 << 20)
            let answer = await connection.rest()
            #expect(answer == "" || status(answer) == 431)
            try await isWell(world)
        }
    }

    @Test(arguments: [
        ("a head that is too long", String(repeating: "X-A: " + String(repeating: "b", count: 1000) + "\r\n", count: 70), 431),
        ("too many headers", String(repeating: "X-A: b\r\n", count: 101), 431),
        ("a header without a name", ": b\r\n", 400), ("a header with a blank in its name", "X A: b\r\n", 400),
        ("a length that is no number", "Content-Length: many\r\n", 400), ("a negative length", "Content-Length: -1\r\n", 400),
        ("a length beyond all numbers", "Content-Length: 99999999999999999999999999\r\n", 400),
        ("a length beyond the limit", "Content-Length: 9000000000000000000\r\n", 413),
        ("two lengths", "Content-Length: 3\r\nContent-Length: 4\r\n", 400),
        ("a length and chunks", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400),
        ("an expectation that nobody knows", "Expect: the-unexpected\r\nContent-Length: 1\r\n", 417),
    ])
    func `is refused with a bare status`(_: String, lines: String, expected: Int) async throws {
        try await World.with { world in
            let connection = try RawConnection(port: world.standIn.port)
            // CR LF is one Character.
            await connection.send(head(world).dropLast(1) + lines + "\r\n")
            let answer = try #require(await connection.rest())
            #expect(status(answer) == expected)
            #expect(answer.hasSuffix("Content-Length: 0\r\nConnection: close\r\n\r\n"))
            try await isWell(world)
        }
    }

    @Test(arguments: [
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "GET\r\n\r\n", "\r\n\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\0\0\0\0",
        "GET / HTTP/1.1\r\nA", "SSH-2.0-OpenSSH_9\r\n", "GET /" + String(repeating: "a/", count: 40_000) + " HTTP/1.1\r\n\r\n",
    ])
    func `noise is the end of its connection alone`(noise: String) async throws {
        try await World.with { world in
            let connection = try RawConnection(port: world.standIn.port)
            await connection.send(noise)
            connection.endSending()
            #expect(await connection.rest() != nil)
            try await isWell(world)
        }
    }

    @Test func `a body beyond the limit is refused before it is sent, and also where its length is not told`() async throws {
        try await World.with({ $0.bodyLimit = 1 << 20 }) { world in
            let announced = try RawConnection(port: world.standIn.port)
            await announced.send(head(world, ["Content-Length: \((1 << 20) + 1)"]))
            #expect(status(await announced.rest()) == 413)
            let chunked = try RawConnection(port: world.standIn.port)
            await chunked.send(head(world, ["Transfer-Encoding: chunked"]))
            let chunk = "10000\r\n" + String(repeating: "x", count: 1 << 16) + "\r\n"
            for _ in 0..<17 { await chunked.send(chunk) }
            #expect(status(await chunked.rest()) == 413)
            try await isWell(world)
        }
    }

    @Test func `bodies of all connections together have a limit, and what is refused gives its share back`() async throws {
        try await World.with({ $0.limits.allBodyBytes = 100_000 }) { world in
            let first = try RawConnection(port: world.standIn.port)
            await first.send(head(world, ["Content-Length: 90000", "Expect: 100-continue"]))
            #expect(await first.text(endingWith: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            await first.send(Array(repeating: 32, count: 80_000))
            // How much of it has been read is seen by whether another fits in.
            var (other, attempts): (Int?, Int) = (nil, 0)
            repeat {
                attempts += 1
                let second = try RawConnection(port: world.standIn.port)
                await second.send(head(world, ["Content-Length: 30000"]) + String(repeating: " ", count: 30_000))
                second.endSending()
                other = status(await second.rest())
            } while other == 400 && attempts < 2000
            #expect(other == 503, "after \(attempts) attempts")
            await first.send(Array(repeating: 32, count: 10_000))
            first.endSending()
            #expect(status(await first.rest()) == 400)
            let third = try RawConnection(port: world.standIn.port)
            await third.send(head(world, ["Content-Length: 90000"]) + String(repeating: " ", count: 90_000))
            third.endSending()
            #expect(status(await third.rest()) == 400)
        }
    }

    @Test(arguments: ["zz\r\nabc\r\n0\r\n\r\n", "5\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n", "ffffffffffffffffff\r\nabc\r\n", "3\r\nabcdef"])
    func `a chunk that is not what it says is refused`(body: String) async throws {
        try await World.with { world in
            let connection = try RawConnection(port: world.standIn.port)
            await connection.send(head(world, ["Transfer-Encoding: chunked"]) + body)
            connection.endSending()
            #expect(status(await connection.rest()) == 400)
            try await isWell(world)
        }
    }

    @Test func `a client that waits for 100 Continue gets it, and then its answer`() async throws {
        try await World.with { world in
            let connection = try RawConnection(port: world.standIn.port)
            await connection.send(head(world, ["Content-Type: application/json", "Content-Length: 2", "Expect: 100-continue"]))
            #expect(await connection.text(endingWith: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            await connection.send("{}")
            connection.endSending()
            let answer = try #require(await connection.rest())
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.contains("ClientError.BadRequest"))
        }
    }

    @Test func `a thousand requests in one piece are answered in turn`() async throws {
        try await World.with { world in
            let connection = try RawConnection(port: world.standIn.port)
            let requests = (0..<1000).map { _ in submissionID(world) }.joined() + submissionID(world, ["Connection: close"])
            async let sent = connection.send(requests)
            let answer = try #require(await connection.rest())
            #expect(await sent == requests.utf8.count)
            #expect(answer.matches(of: /HTTP\/1.1 200 OK/).count == 1001)
            #expect(Set(answer.matches(of: /"value":"([^"]+)"/).map(\.1)).count == 1001)
        }
    }

    @Test func `a client that has ended its side still gets what it asked for`() async throws {
        try await World.with { world in
            let connection = try RawConnection(port: world.standIn.port)
            await connection.send(submissionID(world))
            connection.endSending()
            #expect(status(await connection.rest()) == 200)
        }
    }

    @Test func `one that ends its side in the middle of a head or a body is let go`() async throws {
        try await World.with { world in
            for text in [String(submissionID(world).dropLast(4)), head(world, ["Content-Length: 10"]) + "abc"] {
                let connection = try RawConnection(port: world.standIn.port)
                await connection.send(text)
                connection.endSending()
                #expect(await connection.rest() != nil)
            }
            try await isWell(world)
        }
    }

    @Test func `HTTP 1.0, HEAD and a connection that is to be kept are what they should be`() async throws {
        try await World.with { world in
            let old = try RawConnection(port: world.standIn.port)
            await old.send("GET \(world.client.prefix)/jwk.json HTTP/1.0\r\n\r\n")
            #expect(status(await old.rest()) == 200)
            let bodiless = try RawConnection(port: world.standIn.port)
            await bodiless.send(head(world, ["Connection: close"], method: "HEAD", path: "/v0.10/submission_id"))
            let answer = try #require(await bodiless.rest())
            #expect(status(answer) == 405)
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `connections that are reset anywhere leave nothing behind`() async throws {
        try await World.with { world in
            let texts = [
                "", "GET", String(submissionID(world).dropLast(2)), submissionID(world), head(world, ["Content-Length: 10"]) + "abc",
                head(world, ["Transfer-Encoding: chunked"]) + "5\r\nab", submissionID(world) + submissionID(world),
            ]
            for text in texts + texts {
                let connection = try RawConnection(port: world.standIn.port)
                await connection.send(text)
                connection.reset()
            }
            try await isWell(world)
            try await untilTrue { await world.standIn.connections == 0 }
        }
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nHost: x\r\n"])
    func `a head that does not come in time is given up`(beginning: String) async throws {
        try await World.with({ $0.limits.headTime = .milliseconds(100) }) { world in
            let connection = try RawConnection(port: world.standIn.port)
            await connection.send(beginning)
            #expect(await connection.rest() == "")
        }
    }

    @Test func `a body that does not come in time is given up, and so is a connection that is idle for long`() async throws {
        try await World.with({ ($0.limits.bodyTime, $0.limits.idleTime) = (.milliseconds(100), .milliseconds(100)) }) { world in
            let slow = try RawConnection(port: world.standIn.port)
            await slow.send(head(world, ["Content-Length: 10"]) + "abc")
            #expect(await slow.rest() == "")
            let idle = try RawConnection(port: world.standIn.port)
            await idle.send(submissionID(world))
            #expect(status(await idle.rest()) == 200)
        }
    }

    @Test func `an answer that nobody takes is given up`() async throws {
        try await World.with({ $0.limits.answerTime = .milliseconds(200) }) { world in
            for number in 0..<5000 { try world.write("archer2/many/\(number)-" + String(repeating: "n", count: 200), "") }
            let connection = try RawConnection(port: world.standIn.port)
            let listing = head(world, method: "GET", path: "/v0.10/operation/endpoint/\(World.archer)/ls?path=/many/")
            // More than the system holds for a reader that does not read.
            for _ in 0..<20 { await connection.send(listing) }
            try await untilTrue { await world.standIn.connections == 0 }
        }
    }

    @Test func `a server with stalled and unfinished requests stops at once`() async throws {
        try await World.with({
            $0.faults = StandInFaults(http: [HTTPFault(.submissionID, .stall), HTTPFault(.endpointSearch, .slow(.seconds(3600)))])
        }) {
            world in
            let open = try [submissionID(world), head(world, method: "GET", path: "/v0.10/endpoint_search?filter_fulltext=x"), "GET", ""]
                .map { text in
                    (try RawConnection(port: world.standIn.port), text)
                }
            for (connection, text) in open { await connection.send(text) }
            try await untilTrue { await world.standIn.connections == 4 }
            await world.standIn.stop()
            for (connection, _) in open { #expect(await connection.rest() != nil) }
        }
    }
}

/// Asks until `condition` holds; the test's own time limit is the end.
func untilTrue(_ condition: () async -> Bool) async throws {
    while !(await condition()) { try await Task.sleep(for: .milliseconds(5)) }
}
