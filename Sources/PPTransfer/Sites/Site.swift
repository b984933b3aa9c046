public import Globus
public import PositionedYAML
import SystemFiles

/// What is known of one collection: how its users call it, what it shows, what it asks of a login.
public struct Site: Sendable, Equatable {
    public var alias: String
    public var collection: CollectionID
    public var name: String
    /// What the collection shows; empty for anything.
    public var roots: [CollectionPath] = []
    public var pathMap: [PathRule] = []
    /// The machines that mount what the collection shows, as patterns of their host names; `nil` if nobody says.
    public var here: [Glob]?
    /// The domain of the identity that the collection wants.
    public var identity: String?
    /// How long a login lasts there.
    public var session: Duration?
    /// Whether a login must bring the `data_access` consent: mapped collections that are not high assurance ask for it, others do not
    /// know it.
    public var wantsConsent = true
    /// How long a job that waits for a transfer may last there.
    public var job: Duration?
    /// Options of the batch system there, as a job script has them after `#SBATCH`.
    public var batch: [String] = []
    /// Bytes per second that a large transfer has been seen to reach there.
    public var rate: Int64?
    /// Small files per second.
    public var fileRate: Int64?
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
    }

    /// The path by which the collection knows what the site's machines call `local`. The longest mount prefix that fits decides; a path
    /// that none fits is the same there.
    public func collectionPath(for local: String) throws(PathProblem) -> CollectionPath {
        let path = try CollectionPath(local)
        let fitting = pathMap.compactMap { rule in rule.apply(to: path).map { (rule, $0) } }
        return fitting.max { $0.0.precision < $1.0.precision }?.1 ?? path
    }

    /// Whether the collection shows `path`. Home always is.
    public func contains(_ path: CollectionPath) -> Bool {
        roots.isEmpty || path.isHomeRelative || roots.contains { path.isInside($0) }
    }
}

extension Site {
    /// Whether `host` mounts what the collection shows; `nil` if the site does not say. A pattern is compared with the whole host name
    /// and with its part before the first dot.
    func isMounted(on host: String) -> Bool? {
        guard let here else { return nil }
        let names = [host, String(host.prefix { $0 != "." })]
        return here.contains { pattern in names.contains { pattern.matches($0) } }
    }

    /// A mount prefix, and what the collection calls the same directory.
    public struct PathRule: Hashable, Sendable {
        /// `*` stands for anything within a component.
        public let mount: CollectionPath
        public let target: CollectionPath
        private let components: [Glob]

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
