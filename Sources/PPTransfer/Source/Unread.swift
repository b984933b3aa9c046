import PositionedYAML
import SystemFiles

/// Files and directories of a source that this user may not read, and that a run has left out because the description says so
/// (`select.unreadable: skip`).
package struct Unread: Hashable, Sendable {
    /// More than a person reads, few enough for any report.
    static let mostNames = 100

    package var count: Int
    private var directories: Int
    /// The paths of the first of them below the source; a directory ends in a slash.
    package var names: [String]

    /// - Returns: `nil` if there are none.
    init?(_ paths: [String]) {
        guard !paths.isEmpty else { return nil }
        (count, directories) = (paths.count, paths.count { $0.ends(with: "/") })
        names = Array(paths.prefix(Self.mostNames))
    }

    /// `2 files and 1 directory`
    package var amount: String {
        let parts = [
            count > directories ? Quantity.count(count - directories, "file") : nil,
            directories == 0 ? nil : directories == 1 ? "1 directory" : "\(directories) directories",
        ]
        return parts.compactMap(\.self).joined(separator: " and ")
    }

    /// The same with what became of them, as a part of a sentence.
    package var sentence: String { "\(amount) that this user may not read \(count == 1 ? "was" : "were") not sent" }

    /// Whether a path is one of these, or lies in one of these directories.
    static func covers(_ path: FileName, _ unread: [String]) -> Bool {
        unread.contains { name in
            name.ends(with: "/") ? path.text.begins(with: name) : FileName(name) == path
        }
    }
}
