import Foundation
import Globus
import GlobusTesting
import TestSupport
import Testing

/// A body that is a file: sent from there, the same bytes each time.
struct RequestBodyTests {
    private let place: TemporaryDirectory
    private let transport = CurlTransport(client: ClientInfo(known: "pptransfer", version: "1.2"), timeout: .seconds(20))

    init() throws { place = try TemporaryDirectory() }

    /// - Returns: the request, its file's path and contents.
    private func request(_ server: LoopbackServer, bytes: Int) throws -> (request: HTTPRequest, path: String, contents: Data) {
        let contents = Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let path = place.path + "/document"
        try contents.write(to: URL(fileURLWithPath: path))
        var request = HTTPRequest(.post, try ServiceURL(base: server.base).appending("/v0.10/transfer"), repetition: .harmless)
        request.body = .file(try #require(BodyFile(path: path)))
        return (request, path, contents)
    }

    @Test(arguments: [0, 1, 65_536, 5_000_001])
    func `a file arrives as it is, with its length, without asking first`(bytes: Int) async throws {
        let server = try LoopbackServer(.respond(200))
        let (request, _, contents) = try request(server, bytes: bytes)
        #expect(request.body?.data == contents)
        #expect(request.body?.count == bytes)
        _ = try await transport.send(request)
        let received = try #require(server.requests.first)
        #expect(Data(received.body) == contents)
        #expect(received.header("Content-Length") == "\(bytes)")
        #expect(received.header("Expect") == nil)
    }

    @Test func `a repetition sends the same bytes, whatever has become of the name`() async throws {
        let server = try LoopbackServer(.close, .respond(503), .respond(200))
        let (request, path, contents) = try request(server, bytes: 300_000)
        try FileManager.default.removeItem(atPath: path)
        try Data("another".utf8).write(to: URL(fileURLWithPath: path))
        let patient = RetryingTransport(transport, time: SteppedTimekeeper())
        #expect(try await patient.send(request).status == 200)
        #expect(server.requests.map { Data($0.body) } == [contents, contents, contents])
    }

    @Test func `on a kept connection that the server closed the file is sent from its beginning`() async throws {
        let server = try LoopbackServer(.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), .respond(200))
        let (request, _, contents) = try request(server, bytes: 3_000_000)
        _ = try await transport.send(request)
        #expect(try await transport.send(request).status == 200)
        #expect(server.requests.last.map { Data($0.body) } == contents)
    }

    @Test func `a file that was cut is not sent, nor tried for hours`() async throws {
        let server = try LoopbackServer(.respond(200))
        let (request, path, _) = try request(server, bytes: 300_000)
        #expect(truncate(path, 100_000) == 0)
        #expect(request.body?.data == nil)
        let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
        #expect(error == .bodyLost)
        #expect(error?.mayPass == false)
        #expect(error?.mayHaveActed == false)
        #expect(error?.description == "the file to send can no longer be read completely")
        #expect(server.requests.isEmpty)
    }

    @Test func `a file that is not there cannot be a body`() { #expect(BodyFile(path: place.path + "/nothing") == nil) }
}
