/// Which records of a journal are meant.
package struct RecordSelection: Sendable {
    package var workflow: String?
    /// Empty: all. `noCycle` stands for the transfers without one.
    package var cycles: Set<String> = []
    package var name: String?
    /// Both included.
    package var from: String?
    package var to: String?
    /// Only those whose latest run did not end well, or was killed before it submitted anything.
    package var failedOnly = false
    package var archivedOnly = false

    /// What tables print, and people write, in the place of a cycle that there is not.
    package static let noCycle = "-"

    package init(workflow: String? = nil) { self.workflow = workflow }

    /// In the order of their cycles, the oldest first.
    package func records(in journal: Journal) -> (records: [JournalRecord], problems: [JournalProblem]) {
        var found = journal.storedRecords(of: workflow)
        found.records = found.records.filter(matches).sorted { Self.isEarlier($0.cycle ?? "", $1.cycle ?? "") }
        return found
    }

    /// Whether a record is among them; its workflow is not looked at.
    package func matches(_ record: JournalRecord) -> Bool {
        let cycle = record.cycle ?? ""
        if !cycles.isEmpty, !cycles.contains(record.cycle ?? Self.noCycle) { return false }
        if let name, record.name != name { return false }
        if let from, Self.isEarlier(cycle, from) { return false }
        if let to, Self.isEarlier(to, cycle) { return false }
        if archivedOnly, !record.isArchived { return false }
        return !failedOnly || record.standing.isFailure
    }

    /// Whole numbers by value, everything else by its text, which orders cycle points of one format rightly in any calendar.
    package static func isEarlier(_ left: String, _ right: String) -> Bool {
        if let left = Int(left), let right = Int(right) { return left < right }
        return left < right
    }
}
