package import Globus
package import PPTransfer
import PositionedYAML
import SystemFiles

/// The journal as a table: where each cycle stands, without asking anybody.
package struct StatusReport: Sendable {
    package struct Row: Sendable {
        package var workflow: String
        package var cycle: String?
        package var name: String?
        /// The run of the workflow that keeps the record, where a run has a journal to itself.
        package var run: String?
        /// The directory of the journal; `nil` without a record.
        package var journal: String?
        /// `archived`, `missing` or `different` (archived, and not found so at the destination since), `submitted` (a task may be at work),
        /// `begun` (a run did not come as far), the status with which the latest run left, or `absent`: no record.
        package var state: String
        package var exitStatus: Int32
        package var files: Int
        package var bytes: Int64
        /// Bytes per second, once proven.
        package var rate: Int64?
        /// `2026-11-20T23:17:08Z`; `nil` without a record.
        package var updated: String?
        /// Seconds since then.
        package var age: Int64?
        /// When it was first verified as a whole; a later look at the destination does not change it. `nil` unless it is archived.
        package var archived: String?
        package var task: TaskID?
        package var message: String?
        /// From where to where it sends (`archer2:/work/n02`); `nil` without a record.
        package var source: String?
        /// The day until which the source keeps the files, if it is known.
        package var expires: String?
        package var destination: String?
        /// What looks at the destination did not find as it was verified; `nil` if they found all.
        package var look: JournalRecord.Look?
        /// The latest runs of a transfer without a cycle, the newest last.
        package var history: [PastRun] = []
        /// Where the archived files are now, as somebody has noted it.
        package var elsewhere: String?
        /// The files that the cycle should have and that are not verified; `nil` if none, or nobody asked.
        package var missingFiles: MissingFiles?
        /// The same in words, or why it is not known.
        var filesNote: String?
        /// The collections of both ends; `nil` without a record.
        var ends: (source: CollectionID, destination: CollectionID)?
        /// What Globus says of the task, if it was asked.
        package var globus: TaskNow?
        /// Whether the task may still be at work, as far as the journal knows.
        var isLive = false
        /// Whether it did not end well, and nothing of it is under way.
        var isFailure = true

        package var status: ExitStatus { ExitStatus(number: exitStatus) }
        var isArchived: Bool { state == Self.archived }

        static let archived = "archived"
        static let absent = "absent"

        /// By workflow, cycle, name and run.
        static func isEarlier(_ one: Row, _ other: Row) -> Bool {
            if one.workflow != other.workflow { return one.workflow < other.workflow }
            let (left, right) = (one.cycle ?? "", other.cycle ?? "")
            if left != right { return RecordSelection.isEarlier(left, right) }
            let (first, second) = (one.name ?? "", other.name ?? "")
            return first != second ? first < second : (one.run ?? "") < (other.run ?? "")
        }
    }

    /// Ordered by workflow, cycle and name.
    package var rows: [Row]
    /// Records that could not be read.
    package var problems: [JournalProblem]
    /// The sites that have ended, or end soon, and what still has to leave them.
    package var endedSites: [EndedSite] = []
    /// Why Globus could not be asked, or not about all.
    package var refreshProblem: GlobusError?
    /// The directory of the second copies of receipts that the rows are from; `nil`: they are the journal's.
    package var copies: String?
    /// Every journal that was found, if they are asked for.
    package var journals: [JournalEntry]?
    /// Whether a workflow, a cycle or a transfer is asked for that is not on record.
    package var isUnknown = false
    /// Whether more than one journal has rows.
    private var isOfSeveral = false

    package init(_ journal: Journal, workflow: String?, now: Timestamp) {
        self.init([JournalSearch.Place(journal)], workflow: workflow, now: now)
    }

    /// The records of several journals in one table.
    package init(_ places: [JournalSearch.Place], workflow: String?, now: Timestamp) {
        (rows, problems) = ([], [])
        for place in places {
            let found = place.journal.summariesOrCopies(of: workflow)
            copies = copies ?? found.copies
            rows += found.summaries.map { summary in
                var row = Row(summary, now: now)
                if found.copies == nil { (row.run, row.journal) = (place.run, place.journal.directory) }
                return row
            }
            problems += found.problems
            if found.copies == nil { problems += place.journal.listProblems(of: found.summaries) }
        }
        isOfSeveral = places.count > 1
        if isOfSeveral { rows.sort(by: Row.isEarlier) }
    }

    package init(rows: [Row], problems: [JournalProblem], copies: String? = nil) {
        (self.rows, self.problems, self.copies) = (rows, problems, copies)
        isOfSeveral = Set(rows.map(\.journal)).count > 1
    }

    /// That the journal has nothing of it; `nil` if it has.
    package static func note(copies: String?, _ journal: Journal) -> String? {
        copies.map { "no record in \(journal.directory): this is from the second copies of the receipts in \($0)" }
    }

    package mutating func keep(name: String) { rows.removeAll { $0.name != name } }

    /// Keeps cycles of a range, both ends included.
    package mutating func keep(from first: String?, to last: String?) {
        rows.removeAll { row in
            let cycle = row.cycle ?? ""
            return (first.map { RecordSelection.isEarlier(cycle, $0) } ?? false)
                || (last.map { RecordSelection.isEarlier($0, cycle) } ?? false)
        }
    }

    /// Keeps transfers in one of these states, as the table has them.
    package mutating func keep(states: [String]) {
        if !states.isEmpty { rows.removeAll { !states.contains($0.state) } }
    }

    /// The states that a row may have.
    package static var states: [String] {
        [Row.archived, "missing", "different", "submitted", "begun", Row.absent] + ExitStatus.all.map(\.name) + ["signal"]
    }

    /// Keeps what a person should look at: everything whose latest run did not end well.
    package mutating func keepFailed() { rows.removeAll { !$0.isFailure } }

    /// Keeps what is not archived and has not changed for so long.
    package mutating func keepStale(for span: Duration) {
        rows.removeAll { row in
            row.status == .ok || row.age.map { $0 < span.components.seconds } ?? false
        }
    }

    /// For monitors: the most serious of what is shown; `running` while a task may be at work.
    ///
    /// What was not learnt from Globus comes before all that was.
    package var status: ExitStatus {
        if let refreshProblem { return ExitStatus(refreshProblem, during: .waiting) }
        if isUnknown, rows.isEmpty, problems.allSatisfy(\.isWarning) { return .noRecord }
        return ExitStatus.mostSerious(of: rows.map(\.status) + problems.filter { !$0.isWarning }.map(\.status))
    }

    /// A line each under a line of headings; of several, the totals below.
    package var text: String {
        let hasSeveral = Set(rows.map(\.workflow)).count > 1
        // Of cycles the paths differ in the cycle alone, and make long lines; without one they say what the transfer is.
        let showsEnds = rows.contains { $0.cycle == nil && $0.source != nil }
        let showsExpiry = rows.contains { $0.expires != nil }
        let showsRuns = isOfSeveral && rows.contains { $0.run != nil }
        let showsArchiving = rows.contains { $0.archived != nil }
        let showsNotes = rows.contains { $0.elsewhere != nil }
        let isRefreshed = rows.contains { $0.globus != nil }
        var headings = (hasSeveral ? ["workflow"] : []) + ["cycle"] + (showsRuns ? ["run"] : []) + ["name", "state"]
        headings += (isRefreshed ? ["now", "moved"] : []) + ["files", "size", "rate", "age"] + (showsArchiving ? ["archived since"] : [])
        headings += ["task"] + (showsExpiry ? ["kept until"] : []) + (showsNotes ? ["now elsewhere"] : [])
        headings += showsEnds ? ["from", "to"] : []
        let cells = rows.map { row in
            var line = hasSeveral ? [row.workflow] : []
            line += [row.cycle ?? "-"] + (showsRuns ? [row.run ?? "-"] : []) + [row.name ?? "-", row.stateWords]
            if isRefreshed { line += [row.globus?.state ?? "-", row.globus?.moved ?? "-"] }
            line += ["\(row.files)", Quantity.bytes(row.bytes), row.rate.map(Quantity.rate) ?? "-"]
            line.append(row.age.map { Quantity.time(.seconds($0)) } ?? "-")
            if showsArchiving { line.append(row.archived.flatMap { Timestamp(wire: $0) }?.minute ?? "-") }
            line.append(row.task?.description ?? "-")
            if showsExpiry { line.append(row.expires ?? "-") }
            if showsNotes { line.append(row.elsewhere ?? "-") }
            return line + (showsEnds ? [row.source ?? "-", row.destination ?? "-"] : [])
        }
        let table = TextTable.text([headings] + cells.map { $0.map(Outlet.line) })
        let notes = rows.compactMap { row in
            row.filesNote.map { Outlet.line([row.cycle, row.name].compactMap(\.self).joined(separator: " ") + ": " + $0) }
        }
        return ([table] + (rows.count < 2 ? [] : ["total: " + StatusTotals(rows).headline]) + notes + endedSites.map(\.text))
            .joined(separator: "\n")
    }
}

extension StatusReport: ReportBody {
    package static let document = SchemaDocument.status
    package static let fields: [JSONField<Self>] = [
        JSONField("transfers", \.rows), JSONField("totals", { StatusTotals($0.rows) }, "Of the transfers that are shown."),
        JSONField("journals", \.journals, "Every journal that was found: only with '--journal -'."),
        JSONField("ended_sites", \.endedSites, "Sites that have ended, or end within a month, and what still has to leave them."),
        JSONField("problems") { $0.problems.map(\.description) },
        JSONField("refresh_problem") { $0.refreshProblem?.description },
        JSONField("copies", \.copies, "The directory of the second copies of receipts that this is from; absent if it is the journal."),
    ]
}

extension StatusReport.Row: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("workflow", \.workflow), JSONField("cycle", \.cycle), JSONField("name", \.name),
        JSONField("run", \.run, "The run of the workflow that keeps the record (run1)."),
        JSONField("journal", \.journal, "The directory of the journal."), JSONField("state", \.state),
        .exitStatus(\.exitStatus), JSONField("files", \.files), JSONField("bytes", \.bytes), JSONField("rate", \.rate, "Bytes per second."),
        JSONField("updated", \.updated), JSONField("age", \.age, "Seconds."),
        JSONField("archived", \.archived, "When it was verified as a whole; a later verification does not change it."),
        JSONField("task", \.task), JSONField("message", \.message),
        JSONField("globus", \.globus), JSONField("from", \.source), JSONField("to", \.destination),
        JSONField("expires", \.expires, "The day until which the source keeps the files."),
        JSONField("missing", \.look?.missing, "Verified files that were not at the destination when it was last looked at."),
        JSONField("differing", \.look?.differing, "Verified files that were different there."),
        JSONField("since", \.look?.since, "When the first of these was found."),
        JSONField("elsewhere", \.elsewhere, "Where the files are now, as 'records note' has it."),
        JSONField("missing_files", \.missingFiles, "Files that the cycle should have and that are not verified: only with '--files'."),
        JSONField("rounds", \.history, "The latest runs of a transfer without a cycle, the newest last; at most 100."),
    ]
}

extension StatusReport.Row {
    /// `archived`, as a table has it.
    package static func state(of record: JournalRecord) -> String {
        Self(JournalRecord.Summary(record), now: Timestamp(secondsSince1970: 0)).state
    }

    init(_ record: JournalRecord.Summary, now: Timestamp) {
        (workflow, cycle, name, updated) = (record.workflow, record.cycle, record.name, record.updated)
        let submission = record.submission
        (task, message) = (submission?.task, record.outcome?.message)
        (source, destination, history) = (record.source.text, record.destination.text, record.history)
        (expires, look, elsewhere) = (record.expires, record.look, record.elsewhere)
        ends = (record.source.collection, record.destination.collection)
        age = Timestamp(wire: record.updated).map { max(0, (now - $0).components.seconds) } ?? 0
        isLive = submission?.state == .accepted && task != nil
        let standing = record.standing
        isFailure = standing.isFailure
        switch standing {
        case .archived: (state, exitStatus) = (Self.archived, ExitStatus.ok.number)
        case .unfound(let look):
            (state, exitStatus) = (look.missing > 0 ? "missing" : "different", ExitStatus.mismatch.number)
            message = message ?? "\(look.count) at the destination, since \(look.since)"
        case .submitted: (state, exitStatus) = ("submitted", ExitStatus.running.number)
        case .begun: (state, exitStatus) = ("begun", ExitStatus.running.number)
        case .ended(let outcome): (state, exitStatus) = (outcome.status, outcome.exitStatus)
        }
        (files, bytes) = (record.proof?.files ?? submission?.files ?? 0, record.proof?.bytes ?? submission?.bytes ?? 0)
        rate = state == Self.archived ? record.proof?.rate : nil
        if case .unfound = standing { archived = record.proof?.proven }
        if case .archived = standing { archived = record.proof?.proven }
    }
}

extension StatusReport.Row {
    /// `archived, missing since 2026-11-20T23:17:08Z`; else the state's one word.
    package var stateWords: String {
        guard let look, state == "missing" || state == "different" else { return state }
        return "archived, \(look.text)"
    }
}

extension MissingFiles: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("list", \.list), JSONField("expected", \.expected, "Files that the list names and the description selects."),
        JSONField("count", \.paths.count), JSONField("paths", { Array($0.paths.prefix(1000)) }, "The first 1,000 of them."),
    ]
}

extension PastRun: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("time", \.time), JSONField("status", \.status), JSONField("files", \.files, "Verified at the destination."),
        JSONField("bytes", \.bytes), JSONField("new_files", \.newFiles, "Sent by Globus for this run."), JSONField("new_bytes", \.newBytes),
    ]
}
