/// Which records of a journal are meant.
public struct RecordSelection: Sendable {
    public var workflow: String?
    /// Empty: all.
    public var cycles: Set<String> = []
    public var name: String?
    /// Both included.
    public var from: String?
    public var to: String?
    /// Only those whose latest run did not end well, or was killed before it submitted anything.
    public var failedOnly = false
    public var archivedOnly = false

    public init(workflow: String? = nil) { self.workflow = workflow }

    /// In the order of their cycles, the oldest first.
    public func records(in journal: Journal) -> (records: [JournalRecord], problems: [JournalProblem]) {
        var found = journal.records(of: workflow)
        found.records = found.records.filter(matches).sorted { Self.isEarlier($0.cycle ?? "", $1.cycle ?? "") }
        return found
    }

    private func matches(_ record: JournalRecord) -> Bool {
        let cycle = record.cycle ?? ""
        if !cycles.isEmpty, !cycles.contains(cycle) { return false }
        if let name, record.name != name { return false }
        if let from, Self.isEarlier(cycle, from) { return false }
        if let to, Self.isEarlier(to, cycle) { return false }
        if archivedOnly, !record.isArchived { return false }
        return !failedOnly || record.standing.isFailure
    }

    /// Whole numbers by value, everything else by its text, which orders cycle points of one format rightly in any calendar.
    static func isEarlier(_ left: String, _ right: String) -> Bool {
        if let left = Int(left), let right = Int(right) { return left < right }
        return left < right
    }
}
