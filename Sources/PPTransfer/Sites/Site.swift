public import Globus
package import PositionedYAML
import SystemFiles

/// A collection that has a name of its own: what it shows, where machines mount it, what it asks of a login.
public struct Site: Sendable, Equatable {
    /// The name by which descriptions call it.
    public var alias: String
    /// The collection's id; `CollectionID.null` of a site file's entry that gives a name instead, which is looked up when it is used.
    public var collection: CollectionID
    /// The name by which the collection is looked up; `nil` if its id is known.
    package var searchedName: String?
    /// The name that the web app shows.
    public var name: String
    /// The directories that the collection shows; empty for anything.
    public var roots: [CollectionPath] = []
    /// Mounts of the machines there that have another name in the collection.
    public var pathMap: [PathRule] = []
    /// The machines that mount what the collection shows, as patterns of their host names; `nil` if nobody says.
    package var here: [Glob]?
    /// The domain of the identity that the collection wants: `safe.archer2.ac.uk`.
    public var identity: String?
    /// How long a login lasts there; `nil` if it is not known.
    public var session: Duration?
    /// The account of the user there, for a description that names none; `nil` leaves it to the collection.
    package var localUser: String?
    /// Whether a login must bring the `data_access` consent: mapped collections that are not high assurance ask for it, others do not
    /// know it. `true` unless set.
    public var wantsConsent: Bool {
        get { consent ?? true }
        set { consent = newValue }
    }
    /// The same; `nil` if nobody says, so that the collection's document decides.
    package var consent: Bool?
    /// Whether the collection is known to encrypt whatever is sent.
    package var forcesEncryption = false
    /// How long a job that waits for a transfer may last there.
    package var job: Duration?
    /// Options of the batch system there, as a job script has them after `#SBATCH`.
    package var batch: [String] = []
    /// Bytes per second that a large transfer has been seen to reach there.
    package var rate: Int64?
    /// Small files per second.
    package var fileRate: Int64?
    /// The last day of service, `YYYY-MM-DD`: a plan that uses it later has a warning.
    public var until: String?
    /// What that warning says.
    public var message: String?
    /// The alias to use instead.
    public var successor: String?
    /// Why the collection cannot be used any more, so that plans that use it are refused; `nil` while it can.
    public var retired: String?
    /// What else a user of the collection should know, a sentence each.
    package var notes: [String] = []
    /// Where what is said of the site was read.
    package var source: String?
    /// When it was read: `2026-03-12`, `2026-08`.
    package var checked: String?
    /// Paths that are known to exist, as patterns; empty if nobody says. A path outside of them is likely a mistake.
    package var shown: [PathRule] = []
    /// Paths that were there once, and what to do now.
    package var gone: [GonePath] = []
    /// The group and the permissions that files which arrive there are to have, unless a description says others.
    package var rights = ExpectedRights()
    package var position: SourcePosition

    /// The host names of the machines that mount what the collection shows, as patterns (`ln*`); `nil` if nobody says. Empty: none does.
    public var hosts: [String]? {
        get { here?.map(\.description) }
        set { here = newValue?.map { Glob($0) } }
    }

    /// Whether a path is among those that are known to exist; `true` if nobody says which are.
    func isKnown(_ path: CollectionPath) -> Bool { shown.isEmpty || path.isHomeRelative || shown.contains { $0.apply(to: path) != nil } }

    /// What to do instead of using a path that is no longer there; `nil` for any other.
    func advice(for path: CollectionPath) -> String? { gone.first { $0.rule.apply(to: path) != nil }?.advice }

    package var isRetired: Bool { retired != nil }

    /// Makes a site that shows anything and asks for the consent.
    public init(alias: String, collection: CollectionID, name: String) {
        self.init(alias: alias, collection: collection, name: name, position: SourcePosition(file: "sites"))
    }

    package init(alias: String, collection: CollectionID, name: String, position: SourcePosition) {
        (self.alias, self.collection, self.name, self.position) = (alias, collection, name, position)
    }

    /// The path by which the collection knows what the site's machines call `local`. The longest mount prefix that fits decides; a path
    /// that none fits is the same there.
    package func collectionPath(for local: String) throws(PathProblem) -> CollectionPath {
        let path = try CollectionPath(local)
        let fitting = pathMap.compactMap { rule in rule.apply(to: path).map { (rule, $0) } }
        return fitting.max { $0.0.precision < $1.0.precision }?.1 ?? path
    }

    /// Whether the collection shows `path`. Home always is.
    package func contains(_ path: CollectionPath) -> Bool {
        roots.isEmpty || path.isHomeRelative || roots.contains { path.isInside($0) }
    }
}

extension Site {
    /// A path that was there once.
    package struct GonePath: Hashable, Sendable {
        var rule: PathRule
        /// What to do now.
        package var advice: String

        package var path: String { rule.mount.description }
    }

    /// Whether `host` mounts what the collection shows; `nil` if the site does not say. A pattern is compared with the whole host name
    /// and with its part before the first dot.
    func isMounted(on host: String) -> Bool? {
        guard let here else { return nil }
        let names = [host, String(host.prefix { $0 != "." })]
        return here.contains { pattern in names.contains { pattern.matches($0) } }
    }

    /// A directory that is mounted under one name, and has another in the collection.
    public struct PathRule: Hashable, Sendable {
        /// The path on the machines; `*` stands for anything within a component.
        public let mount: CollectionPath
        /// The path in the collection.
        public let target: CollectionPath
        private let components: [Glob]

        /// Makes a rule.
        public init(mount: CollectionPath, target: CollectionPath) {
            (self.mount, self.target) = (mount, target)
            components = mount.description.parts(at: "/").map { Glob(String($0)) }
        }

        /// - Returns: `nil` unless every component of the mount fits the path's.
        func apply(to path: CollectionPath) -> CollectionPath? {
            let parts = path.description.parts(at: "/")
            guard parts.count >= components.count, zip(components, parts).allSatisfy({ $0.matches($1.utf8) }) else { return nil }
            return target.appending(parts.dropFirst(components.count).joined(separator: "/"))
        }

        /// More components count for more; of as many, those with more letters of their own.
        fileprivate var precision: (Int, Int) { (components.count, mount.description.utf8.count { $0 != UInt8(ascii: "*") }) }
    }
}
