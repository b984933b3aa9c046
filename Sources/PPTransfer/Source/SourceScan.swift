import PositionedYAML
import SystemFiles

/// What stands in the way of sending a source, one fact each.
package enum SourceProblem: Error, Hashable, Sendable {
    /// `near` is the nearest directory above it that exists, where somebody looked.
    case missing(String, near: NearestDirectory? = nil)
    case notADirectory(String)
    case denied(String)
    case unreadable(String, reason: String)
    /// A symbolic link, and the policy is `fail`.
    case link(String, target: String)
    case danglingLink(String, target: String)
    /// A followed link that leads back to a directory above it.
    case linkLoop(String, target: String)
    /// A FIFO, socket or device: opening one may wait for ever.
    case special(String, kind: String)
    /// A name that is not UTF-8; JSON cannot carry it.
    case unsendableName(String)
    case vanished(String)
    /// Its size or time are other than they were a moment before, or than its producer's manifest says.
    case changed(String)
    case tooDeep(String, limit: Int)
    /// A followed link leads through more directories below each other than any source has.
    case endlessLink(String, depth: Int)
    /// Followed links lead to more directories than any source has.
    case endlessLinks(String, limit: Int)
    case requiredUnmet(pattern: String)
    /// A file that a list names, as one to send or as one that is expected.
    case notThere(String, list: String, isExpected: Bool)
    /// A directory that a list names as a file.
    case listedDirectory(String, list: String)
    /// A file that is at the source and not expected.
    case unexpected(String, list: String)
    /// A line of a list that cannot be a path below the source.
    case listLine(ListedFiles.Problem)
    /// The only files that match a required pattern were written to less than `settled` before.
    case requiredUnsettled(String, pattern: String, settled: Duration)
    /// A file that `key` of the description names cannot be read.
    case named(String, key: String, NamedFileFault)
    /// What is at this path here is not what the collection shows, and `key` of the description needs the source on this machine.
    case notMounted(String, reason: String, key: String)
    /// Whether this directory is the destination, too, cannot be checked: nothing is sent without a comparison.
    case unchecked(String, reason: String)
    /// Of files that are to be sent without a comparison: what a link at the destination shows may be the source itself.
    case linked([String], at: String)

    /// Which status this problem alone leads to.
    package var status: ExitStatus {
        switch self {
        case .missing, .notADirectory, .unreadable, .link, .danglingLink, .linkLoop, .special, .tooDeep, .endlessLink, .endlessLinks,
            .requiredUnmet, .notThere, .listedDirectory, .unexpected,
            .requiredUnsettled:
            .sourceMissing
        case .named(_, _, .missing), .named(_, _, .unreadable): .sourceMissing
        case .named(_, _, .notOrdinary): .description
        case .denied: .denied
        case .unsendableName, .notMounted, .listLine: .description
        case .unchecked, .linked: .unverified
        case .vanished, .changed: .sourceChanged
        }
    }
}

extension SourceProblem {
    /// The file or directory of the source that it is about, if that was found.
    fileprivate var subject: String? {
        switch self {
        case .denied(let path), .link(let path, _), .danglingLink(let path, _), .linkLoop(let path, _), .special(let path, _),
            .listedDirectory(let path, _), .unsendableName(let path), .vanished(let path), .unreadable(let path, _):
            path
        default: nil
        }
    }

    /// Whether it is over once the source has settled.
    var passes: Bool { if case .requiredUnsettled = self { true } else { false } }
}

extension SourceProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path, _): "\(path) does not exist"
        case .notADirectory(let path): "\(path) is neither a directory nor a file"
        case .denied(let path): "\(path) may not be read by this user"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .link(let path, let target): "\(path) is a symbolic link (to \(target))"
        case .danglingLink(let path, let target): "\(path) is a symbolic link to nothing (\(target))"
        case .linkLoop(let path, let target): "\(path) is a symbolic link to a directory above it (\(target))"
        case .special(let path, let kind): "\(path) is a \(kind), not a file"
        case .unsendableName(let path): "\(path) has a name that is not UTF-8, which Globus cannot represent"
        case .vanished(let path): "\(path) disappeared while the source was read"
        case .changed(let path): "\(path) was written to while it was read, or since its manifest was made"
        case .tooDeep(let path, let limit): "\(path) is deeper than \(limit) directories"
        case .notMounted(let path, let reason, let key):
            "'\(path)' on this machine is not what the source collection shows (\(reason)), and '\(key)' needs the source on this machine"
        case .unchecked(let path, let reason):
            "'\(path)': files that are at the destination already are not sent again, because it cannot be checked that the destination is "
                + "another place: \(reason)"
        case .linked(let paths, let destination):
            "\(Quantity.list(paths, most: 5).joined(separator: ", ")) at \(destination) \(paths.count == 1 ? "is a symbolic link" : "are symbolic links"): "
                + "what a link shows may be the source itself, so that nothing is sent again"
        case .endlessLink(let path, let depth):
            "\(path) is a symbolic link that leads through more than \(depth) directories below each other: it probably leads in a circle"
        case .endlessLinks(let path, let limit):
            "symbolic links lead to more than \(limit) directories, the last of them \(path): they probably lead in a circle"
        case .notThere(let path, let list, isExpected: false): "\(path) is in the list '\(list)', and there is no such file"
        case .notThere(let path, let list, isExpected: true): "\(path) is expected by '\(list)', and there is no such file"
        case .listedDirectory(let path, let list): "\(path) is a directory; the list '\(list)' must have the paths of files"
        case .unexpected(let path, let list): "\(path) is not expected by '\(list)'"
        case .listLine(let problem): problem.description
        case .named(let path, let key, let fault): "\(key): \(path) \(fault)"
        case .requiredUnmet(let pattern): "no file matches the required pattern '\(pattern)'"
        case .requiredUnsettled(let path, let pattern, let settled):
            "\(path) is still being written (modified less than \(settled.written) ago), and no other file matches the required pattern "
                + "'\(pattern)'"
        }
    }
}

/// What a scan found.
package struct SourceScan: Sendable {
    package var manifest: Manifest
    package var directories = 0
    /// Files that the selection leaves out.
    package var unselected = FileTally()
    /// What NFS left of deleted files, which is never sent.
    package var leftovers = FileTally()
    /// What this user may not read and `unreadable: skip` leaves out; a directory ends in a slash.
    package var unreadable: [String] = []
    /// Files that are at the source and not expected, where that is no problem.
    package var unexpected: [String] = []
    /// Links left out by `symlinks: skip`.
    package var skippedLinks: [String] = []
    package var problems: [SourceProblem] = []
    /// Files that the selection takes once they have settled.
    package var unsettled = Manifest([])

    /// What stands in the way, now that `proven` has arrived already: a required file that a clean-up has deleted since is there.
    func problems(besides proven: Manifest?) -> [SourceProblem] {
        guard let proven else { return problems }
        return problems.filter { problem in
            switch problem {
            case .notThere(let path, _, _): return proven.entries.index(ofPath: path.utf8) == nil
            case .requiredUnmet(let pattern), .requiredUnsettled(_, let pattern, _):
                let glob = Glob(pattern)
                return !proven.entries.contains { glob.matches($0.path) }
            default: return true
            }
        }
    }

    /// Puts what was found beside files into an order that does not depend on who answered first.
    mutating func sortRemarks() {
        unselected.sort()
        leftovers.sort()
        unreadable.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        skippedLinks.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        problems.sort { $0.description.utf8.lexicographicallyPrecedes($1.description.utf8) }
    }

    /// Counts a file that is not sent: nobody selected it, or NFS left it.
    mutating func leave(_ path: String, bytes: Int64) {
        if NFSName.isName(ofPath: path.utf8) { leftovers.add(path, bytes: bytes) } else { unselected.add(path, bytes: bytes) }
    }

    /// Adds what the selection asks for and is not there. Beside other problems, only files of a list are certain to be missing.
    mutating func findUnmet(_ selector: FileSelector) {
        guard !problems.contains(where: { if case .missing = $0 { true } else { false } }) else { return }
        let unmet = selector.unmet(by: self)
        problems += problems.isEmpty ? unmet : unmet.filter { if case .notThere = $0 { true } else { false } }
    }

    /// The paths at which no file was found that could be sent, and no problem that tells of it. A symbolic link that is left out is no file.
    func absent(of paths: Set<FileName>) -> [String] {
        var left = paths
        for entries in [manifest.entries, unsettled.entries] {
            for index in entries.indices { left.remove(entries.withPath(index) { FileName($0) }) }
        }
        guard !left.isEmpty else { return [] }
        for path in problems.compactMap(\.subject) { left.remove(FileName(path)) }
        return left.filter { !Unread.covers($0, unreadable) }.sorted().map(\.text)
    }

    /// Nothing that could be sent is left: the directory is empty, or gone.
    var holdsNothing: Bool {
        guard manifest.entries.isEmpty, unsettled.entries.isEmpty, unreadable.isEmpty else { return false }
        return problems.allSatisfy { problem in
            switch problem {
            case .missing, .requiredUnmet, .notThere: true
            default: false
            }
        }
    }
}
