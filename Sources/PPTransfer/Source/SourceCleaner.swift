import SystemFiles

/// Deletes source files, each only if its own row is proven and it is still the very file that was proven.
///
/// `Sameness` decides which that is; where it cannot, the proven digest does, if there is one. Never follows a link, never leaves the
/// source directory, and what is gone already is no fault: a clean-up that was cut off is simply done again.
package struct SourceCleaner: Sendable {
    /// `false` only tells what would be deleted.
    package var deletes: Bool
    /// Directories that are empty afterwards go, too; the source directory itself stays.
    package var removesDirectories: Bool
    /// Asked before each file: once it says so, the rest stays for another time.
    package var isCancelled: @Sendable () -> Bool = { false }
    /// How it is worded what may be done about a file that stays.
    package var words = RemedyWording.library

    package init(deletes: Bool, removesDirectories: Bool = false) {
        (self.deletes, self.removesDirectories) = (deletes, removesDirectories)
    }

    /// What a clean-up did, or would do.
    package struct Result: Sendable, Hashable {
        package var files = 0
        package var bytes: Int64 = 0
        package var directories = 0
        /// Nothing was deleted: this is what would have been.
        package var isOnlyTold = false
        /// It was cancelled: the same again deletes the rest.
        package var isCutOff = false
        /// What stays, and why: a line each.
        package var kept: [String] = []
        /// Why nothing at all is deleted.
        package var refusal: Refusal?
        /// The directories that files went, or would go from; each empty or ending in a slash.
        var folders: Set<FileName> = []
        /// What another transfer still needs: a line each. It goes once that one is verified.
        package var held: [String] = []
        /// How many of these are no longer what was sent: another run sends them.
        package var changed = 0

        package init() {}

        /// Nothing of what is proven is left there.
        var isComplete: Bool { !isOnlyTold && !isCutOff && kept.isEmpty && held.isEmpty && refusal == nil }
    }

    /// - Parameters:
    ///   - proven: the rows; nothing else is looked at.
    ///   - root: the source directory.
    package func clean(_ proven: Manifest, in root: String) -> Result {
        var result = Result()
        result.isOnlyTold = !deletes
        let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno != ENOENT { result.kept.append("\(root): \(SystemReason.words())") }
            return result
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, proven.origin?.isOf(status) ?? true else {
            result.kept.append("\(root): this is not the directory from which the files were sent; nothing in it was deleted")
            return result
        }
        var directories: Set<[FileName]> = []
        for entry in proven.entries {
            if isCancelled() {
                result.isCutOff = true
                return result
            }
            let parts = entry.path.parts(at: "/", omittingEmpty: false).map(String.init)
            guard let name = parts.last, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
                result.kept.append("\(entry.path): not a path below the source")
                continue
            }
            let directory = Array(parts.dropLast())
            switch Self.within(descriptor, directory, { remove(name, entry, in: $0) }) {
            case .success(.removed):
                result.files += 1
                result.bytes += entry.size
                result.folders.insert(FileName(entry.folder))
                for depth in stride(from: directory.count, to: 0, by: -1) {
                    directories.insert(directory.prefix(depth).map { FileName($0) })
                }
            case .success(.gone), .failure(.gone): break
            case .success(.changed(let reason)):
                result.kept.append("\(entry.path): \(reason)")
                result.changed += 1
            case .success(.kept(let reason)), .failure(.kept(let reason)): result.kept.append("\(entry.path): \(reason)")
            case .failure(.removed), .failure(.changed): break
            }
        }
        if removesDirectories, deletes {
            // The deepest first.
            for directory in directories.sorted(by: { $0.count > $1.count }).map({ $0.map(\.text) }) {
                guard let name = directory.last else { continue }
                let removed = Self.within(descriptor, Array(directory.dropLast())) { unlinkat($0, name, AT_REMOVEDIR) == 0 }
                if case .success(true) = removed { result.directories += 1 }
            }
        }
        return result
    }

    private enum Step: Error {
        case removed, gone
        case kept(String)
        /// It is not what was sent, or may not be.
        case changed(String)
    }

    private func remove(_ name: String, _ entry: Manifest.Entry, in directory: Int32) -> Step {
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            return errno == ENOENT ? .gone : .kept(SystemReason.words())
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return .kept("it is no longer an ordinary file") }
        switch Sameness(entry, status) {
        case .same: break
        case .changed: return .changed("it has changed since it was verified")
        case .touched where entry.digest == nil:
            return .changed("its content, permissions or links changed after it was sent, and no digest shows which")
        case .alike where entry.digest == nil:
            return .kept(
                "the record does not say which file was sent, only its size and time; \(words[.proveBytes])")
        case .touched, .alike:
            if let reason = Self.difference(name, entry, status, in: directory, isCancelled) { return reason }
        }
        guard deletes else { return .removed }
        return unlinkat(directory, name, 0) == 0 ? .removed : errno == ENOENT ? .gone : .kept(SystemReason.words())
    }

    /// Reads a file of which only its bytes tell whether it is what was sent.
    /// - Returns: `nil` if it is, and nothing of it was changed meanwhile.
    private static func difference(
        _ name: String, _ entry: Manifest.Entry, _ before: stat, in directory: Int32, _ isCancelled: () -> Bool
    ) -> Step? {
        guard let digest = entry.digest else { return .kept("it has no digest") }
        var here = entry.unstamped
        (here.path, here.stamp) = (name, FileStamp(before))
        switch FileDigester(directory, followingLinks: false).digest(here, by: digest.algorithm, goOn: { _ in !isCancelled() }) {
        case .digest(digest): break
        case .digest, .changed: return .changed("it has changed since it was verified")
        case .problem(let problem): return .kept("\(problem)")
        case .cancelled: return .kept("it was not read to its end")
        }
        var after = stat()
        guard fstatat(directory, name, &after, AT_SYMLINK_NOFOLLOW) == 0 else {
            return errno == ENOENT ? .gone : .kept(SystemReason.words())
        }
        return Sameness(here, after) == .same ? nil : .changed("it has changed since it was verified")
    }

    /// Opens a directory below `root` step by step, none of them a link.
    private static func within<Value>(
        _ root: Int32, _ path: [String], _ body: (Int32) -> Value
    ) -> Swift.Result<Value, Step> {
        guard let first = path.first else { return .success(body(root)) }
        let next = openat(root, first, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard next >= 0 else {
            switch errno {
            case ENOENT: return .failure(.gone)
            case ELOOP, ENOTDIR: return .failure(.kept("'\(first)' is a link or no directory"))
            default: return .failure(.kept(SystemReason.words()))
            }
        }
        defer { close(next) }
        return within(next, Array(path.dropFirst()), body)
    }
}
