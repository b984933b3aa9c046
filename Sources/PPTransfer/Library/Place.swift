public import Globus
import PositionedYAML

/// A directory on a collection, or a file as a source.
public struct Place: Sendable, Hashable, CustomStringConvertible {
    let reference: CollectionReference
    /// The path as the machine at that end knows it, absolute or from home (`~`); a site says what the collection calls it.
    public let path: String
    /// Where the same is on this machine; `nil` if the library is to find out.
    public let local: String?

    /// Makes a place on a collection that is known by its id.
    ///
    /// - Parameters:
    ///   - path: the path from the collection's root, or from home (`/~/`).
    ///   - local: of a source, the path of the same directory on this machine, which is taken at your word. Without it, a source whose
    ///     path exists on this machine is compared with the collection's listing, and read here if they agree; any other is listed by
    ///     Globus. Of a destination, where the files arrive on this machine: its free space is compared before the submission, and a proof
    ///     by digest may read the files there.
    public init(_ collection: CollectionID, _ path: CollectionPath, local: String? = nil) {
        (reference, self.path, self.local) = (.id(collection), path.description, local)
    }

    /// Makes a place on the collection of a site.
    ///
    /// - Parameter path: the path as the site's machines know it.
    public init(site alias: String, _ path: CollectionPath, local: String? = nil) {
        (reference, self.path, self.local) = (.alias(alias), path.description, local)
    }

    init(_ end: TaskDescription.End) { (reference, path, local) = (end.collection.value, end.path.value, nil) }

    init(_ end: JournalRecord.Plan.End, local: String? = nil) { (reference, path, self.local) = (.id(end.collection), end.path, local) }

    /// The collection's id; `nil` if a site or a search gives it.
    public var collection: CollectionID? { if case .id(let id) = reference { id } else { nil } }

    /// The collection as messages call it: a site's alias, a name, or the id.
    var name: String {
        switch reference {
        case .id(let id): id.description
        case .alias(let text), .search(let text): text
        case .globusConnectPersonal: "Globus Connect Personal"
        }
    }

    /// The place as messages have it: `archer2:/work/n02`.
    public var description: String { "\(name):\(path)" }

    func end(at position: SourcePosition) -> TaskDescription.End {
        TaskDescription.End(collection: Positioned(reference, at: position), path: Positioned(path, at: position))
    }
}
