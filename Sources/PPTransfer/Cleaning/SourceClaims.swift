import Globus
import PositionedYAML
import SystemFiles

/// Which other transfers still need a file of a source: those that send it to another place, where it is not verified yet.
///
/// A source with two destinations is deleted only when both are verified.
struct SourceClaims {
    private let plan: TransferPlan
    private var claims: [Claim] = []

    /// - Parameters:
    ///   - journal: whose other transfers count as long as they are not archived.
    ///   - others: transfers of the same run that are not verified, whether or not they have a record.
    init(on plan: TransferPlan, in journal: Journal?, besides others: [TransferPlan] = []) {
        self.plan = plan
        let roots = Roots(plan)
        claims = others.compactMap { Claim($0, roots) }
        let own = journal?.otherTransfers(besides: [plan]) ?? []
        for places in own + (journal?.ofOtherRuns ?? []).flatMap({ $0.otherTransfers(besides: []) }) where !places.isArchived {
            if let claim = Claim(places, roots) { claims.append(claim) }
        }
    }

    /// Parts what may be deleted from what another transfer needs.
    ///
    /// - Returns: the free files, and a line for each of the others.
    func part(_ proven: Manifest) -> (free: Manifest, held: [String]) {
        guard !claims.isEmpty else { return (proven, []) }
        let entries = proven.entries
        var held: [String] = []
        let free = entries.filtered { index in
            guard let claim = claims.first(where: { $0.needs(index, of: entries, plan.destination) }) else { return true }
            let path = entries.withPath(index) { String(decoding: $0, as: UTF8.self) }
            held.append("\(path): also sent by '\(claim.title)', and not verified there yet")
            return false
        }
        return (proven.with(free), held)
    }

    /// Whether two transfers may send one file to different places.
    static func mayShareSource(_ one: TransferPlan, _ other: TransferPlan) -> Bool { Claim(other, Roots(one)) != nil }

    /// The directory that a manifest's paths start from, as the collection and as this machine call it; each ends in a slash.
    private struct Roots {
        var collection: CollectionID
        var path: [UInt8]
        var local: [UInt8]?

        init(_ plan: TransferPlan) {
            collection = plan.source.collection
            let isFile = plan.localSource?.isFile ?? false
            path = Array((isFile ? plan.source.path.parent : plan.source.path).asDirectory.utf8)
            local = plan.localRoot.map { Array(resolved($0).utf8) + [UInt8(ascii: "/")] }
        }
    }

    private struct Claim {
        var title: String
        /// Where its source begins, in the words in which ours is given; without a slash at its end.
        var source: [UInt8]
        var root: [UInt8]
        var selector: FileSelector?
        var destination: (collection: CollectionID, path: CollectionPath)?
        /// What is verified at its destination.
        var proven: Manifest?

        init?(_ places: JournalRecord.Places, _ roots: Roots) {
            self.init(
                title: places.title, source: (places.source.collection, places.source.path), local: places.localSource,
                destination: (places.destination.collection, try? CollectionPath(places.destination.path)), roots)
            let read = try? DescriptionReader(variables: Variables()).read(Array(places.description.utf8), file: "journal")
            // Of what cannot be read, everything counts as needed.
            selector = (read?.first).map { FileSelector($0.select) }
            if places.proof?.destination == places.destination { proven = (try? JournalFile.manifest(places.stem + ".proven")) ?? nil }
        }

        init?(_ plan: TransferPlan, _ roots: Roots) {
            self.init(
                title: plan.title, source: (plan.source.collection, plan.source.path.description), local: plan.localSource?.path,
                destination: (plan.destination.collection, plan.destination.path), roots)
            selector = FileSelector(plan.description.select)
        }

        private init?(
            title: String, source: (collection: CollectionID, path: String), local: String?,
            destination: (CollectionID, CollectionPath?), _ roots: Roots
        ) {
            let candidates: [(own: [UInt8], other: [UInt8])] = [
                local.flatMap { local in roots.local.map { ($0, Array(resolved(local).utf8)) } },
                source.collection == roots.collection ? (roots.path, Array(source.path.utf8)) : nil,
            ].compactMap(\.self)
            let slash = UInt8(ascii: "/")
            let found = candidates.first { own, other in
                let other = other.last == slash ? other : other + [slash]
                return other.starts(with: own) || own.starts(with: other)
            }
            guard let found else { return nil }
            (self.title, root) = (title, found.own)
            self.source = found.other.last == slash ? found.other.dropLast() : found.other
            if let path = destination.1 { self.destination = (destination.0, path) }
        }

        func needs(_ index: Int, of entries: Manifest.Entries, _ own: ResolvedEnd) -> Bool {
            let path = entries.withPath(index) { Array($0) }
            let whole = root + path
            guard whole.starts(with: source) else { return false }
            var relative = Array(whole.dropFirst(source.count))
            if relative.isEmpty {
                // The source is this one file, which is sent under its own name.
                relative = Array(source[((source.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
            } else {
                guard relative.removeFirst() == UInt8(ascii: "/"), selector?.selects(relative) ?? true else { return false }
            }
            // To the same place under the same name: our own proof is that one's.
            if let destination, destination.collection == own.collection,
                (Array(destination.path.asDirectory.utf8) + relative) == Array(own.path.asDirectory.utf8) + path
            {
                return false
            }
            guard let proven, let there = proven.entries.index(ofPath: relative) else { return true }
            return proven.entries.size(there) != entries.size(index) || proven.entries.modified(there) != entries.modified(index)
        }
    }
}

/// Without links, as far as the path exists.
private func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
}
