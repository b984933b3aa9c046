import CLinux
import Synchronization
import SystemFiles

/// One directory of a scan, and what was found in it.
final class SourceFolder: Sendable {
    /// A selected file.
    struct Row {
        /// Where its name begins in `names`, and how long it is.
        var offset: UInt32
        var length: UInt16
        /// Bytes.
        var size: Int64
        /// Seconds since 1970.
        var modified: Int64
        var stamp: FileStamp
    }

    /// What one thread has found in a directory, or in a part of a large one.
    struct Found {
        var names: [UInt8] = []
        var rows: [Row] = []
        var folders: [SourceFolder] = []

        mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ status: stat) {
            rows.append(
                Row(
                    offset: UInt32(names.count), length: UInt16(name.count), size: Int64(status.st_size),
                    modified: Int64(status.st_mtim.tv_sec), stamp: FileStamp(status)))
            names.append(contentsOf: name)
        }
    }

    let parent: SourceFolder?
    /// The source itself is 0.
    let depth: Int
    /// From the source, with a slash at its end; empty for the source itself.
    let path: [UInt8]
    /// Reached through a link that the policy follows.
    let isLinked: Bool
    /// Known where links are followed.
    private let identity: FileIdentity?
    private let found = Mutex(Found())

    init(below parent: SourceFolder?, path: [UInt8], _ identity: FileIdentity?, isLinked: Bool = false) {
        (self.parent, self.path, self.identity, self.isLinked) = (parent, path, identity, isLinked)
        depth = parent.map { $0.depth + 1 } ?? 0
    }

    /// Its name in its parent, with a slash at its end.
    private func withName<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        path.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[(parent?.path.count ?? 0)...])) }
    }

    /// Whether `directory` is this one, or above it.
    func isOrIsBelow(_ directory: FileIdentity) -> Bool { identity == directory || parent?.isOrIsBelow(directory) == true }

    func add(_ part: Found) {
        found.withLock { found in
            let shift = UInt32(found.names.count)
            guard shift > 0 || !found.folders.isEmpty else { return found = part }
            found.names += part.names
            found.folders += part.folders
            for var row in part.rows {
                row.offset += shift
                found.rows.append(row)
            }
        }
    }

    /// Opens it from its parent. A link is followed only where the policy has already done so.
    /// - Returns: a descriptor, or -1 with `errno`.
    func open(in parent: Int32) -> Int32 {
        let name = withName { $0.dropLast().map { CChar(truncatingIfNeeded: $0) } + [0] }
        return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (isLinked ? 0 : O_NOFOLLOW))
    }

    /// Whether this user may write to one of the files of a directory. The root of a file system mounted read-only here may be writable
    /// elsewhere.
    ///
    /// - Parameter folder: from `root`, empty or ending in a slash.
    static func holdsWritable(_ files: Manifest, in folder: FileName, of root: String) -> Bool {
        files.entries.contains { entry in
            guard FileName(entry.folder) == folder else { return false }
            return access(root + "/" + entry.path, W_OK) == 0 || errno == EROFS
        }
    }

    /// Opens it step by step from the source, for when its parent is no longer open.
    /// - Returns: a descriptor, or -1 with `errno`.
    func open(from source: Int32) -> Int32 {
        guard let parent, parent.depth > 0 else { return open(in: source) }
        let directory = parent.open(from: source)
        guard directory >= 0 else { return -1 }
        let opened = open(in: directory)
        let reason = errno
        close(directory)
        errno = reason
        return opened
    }

    /// Appends its files and those below it in the order of their paths, and forgets them.
    func empty(into entries: inout Manifest.Entries) {
        let before = entries.count
        move(into: &entries)
        // What was held in small pieces goes back to the system: a large scan would be in memory twice else.
        if before >> 16 != entries.count >> 16 { clinux_give_memory_back() }
    }

    private func move(into entries: inout Manifest.Entries) {
        let found = found.withLock { found in
            defer { found = Found() }
            return found
        }
        var rows = found.rows
        var folders = found.folders.sorted { one, other in one.withName { one in other.withName { ByteOrder.precedes(one, $0) } } }[...]
        path.withUnsafeBufferPointer { path in
            found.names.withUnsafeBufferPointer { names in
                func name(_ row: Row) -> UnsafeBufferPointer<UInt8> {
                    UnsafeBufferPointer(rebasing: names[Int(row.offset)..<Int(row.offset) + Int(row.length)])
                }
                rows.sort { ByteOrder.precedes(name($0), name($1)) }
                for row in rows {
                    // All paths below a directory begin with its name and a slash: by that they are ordered among the files.
                    while let next = folders.first, next.withName({ ByteOrder.precedes($0, name(row)) }) {
                        next.empty(into: &entries)
                        folders.removeFirst()
                    }
                    entries.append(name(row), in: path, size: row.size, modified: row.modified, stamp: row.stamp)
                }
            }
        }
        for folder in folders { folder.empty(into: &entries) }
    }
}
