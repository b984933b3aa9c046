import Globus
import SystemFiles

extension CollectionPath {
    /// What the paths of files in this directory begin with, seen from `outer`: empty for the same directory, else ending in a slash.
    ///
    /// - Returns: `nil` if this directory is not in `outer`.
    func prefix(from outer: CollectionPath) -> [UInt8]? {
        let own = asDirectory.utf8, above = outer.asDirectory.utf8
        return own.starts(with: above) ? Array(own.dropFirst(above.count)) : nil
    }
}

extension Manifest.Entries {
    /// The files that another manifest has under the same paths. Both are in order: each is passed once.
    ///
    /// - Parameters:
    ///   - inner: the other manifest.
    ///   - prefix: what stands before the other manifest's paths, seen from this one's directory.
    ///   - body: gets the index here and there.
    package func forEachShared(with inner: Manifest.Entries, below prefix: [UInt8] = [], _ body: (Int, Int) -> Void) {
        var (index, other) = (startIndex, inner.startIndex)
        while index < endIndex, other < inner.endIndex {
            let order: Int = withPath(index) { path in
                guard path.starts(with: prefix) else { return prefix.lexicographicallyPrecedes(path) ? 1 : -1 }
                let rest = UnsafeBufferPointer(rebasing: path[prefix.count...])
                return inner.withPath(other) { ByteOrder.precedes(rest, $0) ? -1 : ByteOrder.precedes($0, rest) ? 1 : 0 }
            }
            if order == 0 { body(index, other) }
            if order > 0, withPath(index, { !$0.starts(with: prefix) }) { return }
            if order <= 0 { index += 1 }
            if order >= 0 { other += 1 }
        }
    }

    /// Whether the files are one as a look at their directories tells it, whatever their paths: their digests do not count.
    fileprivate func isListed(_ index: Int, as other: Manifest.Entries, _ place: Int) -> Bool {
        size(index) == other.size(place) && modified(index) == other.modified(place) && stamp(index) == other.stamp(place)
    }

    /// The index of a path, by its bytes.
    func index(ofPath path: some Collection<UInt8>) -> Int? {
        let path = Array(path)
        return path.withUnsafeBufferPointer { path in
            var (low, high) = (startIndex, endIndex)
            while low < high {
                let middle = low + (high - low) / 2
                if withPath(middle, { ByteOrder.precedes($0, path) }) { low = middle + 1 } else { high = middle }
            }
            return low < endIndex && withPath(low, { $0.elementsEqual(path) }) ? low : nil
        }
    }
}

/// Finds files of other manifests in this one: all are in order, and asked for in order, so that each is passed once.
struct EntryCursor {
    private let entries: Manifest.Entries
    private var next = 0

    init(_ entries: Manifest.Entries) { self.entries = entries }

    /// - Returns: where the path of the file at `index` of `other` stands; `nil` if it does not.
    mutating func place(of index: Int, in other: Manifest.Entries) -> Int? {
        other.withPath(index) { path in
            while next < entries.count, entries.withPath(next, { ByteOrder.precedes($0, path) }) { next += 1 }
            return next < entries.count && entries.withPath(next) { $0.elementsEqual(path) } ? next : nil
        }
    }

    /// How the file at `index` of `other` compares with the one that is listed here under its path; `nil` if there is none.
    mutating func sameness(of index: Int, in other: Manifest.Entries) -> Sameness? {
        place(of: index, in: other).map { Sameness(entries, $0, other, index) }
    }

    /// Whether the file at `index` of `other` is listed here, as it is there.
    mutating func hasListed(_ index: Int, of other: Manifest.Entries) -> Bool {
        place(of: index, in: other).map { entries.isListed($0, as: other, index) } ?? false
    }
}

extension Manifest {
    /// The files whose paths `other` does not have.
    func lacking(in other: Manifest) -> Manifest {
        var cursor = EntryCursor(other.entries)
        return Manifest(entries.filtered { cursor.place(of: $0, in: entries) == nil })
    }

    /// The files whose paths `other` has, too.
    func found(in other: Manifest) -> Manifest {
        var cursor = EntryCursor(other.entries)
        return Manifest(entries.filtered { cursor.place(of: $0, in: entries) != nil })
    }
}
