/// Why a list or a manifest cannot be read that the description names.
package enum NamedFileFault: Hashable, Sendable, CustomStringConvertible {
    case missing
    case unreadable(String)
    /// `a named pipe`, `a device`, …: it may be gone, or say something else, when a later run reads it.
    case notOrdinary(String)

    /// Follows the file's path.
    package var description: String {
        switch self {
        case .missing: "does not exist"
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .notOrdinary(let kind): "is \(kind), not an ordinary file"
        }
    }

    /// What to do about a file that is not an ordinary one.
    static func remedy(_ key: String) -> String { "each run reads the file again: write it to a disk, and name it in '\(key)'" }
}
