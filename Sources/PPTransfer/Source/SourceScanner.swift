package import Globus
import SystemFiles

/// Reads a source directory of this machine: every file below it, its size and time, without opening a single one.
///
/// Nothing is followed unless the policy says so, nothing can make it wait (FIFOs and devices are named, not opened), and whatever
/// stands in the way is collected rather than thrown, so that one pass tells all. Several threads look, since on a parallel file system
/// each look is a question to a server; what they find does not depend on their number.
package struct SourceScanner: Sendable {
    /// Enough to hide most of a metadata server's latency, few enough to be no burden to it.
    package static let defaultWidth = 4
    /// Directories below each other.
    static let deepest = 200

    private let selector: FileSelector
    private let links: TaskDescription.LinkPolicy
    private let width: Int
    private let settling: Settling?
    private let unreadable: TaskDescription.UnreadablePolicy?

    /// - Parameters:
    ///   - width: threads that look; 1 or more.
    ///   - now: from where the age of files counts.
    ///   - forReading: whether each selected file is asked for whether this user may read it.
    package init(
        _ selection: TaskDescription.Selection, links: TaskDescription.LinkPolicy, width: Int = defaultWidth,
        now: Timestamp = SystemTimekeeper().now, forReading: Bool = false
    ) {
        unreadable = forReading ? selection.unreadable : nil
        (selector, self.links, self.width) = (FileSelector(selection), links, max(1, width))
        settling = Settling(selection, now: now)
    }

    /// Blocks until all is seen.
    /// - Parameter path: a directory, or a single file, which is then the only entry, under its own name.
    package func scan(_ path: String) -> SourceScan {
        var scan = found(path)
        scan.sortRemarks()
        scan.findUnmet(selector)
        return scan
    }

    /// The same, without holding up a thread of the concurrency pool.
    package func scan(inBackground path: String) async -> SourceScan { await Workers.detached { scan(path) } }

    /// The same; returns `nil` soon after the task is cancelled, even if the storage does not answer.
    func scanUnlessCancelled(_ path: String) async -> SourceScan? { await Workers.abandonable { _ in scan(path) } }

    private func found(_ root: String) -> SourceScan {
        var scan = SourceScan(manifest: Manifest([]))
        var status = stat()
        guard stat(root, &status) == 0 else {
            scan.problems = [SourceProblem(errno, at: root, absent: .missing(root))]
            return scan
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else {
                scan.problems = [SourceProblem(errno, at: root, absent: .missing(root))]
                break
            }
            // What was opened, which need not be what was there a moment before.
            guard fstat(descriptor, &status) == 0 else {
                scan.problems = [SourceProblem(errno, at: root)]
                close(descriptor)
                break
            }
            return SourceWalk(of: descriptor, status, called: root, selector, links, settling, unreadable).scan(width)
        case S_IFREG:
            guard unreadable == nil || faccessat(AT_FDCWD, root, R_OK, AT_EACCESS) == 0 else {
                scan.problems = [SourceProblem(errno, at: root, absent: .missing(root))]
                break
            }
            let name = root.utf8.lastIndex(of: UInt8(ascii: "/")).map { root[root.utf8.index(after: $0)...] } ?? root[...]
            var entry = Manifest.Entry(path: String(name), size: Int64(status.st_size), modified: Int64(status.st_mtim.tv_sec))
            entry.stamp = FileStamp(status)
            if settling?.leaves(modified: entry.modified) == true {
                scan.unsettled = Manifest([entry])
            } else {
                scan.manifest = Manifest([entry])
            }
        default: scan.problems = [.notADirectory(root)]
        }
        return scan
    }
}

extension SourceProblem {
    /// - Parameter absent: what it means that nothing is there.
    init(_ code: Int32, at path: String, absent: SourceProblem? = nil) {
        switch code {
        case ENOENT: self = absent ?? .vanished(path)
        case EACCES, EPERM: self = .denied(path)
        default: self = .unreadable(path, reason: strerror(code).map { String(cString: $0) } ?? "error \(code)")
        }
    }
}
