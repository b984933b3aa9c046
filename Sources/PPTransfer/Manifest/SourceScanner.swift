#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads a source directory of this machine: every file below it, its size and time, without opening a single one.
///
/// Nothing is followed unless the policy says so, nothing can make it wait (FIFOs and devices are named, not opened), and whatever
/// stands in the way is collected rather than thrown, so that one pass tells all.
public struct SourceScanner: Sendable {
    private static let deepest = 200

    private let selector: FileSelector
    private let links: TaskDescription.LinkPolicy

    public init(_ selection: TaskDescription.Selection, links: TaskDescription.LinkPolicy) {
        (selector, self.links) = (FileSelector(selection), links)
    }

    /// - Parameter path: a directory, or a single file, which is then the only entry, under its own name.
    public func scan(_ path: String) -> SourceScan {
        var walk = Walk(root: path, selector: selector, links: links)
        walk.begin()
        var scan = walk.scan
        scan.manifest = Manifest(walk.entries)
        scan.problems.sort { $0.description.utf8.lexicographicallyPrecedes($1.description.utf8) }
        if scan.problems.isEmpty { scan.problems = selector.unmet(by: scan.manifest).map { .requiredUnmet(pattern: $0) } }
        return scan
    }

    private struct Walk {
        let root: String
        let selector: FileSelector
        let links: TaskDescription.LinkPolicy
        var entries: [Manifest.Entry] = []
        var scan = SourceScan(manifest: Manifest([]))

        mutating func begin() {
            var status = stat()
            guard stat(root, &status) == 0 else { return note(errno, at: root, absent: .missing(root)) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                guard descriptor >= 0 else { return note(errno, at: root, absent: .missing(root)) }
                read(descriptor, prefix: "", above: [Identity(status)])
            case S_IFREG:
                let name = root.utf8.lastIndex(of: UInt8(ascii: "/")).map { root[root.utf8.index(after: $0)...] } ?? root[...]
                add(String(name), status)
            default: scan.problems.append(.notADirectory(root))
            }
        }

        struct Identity: Hashable {
            let device: dev_t
            let inode: ino_t

            init(_ status: stat) { (device, inode) = (status.st_dev, status.st_ino) }
        }

        /// Reads one directory and closes `descriptor`.
        private mutating func read(_ descriptor: Int32, prefix: String, above: [Identity]) {
            guard let stream = fdopendir(descriptor) else {
                close(descriptor)
                return note(errno, at: root + "/" + prefix)
            }
            defer { closedir(stream) }
            scan.directories += 1
            while true {
                errno = 0
                guard let entry = readdir(stream) else {
                    if errno != 0 { note(errno, at: root + "/" + prefix) }
                    return
                }
                withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                    tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { name in
                        visit(name, in: descriptor, prefix: prefix, above: above)
                    }
                }
            }
        }

        private mutating func visit(_ name: UnsafePointer<CChar>, in directory: Int32, prefix: String, above: [Identity]) {
            if name[0] == CChar(bitPattern: UInt8(ascii: ".")),
                name[1] == 0 || (name[1] == CChar(bitPattern: UInt8(ascii: ".")) && name[2] == 0)
            {
                return
            }
            let text = String(validatingCString: name)
            let path = prefix + (text ?? String(cString: name))
            var status = stat()
            guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return note(errno, at: path, absent: .vanished(path)) }
            var isLinked = false
            if status.st_mode & S_IFMT == S_IFLNK {
                let target = Self.target(of: name, in: directory)
                switch links {
                case .fail:
                    if selector.selects(path) { scan.problems.append(.link(path, target: target)) }
                    return
                case .skip:
                    scan.skippedLinks.append(path)
                    return
                case .follow:
                    guard fstatat(directory, name, &status, 0) == 0 else {
                        return note(errno, at: path, absent: .danglingLink(path, target: target))
                    }
                    if status.st_mode & S_IFMT == S_IFDIR, above.contains(Identity(status)) {
                        return scan.problems.append(.linkLoop(path, target: target))
                    }
                    isLinked = true
                }
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                guard text != nil else { return scan.problems.append(.unsendableName(path)) }
                guard above.count <= SourceScanner.deepest else {
                    return scan.problems.append(.tooDeep(path, limit: SourceScanner.deepest))
                }
                let descriptor = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (isLinked ? 0 : O_NOFOLLOW))
                guard descriptor >= 0 else { return note(errno, at: path, absent: .vanished(path)) }
                read(descriptor, prefix: path + "/", above: above + [Identity(status)])
            case S_IFREG:
                guard selector.selects(path) else { return scan.unselected += 1 }
                guard text != nil else { return scan.problems.append(.unsendableName(path)) }
                add(path, status)
            default:
                if selector.selects(path) { scan.problems.append(.special(path, kind: Self.kind(status.st_mode))) }
            }
        }

        private mutating func add(_ path: String, _ status: stat) {
            entries.append(Manifest.Entry(path: path, size: Int64(status.st_size), modified: Int64(status.st_mtim.tv_sec)))
        }

        private mutating func note(_ code: Int32, at path: String, absent: SourceProblem? = nil) {
            switch code {
            case ENOENT: scan.problems.append(absent ?? .vanished(path))
            case EACCES, EPERM: scan.problems.append(.denied(path))
            default: scan.problems.append(.unreadable(path, reason: Self.text(code)))
            }
        }

        private static func text(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }

        private static func target(of name: UnsafePointer<CChar>, in directory: Int32) -> String {
            var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let count = buffer.withUnsafeMutableBytes { bytes in
                bytes.bindMemory(to: CChar.self).baseAddress.map { readlinkat(directory, name, $0, bytes.count) } ?? 0
            }
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }

        private static func kind(_ mode: mode_t) -> String {
            switch mode & S_IFMT {
            case S_IFIFO: "FIFO"
            case S_IFSOCK: "socket"
            case S_IFCHR, S_IFBLK: "device"
            default: "special file"
            }
        }
    }
}
