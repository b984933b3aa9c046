import Globus
package import PositionedYAML
import SystemFiles

/// Refuses transfers whose two ends are one place as far as names tell: the same collection and the same, an inner or an outer directory.
/// Links are resolved where both ends are on this machine.
///
/// Two collections over one file system, or a link that only a collection sees, do not show in names: see `Canary`.
package struct SamePlace {
    private enum Relation {
        case same, destinationInside, sourceInside
    }

    /// - Returns: `nil` if nothing speaks against the two.
    package static func problem(
        _ description: TaskDescription, from source: ResolvedEnd, to destination: ResolvedEnd, _ mounts: Mounts
    ) -> Problem? {
        if let problem = listInSource(of: description, at: source, mounts) { return problem }
        let local = localPaths(of: description, from: source, to: destination, mounts)
        let isFile = local.map { Self.isFile($0.source) } ?? false
        var (relation, isResolved) = (Relation?.none, false)
        if source.collection == destination.collection { relation = Self.relation(of: source.path, to: destination.path, isFile: isFile) }
        if relation == nil, let local, let from = try? CollectionPath(Mounts.resolved(local.source)),
            let to = try? CollectionPath(Mounts.resolved(local.destination))
        {
            relation = isOneDirectory(local.source, local.destination) ? .same : Self.relation(of: from, to: to, isFile: isFile)
            isResolved = relation != nil
        }
        guard let relation else { return nil }
        let (from, to) = (source.text, destination.text)
        let note = isResolved ? ", through links on this machine" : ""
        let what =
            switch relation {
            case .same: "source '\(from)' and destination '\(to)' are the same directory\(note)"
            case .destinationInside:
                "destination '\(to)' is inside the source '\(from)'\(note): the next run would send it again"
            case .sourceInside:
                "source '\(from)' is inside the destination '\(to)'\(note): what arrives could replace what is sent"
            }
        let outer = relation == .sourceInside ? destination.path : source.path
        return Problem(
            at: description.to.path.position, key: "to.path", what,
            remedy: relation == .same ? "name another directory" : "name a directory outside '\(outer)'")
    }

    /// A list there would replace a file of the source, or be sent with it.
    private static func listInSource(of description: TaskDescription, at source: ResolvedEnd, _ mounts: Mounts) -> Problem? {
        guard let list = description.fileList, let local = mounts.source(description.from, source.site),
            Mounts.lies(list.value, in: local.path)
        else { return nil }
        return Problem(
            at: list.position, key: "after.filelist", "'\(list.value)' is in the source '\(local.path)'",
            remedy: "name a file outside of the source")
    }

    private static func relation(of source: CollectionPath, to destination: CollectionPath, isFile: Bool) -> Relation? {
        if isFile { return source.parent == destination ? .same : destination.isInside(source) ? .destinationInside : nil }
        if source == destination { return .same }
        if destination.isInside(source) { return .destinationInside }
        return source.isInside(destination) ? .sourceInside : nil
    }

    /// Where the two ends are on this machine. Of two collections each must be stated to be mounted here: that paths of these names exist
    /// says nothing about another site's disks.
    private static func localPaths(
        of description: TaskDescription, from source: ResolvedEnd, to destination: ResolvedEnd, _ mounts: Mounts
    ) -> (source: String, destination: String)? {
        guard let from = mounts.source(description.from, source.site), let to = mounts.path(of: description.to) else { return nil }
        if source.collection != destination.collection {
            let sites = [source.site, destination.site]
            guard !mounts.isRehearsal, sites.allSatisfy({ $0?.isMounted(on: mounts.host) == true }) else { return nil }
        } else if !mounts.isRehearsal, destination.site?.isMounted(on: mounts.host) == false {
            return nil
        }
        return (from.path, to)
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func isOneDirectory(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
        return FileIdentity(first) == FileIdentity(second)
    }
}
