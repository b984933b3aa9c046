import SystemFiles

/// What the operating system answered instead of doing it.
struct StorageError: Error, Hashable {
    /// An `errno`.
    var number: Int32

    var isMissing: Bool { number == ENOENT || number == ENOTDIR }
    var isRefusal: Bool { number == EACCES || number == EPERM || number == EROFS }
    var isLackOfSpace: Bool { number == ENOSPC || number == EDQUOT }
    var text: String { String(cString: strerror(number)) }
}

/// A path of the local file system: bytes, since names need not be UTF-8. Ends with a NUL inside, ready for the system.
struct LocalPath: Hashable, Sendable {
    private var terminated: [UInt8]
    /// How many of the bytes name the mount that holds the path, whatever links there are; 0 where links may lead anywhere.
    private var rootLength = 0

    init(_ bytes: some BidirectionalCollection<UInt8>) { terminated = bytes.last == 0 ? Array(bytes) : Array(bytes) + [0] }

    /// This path as the root of a mount: nothing that is made from it leads out of it.
    var asMount: LocalPath {
        var copy = self
        // The root of the machine holds everything.
        copy.rootLength = bytes.allSatisfy { $0 == UInt8(ascii: "/") } ? 0 : bytes.count
        return copy
    }

    static func == (one: LocalPath, other: LocalPath) -> Bool { one.terminated == other.terminated }

    func hash(into hasher: inout Hasher) { hasher.combine(terminated) }

    var isConfined: Bool { rootLength > 0 }
    var rootBytes: ArraySlice<UInt8> { bytes.prefix(rootLength) }
    var relativeBytes: ArraySlice<UInt8> { bytes.dropFirst(rootLength) }

    init(_ text: String) { self.init(text.utf8) }

    var bytes: ArraySlice<UInt8> { terminated.dropLast() }
    var text: String { WireName.text(Array(bytes)) }

    func appending(_ name: some Collection<UInt8>) -> LocalPath {
        guard !name.isEmpty else { return self }
        var copy = self
        copy.terminated.removeLast()
        copy.terminated.reserveCapacity(copy.terminated.count + name.count + 2)
        if copy.terminated.last != UInt8(ascii: "/") { copy.terminated.append(UInt8(ascii: "/")) }
        copy.terminated.append(contentsOf: name)
        copy.terminated.append(0)
        return copy
    }

    /// The directory that holds this path; the root of the machine and that of a mount are their own parents.
    var parent: LocalPath {
        guard bytes.count > rootLength, let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash > 0 else {
            return isConfined ? self : LocalPath("/")
        }
        var copy = LocalPath(bytes[..<slash])
        copy.rootLength = min(rootLength, copy.bytes.count)
        return copy
    }

    /// Whether this is `ancestor` or below it, both without links.
    func isInside(_ ancestor: LocalPath) -> Bool {
        ancestor.bytes == [UInt8(ascii: "/")]
            || bytes.starts(with: ancestor.bytes)
                && (bytes.count == ancestor.bytes.count || bytes[ancestor.bytes.count] == UInt8(ascii: "/"))
    }

    func withCString<Value>(_ body: (UnsafePointer<CChar>) -> Value) -> Value {
        terminated.withUnsafeBytes { buffer in
            // Never empty: the terminator is always there.
            guard let base = buffer.baseAddress else { return "".withCString(body) }
            return body(base.assumingMemoryBound(to: CChar.self))
        }
    }
}

/// What is known of a path.
struct FileStatus: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case file, directory, link, characterDevice, blockDevice, pipe, other }

    var kind: Kind
    var size: Int64
    /// Whole seconds since 1970.
    var modified: Int64
    /// Permission bits, with set-id and sticky bits.
    var mode: UInt32
    var user: UInt32
    var group: UInt32
    /// Which file it is, whatever its name.
    var device: UInt64
    var inode: UInt64
}

/// An open file.
protocol StoredFile: AnyObject {
    func status() throws(StorageError) -> FileStatus
    /// - Returns: how many bytes came; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(StorageError) -> Int
    func write(_ bytes: UnsafeRawBufferPointer) throws(StorageError)
    func setModified(_ seconds: Int64) throws(StorageError)
    /// Some file systems tell only now that the disk is full.
    func close() throws(StorageError)
}

/// The file system behind a mount. A layer of faults can be put over it.
///
/// A path of a mount never leads out of it: what would is refused with `EPERM`.
protocol Storage: Sendable {
    func status(_ path: LocalPath, followingLinks: Bool) throws(StorageError) -> FileStatus
    /// The names in a directory, without `.` and `..`, in no particular order; the kind where the directory itself tells it.
    func names(in directory: LocalPath) throws(StorageError) -> [(name: [UInt8], kind: FileStatus.Kind?)]
    func openForReading(_ path: LocalPath) throws(StorageError) -> any StoredFile
    /// Makes the file or empties it. With `followingLinks` false, a link in its place is an error (`ELOOP`).
    func openForWriting(_ path: LocalPath, followingLinks: Bool) throws(StorageError) -> any StoredFile
    func makeDirectory(_ path: LocalPath) throws(StorageError)
    func makeLink(_ path: LocalPath, to target: [UInt8]) throws(StorageError)
    func target(ofLink path: LocalPath) throws(StorageError) -> [UInt8]
    func remove(_ path: LocalPath, isDirectory: Bool) throws(StorageError)
    func rename(_ old: LocalPath, to new: LocalPath) throws(StorageError)
    /// The service is done with a file that it wrote.
    func sent(_ path: LocalPath)
}

extension Storage {
    func sent(_: LocalPath) {}
}
