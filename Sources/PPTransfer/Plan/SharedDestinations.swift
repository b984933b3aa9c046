import Globus
package import PositionedYAML

/// Finds transfers of one run that write the same destination file: the last one to arrive would win, and both would be called archived.
///
/// Real lists of files are compared, so that several transfers may share a directory. A transfer whose destination no other one touches
/// is not looked at.
package struct SharedDestinations {
    struct Pair: Hashable {
        var earlier: Int
        var later: Int
    }

    /// Pairs that write the same files: how many, and the first paths, from the later one's destination.
    private(set) var shared: [Pair: (count: Int, paths: [String])] = [:]
    /// Transfers that are not known to the last file, and another one that may write the same files.
    private(set) var unknown: [Int: Int] = [:]

    /// - Parameter manifest: what a transfer would send; `nil` if that is not known.
    package init(_ plans: [TransferPlan], manifest: (TransferPlan) async -> Manifest?) async {
        for group in Self.groups(plans) {
            var known: [Member] = []
            var rest: [Int] = []
            for index in group.members {
                if let manifest = await manifest(plans[index]) {
                    let prefix = plans[index].destination.path.prefix(from: group.top) ?? []
                    known.append(Member(index: index, prefix: prefix, entries: manifest.entries))
                } else {
                    rest.append(index)
                }
            }
            compare(known)
            compareTexts(rest, with: group.members, plans)
        }
    }

    /// Why a transfer must not be submitted; `nil` if nothing speaks against it.
    package func files(of index: Int, _ plans: [TransferPlan]) -> SharedFiles? {
        let pair = shared.keys.filter { $0.earlier == index || $0.later == index }.min { ($0.earlier, $0.later) < ($1.earlier, $1.later) }
        guard let pair, let found = shared[pair] else { return nil }
        let other = plans[pair.earlier == index ? pair.later : pair.earlier]
        return SharedFiles(other: .document(other.title, other.description.position), paths: found.paths, count: found.count)
    }

    /// What may go wrong between transfers whose files are not known.
    package func warnings(_ plans: [TransferPlan]) -> [Problem] {
        unknown.sorted { $0.key < $1.key }.map { index, other in
            let (plan, other) = (plans[index].description, plans[other])
            return Problem(
                .warning, at: plan.to.path.position, key: "to.path",
                "'\(other.title)' (\(other.description.position)) sends to the same directory or one below it, and may send files of the "
                    + "same names",
                remedy: "choose different files with 'select: {include: […]}', or name another directory")
        }
    }

    // MARK: transfers that could meet

    /// Transfers whose destinations lie in one another.
    private static func groups(_ plans: [TransferPlan]) -> [(top: CollectionPath, members: [Int])] {
        let order = plans.indices.sorted { one, other in
            let (one, other) = (plans[one].destination, plans[other].destination)
            if one.collection != other.collection { return one.collection.description < other.collection.description }
            return one.path.asDirectory.utf8.lexicographicallyPrecedes(other.path.asDirectory.utf8)
        }
        var groups: [(top: CollectionPath, collection: CollectionID, members: [Int])] = []
        for index in order {
            let end = plans[index].destination
            if let last = groups.indices.last, groups[last].collection == end.collection, end.path.prefix(from: groups[last].top) != nil {
                groups[last].members.append(index)
            } else {
                groups.append((end.path, end.collection, [index]))
            }
        }
        return groups.filter { $0.members.count > 1 }.map { ($0.top, $0.members.sorted()) }
    }

    // MARK: files

    private struct Member {
        var index: Int
        /// What its paths begin with, seen from the group's top.
        var prefix: [UInt8]
        var entries: Manifest.Entries

        func hash(_ entry: Int) -> UInt64 {
            // FNV-1a, 64 bits. What has the same hash is compared byte by byte.
            func add(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            let start = prefix.reduce(0xcbf2_9ce4_8422_2325, add)
            return entries.withPath(entry) { $0.reduce(start, add) }
        }

        func path(_ entry: Int) -> [UInt8] { prefix + entries.withPath(entry) { Array($0) } }
    }

    private mutating func compare(_ members: [Member]) {
        guard members.count > 1 else { return }
        var first: [UInt64: (member: Int32, entry: Int32)] = [:]
        first.reserveCapacity(members.reduce(0) { $0 + $1.entries.count })
        for (number, member) in members.enumerated() {
            for entry in member.entries.indices {
                var key = member.hash(entry)
                while let known = first[key] {
                    let earlier = members[Int(known.member)]
                    if earlier.path(Int(known.entry)) == member.path(entry) {
                        note(Pair(earlier: earlier.index, later: member.index), member.entries[entry].path)
                        break
                    }
                    key &+= 1
                }
                if first[key] == nil { first[key] = (Int32(number), Int32(entry)) }
            }
        }
    }

    private mutating func note(_ pair: Pair, _ path: String) {
        var found = shared[pair] ?? (0, [])
        found.count += 1
        if found.paths.count < SharedFiles.most { found.paths.append(path) }
        shared[pair] = found
    }

    /// Where nobody knows the files, the same selection of the same directory is the same files.
    private mutating func compareTexts(_ unlisted: [Int], with members: [Int], _ plans: [TransferPlan]) {
        guard !unlisted.isEmpty else { return }
        var first: [Work: Int] = [:]
        for index in members {
            let work = Work(plans[index])
            if let earlier = first[work] { shared[Pair(earlier: earlier, later: index)] = (0, []) } else { first[work] = index }
        }
        for index in unlisted where !shared.keys.contains(where: { $0.earlier == index || $0.later == index }) {
            unknown[index] = members.first { $0 != index }
        }
    }

    private struct Work: Hashable {
        var source: CollectionID
        var paths: [CollectionPath]
        var patterns: [[String]]

        init(_ plan: TransferPlan) {
            source = plan.source.collection
            paths = [plan.source.path, plan.destination.path]
            let select = plan.description.select
            patterns = [select.include.map(\.value), select.exclude.map(\.value)]
        }
    }
}
