public import Globus

/// All that is known of one transfer of one cycle: its plan, its submissions, how it ended. One JSON file, readable by people.
///
/// It holds the plan whole, so that status and re-runs need neither the suite's environment nor Cylc.
public struct JournalRecord: Codable, Hashable, Sendable {
    public static let version = 1

    public var format = Self.version
    public var workflow: String
    public var cycle: String?
    public var name: String?
    public var plan: Plan
    /// The latest one; `nil` before the first.
    public var submission: Submission?
    /// Older ones that ended without success, the newest last.
    public var earlier: [Submission] = []
    public var outcome: Ending?
    public var receipt: Receipt?
    /// When the destination was asked to read back what is proven; absent once it has answered, or more was proven.
    public var asked: String?
    /// `2026-11-20T23:17:08Z`
    public var updated: String

    enum CodingKeys: String, CodingKey {
        case format = "pptransfer_journal"
        case workflow, cycle, name, plan, submission, earlier, outcome, receipt, asked, updated
    }

    /// What a re-run needs in order to do the same again.
    public struct Plan: Codable, Hashable, Sendable {
        public struct End: Codable, Hashable, Sendable {
            public var name: String
            public var collection: CollectionID
            public var path: String
        }

        /// The description as YAML, with nothing left to expand.
        public var description: String
        public var source: End
        public var destination: End
        /// Where the source lay on the machine that ran; absent if it was not mounted there.
        public var localSource: String?
        public var label: String

        enum CodingKeys: String, CodingKey {
            case description, source, destination
            case localSource = "local_source"
            case label
        }
    }

    public struct Submission: Codable, Hashable, Sendable {
        public enum State: String, Codable, Hashable, Sendable {
            /// On disk before anything is sent: whether Globus has it is not known.
            case intended
            /// Globus has it, as a task.
            case accepted
            case succeeded, failed
        }

        public var id: SubmissionID?
        public var state: State
        public var task: TaskID?
        public var requestID: String?
        public var begun: String
        public var ended: String?
        /// From where to where it sends; absent in records of earlier versions.
        public var source: Plan.End?
        public var destination: Plan.End?
        /// An error that only a person can mend, which stood in the way when the latest run left.
        public var fault: Fault?
        /// Where Globus's list of what the task has sent goes on, as far as it was read; what it told lies beside this record.
        public var listed: Int64?
        /// What should be at the destination then, those files included that were proven before.
        public var files: Int
        public var bytes: Int64
        /// How many files further submissions are to bring; absent for the last one.
        public var remaining: Int?

        enum CodingKeys: String, CodingKey {
            case id, state, task
            case requestID = "request_id"
            case begun, ended, source, destination, fault, listed, files, bytes, remaining
        }

        /// It has ended well, and nothing is to follow.
        public var isComplete: Bool { state == .succeeded && remaining == nil }

        /// Whether it does what `plan` says, as far as places go.
        func isFor(_ plan: Plan) -> Bool { (source ?? plan.source) == plan.source && (destination ?? plan.destination) == plan.destination }
    }

    /// How long runs have waited for a task that an error kept from any progress.
    public struct Fault: Codable, Hashable, Sendable {
        public var seconds: Int64
        /// The task's own counts, by which progress shows.
        public var done: [Int64]
        public var faults: Int64
    }

    /// How the latest run ended, whatever became of the task.
    public struct Ending: Codable, Hashable, Sendable {
        public var status: String
        public var exitStatus: Int32
        public var message: String
        public var time: String

        enum CodingKeys: String, CodingKey {
            case status
            case exitStatus = "exit_status"
            case message, time
        }
    }

    /// The proof: every file of the manifest was found at the destination.
    public struct Receipt: Codable, Hashable, Sendable {
        public var files: Int
        public var bytes: Int64
        /// `size`, or `none` if the description asked for no proof.
        public var level: String
        public var proven: String
        public var tasks: [TaskID]
        /// Bytes per second over the last task's life.
        public var rate: Int64
        /// How many files' digests Globus has attested; absent where none was asked for.
        public var byDigest: Int?
        /// How many are proven by their size at the destination alone; absent, like the rest of these, in records of earlier versions.
        public var bySize: Int?
        /// How many should be there and are not proven: never looked for, or found to be lost since.
        public var unproven: Int?
        /// SHA-256 of the manifest of what is proven, as it lies beside this record (`sha256:9f86…`).
        public var manifest: String?
        /// How many files were read back at the destination, each with its size and digest.
        public var byReport: Int?
        public var readBack: ReadBack?
        /// From where to where: a description that was changed since is another transfer.
        public var source: Plan.End
        public var destination: Plan.End
        /// When the files were last found at the destination, if later than `proven`.
        public var checked: String?
        /// When, after a clean-up, nothing of what is proven was left at the source; absent if that was not asked for or is not so.
        public var cleaned: String?

        enum CodingKeys: String, CodingKey {
            case files, bytes, level, proven, tasks, rate
            case byDigest = "by_digest"
            case bySize = "by_size"
            case unproven, manifest
            case byReport = "by_report"
            case readBack = "read_back"
            case source, destination, checked, cleaned
        }
    }

    /// A job at the destination has read the files there, each to its last byte.
    public struct ReadBack: Codable, Hashable, Sendable {
        public var user: String
        public var host: String
        /// As that machine calls it.
        public var directory: String
        /// By that machine's clock.
        public var begun: String
        public var ended: String
        /// Of the list that it was asked to read.
        public var manifest: String
    }

    /// The latest submission is over, and what it was to bring is proven.
    public var isArchived: Bool { receipt != nil && submission?.isComplete == true }
}

extension JournalRecord {
    init(_ plan: TransferPlan, now: Timestamp) {
        (workflow, cycle, name) = (plan.workflow, plan.cycle?.description, plan.name)
        self.plan = Plan(plan)
        updated = now.description
    }
}

extension JournalRecord.Plan {
    init(_ plan: TransferPlan) {
        description = plan.description.yaml
        (source, destination) = (End(plan.source), End(plan.destination))
        localSource = plan.localSource?.path
        label = plan.label.description
    }
}

extension JournalRecord.Plan.End {
    init(_ end: ResolvedEnd) { (name, collection, path) = (end.name, end.collection, end.path.description) }
}
