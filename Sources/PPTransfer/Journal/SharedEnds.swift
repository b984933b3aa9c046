import Globus
import SystemFiles

extension JournalRecord.Plan.End {
    /// Whether files at the two ends may be the same: one path holds the other.
    func mayShare(_ end: ResolvedEnd) -> Bool {
        guard collection == end.collection, let path = try? CollectionPath(path) else { return false }
        return path.prefix(from: end.path) != nil || end.path.prefix(from: path) != nil
    }
}

extension Manifest.Entries {
    /// Calls `body` with the index of each entry that is also in `other`, each seen from its own end of one collection.
    func forEachAlso(in other: Manifest.Entries, at end: JournalRecord.Plan.End, _ own: ResolvedEnd, _ body: (Int) -> Void) {
        guard let path = try? CollectionPath(end.path) else { return }
        if let prefix = path.prefix(from: own.path) {
            forEachShared(with: other, below: prefix) { index, _ in body(index) }
        } else if let prefix = own.path.prefix(from: path) {
            other.forEachShared(with: self, below: prefix) { _, index in body(index) }
        }
    }
}
