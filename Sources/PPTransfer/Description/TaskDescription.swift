public import CycleCalendar
public import Globus
public import PositionedYAML

/// Which collection an end of the transfer means, before the sites are asked.
public enum CollectionReference: Hashable, Sendable {
    /// A name from the site files.
    case alias(String)
    case id(CollectionID)
    /// The collection that the service's search finds under this name.
    case search(String)
    /// The Globus Connect Personal of the machine we run on.
    case globusConnectPersonal
}

/// An end of a description that is wrong elsewhere.
package struct UnplannedEnd: Equatable, Sendable {
    /// `from` or `to`.
    package var key: String
    package var collection: Positioned<CollectionReference>
    /// `nil` if the path itself is wrong.
    var path: Positioned<String>?

    /// `nil` without a path.
    package var end: TaskDescription.End? { path.map { TaskDescription.End(collection: collection, path: $0) } }
}

/// One transfer as its author wrote it: every template expanded, every default filled in, nothing yet looked up.
public struct TaskDescription: Equatable, Sendable {
    /// Where the document begins.
    public var position: SourcePosition
    /// Tells several transfers of one cycle apart.
    public var name: Positioned<String>?
    public var workflow: Positioned<String>
    /// Absent: nothing says which cycle this is, so every run compares afresh.
    public var cycle: Positioned<CyclePoint>?
    public var from: End
    public var to: End
    /// `to.existing` as it is written; `existingPolicy` has the default.
    public var existing: ExistingPolicy?
    public var select: Selection
    public var empty: EmptyPolicy
    public var symlinks: LinkPolicy
    public var transfer: TransferOptions
    public var wait: WaitOptions
    public var verify: VerifyOptions
    public var clean: CleanOptions
    /// On this machine: where the paths of all proven files are listed, for the step that follows.
    public var fileList: Positioned<String>?
    /// Whether the workflow engine is told by `cylc message`.
    public var cylcMessages: Bool
    /// What looks wrong but does not stop the transfer.
    public var warnings: [Problem]
    /// The variables that the text asked for, and those that stood in for an absent `workflow` or `cycle`.
    public var variablesUsed: Set<String>

    /// A description that says only what it must, with the defaults for the rest.
    public init(
        position: SourcePosition, name: Positioned<String>? = nil, workflow: Positioned<String>, cycle: Positioned<CyclePoint>? = nil,
        from: End, to: End
    ) {
        (self.position, self.name, self.workflow, self.cycle) = (position, name, workflow, cycle)
        (self.from, self.to, select) = (from, to, Selection())
        (empty, symlinks) = (.fail, .fail)
        (transfer, wait, verify, clean) = (TransferOptions(), WaitOptions(), VerifyOptions(), CleanOptions())
        (cylcMessages, warnings, variablesUsed) = (true, [], [])
    }
}

extension TaskDescription {
    /// A directory on a collection.
    public struct End: Hashable, Sendable {
        public var collection: Positioned<CollectionReference>
        /// As the machine at that end knows it; the site says what the collection calls it. Absolute, or from home (`~`).
        public var path: Positioned<String>

        public init(collection: Positioned<CollectionReference>, path: Positioned<String>) {
            (self.collection, self.path) = (collection, path)
        }
    }

    /// Which files are sent: patterns as `Glob` understands them.
    public struct Selection: Hashable, Sendable {
        /// Empty: everything.
        public var include: [Positioned<String>] = []
        public var exclude: [Positioned<String>] = []
        /// Each must match a file, else nothing is submitted.
        public var required: [Positioned<String>] = []

        public init() {}
    }

    /// What happens if files at the destination, which this journal did not send, would be replaced by other content.
    public enum ExistingPolicy: String, Hashable, Sendable, CaseIterable { case fail, warn, replace }

    /// A cycle's archive must not be replaced unknowingly; without a cycle, every run sends to the same place.
    public var existingPolicy: ExistingPolicy { existing ?? (cycle == nil ? .warn : .fail) }

    /// What a source without a file to send means.
    public enum EmptyPolicy: String, Hashable, Sendable, CaseIterable { case fail, succeed }

    /// What happens to symbolic links below the source.
    public enum LinkPolicy: String, Hashable, Sendable, CaseIterable { case fail, skip, follow }

    public struct TransferOptions: Hashable, Sendable {
        public enum Notification: String, Hashable, Sendable, CaseIterable { case succeeded, failed, inactive }

        public var sync: SyncLevel = .checksum
        public var verifyChecksum = true
        public var preserveTimestamp = true
        public var encrypt = false
        public var failOnQuotaErrors = true
        /// The events of which Globus sends mail.
        public var notify: Set<Notification> = [.failed, .inactive]
        /// Counted from submission; Globus then gives the task up.
        public var deadline: Duration = .seconds(3 * 86_400)

        public init() {}
    }

    public struct WaitOptions: Hashable, Sendable {
        public struct FaultPolicy: Hashable, Sendable {
            public enum Action: String, Hashable, Sendable, CaseIterable { case cancel, leave }

            /// How long a task may fault without progress.
            public var after: Duration = .seconds(15 * 60)
            public var then: Action = .cancel

            public init() {}
        }

        /// What to do when Globus waits for a person to log in again.
        public enum InactiveAction: String, Hashable, Sendable, CaseIterable {
            /// Leave at once; the next run resumes.
            case leave
            /// Stay until the limit.
            case wait
        }

        public var limit: Duration = .seconds(12 * 3600)
        /// How long the service may be out of reach.
        public var outage: Duration = .seconds(2 * 3600)
        public var onFault = FaultPolicy()
        public var onInactive: InactiveAction = .leave

        public init() {}
    }

    public struct VerifyOptions: Hashable, Sendable {
        /// From the weakest proof to the strictest.
        public enum Level: String, Hashable, Sendable, CaseIterable, Comparable {
            case none, size, digest

            private var strictness: Int { Self.allCases.firstIndex(of: self) ?? 0 }

            public static func < (left: Self, right: Self) -> Bool { left.strictness < right.strictness }
        }
        public enum Digest: String, Hashable, Sendable, CaseIterable {
            case sha256, md5, none

            /// `nil` for none.
            public var algorithm: PPTransfer.Digest.Algorithm? { PPTransfer.Digest.Algorithm(rawValue: rawValue) }
        }
        /// What files at the destination mean that this transfer did not send. Other transfers may well share a directory.
        public enum Extra: String, Hashable, Sendable, CaseIterable { case warn, fail }

        public var level: Level = .size
        /// What the manifest records of each file.
        public var digest: Digest = .sha256
        public var extra: Extra = .warn
        /// Where the files' producer left their digests, as `pptransfer manifest` writes them.
        public var manifest: Positioned<String>?

        public init() {}
    }

    public struct CleanOptions: Hashable, Sendable {
        public enum Source: String, Hashable, Sendable, CaseIterable { case keep, delete }

        public var source: Source = .keep
        /// Directories that are empty then go, too.
        public var directories = false

        public init() {}
    }
}
