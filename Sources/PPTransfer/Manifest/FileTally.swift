/// So many files, of so many bytes, and the first of them by their paths.
package struct FileTally: Hashable, Sendable {
    /// As many paths as are kept.
    static let mostPaths = 1000

    package private(set) var files = 0
    package private(set) var bytes: Int64 = 0
    /// The first of them, in their order.
    package private(set) var paths: [String] = []

    package init() {}

    init(_ entries: Manifest.Entries, where isMeant: (Int) -> Bool = { _ in true }) {
        for index in entries.indices where isMeant(index) {
            files += 1
            bytes = bytes.clampedSum(entries.size(index))
            if paths.count < Self.mostPaths { paths.append(entries[index].path) }
        }
    }

    /// Counts a file that was found, in any order: `sort` puts the paths into theirs.
    mutating func add(_ path: String, bytes size: Int64) {
        files += 1
        bytes = bytes.clampedSum(size)
        paths.append(path)
        if paths.count >= 2 * Self.mostPaths { sort() }
    }

    /// Adds what was found elsewhere, in any order.
    mutating func add(_ other: FileTally) {
        files += other.files
        bytes = bytes.clampedSum(other.bytes)
        paths += other.paths
        if paths.count >= 2 * Self.mostPaths { sort() }
    }

    /// Puts the paths into their order, and keeps the first of them.
    mutating func sort() {
        paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        paths = Array(paths.prefix(Self.mostPaths))
    }

    /// Leaves out a file, if it is among those whose paths are kept.
    mutating func remove(_ path: String, bytes size: Int64) {
        guard let place = paths.firstIndex(where: { $0.isSameBytes(as: path) }) else { return }
        paths.remove(at: place)
        (files, bytes) = (files - 1, bytes.clampedDifference(size))
    }

    static func + (one: FileTally, other: FileTally) -> FileTally {
        var sum = one
        sum.files += other.files
        sum.bytes = sum.bytes.clampedSum(other.bytes)
        sum.paths += other.paths.prefix(mostPaths - sum.paths.count)
        return sum
    }
}
