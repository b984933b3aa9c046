public import Globus

/// A collection of the stand-in: local directories that answer to a Globus collection's id.
public struct StandInCollection: Sendable {
    /// A directory of this machine, and where the collection shows it.
    public struct Mount: Sendable {
        /// The longest mount whose path a request's path begins with serves it. `/~` serves the home of the collection's user.
        public var path: CollectionPath
        public var directory: String
        /// Writing below a mount that is not writable is refused as a lack of permission.
        public var isWritable: Bool

        public init(_ directory: String, at path: CollectionPath = .root, isWritable: Bool = true) {
            (self.path, self.directory, self.isWritable) = (path, directory, isWritable)
        }
    }

    public var id: CollectionID
    public var displayName: String
    public var entityType: EntityType
    public var mounts: [Mount]
    public var description: String?
    public var organization = "Rehearsal"
    /// Where a listing without a path looks.
    public var defaultDirectory = "/~/"
    public var isHighAssurance = false
    /// For how many minutes one login is good; `nil` where the collection has no such rule.
    public var authenticationTimeoutMinutes: Int64?
    /// Whether requests are refused until the client holds a `data_access` consent. Service accounts grant their own by asking for
    /// a token with that scope.
    public var requiresConsent = false
    /// Only Globus Connect Personal says; `false` makes listings fail.
    public var isConnected: Bool?
    public var forcesEncryption = false
    /// Whether checksums cannot be had.
    public var disablesVerification = false

    /// A collection with one writable mount, `root`, at `/`.
    public init(id: CollectionID, displayName: String, root: String, entityType: EntityType = .mappedCollection) {
        self.init(id: id, displayName: displayName, mounts: [Mount(root)], entityType: entityType)
    }

    public init(id: CollectionID, displayName: String, mounts: [Mount], entityType: EntityType = .mappedCollection) {
        (self.id, self.displayName, self.mounts, self.entityType) = (id, displayName, mounts, entityType)
    }
}
