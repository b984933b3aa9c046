#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The system's calls on files, under names that do not meet those of Swift's methods.
package enum SystemFile {
    package static func read(_ descriptor: Int32, _ address: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        Glibc.read(descriptor, address, count)
        #else
        Musl.read(descriptor, address, count)
        #endif
    }

    /// Writes all of it, however often it takes.
    /// - Returns: `false`, with `errno`, if it cannot be written.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                #else
                Musl.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                #endif
            }
            if count >= 0 {
                done += count
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
