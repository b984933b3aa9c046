import Globus
import PositionedYAML
import Rehearsal
import SystemFiles

/// What a collection of the simulator is like, where a file says so.
struct PlayedTraits: Sendable {
    /// The alias, UUID or name of the collection.
    let name: Positioned<String>
    fileprivate var kind: EntityType?
    fileprivate var closure: StandInClosure?
    fileprivate var flags: [Flag] = []

    /// What is so of a collection if it is written as `true`.
    fileprivate enum Flag: String, CaseIterable, Sendable {
        case consent, encrypt, offline
        case highAssurance = "high_assurance"
        case secondFactor = "mfa"
        case readOnly = "read_only"
    }

    func apply(to collection: inout StandInCollection) {
        if let kind { collection.entityType = kind }
        collection.closure = closure
        for flag in flags {
            switch flag {
            case .consent: collection.requiresConsent = true
            case .encrypt: collection.forcesEncryption = true
            case .offline: collection.isConnected = false
            case .highAssurance: collection.isHighAssurance = true
            case .secondFactor:
                collection.requiresSecondFactor = true
                // The Globus CLI can ask for a second factor only by a policy.
                collection.authenticationPolicyID = collection.id.description
                collection.sessionRefusal = .policy
            case .readOnly:
                for index in collection.mounts.indices { collection.mounts[index].isWritable = false }
            }
        }
    }
}

/// `collections:`, what kinds of collections the simulator plays.
extension FaultFileReader {
    private static let kinds: [(name: String, value: EntityType)] = [
        ("mapped", .mappedCollection), ("guest", .guestCollection), ("personal", .personalMappedCollection),
        ("personal-guest", .personalGuestCollection), ("endpoint", .endpoint),
    ]
    private static let closures: [(name: String, value: StandInClosure)] = [
        ("deleted", .deleted), ("no-account", .noAccount), ("no-rule", .noRule),
    ]

    mutating func traits(_ fields: Fields) -> [PlayedTraits] {
        guard let node = fields["collections"] else { return [] }
        guard case .mapping(let entries) = node.content else {
            reader.refuse(node, "collections", wanted: "a mapping", remedy: "write 'collections: {jasmin: {kind: guest}}'")
            return []
        }
        return entries.compactMap { entry in
            let key = "collections.\(entry.key)"
            let known = ["kind", "closed"] + PlayedTraits.Flag.allCases.map(\.rawValue)
            guard let fields = reader.fields(entry.value, key: key, known: known, example: "'\(entry.key): {kind: guest}'") else {
                return nil
            }
            var traits = PlayedTraits(name: Positioned(entry.key, at: entry.keyPosition))
            traits.kind = fields["kind"].flatMap { reader.choice($0, key: fields.key("kind"), among: Self.kinds) }
            traits.closure = fields["closed"].flatMap { reader.choice($0, key: fields.key("closed"), among: Self.closures) }
            traits.flags = PlayedTraits.Flag.allCases.filter { flag in
                fields[flag.rawValue].flatMap { reader.boolean($0, key: fields.key(flag.rawValue)) } ?? false
            }
            return traits
        }
    }
}

extension FaultFile {
    /// Makes the collections as the file describes them.
    ///
    /// - Parameter aliases: the collections by other names than their own.
    /// - Throws: a problem for each name that none of the collections has.
    func apply(to collections: inout [StandInCollection], aliases: [String: CollectionID]) throws(Problems) {
        var problems: [Problem] = []
        for traits in traits {
            let name = traits.name.value
            let id = aliases[name] ?? CollectionID(name)
            guard let index = collections.firstIndex(where: { $0.id == id || $0.displayName == name }) else {
                problems.append(
                    Problem(
                        at: traits.name.position, key: "collections", "the simulator has no collection '\(name)'",
                        remedy: "write the alias of a site, or the collection's UUID or whole name"))
                continue
            }
            traits.apply(to: &collections[index])
        }
        guard problems.isEmpty else { throw Problems(problems) }
    }
}
