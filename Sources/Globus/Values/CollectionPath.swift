import SystemFiles

/// Why a text is not a path within a collection.
public enum PathProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is empty.
    case empty
    /// The text, which starts neither with `/` nor with `~/`.
    case relative(String)
    /// The text, which has a component `..`.
    case climbs(String)
    /// The text, which holds a NUL character.
    case unprintable(String)

    /// What is wrong.
    public var what: String {
        switch self {
        case .empty: "the path is empty"
        case .relative(let text): "'\(text)' is relative"
        case .climbs(let text): "'\(text)' climbs with '..'"
        case .unprintable(let text): "\(text.debugDescription) holds a NUL character"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .empty: "give it from the collection's root, starting with '/'"
        case .relative: "give the path from the collection's root, starting with '/', or from your home there, with '/~/'"
        case .climbs: "write the path it leads to"
        case .unprintable: "no file system can store it"
        }
    }

    public var description: String { what + "; " + remedy }
}

/// A place within a collection: absolute, or from the user's home there (`/~/`). Never empty, never climbing.
///
/// Two are equal if their bytes are: `é` as one character and as two are two places.
/// Repeated slashes, `.` components and a trailing slash are dropped, so that equal places compare equal. `~` and `~/x`, which the
/// service also accepts, become `/~` and `/~/x`.
public struct CollectionPath: Hashable, Sendable, CustomStringConvertible {
    @Bytewise private var text: String

    public var description: String { text }

    /// Reads a path as people or the service write it. See the type for what is dropped.
    ///
    /// - Throws: `PathProblem` if the text is empty or relative, or has a component `..` or a NUL character.
    public init(_ text: String) throws(PathProblem) {
        guard !text.isEmpty else { throw .empty }
        guard text.begins(with: "/") || text == "~" || text.begins(with: "~/") else { throw .relative(text) }
        guard !text.utf8.contains(0) else { throw .unprintable(text) }
        let components = text.parts(at: "/")
        guard !components.contains("..") else { throw .climbs(text) }
        self.text = "/" + components.filter { $0 != "." }.joined(separator: "/")
    }

    private init(trusted text: String) { self.text = text }

    /// The root of the collection, which need not be the root of the machine's file system.
    public static let root = CollectionPath(trusted: "/")

    /// The path as the service likes directories to be written: with a slash at its end.
    public var asDirectory: String { description == "/" ? "/" : description + "/" }

    /// Whether the path is the user's home on the collection (`/~`), or below it.
    public var isHomeRelative: Bool { description == "/~" || description.begins(with: "/~/") }

    /// The last component; empty for the root.
    public var name: Substring {
        description.utf8.lastIndex(of: UInt8(ascii: "/")).map { description[description.utf8.index(after: $0)...] } ?? ""
    }

    /// The directory that holds this path; the root is its own parent.
    public var parent: CollectionPath {
        guard let slash = description.utf8.lastIndex(of: UInt8(ascii: "/")), slash != description.startIndex else { return .root }
        return CollectionPath(trusted: String(description[..<slash]))
    }

    /// A path below this one. `relative` has no leading slash and no `..`, as a manifest's paths are.
    public func appending(_ relative: some StringProtocol) -> CollectionPath {
        relative.isEmpty ? self : CollectionPath(trusted: asDirectory + relative)
    }

    /// What remains below `ancestor`, without a leading slash: empty for the same place, `nil` if this path is not there.
    public func relative(to ancestor: CollectionPath) -> Substring? {
        if self == ancestor { return "" }
        guard description.utf8.starts(with: ancestor.asDirectory.utf8) else { return nil }
        return description[description.utf8.index(description.startIndex, offsetBy: ancestor.asDirectory.utf8.count)...]
    }

    /// Returns whether this path is `ancestor`, or below it.
    public func isInside(_ ancestor: CollectionPath) -> Bool { relative(to: ancestor) != nil }
}
