import Foundation
import Synchronization

/// A server on 127.0.0.1 that does what a script says, also what no honest server does: stall, cut off, lie about lengths.
///
/// It answers the n-th request with the n-th action; more requests than actions repeat the last one. Requests that have answers of
/// their own do not count.
package final class LoopbackServer: Sendable {
    package enum Action: Sendable {
        case respond(Int, headers: [String] = [], body: String = "{}")
        /// Promises `length` bytes of body, sends `body`, and closes.
        case promise(length: Int, body: String)
        /// Sends these bytes as they are, and closes.
        case raw(String)
        /// Closes without a word.
        case close
        /// Sends the body in so many pieces, with a pause of milliseconds before each.
        case trickle(String, pieces: Int, pause: UInt32)
        /// Never answers; closes when the client does.
        case stall
    }

    package struct Request: Sendable {
        package var head: String
        package var body: [UInt8]
        /// Which connection it came on, counted from 1.
        package var connection: Int

        package var line: String { String(head.prefix { !$0.isNewline }) }

        package func header(_ name: String) -> String? {
            let start = name.lowercased() + ":"
            return head.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix(start) }.map {
                $0.dropFirst(start.count).trimmingCharacters(in: .whitespaces)
            }
        }
    }

    private struct State {
        var actions: [Action]
        var requests: [Request] = []
        var connections = 0
        var clientsThatLeft = 0
        var isStopped = false
    }

    package let port: UInt16
    private let listener: Int32
    private let state: Mutex<State>
    private let own: @Sendable (Request) -> Action?

    /// - Parameter own: the answers of some requests, whenever they come.
    package init(_ actions: Action..., own: @escaping @Sendable (Request) -> Action? = { _ in nil }) throws {
        self.own = own
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard bound, listen(listener, 16) == 0 else { throw CocoaError(.featureUnsupported) }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        state = Mutex(State(actions: actions))
        Thread.detachNewThread { [self] in accept() }
    }

    deinit { stop() }

    package var base: String { "http://127.0.0.1:\(port)" }
    package var requests: [Request] { state.withLock { $0.requests } }
    package var clientsThatLeft: Int { state.withLock { $0.clientsThatLeft } }

    package func stop() {
        let wasStopped = state.withLock { state in
            defer { state.isStopped = true }
            return state.isStopped
        }
        // The thread that accepts closes it: its number must not become another server's while that thread may still ask for it.
        if !wasStopped { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else {
                close(listener)
                return
            }
            let number = state.withLock { state in
                state.connections += 1
                return state.connections
            }
            Thread.detachNewThread { [weak self] in
                while let self, self.serveOne(client, number) {}
                close(client)
            }
        }
    }

    /// - Returns: whether the connection stays open.
    private func serveOne(_ client: Int32, _ connection: Int) -> Bool {
        guard let request = Self.read(client, connection) else { return false }
        let action = state.withLock { state in
            state.requests.append(request)
            if let action = own(request) { return action }
            return state.actions.count > 1 ? state.actions.removeFirst() : state.actions[0]
        }
        switch action {
        case .respond(let status, let headers, let body):
            let head = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + headers
            Self.send(client, head.joined(separator: "\r\n") + "\r\n\r\n" + body)
            return true
        case .promise(let length, let body):
            Self.send(client, "HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n" + body)
        case .trickle(let body, let pieces, let pause):
            Self.send(client, "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
            var rest = body[...]
            while !rest.isEmpty {
                usleep(pause * 1000)
                let piece = rest.prefix(max(1, body.count / pieces))
                Self.send(client, String(piece))
                rest = rest.dropFirst(piece.count)
            }
            return true
        case .raw(let text): Self.send(client, text)
        case .close: break
        case .stall:
            var byte: UInt8 = 0
            _ = recv(client, &byte, 1, 0)
            state.withLock { $0.clientsThatLeft += 1 }
        }
        return false
    }

    private static func read(_ client: Int32, _ connection: Int) -> Request? {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        var headEnd: Int?
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if headEnd == nil, bytes.count >= 4 {
                headEnd = (0...(bytes.count - 4)).first { Array(bytes[$0..<($0 + 4)]) == end }
            }
            if let headEnd {
                let head = String(decoding: bytes[..<headEnd], as: UTF8.self)
                let body = Array(bytes[(headEnd + 4)...])
                let request = Request(head: head, body: body, connection: connection)
                if body.count >= Int(request.header("content-length") ?? "0") ?? 0 { return request }
            }
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    private static func send(_ client: Int32, _ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
