import PositionedYAML

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
    /// The only files that match a required pattern were written to less than `settled` before.
    case requiredUnsettled(String, pattern: String, settled: Duration)
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
            .requiredUnmet,
            .requiredUnsettled:
            .sourceMissing
        case .denied: .denied
        case .unsendableName, .notMounted: .description
        case .unchecked, .linked: .unverified
        case .vanished, .changed: .sourceChanged
        }
    }
}

extension SourceProblem {
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
        skippedLinks.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        problems.sort { $0.description.utf8.lexicographicallyPrecedes($1.description.utf8) }
    }

    /// Nothing that could be sent is left: the directory is empty, or gone.
    var holdsNothing: Bool {
        guard manifest.entries.isEmpty, unsettled.entries.isEmpty else { return false }
        return problems.allSatisfy { problem in
            switch problem {
            case .missing, .requiredUnmet: true
            default: false
            }
        }
    }
}
