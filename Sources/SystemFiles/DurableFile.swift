/// Files that are there whole or not at all, also after a power cut: written beside, flushed, renamed, and the directory flushed.
///
/// Works on network file systems: needs rename and link, no locks.
package enum DurableFile {
    /// Asked before a file is written: the `errno` of a disk that has no room for it, else 0. Tests fill the disk by it.
    @TaskLocal static var shortage: @Sendable (_ path: String) -> Int32 = { _ in 0 }

    /// Replaces `path`. With `keepingPrevious`, what stood there stays as `<path>.previous`.
    ///
    /// - Parameters:
    ///   - token: a part of the name under which it is written; another for each process and each hold of a journal's record.
    ///   - check: asked once more when all is written, before anything takes the place of what stood there.
    package static func write<Failure: FileFailure>(
        _ bytes: some Collection<UInt8>, to path: String, token: String? = nil, keepingPrevious: Bool = false,
        check: () throws(Failure) -> Void
    ) throws(Failure) {
        try write(to: path, token: token, keepingPrevious: keepingPrevious, check: check) { file throws(Failure) in
            do throws(FileProblem) { try file.append(Array(bytes)) } catch { throw Failure(error) }
        }
    }

    /// Replaces `path`.
    package static func write(_ bytes: some Collection<UInt8>, to path: String) throws(FileProblem) {
        try write(bytes, to: path, check: { () throws(FileProblem) in })
    }

    /// A file as it is being written, under another name.
    package struct Output {
        fileprivate let descriptor: Int32
        fileprivate let path: String

        package func append(_ bytes: [UInt8]) throws(FileProblem) {
            guard SystemFile.write(bytes, to: descriptor) else { throw FileProblem(.write, path) }
        }
    }

    /// The same, piece by piece.
    package static func write<Failure: FileFailure>(
        to path: String, token: String? = nil, keepingPrevious: Bool = false, check: () throws(Failure) -> Void,
        _ content: (Output) throws(Failure) -> Void
    ) throws(Failure) {
        func failure(_ path: String) -> Failure { Failure(FileProblem(.write, path)) }
        errno = shortage(path)
        guard errno == 0 else { throw failure(path) }
        // A file that is new: what a link of that name leads to is never written.
        let temporary = "\(path).\(token ?? String(UInt64.random(in: 1 << 44..<1 << 48), radix: 16)).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var isClosed = false
        do throws(Failure) {
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

    /// No record or report comes near it.
    package static let largest: Int64 = 1 << 28

    /// - Returns: `nil` if there is no such file.
    package static func read(_ path: String) throws(FileProblem) -> [UInt8]? {
        let descriptor: Int32
        do throws(RegularFile.Problem) {
            descriptor = try RegularFile.open(path, atMost: largest)
        } catch {
            if error == .system(ENOENT) { return nil }
            throw FileProblem(.read, path, reason: error.description)
        }
        defer { close(descriptor) }
        var status = stat()
        // Files of the kernel's have no size; a byte more shows the end without asking again.
        let expected = fstat(descriptor, &status) == 0 ? Int(status.st_size) + 1 : 0
        var bytes: [UInt8] = []
        while true {
            let room = max(expected - bytes.count, 1 << 12)
            guard let part = SystemFile.read(descriptor, atMost: room) else { throw FileProblem(.read, path) }
            bytes = bytes.isEmpty ? part : bytes + part
            guard bytes.count <= largest else {
                throw FileProblem(.read, path, reason: "it has no end before \(largest) bytes, and more are not read")
            }
            if part.isEmpty || (part.count < room && bytes.count == expected - 1) { return bytes }
        }
    }

    /// The names in a directory that end so, in no order; none if it cannot be read.
    package static func names(in directory: String, ending: String = "") -> [String] {
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
    package static func makeDirectory(_ path: String, isPrivate: Bool = false) throws(FileProblem) {
        if try made(path, isPrivate) { return }
        guard errno == ENOENT, let directory = path.directory else { throw FileProblem(.write, path) }
        try makeDirectory(directory, isPrivate: isPrivate)
        guard try made(path, isPrivate) else { throw FileProblem(.write, path) }
    }

    /// - Returns: whether it is there now; else `errno` says why not.
    private static func made(_ path: String, _ isPrivate: Bool) throws(FileProblem) -> Bool {
        guard mkdir(path, isPrivate ? 0o700 : 0o777) == 0 else { return errno == EEXIST }
        // A umask may have taken away what its owner needs.
        if isPrivate, chmod(path, 0o700) != 0 { throw FileProblem(.write, path) }
        return true
    }

    /// Removes what processes that died have left of files that they were writing.
    ///
    /// - Parameter endings: of the files, after `stem`.
    package static func sweepParts(of stem: String, endings: [String]) {
        guard let slash = stem.lastPlace(of: "/") else { return }
        let (directory, base) = (String(stem[..<slash]), stem[stem.index(after: slash)...])
        for name in names(in: directory, ending: ".part") where name.hasPrefix(base) {
            let rest = name.dropFirst(base.count).dropLast(".part".count)
            guard let dot = rest.lastIndex(of: "."), endings.contains(String(rest[..<dot])) else { continue }
            if rest[rest.index(after: dot)...].allSatisfy(\.isHexDigit) { unlink(directory + "/" + name) }
        }
    }
}
