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
    /// Asked before a file is written: the `errno` of a disk that has no room for it, else 0. Tests fill the disk by it.
    @TaskLocal static var shortage: @Sendable (_ path: String) -> Int32 = { _ in 0 }

    /// Replaces `path`. With `keepingPrevious`, what stood there stays as `<path>.previous`.
    ///
    /// - Parameters:
    ///   - token: a part of the name under which it is written; another for each process and each hold of a journal's record.
    ///   - check: asked once more when all is written, before anything takes the place of what stood there.
    static func write(
        _ bytes: some Collection<UInt8>, to path: String, token: String? = nil, keepingPrevious: Bool = false,
        check: () throws(JournalProblem) -> Void = { () throws(JournalProblem) in }
    ) throws(JournalProblem) {
        try write(to: path, token: token, keepingPrevious: keepingPrevious, check: check) { file throws(JournalProblem) in
            try file.append(Array(bytes))
        }
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
        to path: String, token: String? = nil, keepingPrevious: Bool = false,
        check: () throws(JournalProblem) -> Void = { () throws(JournalProblem) in },
        _ content: (Output) throws(JournalProblem) -> Void
    ) throws(JournalProblem) {
        errno = shortage(path)
        guard errno == 0 else { throw failure(path) }
        // A file that is new: what a link of that name leads to is never written.
        let temporary = "\(path).\(token ?? String(UInt64.random(in: 1 << 44..<1 << 48), radix: 16)).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var isClosed = false
        do throws(JournalProblem) {
            try content(Output(descriptor: descriptor, path: path))
            guard fsync(descriptor) == 0 else { throw failure(path) }
            isClosed = true
            guard close(descriptor) == 0 else { throw failure(path) }
            try check()
            if keepingPrevious {
                unlink(path + ".previous")
                guard link(path, path + ".previous") == 0 || errno == ENOENT else { throw failure(path) }
            }
            guard rename(temporary, path) == 0 else {
                let problem = failure(path)
                // Whoever took us for dead has swept away what we were writing.
                try check()
                throw problem
            }
        } catch {
            if !isClosed { close(descriptor) }
            unlink(temporary)
            throw error
        }
        SystemFile.flushDirectory(of: path)
    }

    /// - Returns: `nil` if there is no such file.
    static func read(_ path: String) throws(JournalProblem) -> Data? { try readBytes(path).map { Data($0) } }

    /// No record or report comes near it.
    static let largest: Int64 = 1 << 28

    /// - Returns: `nil` if there is no such file.
    static func readBytes(_ path: String) throws(JournalProblem) -> [UInt8]? {
        let descriptor: Int32
        do throws(RegularFile.Problem) {
            descriptor = try RegularFile.open(path, atMost: largest)
        } catch {
            if error == .system(ENOENT) { return nil }
            throw .unreadable(path: path, reason: error.description)
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
            guard bytes.count <= largest else {
                throw .unreadable(path: path, reason: "it has no end before \(largest) bytes, and more are not read")
            }
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
    ///
    /// - Parameter isPrivate: what is made is for its owner alone, whatever the umask says; what is there already stays as it is.
    static func makeDirectory(_ path: String, isPrivate: Bool = false) throws(JournalProblem) {
        if try made(path, isPrivate) { return }
        guard errno == ENOENT, let directory = path.directory else { throw failure(path) }
        try makeDirectory(directory, isPrivate: isPrivate)
        guard try made(path, isPrivate) else { throw failure(path) }
    }

    /// - Returns: whether it is there now; else `errno` says why not.
    private static func made(_ path: String, _ isPrivate: Bool) throws(JournalProblem) -> Bool {
        guard mkdir(path, isPrivate ? 0o700 : 0o777) == 0 else { return errno == EEXIST }
        // A umask may have taken away what its owner needs.
        if isPrivate, chmod(path, 0o700) != 0 { throw failure(path) }
        return true
    }

    /// Removes what processes that died have left of files that they were writing.
    ///
    /// - Parameter endings: of the files, after `stem`.
    static func sweepParts(of stem: String, endings: [String]) {
        guard let slash = stem.lastPlace(of: "/") else { return }
        let (directory, base) = (String(stem[..<slash]), stem[stem.index(after: slash)...])
        for name in names(in: directory, ending: ".part") where name.hasPrefix(base) {
            let rest = name.dropFirst(base.count).dropLast(".part".count)
            guard let dot = rest.lastIndex(of: "."), endings.contains(String(rest[..<dot])) else { continue }
            if rest[rest.index(after: dot)...].allSatisfy(\.isHexDigit) { unlink(directory + "/" + name) }
        }
    }

    static func failure(_ path: String) -> JournalProblem { .unwritable(path: path, reason: reason()) }

    static func reason() -> String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }
}
