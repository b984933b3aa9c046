import Dispatch
import Foundation
import Globus

@testable import Rehearsal

/// One answer as it came over the socket.
struct WireReply: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    /// The body as a JSON object; empty if it is none.
    var json: [String: JSONValue] { (try? JSONDecoder().decode([String: JSONValue].self, from: Data(body))) ?? [:] }

    subscript(name: String) -> JSONValue { json[name] ?? .null }

    var code: String? { self["code"].string }
    var list: [[String: JSONValue]] { self["DATA"].array?.compactMap(\.object) ?? [] }
}

/// A client of a few lines over POSIX sockets: nothing of it is shared with what it tests.
struct WireClient: Sendable {
    struct Failure: Error { let text: String }

    let port: UInt16
    /// What stands before every path: a slash and the secret.
    var prefix: String
    var token: String?

    init(_ standIn: StandIn) { (port, prefix) = (standIn.port, String(standIn.baseURL.dropFirst(standIn.address.count))) }

    func get(_ target: String) async throws -> WireReply { try await send("GET", target) }

    func post(_ target: String, _ document: JSONValue = [:]) async throws -> WireReply { try await send("POST", target, json: document) }

    func put(_ target: String, _ document: JSONValue) async throws -> WireReply { try await send("PUT", target, json: document) }

    func form(_ target: String, _ form: String, basic: (id: String, secret: String)? = nil) async throws -> WireReply {
        var headers = ["Content-Type: application/x-www-form-urlencoded"]
        if let basic { headers.append("Authorization: Basic " + Data("\(basic.id):\(basic.secret)".utf8).base64EncodedString()) }
        var stranger = self
        stranger.token = nil
        return try await stranger.send("POST", target, headers: headers, body: Array(form.utf8))
    }

    private func send(_ method: String, _ target: String, json: JSONValue) async throws -> WireReply {
        try await send(method, target, headers: ["Content-Type: application/json"], body: Array(try JSONEncoder().encode(json)))
    }

    func send(_ method: String, _ target: String, headers: [String] = [], body: [UInt8] = []) async throws -> WireReply {
        let replies = try await exchange([request(method, target, headers: headers + ["Connection: close"], body: body)])
        guard let reply = replies.first else { throw Failure(text: "no reply") }
        return reply
    }

    func request(_ method: String, _ target: String, headers: [String] = [], body: [UInt8] = []) -> [UInt8] {
        var lines = ["\(method) \(prefix)\(target) HTTP/1.1", "Host: 127.0.0.1:\(port)"] + headers
        if let token { lines.append("Authorization: Bearer \(token)") }
        if !body.isEmpty || method != "GET" { lines.append("Content-Length: \(body.count)") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    /// Sends requests one after the other on one connection; each waits for the answer to the one before.
    func exchange(_ requests: [[UInt8]]) async throws -> [WireReply] {
        try await withCheckedThrowingContinuation { continuation in
            // A queue of its own has a thread of its own: the tests run side by side, and this blocks.
            DispatchQueue(label: "client").async { continuation.resume(with: Result { try exchangeNow(requests) }) }
        }
    }

    private func exchangeNow(_ requests: [[UInt8]]) throws -> [WireReply] {
        #if canImport(Darwin)
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { throw Failure(text: "socket") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else { throw Failure(text: "connect") }
        return try requests.map { request in
            var sent = 0
            while sent < request.count {
                let count = request[sent...].withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { throw Failure(text: "send") }
                sent += count
            }
            return try receive(descriptor)
        }
    }

    private func receive(_ descriptor: Int32) throws -> WireReply {
        var bytes: [UInt8] = []
        func more() throws {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw Failure(text: "cut after \(bytes.count) bytes") }
            bytes += buffer[..<count]
        }
        let gap = Array("\r\n\r\n".utf8)
        while bytes.firstRange(of: gap) == nil { try more() }
        guard let end = bytes.firstRange(of: gap) else { throw Failure(text: "no head") }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            headers[halves[0].lowercased()] = halves.count > 1 ? halves[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let length = Int(headers["content-length"] ?? "") ?? 0
        while bytes.count < end.upperBound + length { try more() }
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure(text: "no status")
        }
        return WireReply(status: status, headers: headers, body: Array(bytes[end.upperBound..<end.upperBound + length]))
    }
}
