import SystemFiles

/// A name in an open directory: what a path below a mount was found to be.
///
/// Whoever uses it must not follow a link in its place (`O_NOFOLLOW`): it may have been put there since.
struct Located {
    let directory: OpenDirectory
    /// Ends with a NUL; `.` for the directory itself.
    let name: [UInt8]
}

/// A directory that closes itself. It stays the same one, whatever becomes of its name.
final class OpenDirectory {
    let descriptor: Int32

    init(descriptor: Int32) throws(StorageError) {
        guard descriptor >= 0 else { throw StorageError(number: errno) }
        self.descriptor = descriptor
    }

    deinit { _ = SystemCall.close(descriptor) }

    // O_PATH, which the C library shows to GNU's sources alone: for passing through, which needs less permission than reading.
    private static let access: Int32 = 0o10000000

    /// - Parameter name: ends with a NUL.
    func directory(_ name: [UInt8]) throws(StorageError) -> OpenDirectory {
        try OpenDirectory(
            descriptor: SystemCall.with(name) { openat(descriptor, $0, Self.access | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) })
    }

    /// The root of a mount, or the machine's. Its own path was chosen by whoever started the simulator, and may lead through links.
    static func root(_ path: [UInt8]) throws(StorageError) -> OpenDirectory {
        try OpenDirectory(descriptor: SystemCall.with(path) { open($0, access | O_DIRECTORY | O_CLOEXEC) })
    }

    func isSame(as other: OpenDirectory) -> Bool {
        var (own, others) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && fstat(other.descriptor, &others) == 0 && own.st_dev == others.st_dev
            && own.st_ino == others.st_ino
    }

    /// - Returns: `nil` if `name` is no link.
    func target(ofLink name: [UInt8]) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = SystemCall.with(name) { name in
            buffer.withUnsafeMutableBytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    characters.baseAddress.map { readlinkat(descriptor, name, $0, characters.count) } ?? -1
                }
            }
        }
        return count >= 0 ? Array(buffer.prefix(count)) : nil
    }
}

/// Finds a path below a mount step by step, from one open directory to the next. Links are read and followed here and not by the system,
/// so that none leads out of the mount, however quickly somebody puts it there.
struct ConfinedWalk {
    private static let linkLimit = 40

    private let root: OpenDirectory
    /// From the root to where the walk is; links may lead out of the mount and back in, and while it is out there is one more.
    private var inside: [OpenDirectory]
    private var outside: OpenDirectory?
    /// The next component last.
    private var pending: [[UInt8]] = []
    private var links = 0

    private init(root path: [UInt8]) throws(StorageError) {
        root = try .root(path)
        inside = [root]
    }

    /// - Parameter followingLast: whether a link at the end of the path is followed.
    /// - Throws: `EPERM` if the path ends outside of the mount.
    static func locate(_ path: LocalPath, followingLast: Bool) throws(StorageError) -> Located {
        var walk = try ConfinedWalk(root: path.rootBytes + [0])
        walk.push(path.relativeBytes)
        return try walk.end(followingLast: followingLast)
    }

    private mutating func push(_ path: some Collection<UInt8>) {
        pending += path.split(separator: UInt8(ascii: "/")).reversed().map { Array($0) + [0] }
    }

    private mutating func end(followingLast: Bool) throws(StorageError) -> Located {
        while let name = pending.popLast() {
            switch name {
            case [UInt8(ascii: "."), 0]: break
            case [UInt8(ascii: "."), UInt8(ascii: "."), 0]: try goUp()
            case _ where pending.isEmpty && outside == nil:
                let here = inside[inside.count - 1]
                guard followingLast, let target = here.target(ofLink: name) else { return Located(directory: here, name: name) }
                try follow(target)
            default: try goDown(name)
            }
        }
        guard outside == nil else { throw StorageError(number: EPERM) }
        return Located(directory: inside[inside.count - 1], name: [UInt8(ascii: "."), 0])
    }

    private mutating func goUp() throws(StorageError) {
        if outside == nil, inside.count > 1 {
            inside.removeLast()
        } else {
            try stand(outsideAt: (outside ?? root).directory(Array("..".utf8) + [0]))
        }
    }

    private mutating func goDown(_ name: [UInt8]) throws(StorageError) {
        let here = outside ?? inside[inside.count - 1]
        do {
            let next = try here.directory(name)
            if outside == nil { inside.append(next) } else { stand(outsideAt: next) }
        } catch {
            // A link is no directory, and with some flags a link too many.
            if error.number == ENOTDIR || error.number == ELOOP, let target = here.target(ofLink: name) { return try follow(target) }
            // What is out there is nobody's business.
            throw outside == nil ? error : StorageError(number: EPERM)
        }
    }

    private mutating func stand(outsideAt directory: OpenDirectory) {
        if directory.isSame(as: root) { (outside, inside) = (nil, [root]) } else { outside = directory }
    }

    private mutating func follow(_ target: [UInt8]) throws(StorageError) {
        links += 1
        guard links <= Self.linkLimit else { throw StorageError(number: ELOOP) }
        if target.first == UInt8(ascii: "/") { stand(outsideAt: try .root([UInt8(ascii: "/"), 0])) }
        push(target)
    }
}
