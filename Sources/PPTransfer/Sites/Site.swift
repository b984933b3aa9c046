public import Globus

/// What is known of one collection: how its users call it, what it shows, what it asks of a login.
public struct Site: Sendable, Equatable {
    public var alias: String
    public var collection: CollectionID
    public var name: String
    /// What the collection shows; empty for anything.
    public var roots: [CollectionPath]
    public var pathMap: [PathRule]
    /// The domain of the identity that the collection wants.
    public var identity: String?
    /// How long a login lasts there.
    public var session: Duration?
    /// The last day of service, `YYYY-MM-DD`.
    public var until: String?
    public var message: String?
    /// The alias to use instead.
    public var successor: String?
    /// Why the collection cannot be used any more; `nil` while it can.
    public var retired: String?
    public var position: SourcePosition

    public var isRetired: Bool { retired != nil }

    public init(alias: String, collection: CollectionID, name: String, position: SourcePosition) {
        (self.alias, self.collection, self.name, self.position) = (alias, collection, name, position)
        (roots, pathMap) = ([], [])
    }

    /// A mount prefix, and what the collection calls the same directory.
    public struct PathRule: Hashable, Sendable {
        /// The components of the mount prefix; `*` in one stands for anything within that component.
        public var mount: [String]
        public var target: CollectionPath

        public init(mount: [String], target: CollectionPath) { (self.mount, self.target) = (mount, target) }
    }

    /// The path by which the collection knows what the site's machines call `local`. The longest mount prefix that fits decides; a path
    /// that none fits is the same there.
    public func collectionPath(for local: String) throws(PathProblem) -> CollectionPath {
        try CollectionPath(local)
    }

    /// Whether the collection shows `path`. Home always is.
    public func contains(_ path: CollectionPath) -> Bool {
        roots.isEmpty || path.isHomeRelative || roots.contains { path.isInside($0) }
    }
}
