import PositionedYAML
import SystemFiles

/// Why a file that a user named cannot be written.
package struct OutputProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package var path: String
    package var reason: String

    package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

    package var description: String { "cannot write \(shown(path)): \(reason)" }

    package var status: ExitStatus { .output }
}

/// The one writer of files that a user names. It writes to that place and destroys nothing:
///
/// - A file is there whole or not at all: it is written beside its place, flushed, and renamed.
/// - A link stays a link: what it leads to is replaced, in the directory where that is.
/// - A terminal, a pipe, a socket, `/dev/null` or `/dev/stdout` is written into and never replaced.
/// - A directory, a disk, and a file or link of another user are refused.
///
/// The journal's own files are written by `DurableFile`.
package enum OutputFile {
    /// What is being written to, piece by piece.
    package struct Sink {
        fileprivate let descriptor: Int32
        fileprivate let path: String

        package func append(_ bytes: [UInt8]) throws(OutputProblem) {
            guard SystemFile.write(bytes, to: descriptor) else { throw failure(path) }
        }
    }

    /// - Parameter permissions: of a file that holds a secret; otherwise a file keeps those that it has, and a new one gets the usual.
    package static func write(_ bytes: some Collection<UInt8>, to path: String, permissions: UInt32? = nil) throws(OutputProblem) {
        try write(to: path, permissions: permissions) { sink throws(OutputProblem) in try sink.append(Array(bytes)) }
    }

    /// The same, piece by piece.
    package static func write(
        to path: String, permissions: UInt32? = nil, _ content: (Sink) throws(OutputProblem) -> Void
    ) throws(OutputProblem) {
        switch try OutputPlace(path) {
        case .stream(let descriptor):
            defer { close(descriptor) }
            try content(Sink(descriptor: descriptor, path: path))
        case .file(let directory, let name, let existing):
            defer { close(directory) }
            try replace(existing, name, in: directory, path: path, permissions: permissions, content)
        }
    }

    /// Whether `path` names something that takes what is written to it and keeps nothing by that name: nothing belongs beside it.
    package static func isStream(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG || OutputPlace.ownDescriptor(path) != nil
    }

    /// Makes the directory of a file, and those above it.
    package static func makeDirectory(of path: String) throws(OutputProblem) {
        guard let slash = path.lastPlace(of: "/"), slash > path.startIndex else { return }
        try makeDirectory(String(path[..<slash]), for: path)
    }

    /// Makes a directory and those above it.
    package static func makeDirectory(_ directory: String, for path: String? = nil) throws(OutputProblem) {
        do throws(FileProblem) {
            try DurableFile.makeDirectory(directory)
        } catch {
            throw OutputProblem(path: path ?? error.path, reason: error.reason)
        }
    }

    private static func replace(
        _ existing: stat?, _ name: String, in directory: Int32, path: String, permissions: mode_t?,
        _ content: (Sink) throws(OutputProblem) -> Void
    ) throws(OutputProblem) {
        let (descriptor, temporary) = try makeTemporary(in: directory, permissions ?? 0o666, path)
        var isClosed = false
        do throws(OutputProblem) {
            try checkOwner(of: existing, by: descriptor, path)
            if let mode = permissions ?? existing.map({ $0.st_mode & 0o777 }) {
                guard fchmod(descriptor, mode) == 0 else { throw failure(path) }
            }
            try content(Sink(descriptor: descriptor, path: path))
            guard fsync(descriptor) == 0 else { throw failure(path) }
            isClosed = true
            guard close(descriptor) == 0 else { throw failure(path) }
            // What was looked at is what is replaced.
            var now = stat()
            let isThere = fstatat(directory, name, &now, AT_SYMLINK_NOFOLLOW) == 0
            guard isThere ? existing.map({ $0.st_dev == now.st_dev && $0.st_ino == now.st_ino }) ?? false : true else {
                throw OutputProblem(path: path, reason: "another file was put there meanwhile")
            }
            guard renameat(directory, temporary, directory, name) == 0 else { throw failure(path) }
        } catch {
            if !isClosed { close(descriptor) }
            unlinkat(directory, temporary, 0)
            throw error
        }
        fsync(directory)
    }

    /// Files of others are theirs. Who we are to a file system is seen by what it makes of our own: over a network, users have other numbers.
    private static func checkOwner(of existing: stat?, by descriptor: Int32, _ path: String) throws(OutputProblem) {
        guard let existing else { return }
        var own = stat()
        guard fstat(descriptor, &own) == 0 else { throw failure(path) }
        guard own.st_uid == existing.st_uid else {
            throw OutputProblem(path: path, reason: "the file belongs to \(OutputPlace.owner(existing.st_uid)); name another file")
        }
    }

    private static func makeTemporary(
        in directory: Int32, _ mode: mode_t, _ path: String
    ) throws(OutputProblem) -> (descriptor: Int32, name: String) {
        for _ in 0..<8 {
            let name = ".pptransfer-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36)).part"
            let descriptor = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            if descriptor >= 0 { return (descriptor, name) }
            guard errno == EEXIST else { break }
        }
        throw failure(path)
    }

    static func failure(_ path: String) -> OutputProblem { OutputProblem(path: path, reason: SystemReason.current) }
}
