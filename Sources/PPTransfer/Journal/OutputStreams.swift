import Globus

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writing to what others read: a descriptor that would not wait is waited for.
package enum OutputStreams {
    /// How long a reader may take nothing.
    package static let patience = Duration.seconds(30)

    /// Writes all of it.
    ///
    /// - Returns: `false`, with `errno`, if it cannot be written, or nothing was taken for so long (`EAGAIN`).
    package static func write(_ bytes: [UInt8], to descriptor: Int32, patience: Duration = OutputStreams.patience) -> Bool {
        let clock = SystemTimekeeper()
        var done = 0
        var deadline = clock.elapsed + patience
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                #else
                Musl.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                #endif
            }
            if count > 0 {
                done += count
                deadline = clock.elapsed + patience
            } else if count == 0 {
                errno = EIO
                return false
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                // Whoever started us may have left the stream non-blocking, as terminals shared with an editor or ssh are.
                let (seconds, attoseconds) = (deadline - clock.elapsed).components
                let rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
                guard rest > 0 else {
                    errno = EAGAIN
                    return false
                }
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, Int32(clamping: rest))
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    static func connect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>) -> Int32 {
        #if canImport(Glibc)
        Glibc.connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
        #else
        Musl.connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
        #endif
    }
}
