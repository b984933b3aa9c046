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
        /// Whether links may lead out of the directory: for one that is not writable and shows its owner's files as they are. Otherwise
        /// what a link leads to out of there is refused as a lack of permission.
        public var followsLinksOut: Bool

        public init(_ directory: String, at path: CollectionPath = .root, isWritable: Bool = true, followsLinksOut: Bool = false) {
            (self.path, self.directory, self.isWritable, self.followsLinksOut) = (path, directory, isWritable, followsLinksOut)
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
    /// Whether requests are refused until the client holds a `data_access` consent, which only mapped collections without high
    /// assurance have. Service accounts grant their own by asking for a token with that scope.
    public var requiresConsent = false
    /// Of which domain one of a person's identities must be: `accounts.jasmin.ac.uk`. Service accounts are exempt.
    public var identityDomain: String?
    /// For how long a login with such an identity is good; `nil` for ever. Service accounts are exempt.
    public var sessionLifetime: Duration?
    /// Whether the endpoint document tells the lifetime.
    public var publishesSessionLifetime = true
    /// What is said to a login that is too old.
    public var sessionRefusal = StandInSessionRefusal.domain
    /// A UUID, in small letters; what clients name in order to renew the login by policy.
    public var authenticationPolicyID: String?
    /// Only Globus Connect Personal says; `false` makes listings fail.
    public var isConnected: Bool?
    /// Only Globus Connect Personal can be; listings fail then.
    public var isPaused = false
    /// Whether every task from or to it is encrypted, whatever its submission says.
    public var forcesEncryption = false
    /// Whether logins must be made with a second factor. Service accounts are exempt.
    public var requiresSecondFactor = false
    /// What keeps everybody from its files; `nil` if nothing does.
    public var closure: StandInClosure?
    /// The accounts that a request may choose between; empty: any name will do, and changes nothing.
    package var accounts: [String] = []
    /// What listings call the group of the account that runs the stand-in, which is that of most files that arrive; `nil` for its name here.
    public var groupName: String?
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

/// Why nobody can use a collection.
public enum StandInClosure: Sendable, Hashable {
    /// Its owner has deleted it.
    case deleted
    /// The account of its machine that logins stand for is missing or closed.
    case noAccount
    /// The owner's permission for its paths has ended.
    case noRule
}

/// How a collection says that a login is too old.
public enum StandInSessionRefusal: Sendable, Hashable {
    /// Names the domain that one of the identities must be of.
    case domain
    /// Names the identities to log in with.
    case identities
    /// Names the authentication policy; where there is none, the identities.
    case policy
    /// The server's words alone, without parameters that a program could act on.
    case textOnly
}

extension StandInCollection {
    /// Whether there is a scope `data_access` for it at all.
    var hasDataAccess: Bool { entityType == .mappedCollection && !isHighAssurance }
}
