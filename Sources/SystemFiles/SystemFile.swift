/// Reading and writing of descriptors, however often the system has to be asked.
package enum SystemFile {
    /// Reads what there is, at most `room` bytes.
    ///
    /// - Returns: empty at the end; `nil`, with `errno`, if it cannot be read.
    package static func read(_ descriptor: Int32, atMost room: Int) -> [UInt8]? {
        while true {
            var count = 0
            let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
                count = SystemCall.read(descriptor, buffer.baseAddress, buffer.count)
                filled = max(count, 0)
            }
            if count >= 0 { return part }
            guard errno == EINTR else { return nil }
        }
    }

    /// How long a reader may take nothing of what is written to it.
    package static let patience = Duration.seconds(30)

    /// Writes all of it. A descriptor that would not wait is waited for.
    ///
    /// - Returns: `false`, with `errno`, if it cannot be written, or nothing was taken for so long (`EAGAIN`).
    package static func write(_ bytes: [UInt8], to descriptor: Int32, patience: Duration = SystemFile.patience) -> Bool {
        let clock = ContinuousClock()
        var done = 0
        var deadline = clock.now + patience
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                SystemCall.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            if count > 0 {
                done += count
                deadline = clock.now + patience
            } else if count == 0 {
                errno = EIO
                return false
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                // Whoever started us may have left the stream non-blocking, as terminals shared with an editor or ssh are.
                let rest = clock.now.duration(to: deadline).milliseconds
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

    /// Makes a rename in the directory that holds `path` outlive a power cut.
    package static func flushDirectory(of path: String) {
        guard let slash = path.lastPlace(of: "/") else { return }
        let descriptor = open(slash == path.startIndex ? "/" : String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
