import FoundationEssentials
import Globus
import SystemFiles

/// A small file for its owner's eyes alone: never a link, never readable by others, there whole or not at all.
enum SecretFile {
    typealias Fault = StoredLoginProblem.Fault

    private static let limit = 1 << 20

    /// - Returns: `nil` if there is no such file.
    static func read(_ path: String) throws(Fault) -> Data? {
        // Not blocked by a pipe that somebody put in its place.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return nil
            case ELOOP: throw .symbolicLink
            default: throw .unreadable(reason: reason())
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(reason: reason()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_mode & 0o077 == 0 else { throw .exposed(mode: UInt32(status.st_mode & 0o777)) }
        var data = Data()
        while data.count <= limit {
            guard let part = SystemFile.read(descriptor, atMost: 1 << 16) else { throw .unreadable(reason: reason()) }
            if part.isEmpty { return data }
            data.append(contentsOf: part)
        }
        throw .unreadable(reason: "it is larger than any login")
    }

    /// Replaces `path`: written beside with mode 600, flushed, renamed.
    static func write(_ data: Data, to path: String) throws(Fault) {
        switch FileKind(path) {
        case .directory, .other: throw .notAFile
        case .nothing, .file, .danglingLink, .unreachable: break
        }
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK { throw .symbolicLink }
        // Several machines may share the home, so the process's number is not enough of a name.
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(reason: reason()) }
        guard fchmod(descriptor, 0o600) == 0, SystemFile.write(Array(data), to: descriptor), fsync(descriptor) == 0 else {
            let fault = Fault.unwritable(reason: reason())
            close(descriptor)
            unlink(temporary)
            throw fault
        }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else {
            let fault = Fault.unwritable(reason: reason())
            unlink(temporary)
            throw fault
        }
        SystemFile.flushDirectory(of: path)
    }

    static func remove(_ path: String) throws(Fault) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .unwritable(reason: reason()) }
    }

    /// Makes the directories above `path`, for their owner alone.
    static func makeDirectory(for path: String) throws(Fault) {
        guard let slash = path.lastPlace(of: "/"), slash != path.startIndex else { return }
        let directory = String(path[..<slash])
        if mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw .unwritable(reason: reason()) }
        try makeDirectory(for: directory)
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw .unwritable(reason: reason()) }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
