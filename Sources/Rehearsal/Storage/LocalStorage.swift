import SystemFiles

/// The file system of this machine. What is below a mount is found step by step (`ConfinedWalk`), each time anew.
struct LocalStorage: Storage {
    func status(_ path: LocalPath, followingLinks: Bool) throws(StorageError) -> FileStatus {
        var result = stat()
        try check(at(path, followingLinks) { fstatat($0, $1, &result, $2 ? 0 : AT_SYMLINK_NOFOLLOW) })
        return FileStatus(result)
    }

    func names(in directory: LocalPath) throws(StorageError) -> [(name: [UInt8], kind: FileStatus.Kind?)] {
        let descriptor = try open(directory, O_RDONLY | O_DIRECTORY)
        guard let stream = fdopendir(descriptor) else {
            defer { _ = SystemCall.close(descriptor) }
            throw StorageError(number: errno)
        }
        defer { closedir(stream) }
        var names: [(name: [UInt8], kind: FileStatus.Kind?)] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw StorageError(number: errno) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard name != [UInt8(ascii: ".")], name != [UInt8(ascii: "."), UInt8(ascii: ".")] else { continue }
            names.append((name, FileStatus.Kind(directoryEntry: entry.pointee.d_type)))
        }
    }

    func openForReading(_ path: LocalPath) throws(StorageError) -> any StoredFile {
        // Without O_NONBLOCK, opening a pipe would wait for someone to write into it.
        LocalFile(descriptor: try open(path, O_RDONLY | O_NONBLOCK))
    }

    func openForWriting(_ path: LocalPath, followingLinks: Bool) throws(StorageError) -> any StoredFile {
        LocalFile(descriptor: try open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, followingLinks: followingLinks))
    }

    /// - Returns: a descriptor, for the caller to close.
    func open(_ path: LocalPath, _ flags: Int32, followingLinks: Bool = true) throws(StorageError) -> Int32 {
        try check(at(path, followingLinks) { openat($0, $1, flags | O_CLOEXEC | ($2 ? 0 : O_NOFOLLOW), 0o666) })
    }

    func makeDirectory(_ path: LocalPath) throws(StorageError) {
        try check(at(path, false) { name, path, _ in mkdirat(name, path, 0o777) })
    }

    func makeLink(_ path: LocalPath, to target: [UInt8]) throws(StorageError) {
        try check(at(path, false) { directory, name, _ in SystemCall.with(target + [0]) { symlinkat($0, directory, name) } })
    }

    func target(ofLink path: LocalPath) throws(StorageError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = try at(path, false) { directory, name, _ in
            buffer.withUnsafeMutableBytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    characters.baseAddress.map { readlinkat(directory, name, $0, characters.count) } ?? -1
                }
            }
        }
        guard count >= 0 else { throw StorageError(number: errno) }
        return Array(buffer.prefix(count))
    }

    func remove(_ path: LocalPath, isDirectory: Bool) throws(StorageError) {
        try check(at(path, false) { directory, name, _ in unlinkat(directory, name, isDirectory ? AT_REMOVEDIR : 0) })
    }

    func rename(_ old: LocalPath, to new: LocalPath) throws(StorageError) {
        let result = try at(old, false) { (oldDirectory, oldName, _) -> Result<Int32, StorageError> in
            Result { () throws(StorageError) in
                try at(new, false) { newDirectory, newName, _ in renameat(oldDirectory, oldName, newDirectory, newName) }
            }
        }
        try check(try result.get())
    }

    /// Calls `body` with an open directory, a name in it, and whether a link of that name is the system's to follow: never below a mount,
    /// where the walk has followed it.
    private func at<Value>(
        _ path: LocalPath, _ followingLinks: Bool, _ body: (Int32, UnsafePointer<CChar>, Bool) -> Value
    ) throws(StorageError) -> Value {
        guard path.isConfined else { return path.withCString { body(AT_FDCWD, $0, followingLinks) } }
        let located = try ConfinedWalk.locate(path, followingLast: followingLinks)
        return SystemCall.with(located.name) { body(located.directory.descriptor, $0, false) }
    }
}

/// A file descriptor that closes itself.
private final class LocalFile: StoredFile {
    private var descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { if descriptor >= 0 { _ = SystemCall.close(descriptor) } }

    func status() throws(StorageError) -> FileStatus {
        var result = stat()
        try check(fstat(descriptor, &result))
        return FileStatus(result)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(StorageError) -> Int {
        while true {
            let count = SystemCall.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw StorageError(number: errno) }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = SystemCall.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 {
                if errno != EINTR { throw StorageError(number: errno) }
            } else {
                rest = rest.dropFirst(count)
            }
        }
    }

    func setModified(_ seconds: Int64) throws(StorageError) {
        let time = timespec(tv_sec: Int(seconds), tv_nsec: 0)
        try check([time, time].withUnsafeBufferPointer { times in times.baseAddress.map { futimens(descriptor, $0) } ?? -1 })
    }

    func close() throws(StorageError) {
        let closing = descriptor
        descriptor = -1
        try check(SystemCall.close(closing))
    }
}

@discardableResult
private func check(_ result: Int32) throws(StorageError) -> Int32 {
    guard result >= 0 else { throw StorageError(number: errno) }
    return result
}

extension FileStatus {
    fileprivate init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .link
        case S_IFCHR: kind = .characterDevice
        case S_IFBLK: kind = .blockDevice
        case S_IFIFO: kind = .pipe
        default: kind = .other
        }
        (size, mode) = (Int64(status.st_size), UInt32(status.st_mode & 0o7777))
        modified = Int64(status.st_mtim.tv_sec)
        (user, group) = (status.st_uid, status.st_gid)
        (device, inode) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
    }
}

extension FileStatus.Kind {
    /// What `readdir` says; `nil` where it does not know.
    fileprivate init?(directoryEntry type: UInt8) {
        switch Int(type) {
        case Int(DT_REG): self = .file
        case Int(DT_DIR): self = .directory
        case Int(DT_LNK): self = .link
        case Int(DT_CHR): self = .characterDevice
        case Int(DT_BLK): self = .blockDevice
        case Int(DT_FIFO): self = .pipe
        case Int(DT_SOCK): self = .other
        default: return nil
        }
    }
}
