package import PPTransfer
import PositionedYAML

/// A journal in the list of all that were found.
package struct JournalEntry: Hashable, Sendable {
    package var directory: String
    package var run: String?
    package var workflows: [String]
    package var transfers: Int
    /// When the latest record was written.
    package var updated: String?

    package init(_ place: JournalSearch.Place) {
        let records = place.journal.summaries().summaries
        (directory, run) = (place.journal.directory, place.run)
        (workflows, transfers) = (Set(records.map(\.workflow)).sorted(), records.count)
        updated = records.map(\.updated).max()
    }

    /// A line each under a line of headings.
    package static func text(_ entries: [JournalEntry]) -> String {
        TextTable.text(
            [["journal", "run", "transfers", "latest", "workflows"]]
                + entries.map { entry in
                    [
                        entry.directory, entry.run ?? "-", "\(entry.transfers)", entry.updated ?? "-",
                        Quantity.list(entry.workflows, most: 3).joined(separator: ", "),
                    ].map(Outlet.line)
                })
    }
}

extension JournalEntry: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("directory", \.directory), JSONField("run", \.run), JSONField("workflows", \.workflows),
        JSONField("transfers", \.transfers), JSONField("updated", \.updated),
    ]
}
