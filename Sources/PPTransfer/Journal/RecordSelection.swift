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

    /// Whether a bound of a range can be compared with these cycles: it is written as they are. `1988-05` is neither before nor after
    /// `19880901T0000Z`.
    ///
    /// - Parameter points: the cycles on record; `noCycle` among them does not count.
    package static func isComparable(_ bound: String, with points: some Sequence<String>) -> Bool {
        let known = points.filter { $0 != noCycle }
        guard let first = known.first else { return true }
        if Int(bound) != nil, known.allSatisfy({ Int($0) != nil }) {
            // Dates without a time, rather than numbers.
            let isDate = first.utf8.count >= 6 && known.allSatisfy { $0.utf8.count == first.utf8.count }
            return !isDate || bound.utf8.count == first.utf8.count
        }
        return known.contains { form(of: $0) == form(of: bound) }
    }

    private static func form(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt8(ascii: "a")
        default: byte
        }
    }

    private static func form(of point: String) -> [UInt8] { point.utf8.map { form($0) } }
}
