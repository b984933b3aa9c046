import Globus
import SystemFiles

/// What stands at a path, as far as it matters to a login.
enum FileKind: Hashable {
    case nothing
    case file
    /// With where it leads, if it is a link.
    case directory(target: String?)
    case danglingLink(target: String)
    /// A socket, a pipe, a device.
    case other
    case unreachable(reason: String)

    package init(_ path: String) {
        var status = stat()
        let target = Self.target(of: path)
        guard stat(path, &status) == 0 else {
            switch (errno, target) {
            case (ENOENT, let target?), (ELOOP, let target?): self = .danglingLink(target: target)
            case (ENOENT, nil), (ENOTDIR, nil): self = .nothing
            case (let code, _): self = .unreachable(reason: String(cString: strerror(code)))
            }
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .directory(target: target)
        default: self = .other
        }
    }

    /// What keeps it from being read as a file; `nil` if it is one, or if there is nothing.
    var fault: StoredLoginProblem.Fault? {
        switch self {
        case .nothing, .file: nil
        case .directory, .other: .notAFile
        case .danglingLink(let target): .danglingLink(target: target)
        case .unreachable(let reason): .unreadable(reason: reason)
        }
    }

    /// - Returns: `nil` unless `path` is a link.
    private static func target(of path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let saved = errno
        defer { errno = saved }
        let count = buffer.withUnsafeMutableBytes { readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count) }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
