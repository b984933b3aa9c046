public import Globus

/// The journal as a table: where each cycle stands, without asking anybody.
public struct StatusReport: Sendable {
    public struct Row: Sendable, Encodable {
        public var workflow: String
        public var cycle: String?
        public var name: String?
        /// `archived`, `submitted` (a task may be at work), or the status with which the latest run left.
        public var state: String
        public var exitStatus: Int32
        public var files: Int
        public var bytes: Int64
        /// Bytes per second, once proven.
        public var rate: Int64?
        /// `2026-11-20T23:17:08Z`
        public var updated: String
        /// Seconds since then.
        public var age: Int64
        public var task: TaskID?
        public var message: String?

        enum CodingKeys: String, CodingKey {
            case workflow, cycle, name, state
            case exitStatus = "exit_status"
            case files, bytes, rate, updated, age, task, message
        }

        public var status: ExitStatus { ExitStatus(number: exitStatus) }
    }

    /// Ordered by workflow, cycle and name.
    public var rows: [Row]
    /// Records that could not be read.
    public var problems: [JournalProblem]

    public init(_ journal: Journal, workflow: String?, now: Timestamp) {
        let found = journal.records(of: workflow)
        rows = found.records.map { Row($0, now: now) }
        problems = found.problems
    }

    /// Keeps what a person should look at: everything whose latest run did not end well.
    public mutating func keepFailed() { rows.removeAll { $0.status == .ok || $0.status == .running } }

    /// Keeps what is not archived and has not changed for so long.
    public mutating func keepStale(for span: Duration) {
        rows.removeAll { $0.status == .ok || $0.age < span.components.seconds }
    }

    /// For monitors: the most serious of what is shown; `running` while a task may be at work.
    public var status: ExitStatus {
        ExitStatus.mostSerious(of: rows.map(\.status) + problems.map(\.status))
    }

    /// A line each under a line of headings; without a row a sentence.
    public func text(in directory: String) -> String {
        guard !rows.isEmpty else { return "no such record in \(directory)" }
        let hasSeveral = Set(rows.map(\.workflow)).count > 1
        let headings = (hasSeveral ? ["workflow"] : []) + ["cycle", "name", "state", "files", "size", "rate", "age", "task"]
        let cells = rows.map { row in
            (hasSeveral ? [row.workflow] : []) + [
                row.cycle ?? "-", row.name ?? "-", row.state, "\(row.files)", Quantity.bytes(row.bytes), row.rate.map(Quantity.rate) ?? "-",
                Quantity.time(.seconds(row.age)), row.task?.description ?? "-",
            ]
        }
        let widths = headings.indices.map { column in ([headings] + cells).map { $0[column].count }.max() ?? 0 }
        return ([headings] + cells).map { line in
            let padded = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}

extension StatusReport: Encodable {
    enum CodingKeys: String, CodingKey {
        case format = "pptransfer_status"
        case status
        case exitStatus = "exit_status"
        case transfers, problems
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .format)
        try container.encode(status.name, forKey: .status)
        try container.encode(status.number, forKey: .exitStatus)
        try container.encode(rows, forKey: .transfers)
        try container.encode(problems.map(\.description), forKey: .problems)
    }
}

extension StatusReport.Row {
    init(_ record: JournalRecord, now: Timestamp) {
        (workflow, cycle, name, updated) = (record.workflow, record.cycle, record.name, record.updated)
        let submission = record.submission
        (task, message) = (submission?.task, record.outcome?.message)
        age = Timestamp(wire: record.updated).map { max(0, (now - $0).components.seconds) } ?? 0
        let isUnderWay = submission?.state == .intended || submission?.state == .accepted
        if record.receipt != nil, submission?.state == .succeeded {
            (state, exitStatus) = ("archived", ExitStatus.ok.number)
        } else if let outcome = record.outcome, outcome.exitStatus != ExitStatus.running.number, outcome.exitStatus < 128 {
            (state, exitStatus) = (outcome.status, outcome.exitStatus)
        } else {
            // Never submitted, and nobody wrote down why: a run that was killed before.
            (state, exitStatus) = (isUnderWay ? "submitted" : "begun", ExitStatus.running.number)
        }
        (files, bytes) = (record.receipt?.files ?? submission?.files ?? 0, record.receipt?.bytes ?? submission?.bytes ?? 0)
        rate = state == "archived" ? record.receipt?.rate : nil
    }
}
