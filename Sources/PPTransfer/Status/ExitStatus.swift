/// What the workflow engine and people see when the program has left. The one table of statuses: numbers are never reused.
package struct ExitStatus: Hashable, Sendable {
    /// Whether running again can help, and what must come first.
    package enum Again: String, Hashable, Sendable, Codable, CaseIterable {
        /// It succeeded.
        case needless
        /// Running again without a change fails in the same way.
        case no
        /// Running again helps once the cause has passed by itself.
        case later
        /// Running again helps once the user has done what the message requires.
        case act
        /// The next run resumes this transfer, at any time.
        case resumes
        /// The next run resumes this transfer once the user has done what the message requires.
        case actThenResumes
        /// The next run resumes this transfer once an administrator has lifted the pause.
        case laterResumes

        /// As the table has it.
        package var short: String {
            switch self {
            case .needless: "–"
            case .no: "no"
            case .later: "later"
            case .act: "needs action"
            case .resumes: "resumes"
            case .actThenResumes: "needs action, then resumes"
            case .laterResumes: "later, resumes"
            }
        }

        /// As the end of a failure's message.
        package var sentence: String {
            switch self {
            case .needless: "nothing is left to do"
            case .no: "running again without a change fails in the same way"
            case .later: "running again later may help"
            case .act: "run again once that is done"
            case .resumes: "run again: it resumes this transfer"
            case .actThenResumes: "then run again: it resumes this transfer"
            case .laterResumes: "run again later: it resumes this transfer"
            }
        }
    }

    package var number: Int32
    /// Fit for a Cylc message or a script.
    package var name: String
    package var again: Again
    package var meaning: String
    /// With several transfers the highest decides.
    package let seriousness: Int

    private init(_ number: Int32, _ name: String, _ again: Again, seriousness: Int, _ meaning: String) {
        (self.number, self.name, self.again, self.seriousness, self.meaning) = (number, name, again, seriousness, meaning)
    }

    package static let ok = ExitStatus(
        0, "ok", .needless, seriousness: 0,
        "every required file is verified at the destination (now or earlier), or there was nothing to send, as allowed")
    /// A defect in pptransfer.
    package static let `internal` = ExitStatus(1, "internal", .no, seriousness: 99, "a defect in pptransfer")
    package static let sourceMissing = ExitStatus(
        10, "source-missing", .no, seriousness: 80, "a required file or the source directory is missing, or a file cannot be sent")
    package static let sourceChanged = ExitStatus(
        11, "source-changed", .later, seriousness: 60, "a source file changed during the transfer")
    package static let nothing = ExitStatus(12, "nothing", .no, seriousness: 70, "nothing to send, and `empty: fail`")
    package static let noRecord = ExitStatus(
        13, "no-record", .act, seriousness: 71, "the journal has no record of the workflow, cycle or transfer that was named")
    package static let auth = ExitStatus(20, "auth", .act, seriousness: 90, "not logged in, or the login is no longer valid")
    package static let consent = ExitStatus(21, "consent", .act, seriousness: 89, "`data_access` consent missing")
    package static let session = ExitStatus(
        22, "session", .actThenResumes, seriousness: 88, "login session expired, or the Globus task is INACTIVE")
    package static let denied = ExitStatus(23, "denied", .act, seriousness: 87, "no permission for the collection or the path")
    package static let unavailable = ExitStatus(
        30, "unavailable", .later, seriousness: 30, "Globus could not be reached for longer than `wait.outage`")
    package static let running = ExitStatus(31, "running", .resumes, seriousness: 10, "wait limit reached; the task continues on Globus")
    package static let paused = ExitStatus(
        32, "paused", .laterResumes, seriousness: 20, "an administrator paused the Globus task (message quoted)")
    package static let conflict = ExitStatus(
        33, "conflict", .later, seriousness: 40, "another Globus task or transfer uses the same destination paths")
    package static let limit = ExitStatus(34, "limit", .later, seriousness: 31, "too many pending tasks or requests")
    package static let noSpace = ExitStatus(40, "no-space", .act, seriousness: 86, "quota or disk full at the destination")
    package static let path = ExitStatus(41, "path", .act, seriousness: 85, "the destination path does not exist or is not a directory")
    package static let collection = ExitStatus(
        42, "collection", .act, seriousness: 84, "collection alias retired, or collection deleted, not connected or failing")
    package static let permissions = ExitStatus(
        43, "permissions", .act, seriousness: 82,
        "every file is verified at the destination, but the group or mode differs from `to.group` or `to.mode`")
    package static let exists = ExitStatus(
        44, "exists", .act, seriousness: 83, "other files at the destination would be replaced, or most of them deleted")
    package static let failed = ExitStatus(50, "failed", .later, seriousness: 55, "the Globus task FAILED (fatal error quoted)")
    package static let cancelled = ExitStatus(
        51, "cancelled", .no, seriousness: 75, "the Globus task was cancelled by a user or an administrator")
    package static let expired = ExitStatus(52, "expired", .later, seriousness: 50, "the deadline of the Globus task passed")
    package static let partial = ExitStatus(
        53, "partial", .later, seriousness: 65, "the Globus task finished, but skipped files with errors")
    package static let mismatch = ExitStatus(
        60, "mismatch", .no, seriousness: 95, "files at the destination are missing or differ from the manifest")
    package static let unverified = ExitStatus(
        61, "unverified", .later, seriousness: 45, "sent, but could not be verified at the destination")
    package static let usage = ExitStatus(64, "usage", .no, seriousness: 92, "invalid command line")
    package static let description = ExitStatus(65, "description", .no, seriousness: 91, "invalid transfer description or site file")
    package static let busy = ExitStatus(70, "busy", .later, seriousness: 15, "another process works on this cycle")
    package static let journal = ExitStatus(
        71, "journal", .act, seriousness: 93, "the journal cannot be read or written; pptransfer submits nothing that it cannot record")

    package static let output = ExitStatus(73, "output", .act, seriousness: 94, "a result file or stream cannot be written")

    /// Left because of a signal: 128 and its number, as a shell reports it.
    package static func signal(_ number: Int32) -> ExitStatus {
        ExitStatus(128 + number, "signal", .resumes, seriousness: 98, signalMeaning)
    }

    package var isSignal: Bool { number > 128 }

    /// The status of a number that this program has left with.
    package init(number: Int32) { self = Self.all.first { $0.number == number } ?? (number > 128 ? .signal(number - 128) : .internal) }

    /// A number or a name, as the program writes them.
    ///
    /// - Returns: `nil` for one that it never leaves with.
    package init?(_ text: String) {
        if let number = Int32(text), number > 128, number < 160 {
            self = .signal(number - 128)
        } else if let status = Self.all.first(where: { $0.name == text || "\($0.number)" == text }) {
            self = status
        } else if text == Self.signal(Signal.assumed).name {
            self = .signal(Signal.assumed)
        } else {
            return nil
        }
    }

    static let signalMeaning = "INT, TERM, XCPU, HUP: the state is on disk, and the task continues on Globus"

    /// Every status with a number of its own, in the order of the numbers.
    package static let all: [ExitStatus] = [
        .ok, .internal, .sourceMissing, .sourceChanged, .nothing, .noRecord, .auth, .consent, .session, .denied, .unavailable, .running,
        .paused,
        .conflict, .limit, .noSpace, .path, .collection, .permissions, .exists, .failed, .cancelled, .expired, .partial, .mismatch,
        .unverified, .usage,
        .description, .busy, .journal, .output,
    ]

    /// The table of the documentation, in Markdown.
    package static var table: String {
        let rows = all.map { "| \($0.number) | \($0.name) | \($0.again.short) | \($0.meaning) |" }
        return
            (["| status | name | run again? | meaning |", "|---|---|---|---|"] + rows
            + ["| 130 143 152 … | signal | \(Again.resumes.short) | \(signalMeaning) |"]).joined(separator: "\n")
    }

    /// `session (22): login session expired, or the Globus task is INACTIVE; then run again: it resumes this transfer`
    package var explanation: String { "\(self): \(meaning); \(again.sentence)" }

    package static func mostSerious(of statuses: some Sequence<ExitStatus>) -> ExitStatus {
        statuses.max { $0.seriousness < $1.seriousness } ?? .ok
    }
}

extension ExitStatus: CustomStringConvertible {
    /// `source-missing (10)`
    package var description: String { "\(name) (\(number))" }
}
