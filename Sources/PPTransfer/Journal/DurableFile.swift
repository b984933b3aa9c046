#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files that are there whole or not at all, also after a power cut: written beside, flushed, renamed, and the directory flushed.
///
/// Works on network file systems: needs rename and link, no locks.
enum DurableFile {
    /// Replaces `path`. With `keepingPrevious`, what stood there stays as `<path>.previous`.
    static func write(_ bytes: some Collection<UInt8>, to path: String, keepingPrevious: Bool = false) throws(JournalProblem) {
        let temporary = "\(path).\(getpid()).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var isClosed = false
        do throws(JournalProblem) {
            try write(Array(bytes), to: descriptor, path)
            guard fsync(descriptor) == 0 else { throw failure(path) }
            isClosed = true
            guard close(descriptor) == 0 else { throw failure(path) }
            if keepingPrevious {
                unlink(path + ".previous")
                guard link(path, path + ".previous") == 0 || errno == ENOENT else { throw failure(path) }
            }
            guard rename(temporary, path) == 0 else { throw failure(path) }
        } catch {
            if !isClosed { close(descriptor) }
            unlink(temporary)
            throw error
        }
        flushDirectory(of: path)
    }

    /// - Returns: `nil` if there is no such file.
    static func read(_ path: String) throws(JournalProblem) -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(path: path, reason: reason())
        }
        defer { close(descriptor) }
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return data }
            if count > 0 {
                data.append(contentsOf: buffer[..<count])
            } else if errno != EINTR {
                throw .unreadable(path: path, reason: reason())
            }
        }
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(JournalProblem) {
        if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw failure(path) }
        try makeDirectory(String(path[..<slash]))
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failure(path) }
    }

    static func failure(_ path: String) -> JournalProblem { .unwritable(path: path, reason: reason()) }

    static func reason() -> String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(JournalProblem) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done) }
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw failure(path)
            }
        }
    }

    private static func flushDirectory(of path: String) {
        guard let slash = path.lastIndex(of: "/") else { return }
        let descriptor = open(slash == path.startIndex ? "/" : String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func systemRead(_ descriptor: Int32, _ address: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        Glibc.read(descriptor, address, count)
        #else
        Musl.read(descriptor, address, count)
        #endif
    }

    private static func systemWrite(_ descriptor: Int32, _ address: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, address, count)
        #else
        Musl.write(descriptor, address, count)
        #endif
    }
}
