import FoundationEssentials
import NIOCore
import NIOHTTP1
import SystemFiles

/// One connection: request after request, each answered before the next is looked at.
///
/// Reads nothing while an answer is made, so that a client cannot fill the memory with requests. Each state ends by itself after a time.
final class Conversation: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case expectingHead
        case receiving(Incoming)
        /// An answer is made or written.
        case answering
        /// The client was refused, or nobody answers it: what it sends is thrown away.
        case deaf
    }

    /// A request whose body is not whole yet.
    private struct Incoming {
        let head: HTTPRequestHead
        /// Behind the gate.
        let target: String
    }

    private let gate: Gate
    private let limits: ListenerLimits
    private let connections: Connections
    private let answer: @Sendable (Request) async -> Reply

    private var state = State.expectingHead
    /// What came before its turn: requests in one packet.
    private var waiting = CircularBuffer<HTTPServerRequestPart>()
    private var isReadWanted = false
    /// The client has ended its side, or sent what cannot be understood: the answer under way is the last.
    private var isLast = false
    /// Of the request that is being received or answered; its bytes are counted with those of all connections. Not part of the state,
    /// where a second reference would make a copy of it with each part.
    private var body = Data()
    private var heldBytes = 0
    private var deadline: Scheduled<Void>?

    init(gate: Gate, limits: ListenerLimits, connections: Connections, answer: @escaping @Sendable (Request) async -> Reply) {
        (self.gate, self.limits, self.connections, self.answer) = (gate, limits, connections, answer)
    }

    // MARK: The connection

    func channelActive(context: ChannelHandlerContext) {
        end(context, after: limits.headTime)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        waiting.removeAll()
        if case .receiving = state { release() }
        state = .deaf
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        if case .answering = state { isReadWanted = true } else { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? ChannelEvent == .inputClosed else { return context.fireUserInboundEventTriggered(event) }
        if case .answering = state { isLast = true } else { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .answering where error is HTTPParserError: isLast = true
        case .deaf where !(error is IOError): break
        case .expectingHead where error is HTTPParserError, .receiving where error is HTTPParserError:
            refuse(context, error as? HTTPParserError == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest)
        default: context.close(promise: nil)
        }
    }

    /// Replaces the earlier deadline; none where `duration` is `nil`.
    private func end(_ context: ChannelHandlerContext, after duration: Duration?) {
        deadline?.cancel()
        deadline = duration.map { duration in
            context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { context.close(promise: nil) }
        }
    }

    // MARK: A request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .answering = state { waiting.append(part) } else { take(context, part) }
    }

    private func take(_ context: ChannelHandlerContext, _ part: HTTPServerRequestPart) {
        switch (state, part) {
        case (.expectingHead, .head(let head)): begin(context, head)
        case (.receiving, .body(let bytes)): receive(context, bytes)
        case (.receiving(let incoming), .end): finish(context, incoming)
        default: break
        }
    }

    private func begin(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        guard let target = gate.target(of: head.uri) else { return refuse(context, .notFound) }
        connections.isKnown(context.channel)
        let announced = head.headers.first(name: "content-length").map { Int($0) ?? .max } ?? 0
        guard announced <= limits.bodyBytes else { return refuse(context, .payloadTooLarge) }
        if let expected = head.headers.first(name: "expect") {
            guard expected.lowercased() == "100-continue" else { return refuse(context, .expectationFailed) }
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        end(context, after: limits.bodyTime)
        state = .receiving(Incoming(head: head, target: target))
    }

    private func receive(_ context: ChannelHandlerContext, _ bytes: ByteBuffer) {
        let count = bytes.readableBytes
        guard heldBytes + count <= limits.bodyBytes else { return refuse(context, .payloadTooLarge) }
        guard connections.take(bodyBytes: count) else { return refuse(context, .serviceUnavailable) }
        heldBytes += count
        bytes.withUnsafeReadableBytes { body.append(contentsOf: $0) }
    }

    private func finish(_ context: ChannelHandlerContext, _ incoming: Incoming) {
        end(context, after: nil)
        state = .answering
        defer { body = Data() }
        let (request, method, isKept) = (
            Request(incoming.head, incoming.target, body, gate), incoming.head.method, incoming.head.isKeepAlive
        )
        let (loop, answer) = (context.eventLoop, answer)
        let here = NIOLoopBound((self, context), eventLoop: loop)
        let work = Task {
            let reply = await answer(request)
            loop.execute {
                let (conversation, context) = here.value
                conversation.release()
                conversation.write(context, reply, hasBody: method != .HEAD, isKept: isKept)
            }
        }
        connections.works(context.channel, work)
    }

    private func release() {
        connections.giveBack(bodyBytes: heldBytes)
        (heldBytes, body) = (0, Data())
    }

    // MARK: An answer

    private func write(_ context: ChannelHandlerContext, _ reply: Reply, hasBody: Bool, isKept: Bool) {
        guard case .answering = state, context.channel.isActive else { return }
        var body = reply.body[...]
        switch reply.delivery {
        case .whole: break
        case .cut(let count):
            body = body.prefix(count)
            isLast = true
        case .none: return context.close(promise: nil)
        case .stalled:
            state = .deaf
            return readAgain(context)
        }
        if !isKept { isLast = true }
        var headers = HTTPHeaders(reply.headers.map { ($0.key, $0.value) })
        headers.replaceOrAdd(name: "Content-Length", value: String(reply.body.count))
        if isLast { headers.replaceOrAdd(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status), headers: headers)
        end(context, after: limits.answerTime)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if hasBody, !body.isEmpty { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil) }
        let written = context.eventLoop.makePromise(of: Void.self)
        let here = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { result in
            let (conversation, context) = here.value
            if case .success = result { conversation.continueAfterAnswer(context) } else { context.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    private func continueAfterAnswer(_ context: ChannelHandlerContext) {
        guard case .answering = state else { return }
        guard !isLast else { return context.close(promise: nil) }
        state = .expectingHead
        end(context, after: limits.idleTime)
        while let part = waiting.popFirst() {
            take(context, part)
            if case .answering = state { return }
        }
        readAgain(context)
    }

    private func readAgain(_ context: ChannelHandlerContext) {
        guard isReadWanted else { return }
        isReadWanted = false
        context.read()
    }

    /// A bare status, and the end. What the client is still sending is taken for a moment: bytes that nobody reads would make the system
    /// take the answer back.
    private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus) {
        release()
        state = .deaf
        end(context, after: limits.farewellTime)
        let headers = HTTPHeaders([("Content-Length", "0"), ("Connection", "close")])
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(mode: .output, promise: nil)
    }
}

extension Request {
    fileprivate init(_ head: HTTPRequestHead, _ target: String, _ body: Data, _ gate: Gate) {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(halves[0])
        self.init(
            method: head.method.rawValue, path: path, components: path.parts(at: "/").map { $0.percentDecoded },
            query: Query(halves.count > 1 ? halves[1] : ""), authorization: head.headers.first(name: "authorization"),
            contentType: head.headers.first(name: "content-type"), body: body,
            base: head.headers.first(name: "host").map { "http://\($0)\(gate.prefix)" })
    }
}
