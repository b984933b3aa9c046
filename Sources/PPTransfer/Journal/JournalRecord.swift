import CycleCalendar
package import Globus
import PositionedYAML
package import SystemFiles

/// All that is known of one transfer of one cycle: its plan, its submissions, how it ended. One JSON file, readable by people.
///
/// It holds the plan whole, so that status and re-runs need neither the suite's environment nor Cylc.
package struct JournalRecord: Codable, Hashable, Sendable {
    package static let version = 1

    package var format = Self.version
    package var workflow: String
    package var cycle: String?
    package var name: String?
    package var plan: Plan
    /// The latest one; `nil` before the first.
    package var submission: Submission?
    /// Older ones that ended without success, the newest last.
    package var earlier: [Submission] = []
    package var outcome: Ending?
    /// What the latest run left for a later one, because it was written to shortly before; absent if nothing.
    package var unsettled: Unsettled?
    /// When the run began that has not ended: it is at work, or was killed.
    package var begun: String?
    package var receipt: Receipt?
    /// What looks at the destination found otherwise than the receipt has it; absent as long as all was there.
    package var look: Look?
    /// When the destination was asked to read back what is proven; absent once it has answered, or more was proven.
    package var asked: String?
    /// Of which directory of which machine the source collection was seen to show the same (`host device inode`); absent if of none.
    package var mounted: String?
    /// The latest runs of a transfer without a cycle, the newest last, each as `PastRun` writes it; absent for others.
    var rounds: [String]?
    /// Where the archived files are now, as somebody has noted it ("NLDS holding 1234"); absent if nobody has.
    package var elsewhere: String?
    /// `2026-11-20T23:17:08Z`
    package var updated: String
    /// Goes up each time that a process takes hold of the record; absent in records of earlier versions.
    package var generation: Int?

    enum CodingKeys: String, CodingKey {
        case format = "pptransfer_journal"
        case workflow, cycle, name, plan, submission, earlier, outcome, unsettled, begun, receipt, look, asked, mounted, rounds, elsewhere,
            updated, generation
    }

    /// What a re-run needs in order to do the same again.
    package struct Plan: Codable, Hashable, Sendable {
        package struct End: Codable, Hashable, Sendable {
            package var name: String
            package var collection: CollectionID
            @Bytewise package var path: String
            /// The account that was chosen there; absent if none was.
            package var localUser: String?

            enum CodingKeys: String, CodingKey {
                case name, collection, path
                case localUser = "local_user"
            }

            /// `archer2:/work/n02`: how messages call it.
            package var text: String { "\(name):\(path)" }

            /// Whether it is the same path of the same collection, whatever that is called. A home is that of an account.
            func isSamePlace(as other: Self) -> Bool {
                guard collection == other.collection, path == other.path else { return false }
                return localUser == other.localUser || !(path == "/~" || path.begins(with: "/~/"))
            }
        }

        /// The description as YAML, with nothing left to expand.
        package var description: String
        package var source: End
        package var destination: End
        /// Where the source lay on the machine that ran; absent if it was not mounted there.
        package var localSource: String?
        /// Where the files arrive on the machine that ran; absent if the destination is elsewhere.
        package var localDestination: String?
        /// The day until which the source keeps the files, if the description says one: `2026-12-20`.
        package var expires: String?
        package var label: String

        enum CodingKeys: String, CodingKey {
            case description, source, destination
            case localSource = "local_source"
            case localDestination = "local_destination"
            case expires, label
        }
    }

    package struct Submission: Codable, Hashable, Sendable {
        package enum State: String, Codable, Hashable, Sendable {
            /// On disk before anything is sent: whether Globus has it is not known.
            case intended
            /// Globus has it, as a task.
            case accepted
            case succeeded, failed
        }

        package var id: SubmissionID?
        package var state: State
        package var task: TaskID?
        package var requestID: String?
        package var begun: String
        package var ended: String?
        /// From where to where it sends; absent in records of earlier versions.
        package var source: Plan.End?
        package var destination: Plan.End?
        /// An error that only a person can mend, which stood in the way when the latest run left.
        package var fault: Fault?
        /// Where Globus's list of what the task has sent goes on, as far as it was read; what it told lies beside this record.
        package var listed: Int64?
        /// What should be at the destination then, those files included that were proven before.
        package var files: Int
        package var bytes: Int64
        /// How many files further submissions are to bring; absent for the last one.
        package var remaining: Int?
        /// Who submitted it; absent if that was not known, and in records of earlier versions.
        package var owner: TaskOwner?
        /// Globus has refused it for good; no task came of it.
        package var refused: Bool?
        /// With what Globus answered when it refused it last (`409 Conflict`); absent if the last answer was lost, or there was none yet.
        package var refusal: String?
        /// The task was found at work, and only its label says that it is this transfer's.
        package var pathsUnknown: Bool?
        /// How Globus was to compare files before it sends them: `exists`, `size`, `mtime`, `checksum`, or `none` where it sends all.
        /// Absent of tasks that were found, and in records of earlier versions.
        package var sync: String?
        /// It also brings what was proven before without having been sent or compared by checksum.
        package var includesUnsent: Bool?

        enum CodingKeys: String, CodingKey {
            case id, state, task
            case requestID = "request_id"
            case begun, ended, source, destination, fault, listed, files, bytes, remaining, owner, refused, refusal, sync
            case pathsUnknown = "paths_unknown"
            case includesUnsent = "includes_unsent"
        }

        /// Whether every file that the task does not name as sent was compared byte by byte.
        var comparesContents: Bool { sync == SyncLevel.checksum.name || sync == Self.sendsAll }

        /// In the place of a level.
        static let sendsAll = "none"

        /// It has ended well, and nothing is to follow.
        package var isComplete: Bool { state == .succeeded && remaining == nil }

        /// Whether it does what `plan` says, as far as places go.
        func isFor(_ plan: Plan) -> Bool { (source ?? plan.source) == plan.source && (destination ?? plan.destination) == plan.destination }
    }

    /// How long runs have waited for a task that an error kept from any progress.
    package struct Fault: Codable, Hashable, Sendable {
        package var seconds: Int64
        /// The task's own counts, by which progress shows.
        package var done: [Int64]
        package var faults: Int64
    }

    /// How the latest run ended, whatever became of the task.
    package struct Ending: Codable, Hashable, Sendable {
        package var status: String
        package var exitStatus: Int32
        package var message: String
        package var time: String
        /// Whether the program that uses the library stopped waiting, rather than that the limit was reached.
        var stopped: Bool?

        enum CodingKeys: String, CodingKey {
            case status
            case exitStatus = "exit_status"
            case message, time, stopped
        }
    }

    /// The proof: every file of the manifest was found at the destination.
    package struct Receipt: Codable, Hashable, Sendable {
        package var files: Int
        package var bytes: Int64
        /// `size`, or `none` if the description asked for no proof.
        package var level: String
        package var proven: String
        /// When the oldest of what is proven was proven, if that is not `proven`; absent in records of earlier versions, too.
        var since: String?
        package var tasks: [TaskID]
        /// Bytes per second over the last task's life.
        package var rate: Int64
        /// How many files' digests Globus has attested; absent where none was asked for.
        package var byDigest: Int?
        /// How many are proven by their size at the destination alone; absent, like the rest of these, in records of earlier versions.
        package var bySize: Int?
        /// How many should be there and are not proven: never looked for, or found to be lost since.
        package var unproven: Int?
        /// SHA-256 of the manifest of what is proven, as it lies beside this record (`sha256:9f86…`).
        package var manifest: String?
        /// How many files were read back at the destination, each with its size and digest.
        package var byReport: Int?
        package var readBack: ReadBack?
        /// When the latest reading of the files began on this machine, where they arrived, each with the digest that was known of it; absent
        /// if they were not read.
        package var readHere: String?
        /// Files of the proof that no task of this transfer is known to have sent, and that were not compared by checksum either: they
        /// must stay at the source. Absent in records of earlier versions.
        package var unsent: Listed?
        /// Files of the proof that are symbolic links at the destination: they must stay at the source, too. Absent where nobody looked.
        package var links: Listed?
        /// Files of the proof that have another time at the destination than at the source, with that time: Globus compared their contents,
        /// found them equal and left them. Absent if there are none, or nobody looked.
        package var times: Listed?
        /// Files of the proof with another time at the destination that nothing explains, with that time: Globus is to compare their
        /// contents before they are deleted at the source. Absent if there are none, or nobody looked.
        package var disputed: Listed?
        /// From where to where: a description that was changed since is another transfer.
        package var source: Plan.End
        package var destination: Plan.End
        /// When the files were last found at the destination, if later than `proven`.
        package var checked: String?
        /// Where the files were before somebody moved them, the latest last: `2026-11-20T23:17:08Z from jasmin:/gws/nopw/…`.
        package var moved: [String]?
        /// When, after a clean-up, nothing of what is proven was left at the source; absent if that was not asked for or is not so.
        package var cleaned: String?

        enum CodingKeys: String, CodingKey {
            case files, bytes, level, proven, since, tasks, rate
            case byDigest = "by_digest"
            case bySize = "by_size"
            case unproven, manifest
            case byReport = "by_report"
            case readBack = "read_back"
            case readHere = "read_here"
            case unsent, links, times, disputed
            case source, destination, checked, moved, cleaned
        }
    }

    /// Proven files were not at the destination, or not as they were proven, when it was looked at. The proof stays.
    package struct Look: Codable, Hashable, Sendable {
        /// When the first of them was found so.
        package var since: String
        /// When the destination was last looked at.
        package var time: String
        package var missing: Int
        package var differing: Int
        /// The transfer was archived then, and nothing was submitted since; absent if not.
        var isOfArchive: Bool?

        enum CodingKeys: String, CodingKey {
            case since, time, missing, differing
            case isOfArchive = "of_archive"
        }

        /// `missing since 2026-11-20T23:17:08Z`
        package var text: String { "\(missing > 0 ? "missing" : "different") since \(since)" }

        /// `2 files missing, 1 file different`
        package var count: String {
            [(missing, "missing"), (differing, "different")].filter { $0.0 > 0 }.map { "\(Quantity.count($0.0, "file")) \($0.1)" }
                .joined(separator: ", ")
        }
    }

    /// A list of files that is kept beside the record.
    package struct Listed: Codable, Hashable, Sendable {
        package var files: Int
        /// SHA-256 of the list; absent if it is empty.
        package var manifest: String?

        init(_ manifest: Manifest) {
            files = manifest.entries.count
            self.manifest = files == 0 ? nil : manifest.fingerprint.description
        }

        /// - Returns: `nil` if the list is empty.
        init?(ifAny manifest: Manifest) {
            guard !manifest.entries.isEmpty else { return nil }
            self.init(manifest)
        }
    }

    /// A job at the destination has read the files there, each to its last byte.
    package struct ReadBack: Codable, Hashable, Sendable {
        package var user: String
        package var host: String
        /// As that machine calls it.
        package var directory: String
        /// By that machine's clock.
        package var begun: String
        package var ended: String
        /// Of the list that it was asked to read.
        package var manifest: String
        /// When it was asked to; absent in records of earlier versions.
        package var asked: String?
    }

    /// All that the receipt speaks of was brought, whatever a later run or look came to: see `Standing`.
    package var isArchived: Bool {
        guard receipt != nil, let submission else { return false }
        let isOver = submission.state == .succeeded || submission.state == .failed
        return submission.isComplete || isOver && (outcome?.exitStatus == ExitStatus.ok.number || look?.isOfArchive == true)
    }
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
        localDestination = plan.localDestination?.path
        expires = plan.description.expires?.value
        label = plan.taskLabel
    }
}

extension JournalRecord.Plan.End {
    init(_ end: ResolvedEnd) {
        (name, collection, path, localUser) = (end.name, end.collection, end.path.description, end.localUser)
    }
}

extension JournalRecord.Submission {
    /// A submission that begins.
    init(
        id: SubmissionID?, state: State, begun: String, _ manifest: Manifest, _ plan: JournalRecord.Plan
    ) {
        (self.id, self.state, self.begun) = (id, state, begun)
        (source, destination) = (plan.source, plan.destination)
        (files, bytes) = (manifest.entries.count, manifest.bytes)
    }
}
