import FlyingFox
import FlyingSocks
import Foundation

/// The HTTP server on the loopback. The only file that knows which server it is.
struct Listener: Sendable {
    /// Why the stand-in does not listen.
    struct Unavailable: Error, CustomStringConvertible {
        let port: UInt16
        let reason: String
        var description: String { "cannot listen on 127.0.0.1:\(port): \(reason)" }
    }

    let port: UInt16
    private let server: HTTPServer
    private let running: Task<Void, any Error>

    static func start(port: UInt16, bodyLimit: Int, answer: @escaping @Sendable (Request) async -> Reply) async throws -> Listener {
        // The time limit is the server's for one answer: none of ours takes so long, and a stalled one is the client's to give up.
        let configuration = HTTPServer.Configuration(
            address: try sockaddr_in.inet(ip4: "127.0.0.1", port: port), timeout: 3600, sharedRequestBufferSize: 64 << 10,
            sharedRequestReplaySize: 64 << 10, pool: PromptPool(HTTPServer.defaultPool()), logger: .disabled)
        let server = HTTPServer(
            config: configuration,
            handler: ClosureHTTPHandler { request in
                guard let received = try await Request(request, bodyLimit: bodyLimit) else {
                    // What is left of the body is not read, so the connection cannot go on.
                    return HTTPResponse(statusCode: .payloadTooLarge, headers: HTTPHeaders([.connection: "close"]))
                }
                return HTTPResponse(await answer(received))
            })
        let running = Task { try await server.run() }
        do {
            try await server.waitUntilListening()
        } catch {
            running.cancel()
            guard case .failure(let cause) = await running.result else { throw error }
            throw Unavailable(port: port, reason: "\(cause)")
        }
        guard case .ip4(_, let port) = await server.listeningAddress else { throw Unavailable(port: port, reason: "no address") }
        return Listener(port: port, server: server, running: running)
    }

    func stop() async {
        await server.stop()
        running.cancel()
        _ = await running.result
    }
}

/// Sets `TCP_NODELAY`: the server writes head and body separately, and the second write would wait for the client to acknowledge the
/// first, which clients delay.
private struct PromptPool: AsyncSocketPool {
    private let pool: any AsyncSocketPool

    init(_ pool: some AsyncSocketPool) { self.pool = pool }

    func prepare() async throws { try await pool.prepare() }

    func run() async throws { try await pool.run() }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        // The listening socket passes here before it accepts, and what it accepts inherits the option.
        var on: Int32 = 1
        setsockopt(socket.file.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        try await pool.suspendSocket(socket, untilReadyFor: events)
    }
}

extension Request {
    /// Reads the whole request; `nil` if its body is larger than `bodyLimit`.
    fileprivate init?(_ request: HTTPRequest, bodyLimit: Int) async throws {
        var body = Data()
        if let count = request.bodySequence.count {
            guard count <= bodyLimit else { return nil }
            body.reserveCapacity(count)
        }
        for try await chunk in request.bodySequence {
            body.append(chunk)
            guard body.count <= bodyLimit else { return nil }
        }
        let path = request.target.path()
        self.init(
            method: request.method.rawValue, path: path, components: path.split(separator: "/").map { Query.percentDecoded($0) },
            query: Query(request.target.query()), authorization: request.headers[.authorization],
            contentType: request.headers[.contentType],
            body: body, host: request.headers[.host])
    }
}

extension HTTPResponse {
    fileprivate init(_ reply: Reply) {
        let status = HTTPStatusCode(reply.status, phrase: HTTPResponse.phrase(reply.status))
        let headers = HTTPHeaders(Dictionary(reply.headers.map { (HTTPHeader($0.key), $0.value) }) { _, last in last })
        switch reply.delivery {
        case .whole:
            let body = HTTPBodySequence(data: reply.body, suggestedBufferSize: max(1, reply.body.count))
            self.init(statusCode: status, headers: headers, body: body)
        case .cut(let count):
            let partial = CutBody(data: reply.body.prefix(count))
            let body = HTTPBodySequence(from: partial, count: reply.body.count, suggestedBufferSize: max(1, count))
            self.init(statusCode: status, headers: headers, body: body)
        case .none:
            self.init(webSocket: HangUp())
        case .stalled:
            self.init(webSocket: HangUp(waitsForClient: true))
        }
    }

    private static func phrase(_ status: Int) -> String {
        let phrases = [
            200: "OK", 201: "Created", 202: "Accepted", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
            404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 413: "Payload Too Large", 429: "Too Many Requests",
            500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
        ]
        return phrases[status] ?? "Status"
    }
}

private struct Cut: Error {}

/// Throws before anything is written, upon which the server closes the connection.
private struct HangUp: WSHandler {
    var waitsForClient = false

    func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
        // Ends when the client closes its side, or when the server stops.
        if waitsForClient { for try await _ in client {} }
        throw Cut()
    }
}

/// Gives `data`, then throws, upon which the server closes the connection in the middle of the body.
private struct CutBody: AsyncBufferedSequence {
    typealias Element = UInt8
    let data: Data

    func makeAsyncIterator() -> Iterator { Iterator(rest: data) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var rest: Data

        mutating func next() async throws -> UInt8? {
            guard let byte = rest.popFirst() else { throw Cut() }
            return byte
        }

        mutating func nextBuffer(suggested count: Int) async throws -> Data? {
            guard !rest.isEmpty else { throw Cut() }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
    }
}
