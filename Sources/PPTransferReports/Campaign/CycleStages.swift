import PPTransfer

/// How far a transfer has come, from the files that were staged to their removal.
package struct CycleStages: Hashable, Sendable {
    package enum Stage: String, CaseIterable, Sendable {
        case staged, submitted, transferred, proven, cleaned

        /// What it means that a transfer has passed it.
        var meaning: String {
            switch self {
            case .staged: "the files to send were listed"
            case .submitted: "Globus has accepted the task, under an id that makes it run only once"
            case .transferred: "the Globus task succeeded"
            case .proven: "every file was found at the destination"
            case .cleaned: "the verified files are no longer at the source"
            }
        }
    }

    /// One letter each, as the page's table has them.
    package enum Mark: String, Sendable {
        case done = "d"
        case current = "c"
        case failed = "f"
        case open = "o"

        var symbol: String {
            switch self {
            case .done: "✓"
            case .current: "…"
            case .failed: "✗"
            case .open: "–"
            }
        }

        var words: String {
            switch self {
            case .done: "done"
            case .current: "under way"
            case .failed: "failed"
            case .open: "not yet"
            }
        }
    }

    private var marks: [Mark]

    package subscript(stage: Stage) -> Mark { marks[Stage.allCases.firstIndex(of: stage) ?? 0] }

    /// `dddoo`
    var letters: String { marks.map(\.rawValue).joined() }

    /// Of a transfer without a record.
    init() { marks = Stage.allCases.map { _ in .open } }

    init(_ record: JournalRecord.Summary, _ row: StatusReport.Row) {
        let stop: Mark = row.status == .running || row.status.isSignal ? .current : .failed
        let passed: Int
        if row.isArchived {
            let isProven = record.proof?.level != TaskDescription.VerifyOptions.Level.none.rawValue
            let isCleaned = record.proof?.cleaned != nil
            marks = [.done, .done, .done, isProven ? .done : .open, isCleaned ? .done : .open]
            return
        }
        if row.status == .ok {
            // There was nothing to send.
            marks = [.done, .open, .open, .open, .open]
            return
        }
        if let submission = record.submission {
            switch submission.state {
            case .intended: passed = 1
            case .accepted, .failed: passed = Self.hasArrived(row.status) ? 3 : 2
            case .succeeded: passed = 3
            }
        } else {
            passed = Self.lacksFiles(row.status) || stop == .current ? 0 : 1
        }
        marks = Array(repeating: .done, count: passed) + [stop] + Array(repeating: .open, count: 4 - passed)
        // Whether the files were there is not known where something else stood in the way.
        if record.submission == nil, passed == 1 { marks[0] = .open }
    }

    /// Globus said that it sent everything; what arrived is another matter.
    private static func hasArrived(_ status: ExitStatus) -> Bool { status == .mismatch || status == .unverified }

    private static func lacksFiles(_ status: ExitStatus) -> Bool {
        [.sourceMissing, .sourceChanged, .nothing, .description].contains(status)
    }
}
