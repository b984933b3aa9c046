import Crypto
import SystemFiles

/// Reads a file once, from its first byte to its last, and digests it.
///
/// Not shared between threads: it keeps its buffer from file to file.
struct FileDigester: ~Copyable {
    enum Result: Hashable, Sendable {
        case digest(Digest)
        /// It is not as it was listed: larger, smaller, written to meanwhile, or gone.
        case changed(String)
        case problem(SourceProblem)
        case cancelled
    }

    /// One read; large enough that Lustre sends whole stripes.
    private static let chunk = 1 << 20

    private let algorithm: Digest.Algorithm
    private let root: Int32
    private let followsLinks: Bool
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FileDigester.chunk, alignment: 4096)

    /// - Parameter root: an open directory, from which the paths start.
    init(_ algorithm: Digest.Algorithm, _ root: Int32, followingLinks: Bool) {
        (self.algorithm, self.root, followsLinks) = (algorithm, root, followingLinks)
    }

    deinit { buffer.deallocate() }

    /// - Parameters:
    ///   - entry: what was listed; the file must still be so, before and after.
    ///   - goOn: told of the bytes of each read; `false` ends it.
    func digest(_ entry: Manifest.Entry, goOn: (Int64) -> Bool) -> Result {
        let descriptor = openat(root, entry.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR, ELOOP: return .changed(entry.path)
            case EACCES, EPERM: return .problem(.denied(entry.path))
            default: return .problem(.unreadable(entry.path, reason: SystemReason.words()))
            }
        }
        defer { close(descriptor) }
        var before = stat()
        // What was exchanged or touched since, but has its size and second, is read as it is now: the digest tells which bytes are meant.
        guard fstat(descriptor, &before) == 0, before.st_mode & S_IFMT == S_IFREG, Int64(before.st_size) == entry.size,
            Int64(before.st_mtim.tv_sec) == entry.modified
        else { return .changed(entry.path) }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        let result: Result
        switch algorithm {
        case .sha256: result = read(descriptor, entry, SHA256(), goOn)
        case .md5: result = read(descriptor, entry, Insecure.MD5(), goOn)
        }
        var after = stat()
        var opened = entry
        opened.stamp = FileStamp(before)
        guard fstat(descriptor, &after) == 0, Sameness(opened, after).isUnchanged else { return .changed(entry.path) }
        return result
    }

    private func read(_ descriptor: Int32, _ entry: Manifest.Entry, _ function: some HashFunction, _ goOn: (Int64) -> Bool) -> Result {
        var function = function
        var done: Int64 = 0
        var hasFailed = false
        while true {
            let count = pread(descriptor, buffer.baseAddress, Self.chunk, off_t(done))
            if count > 0 {
                function.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                done += Int64(count)
                guard goOn(Int64(count)) else { return .cancelled }
            } else if count == 0 {
                // An end before the listed size is a file that was cut, or a server that gave less than it has.
                return done == entry.size ? .digest(Digest(algorithm, bytes: function.finalize())) : .changed(entry.path)
            } else if errno == EIO, !hasFailed {
                // Once again: a parallel file system may have switched to another server.
                hasFailed = true
            } else if errno != EINTR {
                return .problem(.unreadable(entry.path, reason: "\(SystemReason.words()) at byte \(done)"))
            }
        }
    }
}
