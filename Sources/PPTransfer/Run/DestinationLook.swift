package import Globus

/// Looks which files of a manifest have namesakes at the destination.
///
/// Costs one listing for each directory that holds some of the files, and none below a directory that is not there: of a new cycle, one.
package struct DestinationLook {
    package let plan: TransferPlan
    package let service: any TransferService
    package let time: any Timekeeper

    package init(plan: TransferPlan, service: any TransferService, time: any Timekeeper) {
        (self.plan, self.service, self.time) = (plan, service.acting(as: plan.localUsers), time)
    }

    private static let slash = UInt8(ascii: "/")
    /// Listings that are in memory at once.
    private static let batch = 16

    package func sighting(of entries: Manifest.Entries) async throws(GlobusError) -> Sighting {
        let listing = CollectionListing(of: plan.destination.collection, through: service, time: time)
        let root = plan.destination.path
        guard !entries.isEmpty, let top = try await listing.listings(of: [""], below: root).first?.files else {
            return Sighting(plan: plan, entries: entries)
        }
        var seen = Seen(entries)
        var hits = seen.hits(in: top, at: [])
        var waiting = seen.index.folders.filter { !$0.isEmpty }
            .sorted { one, other in
                let (depth, otherDepth) = (FolderIndex.depth(of: one), FolderIndex.depth(of: other))
                return depth == otherDepth ? one.lexicographicallyPrecedes(other) : depth < otherDepth
            }[...]
        while let first = waiting.first {
            // Only when all directories of a depth are listed is it known which of the next depth are there.
            let level = waiting.prefix(Self.batch).prefix { FolderIndex.depth(of: $0) == FolderIndex.depth(of: first) }
            waiting = waiting.dropFirst(level.count)
            let there = level.filter { seen.mayHold($0) }.map { String(decoding: $0, as: UTF8.self) }
            guard !there.isEmpty else { continue }
            for listed in try await listing.listings(of: there, below: root) {
                guard let files = listed.files else { continue }
                hits += seen.hits(in: files, at: Array(listed.prefix.utf8))
            }
        }
        return Sighting(plan: plan, entries: entries, hits: hits.sorted { $0.index < $1.index })
    }

    /// What the listings have shown so far.
    private struct Seen {
        let index: FolderIndex
        private let entries: Manifest.Entries
        private var listed: Set<[UInt8]> = []
        private var directories: Set<[UInt8]> = []

        init(_ entries: Manifest.Entries) { (index, self.entries) = (FolderIndex(entries), entries) }

        mutating func hits(in listing: [DirectoryEntry], at folder: [UInt8]) -> [Sighting.Hit] {
            listed.insert(folder)
            var names: [[UInt8]: Int] = [:]
            for index in index.files(in: folder) { entries.withPath(index) { names[Array($0[folder.count...])] = index } }
            return listing.compactMap { file in
                if file.isDirectory {
                    directories.insert(folder + file.name.utf8 + [slash])
                    // A directory is not replaced by a file: Globus refuses.
                    return nil
                }
                guard let index = names[Array(file.name.utf8)] else { return nil }
                return Sighting.Hit(
                    index: index, isFile: file.isFile, isLink: file.isLink, size: file.size, modified: file.modified)
            }
        }

        /// Whether the nearest directory above that was listed has shown it, or the way to it.
        func mayHold(_ folder: [UInt8]) -> Bool {
            var child = folder
            while !child.isEmpty {
                let parent = FolderIndex.parent(of: child)
                if listed.contains(parent) { return directories.contains(child) }
                child = parent
            }
            return true
        }
    }
}
