import PositionedYAML
import SystemFiles

/// Where an output file really goes, found before anything is written.
enum OutputPlace {
    /// Takes what is written to it: open, for the caller to close.
    case stream(Int32)
    /// A file of this name in a directory, which is open for the caller to close; `existing` is what is there now.
    case file(directory: Int32, name: String, existing: stat?)

    /// As many links as the kernel follows.
    private static let mostLinks = 40

    init(_ path: String) throws(OutputProblem) {
        guard !path.isEmpty else { throw OutputProblem(path: path, reason: "the name is empty") }
        guard !path.utf8.contains(0) else { throw OutputProblem(path: path, reason: "the name holds a NUL") }
        var current = path
        for _ in 0..<Self.mostLinks {
            switch try Self.look(at: current, for: path) {
            case .success(let place):
                self = place
                return
            case .failure(let link): current = link.target
            }
        }
        throw OutputProblem(path: path, reason: SystemReason.text(ELOOP))
    }

    private struct Link: Error { var target: String }

    /// - Parameter path: what the user wrote, of which links have led to `place`.
    private static func look(at place: String, for path: String) throws(OutputProblem) -> Result<OutputPlace, Link> {
        // A link of the kernel's (/dev/stdout, /dev/fd/3) leads to what is open, whatever it is called.
        if let number = ownDescriptor(place) {
            let descriptor = fcntl(number, F_DUPFD_CLOEXEC, 3)
            guard descriptor >= 0 else { throw OutputFile.failure(path) }
            return .success(.stream(descriptor))
        }
        let (above, name) = split(place)
        guard !name.isEmpty, name != ".", name != ".." else { throw OutputProblem(path: path, reason: "it is a directory") }
        let directory = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw OutputFile.failure(path) }
        var isKept = false
        defer { if !isKept { close(directory) } }
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw OutputFile.failure(path) }
            isKept = true
            return .success(.file(directory: directory, name: name, existing: nil))
        }
        try checkOwner(status, in: directory, path)
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            // Whoever protected a file of theirs meant it.
            guard faccessat(directory, name, W_OK, AT_EACCESS) == 0 else { throw OutputFile.failure(path) }
            isKept = true
            return .success(.file(directory: directory, name: name, existing: status))
        case S_IFLNK: return .failure(Link(target: try target(of: name, in: directory, above, path)))
        default: return .success(.stream(try openSpecial(name, status, in: directory, at: place, path: path)))
        }
    }

    // MARK: parts of paths

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let above = path[..<slash]
        return (above.isEmpty ? "/" : String(above), String(path[path.utf8.index(after: slash)...]))
    }

    private static func target(of name: String, in directory: Int32, _ above: String, _ path: String) throws(OutputProblem) -> String {
        var count = 0
        let bytes = [CChar](unsafeUninitializedCapacity: Int(PATH_MAX) + 1) { buffer, filled in
            count = readlinkat(directory, name, buffer.baseAddress!, Int(PATH_MAX))
            filled = max(0, count)
        }
        guard count > 0 else { throw OutputFile.failure(path) }
        guard let target = String(validating: bytes.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self) else {
            throw OutputProblem(path: path, reason: "it is a link to a name that is not UTF-8")
        }
        return target.utf8.first == UInt8(ascii: "/") ? target : above + "/" + target
    }

    /// The number of a descriptor of this process that a path stands for, such as `/dev/stdout` or `/dev/fd/3`.
    static func ownDescriptor(_ path: String) -> Int32? {
        var path = path
        for _ in 0..<mostLinks {
            let (above, name) = split(path)
            if let number = Int32(name), number >= 0, name.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), isOwnDescriptors(above) { return number }
            guard let next = linkTarget(path) else { return nil }
            path = next.utf8.first == UInt8(ascii: "/") ? next : above + "/" + next
        }
        return nil
    }

    private static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(validating: buffer[..<count].map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self) : nil
    }

    private static func isOwnDescriptors(_ directory: String) -> Bool {
        guard let resolved = realpath(directory, nil) else { return false }
        defer { free(resolved) }
        return String(cString: resolved) == "/proc/\(getpid())/fd"
    }

    // MARK: what is there

    /// In a directory that everybody may write to (`/tmp`), a link or pipe of somebody else is a trap.
    private static func checkOwner(_ status: stat, in directory: Int32, _ path: String) throws(OutputProblem) {
        guard status.st_uid != geteuid() else { return }
        switch status.st_mode & S_IFMT {
        case S_IFLNK, S_IFIFO, S_IFSOCK:
            var place = stat()
            guard fstat(directory, &place) == 0 else { throw OutputFile.failure(path) }
            guard place.st_mode & S_ISVTX != 0, place.st_mode & 0o022 != 0, place.st_uid != status.st_uid else { return }
            throw OutputProblem(
                path: path,
                reason: "in a directory that others may write to, it belongs to \(owner(status.st_uid)); name another file")
        default: return
        }
    }

    static func owner(_ user: uid_t) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 1 << 14)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
            return "user \(user)"
        }
        return "the user \(shown(String(cString: name)))"
    }

    /// Opens what is neither a file nor a link.
    private static func openSpecial(
        _ name: String, _ status: stat, in directory: Int32, at place: String, path: String
    ) throws(OutputProblem) -> Int32 {
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw OutputProblem(path: path, reason: "it is a directory")
        case S_IFBLK: throw OutputProblem(path: path, reason: "it is a disk")
        case S_IFSOCK: return try connectSocket(place, path)
        case S_IFIFO: return try openPipe(name, in: directory, path)
        default:
            let descriptor = openat(directory, name, O_WRONLY | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw OutputFile.failure(path) }
            return descriptor
        }
    }

    /// Waits for a reader, for so long.
    private static func openPipe(_ name: String, in directory: Int32, _ path: String) throws(OutputProblem) -> Int32 {
        let pause: useconds_t = 20_000
        for _ in 0..<Int(SystemFile.patience.components.seconds * 50) {
            // Without a reader this does not wait but says so.
            let descriptor = openat(directory, name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
            if descriptor >= 0 { return descriptor }
            guard errno == ENXIO || errno == EINTR else { throw OutputFile.failure(path) }
            usleep(pause)
        }
        throw OutputProblem(path: path, reason: "it is a pipe that nobody reads")
    }

    private static func connectSocket(_ place: String, _ path: String) throws(OutputProblem) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(place.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw OutputProblem(path: path, reason: "the name is too long for a socket's")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw OutputFile.failure(path) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { SystemCall.connect(descriptor, $0) }
        }
        guard code == 0 else {
            let problem = OutputFile.failure(path)
            close(descriptor)
            throw problem
        }
        return descriptor
    }
}
