import Dispatch
import Foundation

@testable import Rehearsal

/// A connection to the simulator's port that sends whatever a test likes.
final class RawConnection: Sendable {
    private let descriptor: Int32

    /// What is waited for at most, before a test is said to have failed.
    private static let patience = 60

    init(port: UInt16) throws {
        #if canImport(Darwin)
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { throw WireClient.Failure(text: "socket") }
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else { throw WireClient.Failure(text: "connect") }
    }

    deinit { close(descriptor) }

    /// - Returns: how many bytes the other side took before it hung up; all of them if it did not.
    @discardableResult
    func send(_ bytes: [UInt8]) async -> Int {
        await blocking { descriptor in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { break }
                sent += count
            }
            return sent
        }
    }

    @discardableResult
    func send(_ text: String) async -> Int { await send(Array(text.utf8)) }

    /// What comes until the other side ends it or resets the connection; `nil` if it did neither in time.
    func rest() async -> String? {
        await blocking { descriptor in
            var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count > 0 { bytes += buffer[..<count] } else { break }
            }
            return errno == EAGAIN ? nil : String(decoding: bytes, as: UTF8.self)
        }
    }

    /// What comes until it ends with `end`.
    func text(endingWith end: String) async -> String {
        await blocking { descriptor in
            var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
            while !bytes.reversed().starts(with: end.utf8.reversed()) {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                bytes += buffer[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Says that nothing more comes.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends the connection as a program does that is killed with data unread.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        // The number stays taken until the end of this object.
        #if canImport(Darwin)
        let other = socket(AF_INET, SOCK_STREAM, 0)
        #else
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        dup2(other, descriptor)
        close(other)
    }

    private func blocking<Value: Sendable>(_ work: @escaping @Sendable (Int32) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            // A queue of its own has a thread of its own.
            DispatchQueue(label: "raw").async { [descriptor] in
                errno = 0
                continuation.resume(returning: work(descriptor))
            }
        }
    }
}
