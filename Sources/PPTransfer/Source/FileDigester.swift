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

    /// What a file holds, whatever it should hold.
    enum Reading: Hashable, Sendable {
        case missing, notAFile
        case unreadable(reason: String)
        /// As many bytes as were read, and a digest by each algorithm that was asked for.
        case read(size: Int64, digests: [Digest])
        case cancelled
    }

    /// One read; large enough that Lustre sends whole stripes.
    private static let chunk = 1 << 20

    private let root: Int32
    private let followsLinks: Bool
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FileDigester.chunk, alignment: 4096)

    /// - Parameter root: an open directory, from which the paths start.
    init(_ root: Int32, followingLinks: Bool) { (self.root, followsLinks) = (root, followingLinks) }

    deinit { buffer.deallocate() }

    /// - Parameters:
    ///   - entry: what was listed; the file must still be so, before and after.
    ///   - goOn: told of the bytes of each read; `false` ends it.
    func digest(_ entry: Manifest.Entry, by algorithm: Digest.Algorithm, goOn: (Int64) -> Bool) -> Result {
        let descriptor = opened(entry.path)
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
        let result: Result
        switch contents(of: descriptor, by: [algorithm], goOn) {
        case .read(entry.size, let digests): result = digests.first.map { .digest($0) } ?? .changed(entry.path)
        // An end before the listed size is a file that was cut, or a server that gave less than it has.
        case .read, .missing, .notAFile: result = .changed(entry.path)
        case .unreadable(let reason): result = .problem(.unreadable(entry.path, reason: reason))
        case .cancelled: return .cancelled
        }
        var after = stat()
        var opened = entry
        opened.stamp = FileStamp(before)
        guard fstat(descriptor, &after) == 0, Sameness(opened, after).isUnchanged else { return .changed(entry.path) }
        return result
    }

    /// - Parameters:
    ///   - algorithms: none only looks whether there is a file, and of which size.
    ///   - goOn: as above.
    func reading(of path: String, by algorithms: [Digest.Algorithm], goOn: (Int64) -> Bool) -> Reading {
        let descriptor = opened(path)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return .missing
            default: return .unreadable(reason: SystemReason.current)
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .unreadable(reason: SystemReason.current) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .notAFile }
        guard !algorithms.isEmpty else { return .read(size: Int64(status.st_size), digests: []) }
        return contents(of: descriptor, by: algorithms, goOn)
    }

    private func opened(_ path: String) -> Int32 {
        openat(root, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
    }

    private func contents(of descriptor: Int32, by algorithms: [Digest.Algorithm], _ goOn: (Int64) -> Bool) -> Reading {
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        var sha256 = algorithms.contains(.sha256) ? SHA256() : nil
        var md5 = algorithms.contains(.md5) ? Insecure.MD5() : nil
        var done: Int64 = 0
        var hasFailed = false
        while true {
            let count = pread(descriptor, buffer.baseAddress, Self.chunk, off_t(done))
            if count > 0 {
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                sha256?.update(bufferPointer: bytes)
                md5?.update(bufferPointer: bytes)
                done += Int64(count)
                guard goOn(Int64(count)) else { return .cancelled }
            } else if count == 0 {
                let digests = [
                    sha256.map { Digest(.sha256, bytes: $0.finalize()) }, md5.map { Digest(.md5, bytes: $0.finalize()) },
                ]
                return .read(size: done, digests: digests.compactMap(\.self))
            } else if errno == EIO, !hasFailed {
                // Once again: a parallel file system may have switched to another server.
                hasFailed = true
            } else if errno != EINTR {
                return .unreadable(reason: "\(SystemReason.words()) at byte \(done)")
            }
        }
    }
}
