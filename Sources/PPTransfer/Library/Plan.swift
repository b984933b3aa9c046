import CycleCalendar
public import Globus
import PositionedYAML
import SystemFiles

/// One transfer: from where, to where, which files, and how it is verified. Made in code, or read from a description.
///
/// Two plans that say the same are equal, wherever they come from, and the journal has the same record of them.
public struct Plan: Sendable {
    /// The transfer's id.
    public let id: TransferID
    /// The source directory or file.
    public let from: Place
    /// The destination directory.
    public let to: Place
    /// All that the plan says.
    var description: TaskDescription
    /// What it was read with; `nil` for a plan that was made in code.
    var sites: Sites?

    /// Makes a plan with the defaults of a description: every file, compared by checksum and verified by size; nothing is deleted.
    public init(id: TransferID, from: Place, to: Place) {
        let position = SourcePosition(file: "\(id)")
        (self.id, self.from, self.to) = (id, from, to)
        description = TaskDescription(
            position: position, name: id.name.map { Positioned($0, at: position) }, workflow: Positioned(id.workflow, at: position),
            cycle: id.cycle.flatMap { CyclePoint($0) }.map { Positioned($0, at: position) }, from: from.end(at: position),
            to: to.end(at: position))
    }

    init(_ description: TaskDescription, sites: Sites) {
        self.description = description
        self.sites = sites
        id = TransferID(description)
        (from, to) = (Place(description.from), Place(description.to))
    }
}

extension Plan: Hashable {
    /// Returns whether two plans say the same.
    public static func == (one: Plan, other: Plan) -> Bool { one.description.yaml == other.description.yaml && one.from == other.from }

    /// Hashes what the plan says.
    public func hash(into hasher: inout Hasher) { hasher.combine(description.yaml) }
}

// MARK: what may be said

extension Plan {
    /// The files that are sent, by patterns: `*` stands for anything but a slash, `**` for anything, `?` for one character, `[a-z]` for one
    /// of a set. A pattern without a slash is compared with the file's name, one with a slash with its path below the source.
    public struct Selection: Sendable, Hashable {
        /// The files that are sent; empty for all.
        public var include: [String] = []
        /// The files that are left out.
        public var exclude: [String] = []
        /// Patterns each of which must match a file, else nothing is submitted.
        public var required: [String] = []
        /// How long a file must not have been written to before it is sent; `nil` sends every file. Younger files are left for a later run.
        public var settled: Duration?

        /// Makes a selection; without arguments of every file.
        public init(include: [String] = [], exclude: [String] = [], required: [String] = [], settled: Duration? = nil) {
            (self.include, self.exclude, self.required, self.settled) = (include, exclude, required, settled)
        }
    }

    /// How long a transfer is waited for. When the waiting ends, the Globus task continues.
    public struct Waiting: Sendable, Hashable {
        /// What is done with a task that an error keeps from any progress.
        public enum FaultAction: String, Sendable, Hashable {
            /// The task is cancelled; what has arrived stays there.
            case cancel
            /// The task is left to Globus, and the waiting ends.
            case leave
        }

        /// What is done when Globus waits for a login.
        public enum LoginAction: String, Sendable, Hashable {
            /// The waiting ends; the next run resumes.
            case leave
            /// It is waited for until the limit.
            case wait
        }

        /// The longest time; 12 hours unless set. Above zero.
        public var limit: Duration
        /// How long Globus may be out of reach; 2 hours unless set.
        public var outage: Duration
        /// How long an error that does not pass by itself may keep the task from progress; 15 minutes unless set.
        public var faultLimit: Duration
        /// What is done then; the task is cancelled unless set.
        public var onFault: FaultAction
        /// What is done when the task waits for a login; the waiting ends unless set.
        public var onLoginNeeded: LoginAction

        /// Makes the defaults.
        public init() {
            let options = TaskDescription.WaitOptions()
            self.init(options)
        }

        fileprivate init(_ options: TaskDescription.WaitOptions) {
            (limit, outage, faultLimit) = (options.limit, options.outage, options.onFault.after)
            onFault = options.onFault.then == .cancel ? .cancel : .leave
            onLoginNeeded = options.onInactive == .leave ? .leave : .wait
        }

        fileprivate var options: TaskDescription.WaitOptions {
            var options = TaskDescription.WaitOptions()
            (options.limit, options.outage, options.onFault.after) = (limit, outage, faultLimit)
            options.onFault.then = onFault == .cancel ? .cancel : .leave
            options.onInactive = onLoginNeeded == .leave ? .leave : .wait
            return options
        }
    }

    /// How it is verified that every file arrived.
    public struct Verification: Sendable, Hashable {
        /// What is proven of each file, from nothing to its digest.
        public enum Level: String, Sendable, Hashable {
            /// Nothing is looked at after the task.
            case none
            /// Every file is found at the destination with its size.
            case size
            /// Globus also confirms the digest that the file had at the source, which needs the source on this machine; or, where the
            /// destination is on this machine, each file is read there and has the digest that Globus confirmed.
            case digest
        }

        /// The level; `size` unless set.
        public var level: Level
        /// Whether files at the destination that the transfer did not send are differences; not unless set.
        public var refusesExtraFiles: Bool
        /// The file in which the producer of the files left their digests.
        public var manifest: String?

        /// Makes a verification that accepts other files beside.
        public init(_ level: Level = .size, refusesExtraFiles: Bool = false, manifest: String? = nil) {
            (self.level, self.refusesExtraFiles, self.manifest) = (level, refusesExtraFiles, manifest)
        }
    }

    /// What is deleted at the source once it is proven at the destination. Deletes only where the source is on this machine.
    public struct Cleanup: Sendable, Hashable {
        /// Whether proven files are deleted; not unless set.
        public var deletesSource: Bool
        /// Whether directories that are empty then go, too.
        public var removesDirectories: Bool

        /// Makes a clean-up; without arguments one that keeps everything.
        public init(deletesSource: Bool = false, removesDirectories: Bool = false) {
            (self.deletesSource, self.removesDirectories) = (deletesSource, removesDirectories)
        }
    }

    /// What is done if files at the destination, which this journal did not send, would be replaced by others.
    public enum ExistingFiles: String, Sendable, Hashable {
        /// Nothing is submitted. The default of a plan with a cycle.
        case fail
        /// They are replaced, with a warning in the log. The default of a plan without a cycle.
        case warn
        /// They are replaced.
        case replace
    }

    /// What is done with symbolic links below the source.
    public enum Links: String, Sendable, Hashable {
        /// Nothing is submitted.
        case fail
        /// They are left out.
        case skip
        /// The files that they lead to are sent.
        case follow
    }

    /// The files that are sent.
    public var selection: Selection {
        get {
            let select = description.select
            return Selection(
                include: select.include.map(\.value), exclude: select.exclude.map(\.value), required: select.required.map(\.value),
                settled: select.settled)
        }
        set {
            func positioned(_ texts: [String]) -> [Positioned<String>] { texts.map { Positioned($0, at: description.position) } }
            description.select.include = positioned(newValue.include)
            description.select.exclude = positioned(newValue.exclude)
            description.select.required = positioned(newValue.required)
            description.select.settled = newValue.settled
        }
    }

    /// How files that are at the destination already are compared; by checksum unless set.
    public var sync: SyncLevel {
        get { description.transfer.sync }
        set { description.transfer.sync = newValue }
    }

    /// How long Globus tries, counted from the submission; 3 days unless set.
    public var deadline: Duration {
        get { description.transfer.deadline }
        set { description.transfer.deadline = newValue }
    }

    /// Whether Globus encrypts the data on its way; not unless set.
    public var isEncrypted: Bool {
        get { description.transfer.encrypt == .always }
        set { description.transfer.encrypt = newValue ? .always : .never }
    }

    /// Whether files keep their times at the destination; they do unless set.
    public var keepsTimes: Bool {
        get { description.transfer.preserveTimestamp }
        set { description.transfer.preserveTimestamp = newValue }
    }

    /// How long it is waited for.
    public var wait: Waiting {
        get { Waiting(description.wait) }
        set { description.wait = newValue.options }
    }

    /// How it is verified.
    public var verify: Verification {
        get {
            let verify = description.verify
            return Verification(
                Verification.Level(rawValue: verify.level.rawValue) ?? .size, refusesExtraFiles: verify.extra == .fail,
                manifest: verify.manifest?.value)
        }
        set {
            description.verify.level = TaskDescription.VerifyOptions.Level(rawValue: newValue.level.rawValue) ?? .size
            description.verify.extra = newValue.refusesExtraFiles ? .fail : .warn
            description.verify.manifest = newValue.manifest.map { Positioned($0, at: description.position) }
        }
    }

    /// What is deleted at the source.
    public var cleanup: Cleanup {
        get { Cleanup(deletesSource: description.clean.source == .delete, removesDirectories: description.clean.directories) }
        set {
            description.clean.source = newValue.deletesSource ? .delete : .keep
            description.clean.directories = newValue.removesDirectories
        }
    }

    /// What is done with other files at the destination.
    public var existing: ExistingFiles {
        get { ExistingFiles(rawValue: description.existingPolicy.rawValue) ?? .fail }
        set { description.existing = TaskDescription.ExistingPolicy(rawValue: newValue.rawValue) }
    }

    /// What is done with symbolic links; unless set, nothing is submitted if the source is on this machine, and links are left out if it is not.
    public var links: Links? {
        get { description.symlinks.flatMap { Links(rawValue: $0.rawValue) } }
        set { description.symlinks = newValue.flatMap { TaskDescription.LinkPolicy(rawValue: $0.rawValue) } }
    }

    /// Whether a source without a file to send is a success; not unless set.
    public var mayBeEmpty: Bool {
        get { description.empty == .succeed }
        set { description.empty = newValue ? .succeed : .fail }
    }

    /// The file on this machine in which the paths of all proven files are listed, as an absolute path; `nil` for none.
    public var fileList: String? {
        get { description.fileList?.value }
        set { description.fileList = newValue.map { Positioned($0, at: description.position) } }
    }
}

// MARK: planning

extension Plan {
    /// The plan before anything is looked up, for reports.
    var unplanned: TransferPlan {
        func end(_ place: Place) -> ResolvedEnd {
            ResolvedEnd(
                collection: place.collection ?? .null, name: place.name, path: (try? CollectionPath(place.path)) ?? .root, site: nil)
        }
        return TransferPlan(
            description: description, source: end(from), destination: end(to),
            label: TransferLabel(workflow: id.workflow, cycle: id.cycle, name: id.name))
    }

    /// Looks up what the plan names, and checks it as a description is checked.
    ///
    /// - Parameters:
    ///   - sites: for a plan that was made in code.
    ///   - collections: finds collections that are named by what people call them.
    ///   - today: `YYYY-MM-DD`
    func planned(
        with sites: Sites, collections: (any CollectionService)?, today: String
    ) async throws(Problems) -> (plan: TransferPlan, warnings: [Problem]) {
        // What was set in code is checked by the one reader of descriptions; what was read keeps its positions if it was not changed since.
        let text = description.yaml
        let read: [TaskDescription]
        do throws(Problems) {
            read = try DescriptionReader(variables: Variables()).read(text.utf8, file: "\(id)")
        } catch {
            throw placed(error.all)
        }
        guard var described = read.first else { throw placed([]) }
        described.position = description.position
        (described.from, described.to) = (description.from, description.to)
        described.warnings = []
        var named: [String: CollectionID] = [:]
        let catalogue = (self.sites ?? sites).catalogue
        if let collections {
            do throws(CollectionSearch.Failure) {
                named = try await CollectionSearch(service: collections, words: .library).collections(for: [described], catalogue)
            } catch {
                switch error {
                case .problems(let problems): throw problems
                case .service(_, let problem): throw Problems([problem])
                }
            }
        }
        var planner = Planner(sites: catalogue, environment: [:], today: today, named: .found(named))
        (planner.localSource, planner.localDestination, planner.namesByEnds) = (from.local, to.local, false)
        do throws(Problems) {
            let (plans, warnings) = try planner.plans(for: [described])
            if let plan = plans.first { return (plan, placed(warnings).all) }
            throw placed([])
        } catch {
            throw placed(error.all)
        }
    }

    /// Problems of the text that the plan was written as, which nobody has seen, are the plan's.
    private func placed(_ problems: [Problem]) -> Problems {
        let name = "\(id)"
        return Problems(problems.map { $0.position.file == name ? $0.at(SourcePosition(file: name)) : $0 })
    }
}

extension Problem {
    fileprivate func at(_ position: SourcePosition) -> Problem {
        var problem = self
        problem.position = position
        return problem
    }
}

extension TransferID {
    init(_ description: TaskDescription) {
        self.init(
            known: description.workflow.value, cycle: description.cycle?.value.description, name: description.name?.value)
    }
}
