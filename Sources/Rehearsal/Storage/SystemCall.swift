#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// C's functions where a method of the same name hides them.
enum SystemCall {
    static func close(_ descriptor: Int32) -> Int32 { closing(descriptor) }

    static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int { reading(descriptor, buffer, count) }

    static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { writing(descriptor, bytes, count) }

    /// - Parameter terminated: ends with a NUL.
    static func with<Value>(_ terminated: [UInt8], _ body: (UnsafePointer<CChar>) -> Value) -> Value {
        terminated.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return "".withCString(body) }
            return body(base.assumingMemoryBound(to: CChar.self))
        }
    }
}

private func closing(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func reading(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int { read(descriptor, buffer, count) }
private func writing(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(descriptor, bytes, count) }
