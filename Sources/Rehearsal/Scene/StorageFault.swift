/// Something that storage gets wrong.
public struct StorageFault: Sendable, Hashable {
    /// When a written file goes bad.
    public enum Moment: String, Sendable, Hashable, CaseIterable {
        /// After the service is done with it, so that its own checksum has seen nothing.
        case sent
        /// Before the service looks at it again: with `verify_checksum` it finds out, and sends the file once more.
        case written
    }

    /// A pattern for a name or, with a slash, for the path in the collection.
    public var path: String
    public var effect: Effect
    public var when: Moment
    public var count: FaultCount

    public init(_ path: String, _ effect: Effect, when: Moment = .sent, _ count: FaultCount = .forever) {
        (self.path, self.effect, self.when, self.count) = (path, effect, when, count)
    }

    public enum Effect: Sendable, Hashable {
        /// One bit of the written file is another.
        case flip
        /// The written file is so many bytes shorter.
        case truncate(bytes: Int)
        /// The written file is so many bytes longer.
        case grow(bytes: Int)
        /// The written file is gone.
        case drop
        /// The written file has other bytes, of the same number: those of an older version.
        case stale
        /// The written file and one of this name beside it have each other's bytes, once both are there.
        case exchange(with: String)
        /// Another file of this name lies beside the written one.
        case extra(name: String)
        /// Writing: the disk is full, after the first part.
        case noSpace
        /// Writing: the quota is used up, after the first part.
        case quota
        /// Writing is refused.
        case deny
        /// Reading fails.
        case readError
        /// Reading is refused.
        case denyReading
        /// The file is gone when it is opened for reading.
        case vanish
        /// The file grows while it is read.
        case changing
        /// Listing the directory is refused.
        case denyListing
        /// Listing the directory fails.
        case listError
        /// The file is not listed.
        case hide
        /// The file is said to be so many bytes shorter than it is.
        case understate(bytes: Int)
        /// Files and directories are made without these permission bits, as by a server with such a mask: 0077 leaves files with 0600.
        case umask(UInt32)
    }
}

extension StorageFault.Effect {
    /// What the storage is doing when it goes wrong.
    enum Operation: Sendable, Hashable { case keeping, creating, writing, reading, listing, naming, measuring, masking }

    var operation: Operation {
        switch self {
        case .flip, .stale, .exchange, .truncate, .grow, .drop, .extra: .keeping
        case .deny: .creating
        case .noSpace, .quota: .writing
        case .readError, .denyReading, .vanish, .changing: .reading
        case .denyListing, .listError: .listing
        case .hide: .naming
        case .understate: .measuring
        case .umask: .masking
        }
    }
}
