import FoundationEssentials

/// A path of a collection, found in the local file system.
struct Place: Hashable, Sendable {
    let local: LocalPath
    /// The directory of the mount. What is read and written stays below it, also where links lead elsewhere.
    let root: LocalPath
    let isWritable: Bool

    func appending(_ name: some Collection<UInt8>) -> Place {
        Place(local: local.appending(name), root: root, isWritable: isWritable)
    }
}
