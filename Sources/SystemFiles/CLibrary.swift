// The C library under one name, for this target and all that import it.
#if canImport(Glibc)
@_exported public import Glibc
#elseif canImport(Musl)
@_exported public import Musl
#endif

/// C's functions where a Swift method of the same name hides them.
package enum SystemCall {
    package static func open(_ path: String, _ flags: Int32) -> Int32 { opening(path, flags) }

    package static func close(_ descriptor: Int32) -> Int32 { closing(descriptor) }

    package static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        reading(descriptor, buffer, count)
    }

    package static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { writing(descriptor, bytes, count) }

    /// To a socket of the local kind.
    package static func connect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>) -> Int32 { connecting(descriptor, address) }

    /// - Parameter terminated: ends with a NUL.
    package static func with<Value>(_ terminated: [UInt8], _ body: (UnsafePointer<CChar>) -> Value) -> Value {
        terminated.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return "".withCString(body) }
            return body(base.assumingMemoryBound(to: CChar.self))
        }
    }
}

private func opening(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
private func closing(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func reading(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int { read(descriptor, buffer, count) }
private func writing(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(descriptor, bytes, count) }
private func connecting(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>) -> Int32 {
    connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
}
