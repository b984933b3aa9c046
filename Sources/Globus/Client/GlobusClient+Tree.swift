/// What lies below a directory.
extension GlobusClient {
    /// Lists a directory and the directories below it. Each entry comes with its path.
    ///
    /// All entries of a directory come together, ordered by name, and then those of the directories in it. A directory is asked for when
    /// its entries are needed. Symbolic links are given and never followed, so that nothing is visited twice. An entry whose name cannot
    /// be read is given with the path of the directory that it is in.
    ///
    /// - Parameters:
    ///   - hidden: whether names that begin with a dot are listed too, and looked into.
    ///   - levels: how many levels are given: 1 is what `entries(of:on:hidden:)` gives; `nil` stands for all.
    ///   - requests: how many requests may be sent.
    /// - Throws: what `entries(of:on:hidden:)` throws, for each directory: one that may not be read, or was removed meanwhile, ends the
    ///   sequence. `endless`, after what there was, if more requests would be needed, or a directory lies deeper than 256 levels.
    public func tree(
        of directory: CollectionPath, on collection: CollectionID, hidden: Bool = true, levels: Int? = nil, requests: Int = 10_000
    ) -> Pages<TreeEntry> {
        let client = self
        let walk = TreeWalk(root: directory, levels: levels, most: requests) { client.entries(of: $0, on: collection, hidden: hidden) }
        return Pages { () throws(GlobusError) in try await walk.page() }
    }
}

/// An entry of a tree of directories.
public struct TreeEntry: Hashable, Sendable {
    /// The place in the collection. For an entry whose name cannot be read, that of the directory that it is in.
    public let path: CollectionPath
    /// The entry itself.
    public let entry: DirectoryEntry
}

/// A walk through a tree of directories, as far as it has come.
private struct TreeWalk: Sendable {
    private static let deepest = 256

    private struct Place {
        let path: CollectionPath
        let level: Int
    }

    private let root: CollectionPath
    private let levels: Int?
    private let most: Int
    private let entries: @Sendable (CollectionPath) -> Pages<DirectoryEntry>

    /// Directories that were not asked for yet, the next one last.
    private var pending: [Place]
    /// The directory of which there are further pages.
    private var current: (place: Place, next: Pages<DirectoryEntry>.Fetch)?
    /// The directories that the current one has shown so far.
    private var found: [Place] = []
    private var requests = 0

    init(root: CollectionPath, levels: Int?, most: Int, entries: @escaping @Sendable (CollectionPath) -> Pages<DirectoryEntry>) {
        (self.root, self.levels, self.most, self.entries) = (root, levels, most, entries)
        pending = [Place(path: root, level: 1)]
    }

    /// The next page, which knows of the rest.
    func page() async throws(GlobusError) -> Pages<TreeEntry>.Page {
        var rest = self
        guard let (place, fetch) = rest.step() else { return Pages.Page([]) }
        guard requests < most else { throw endless("takes more than \(most) requests, the next of them for \(place.path)") }
        rest.requests += 1
        let listed = try await fetch()
        let elements = listed.elements.map { TreeEntry(path: $0.hasUsableName ? place.path.appending($0.name) : place.path, entry: $0) }
        if levels.map({ place.level < $0 }) ?? true {
            let directories = elements.filter { $0.entry.isDirectory && !$0.entry.isLink && $0.entry.hasUsableName }
            if let first = directories.first, place.level >= Self.deepest {
                throw endless("is deeper than \(Self.deepest) levels at \(first.path)")
            }
            rest.found += directories.map { Place(path: $0.path, level: place.level + 1) }
        }
        if let next = listed.next {
            rest.current = (place, next)
        } else {
            (rest.pending, rest.found, rest.current) = (rest.pending + rest.found.reversed(), [], nil)
        }
        guard rest.current != nil || !rest.pending.isEmpty else { return Pages.Page(elements) }
        return Pages.Page(elements) { [rest] () throws(GlobusError) in try await rest.page() }
    }

    private mutating func step() -> (Place, Pages<DirectoryEntry>.Fetch)? {
        if let current { return current }
        return pending.popLast().map { ($0, entries($0.path).first) }
    }

    private func endless(_ reason: String) -> GlobusError { .endless(directory: root.description, reason: reason) }
}

extension DirectoryEntry {
    /// Whether the name is one component of a path.
    fileprivate var hasUsableName: Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }
}
