import SystemFiles

/// Writing below a mount: the directories that are missing, and the links that may be written through.
struct SafeWriting {
    let storage: any Storage
    /// Directories that were found or made, so that the files of one directory cost one look. Only that they were there is remembered.
    private var verified: Set<LocalPath> = []
    private static let remembered = 4096

    init(storage: any Storage) { self.storage = storage }

    /// Makes a directory and its parents up to the mount.
    /// - Throws: `EROFS` for a mount that is not writable, `EPERM` if links lead out of it.
    mutating func makeDirectories(_ place: Place) throws(StorageError) {
        guard place.isWritable else { throw StorageError(number: EROFS) }
        guard !verified.contains(place.local) else { return }
        do throws(StorageError) {
            let status = try storage.status(place.local, followingLinks: true)
            guard status.kind == .directory else { throw StorageError(number: ENOTDIR) }
        } catch  where error.number == ENOENT {
            guard place.local != place.root, place.local.isInside(place.root) else { throw error }
            try makeDirectories(Place(local: place.local.parent, root: place.root, isWritable: true))
            do { try storage.makeDirectory(place.local) } catch  where error.number == EEXIST {}
        }
        if verified.count >= SafeWriting.remembered { verified = [] }
        verified.insert(place.local)
    }

    /// Makes or empties a file whose directory exists, by writing through a link only if it leads to a place in the mount.
    mutating func open(_ place: Place) throws(StorageError) -> any StoredFile {
        do {
            return try storage.openForWriting(place.local, followingLinks: false)
        } catch  where error.number == ELOOP || error.number == EMLINK {
            return try storage.openForWriting(place.local, followingLinks: true)
        } catch  where error.number == ENOENT {
            // The directory vanished since it was verified.
            verified = []
            throw error
        }
    }
}
