import FoundationEssentials
import Globus
import SystemFiles

/// Removing paths; links are removed, never followed.
enum Removal {
    /// Removes a path and everything below it.
    static func remove(_ path: LocalPath, storage: any Storage) throws(StorageError) {
        guard try storage.status(path, followingLinks: false).kind == .directory else {
            return try storage.remove(path, isDirectory: false)
        }
        for entry in try storage.names(in: path) { try remove(path.appending(entry.name), storage: storage) }
        try storage.remove(path, isDirectory: true)
    }
}

/// What a deletion still has to remove. Unlike transfers, deletions do not try again: the first error is the end.
struct DeleteWork: TaskWork {
    let document: DeleteDocument
    let collection: PlayedCollection
    let storage: any Storage
    private var nextItem = 0

    init(_ document: DeleteDocument, on collection: PlayedCollection, storage: any Storage) {
        (self.document, self.collection, self.storage) = (document, collection, storage)
    }

    mutating func pass(_ record: TaskRecord) -> PassEnd {
        while nextItem < document.items.count {
            guard record.stop.reason == nil else { return .stopped }
            let path = document.items[nextItem].path
            do {
                for place in try places(path) { try remove(place, record) }
            } catch {
                let fault = MoveFault(error, while: .deletingItem)
                let isTree = error.number == EISDIR
                record.update { $0.faults += 1 }
                return .fatal(
                    TaskProgress.Fatality(
                        code: isTree ? "IS_A_DIRECTORY" : fault.code, description: isTree ? "is a directory" : fault.description),
                    details: fault.details(path: path, collection: collection))
            }
            record.advance { $0.subtasks.succeeded += 1 }
            nextItem += 1
        }
        guard record.mayFinish() else { return .stopped }
        record.advance { $0.subtasks.succeeded += 1 }
        return .finished
    }

    private func remove(_ place: Place, _ record: TaskRecord) throws(StorageError) {
        guard place.isWritable else { throw StorageError(number: EROFS) }
        guard place.local != place.root else { throw StorageError(number: EPERM) }
        do throws(StorageError) {
            let kind = try storage.status(place.local, followingLinks: false).kind
            guard kind != .directory || document.recursive == true else { throw StorageError(number: EISDIR) }
            try Removal.remove(place.local, storage: storage)
            record.update { if kind == .directory { $0.directories += 1 } else { $0.files += 1 } }
        } catch  where error.number == ENOENT && document.ignoreMissing == true {
        }
    }

    /// The path itself, or, with globs, what its last component matches.
    private func places(_ path: String) throws(StorageError) -> [Place] {
        guard let place = collection.place(path) else { throw StorageError(number: ENOENT) }
        guard document.interpretGlobs == true, let name = PlayedCollection.components(path)?.last,
            name.contains(where: { "*?[".contains($0) })
        else { return [place] }
        let glob = Glob(name)
        let parent = Place(local: place.local.parent, root: place.root, isWritable: place.isWritable)
        let names = try storage.names(in: parent.local).map(\.name).filter { glob.matches(WireName.text($0)) }
        if names.isEmpty, document.ignoreMissing != true { throw StorageError(number: ENOENT) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }.map { parent.appending($0) }
    }
}
