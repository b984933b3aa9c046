import Foundation
import Synchronization

@testable import Rehearsal

/// The local file system, with errors where a test wants them.
final class FaultyStorage: Storage {
    enum Operation: Hashable, Sendable { case read, write, list, make }

    private let base = LocalStorage()
    private let errors = Mutex<[Operation: [String: Int32]]>([:])

    /// Fails `operation` on every path that ends with `suffix`; `nil` ends that.
    func fail(_ operation: Operation, on suffix: String, with number: Int32?) {
        errors.withLock { $0[operation, default: [:]][suffix] = number }
    }

    private func check(_ operation: Operation, _ path: LocalPath) throws(StorageError) {
        let found = errors.withLock { $0[operation]?.first { path.text.hasSuffix($0.key) }?.value }
        if let found { throw StorageError(number: found) }
    }

    func status(_ path: LocalPath, followingLinks: Bool) throws(StorageError) -> FileStatus {
        try base.status(path, followingLinks: followingLinks)
    }

    func names(in directory: LocalPath) throws(StorageError) -> [(name: [UInt8], kind: FileStatus.Kind?)] {
        try check(.list, directory)
        // As on file systems whose directories do not tell the kind.
        return try base.names(in: directory).map { ($0.name, nil) }
    }

    func openForReading(_ path: LocalPath) throws(StorageError) -> any StoredFile {
        try check(.read, path)
        return try base.openForReading(path)
    }

    func openForWriting(_ path: LocalPath, followingLinks: Bool) throws(StorageError) -> any StoredFile {
        try check(.write, path)
        return try base.openForWriting(path, followingLinks: followingLinks)
    }

    func makeDirectory(_ path: LocalPath) throws(StorageError) {
        try check(.make, path)
        try base.makeDirectory(path)
    }

    func makeLink(_ path: LocalPath, to target: [UInt8]) throws(StorageError) { try base.makeLink(path, to: target) }
    func target(ofLink path: LocalPath) throws(StorageError) -> [UInt8] { try base.target(ofLink: path) }
    func remove(_ path: LocalPath, isDirectory: Bool) throws(StorageError) { try base.remove(path, isDirectory: isDirectory) }
    func rename(_ old: LocalPath, to new: LocalPath) throws(StorageError) { try base.rename(old, to: new) }
}
