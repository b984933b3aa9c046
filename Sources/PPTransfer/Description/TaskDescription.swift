package import CycleCalendar
package import Globus
package import PositionedYAML

/// Which collection an end of the transfer means, before the sites are asked.
package enum CollectionReference: Hashable, Sendable {
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
package struct TaskDescription: Equatable, Sendable {
    /// Where the document begins.
    package var position: SourcePosition
    /// Tells several transfers of one cycle apart.
    package var name: Positioned<String>?
    package var workflow: Positioned<String>
    /// Whether nothing but the file's name says which workflow this is, and there is no cycle: the record is named after the ends, too.
    package var isNamedByFile = false
    /// Absent: nothing says which cycle this is, so every run compares afresh.
    package var cycle: Positioned<CyclePoint>?
    package var from: End
    package var to: End
    /// `to.existing` as it is written; `existingPolicy` has the default.
    package var existing: ExistingPolicy?
    /// `to.manifest` as it is written: whether checksums and receipt go to the destination with the data.
    package var manifest: Positioned<ManifestPolicy>?
    /// `to.group` and `to.mode` as they are written: what files are to have where they arrive.
    package var rights = RightsOptions()
    /// `from.expires`: the day after which the source may no longer have the files, `YYYY-MM-DD`.
    package var expires: Positioned<String>?
    package var select: Selection
    package var empty: EmptyPolicy
    /// As it is written; `TransferPlan.links` has the default.
    package var symlinks: LinkPolicy?
    package var transfer: TransferOptions
    package var wait: WaitOptions
    package var verify: VerifyOptions
    package var clean: CleanOptions
    /// On this machine: where the paths of all proven files are listed, for the step that follows.
    package var fileList: Positioned<String>?
    /// Sites of which it is known that their service has ended: no warning is given.
    package var acknowledgedEnds: [String] = []
    /// Whether the workflow engine is told by `cylc message`.
    package var cylcMessages: Bool
    /// What looks wrong but does not stop the transfer.
    package var warnings: [Problem]
    /// The variables that the text asked for, and those that stood in for an absent `workflow` or `cycle`.
    package var variablesUsed: Set<String>

    /// A description that says only what it must, with the defaults for the rest.
    package init(
        position: SourcePosition, name: Positioned<String>? = nil, workflow: Positioned<String>, cycle: Positioned<CyclePoint>? = nil,
        from: End, to: End
    ) {
        (self.position, self.name, self.workflow, self.cycle) = (position, name, workflow, cycle)
        (self.from, self.to, select) = (from, to, Selection())
        empty = .fail
        (transfer, wait, verify, clean) = (TransferOptions(), WaitOptions(), VerifyOptions(), CleanOptions())
        (cylcMessages, warnings, variablesUsed) = (true, [], [])
    }
}

extension TaskDescription {
    /// A directory on a collection.
    package struct End: Hashable, Sendable {
        package var collection: Positioned<CollectionReference>
        /// As the machine at that end knows it; the site says what the collection calls it. Absolute, or from home (`~`).
        package var path: Positioned<String>
        /// The account of the user there, of those that the collection maps the user's identities to; `nil` leaves it to the collection.
        package var localUser: Positioned<String>?

        package init(collection: Positioned<CollectionReference>, path: Positioned<String>) {
            (self.collection, self.path) = (collection, path)
        }
    }

    /// Which files are sent: patterns as `Glob` understands them.
    package struct Selection: Hashable, Sendable {
        /// Empty: everything.
        package var include: [Positioned<String>] = []
        package var exclude: [Positioned<String>] = []
        /// Each must match a file, else nothing is submitted.
        package var required: [Positioned<String>] = []
        /// How long a file must have been left alone before it is sent; `nil` sends every file.
        package var settled: Duration?

        package init() {}
    }

    /// What happens if files at the destination, which this journal did not send, would be replaced by other content.
    package enum ExistingPolicy: String, Hashable, Sendable, CaseIterable { case fail, warn, replace }

    /// A cycle's archive must not be replaced unknowingly; without a cycle, every run sends to the same place.
    package var existingPolicy: ExistingPolicy { existing ?? (cycle == nil ? .warn : .fail) }

    /// Whether the checksums and the receipt are sent after the data.
    package enum ManifestPolicy: String, Hashable, Sendable, CaseIterable { case none, beside }

    /// The group and the permissions that files are to have at the destination; a site may have others for what is absent.
    package struct RightsOptions: Hashable, Sendable {
        /// What it means that a file has others.
        package enum Difference: String, Hashable, Sendable, CaseIterable { case warn, fail }

        package var group: Positioned<String>?
        package var mode: Positioned<FileMode>?
        /// As it is written; the default is a warning.
        package var onDifference: Positioned<Difference>?

        package init() {}
    }

    /// What a source without a file to send means.
    package enum EmptyPolicy: String, Hashable, Sendable, CaseIterable { case fail, succeed }

    /// What happens to symbolic links below the source.
    ///
    /// Whoever has the source on their own machine can mend it; of others' directories the links are left out, and named.
    package enum LinkPolicy: String, Hashable, Sendable, CaseIterable { case fail, skip, follow }

    /// - Parameter isLocal: whether the source is on this machine.
    package func links(isLocal: Bool) -> LinkPolicy { symlinks ?? (isLocal ? .fail : .skip) }

    package struct TransferOptions: Hashable, Sendable {
        package enum Notification: String, Hashable, Sendable, CaseIterable { case succeeded, failed, inactive }

        /// Whether Globus encrypts the data on its way.
        package enum Encryption: String, Hashable, Sendable, CaseIterable {
            case always = "true"
            case never = "false"
            /// If one of the collections requires it.
            case auto
        }

        package var sync: SyncLevel = .checksum
        package var verifyChecksum = true
        package var preserveTimestamp = true
        /// `nil`: nothing is said, which is as `never`, without a warning where a collection encrypts all the same.
        package var encrypt: Encryption?
        package var failOnQuotaErrors = true
        /// Whether files at the destination that the source does not have are deleted there.
        package var deleteExtra = false
        /// The events of which Globus sends mail.
        package var notify: Set<Notification> = [.failed, .inactive]
        /// Counted from submission; Globus then gives the task up.
        package var deadline: Duration = .seconds(3 * 86_400)

        package init() {}
    }

    package struct WaitOptions: Hashable, Sendable {
        package struct FaultPolicy: Hashable, Sendable {
            package enum Action: String, Hashable, Sendable, CaseIterable { case cancel, leave }

            /// How long a task may fault without progress.
            package var after: Duration = .seconds(15 * 60)
            package var then: Action = .cancel

            package init() {}
        }

        /// What to do when Globus waits for a person to log in again.
        package enum InactiveAction: String, Hashable, Sendable, CaseIterable {
            /// Leave at once; the next run resumes.
            case leave
            /// Stay until the limit.
            case wait
        }

        package var limit: Duration = .seconds(12 * 3600)
        /// How long the service may be out of reach.
        package var outage: Duration = .seconds(2 * 3600)
        package var onFault = FaultPolicy()
        package var onInactive: InactiveAction = .leave

        package init() {}
    }

    package struct VerifyOptions: Hashable, Sendable {
        /// From the weakest proof to the strictest.
        package enum Level: String, Hashable, Sendable, CaseIterable, Comparable {
            case none, size, digest

            private var strictness: Int { Self.allCases.firstIndex(of: self) ?? 0 }

            package static func < (left: Self, right: Self) -> Bool { left.strictness < right.strictness }
        }
        package enum Digest: String, Hashable, Sendable, CaseIterable {
            case sha256, md5, none

            /// `nil` for none.
            package var algorithm: PPTransfer.Digest.Algorithm? { PPTransfer.Digest.Algorithm(rawValue: rawValue) }
        }
        /// What files at the destination mean that this transfer did not send. Other transfers may well share a directory.
        package enum Extra: String, Hashable, Sendable, CaseIterable { case warn, fail }

        package var level: Level = .size
        /// What the manifest records of each file.
        package var digest: Digest = .sha256
        package var extra: Extra = .warn
        /// Where the files' producer left their digests, as `pptransfer manifest` writes them.
        package var manifest: Positioned<String>?

        package init() {}
    }

    package struct CleanOptions: Hashable, Sendable {
        package enum Source: String, Hashable, Sendable, CaseIterable { case keep, delete }

        package var source: Source = .keep
        /// Directories that are empty then go, too.
        package var directories = false

        package init() {}
    }
}
