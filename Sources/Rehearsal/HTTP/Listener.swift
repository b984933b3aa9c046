import NIOCore
import NIOHTTP1
import NIOPosix

/// The HTTP server on the loopback. This file and `Conversation` are the only ones that know which server it is.
struct Listener: Sendable {
    /// Why the stand-in does not listen.
    struct Unavailable: Error, CustomStringConvertible {
        let port: UInt16
        let reason: String
        var description: String { "cannot listen on 127.0.0.1:\(port): \(reason)" }
    }

    let port: UInt16
    let connections: Connections
    private let channel: any Channel

    /// - Parameter answer: gets the requests that passed the gate; is called on no particular thread.
    static func start(
        port: UInt16, gate: Gate, limits: ListenerLimits, answer: @escaping @Sendable (Request) async -> Reply
    ) async throws -> Listener {
        let connections = Connections(limits)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Whoever has said all it wants to say may still listen.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard connections.admit(channel) else { return channel.close(promise: nil) }
                    channel.closeFuture.whenComplete { _ in connections.remove(channel) }
                    var decoding = NIOHTTPDecoderLimitConfiguration()
                    decoding.maxHeaderFieldSize = limits.headBytes
                    decoding.maxHeaderListSize = limits.headBytes
                    decoding.maxHeaderFieldCount = limits.headerCount
                    let decoder = HTTPRequestDecoder(
                        leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop, limitConfiguration: decoding)
                    try channel.pipeline.syncOperations.addHandlers([
                        HTTPResponseEncoder(), ByteToMessageHandler(decoder),
                        Conversation(gate: gate, limits: limits, connections: connections, answer: answer),
                    ])
                }
            }
        do {
            let channel = try await bootstrap.bind(host: "127.0.0.1", port: Int(port)).get()
            guard let port = channel.localAddress?.port.flatMap({ UInt16(exactly: $0) }) else {
                channel.close(promise: nil)
                throw Unavailable(port: port, reason: "no address")
            }
            return Listener(port: port, connections: connections, channel: channel)
        } catch let error as IOError {
            throw Unavailable(port: port, reason: "\(error)")
        }
    }

    /// Cuts all connections; nobody listens any more when this returns.
    func stop() async {
        try? await channel.close().get()
        await connections.close()
    }
}
