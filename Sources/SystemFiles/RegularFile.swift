/// Opens what is to be read to its end. A pipe without a writer would let us wait for ever, `/dev/zero` has no end, and a file of many
/// gigabytes is nothing that anybody wrote for us.
package enum RegularFile {
    package enum Problem: Error, Hashable, CustomStringConvertible {
        /// An error number of the system's.
        case system(Int32)
        /// `a named pipe`, `a device`, …
        case other(String)
        case tooLarge(bytes: Int64, limit: Int64)

        package var description: String {
            switch self {
            case .system(let code): SystemReason.words(code)
            case .other(let kind): "it is \(kind), not a file"
            case .tooLarge(let bytes, let limit): "it has \(bytes) bytes, and more than \(limit) are not read"
            }
        }
    }

    /// - Parameter limit: bytes.
    /// - Returns: a descriptor that the caller closes.
    package static func open(_ path: String, atMost limit: Int64) throws(Problem) -> Int32 {
        let isInherited = isInherited(path)
        let descriptor = SystemCall.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (isInherited ? 0 : O_NONBLOCK))
        // A socket cannot be opened, and a device may not be there.
        guard descriptor >= 0 else { throw errno == ENXIO ? .other("a socket or a device") : .system(errno) }
        do throws(Problem) {
            try check(descriptor, limit, isInherited)
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func check(_ descriptor: Int32, _ limit: Int64, _ isInherited: Bool) throws(Problem) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            guard Int64(status.st_size) <= limit else { throw .tooLarge(bytes: Int64(status.st_size), limit: limit) }
        case S_IFDIR: throw .system(EISDIR)
        case S_IFIFO: if !isInherited { throw .other("a named pipe") }
        case S_IFSOCK: if !isInherited { throw .other("a socket") }
        default: throw .other("a device")
        }
    }

    /// Why a path is not that of an ordinary file, which says the same whenever it is read; `nil` if it is one, is not there, or cannot be
    /// looked at.
    ///
    /// - Returns: `a named pipe`, `a directory`, …
    package static func oddity(of path: String) -> String? {
        if isInherited(path) { return path == "/dev/stdin" ? "standard input" : "what the caller has opened for this command" }
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return nil
        case S_IFDIR: return "a directory"
        case S_IFIFO: return "a named pipe"
        case S_IFSOCK: return "a socket"
        default: return "a device"
        }
    }

    /// What whoever started us has opened for us, as a shell does for `<(…)`: a name of a descriptor, which may be a pipe.
    private static func isInherited(_ path: String) -> Bool {
        path == "/dev/stdin"
            || ["/dev/fd/", "/proc/self/fd/"].contains { path.hasPrefix($0) && path.dropFirst($0.count).allSatisfy(\.isNumber) }
    }
}
