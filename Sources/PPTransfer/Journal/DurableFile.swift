import Globus

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
        try write(to: path, keepingPrevious: keepingPrevious) { file throws(JournalProblem) in try file.append(Array(bytes)) }
    }

    /// A file as it is being written, under another name.
    struct Output {
        fileprivate let descriptor: Int32
        fileprivate let path: String

        func append(_ bytes: [UInt8]) throws(JournalProblem) {
            guard SystemFile.write(bytes, to: descriptor) else { throw failure(path) }
        }
    }

    /// The same, piece by piece.
    static func write(
        to path: String, keepingPrevious: Bool = false, _ content: (Output) throws(JournalProblem) -> Void
    ) throws(JournalProblem) {
        let temporary = "\(path).\(getpid()).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var isClosed = false
        do throws(JournalProblem) {
            try content(Output(descriptor: descriptor, path: path))
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
        SystemFile.flushDirectory(of: path)
    }

    /// - Returns: `nil` if there is no such file.
    static func read(_ path: String) throws(JournalProblem) -> Data? { try readBytes(path).map { Data($0) } }

    /// - Returns: `nil` if there is no such file.
    static func readBytes(_ path: String) throws(JournalProblem) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(path: path, reason: reason())
        }
        defer { close(descriptor) }
        var status = stat()
        // Files of the kernel's have no size; a byte more shows the end without asking again.
        let expected = fstat(descriptor, &status) == 0 ? Int(status.st_size) + 1 : 0
        var bytes: [UInt8] = []
        while true {
            let room = max(expected - bytes.count, 1 << 12)
            var count = 0
            let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
                count = SystemFile.read(descriptor, buffer.baseAddress, buffer.count)
                filled = max(count, 0)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: reason()) }
            bytes = bytes.isEmpty ? part : bytes + part
            if count == 0 || (count < room && bytes.count == expected - 1) { return bytes }
        }
    }

    /// The names in a directory that end so, in no order; none if it cannot be read.
    static func names(in directory: String, ending: String = "") -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        let ending = Array(ending.utf8)
        var names: [String] = []
        while let entry = readdir(stream) {
            withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                let name = bytes.prefix { $0 != 0 }
                if name.suffix(ending.count).elementsEqual(ending) { names.append(String(decoding: name, as: UTF8.self)) }
            }
        }
        return names.filter { $0 != "." && $0 != ".." }
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
}
