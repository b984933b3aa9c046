import SystemFiles

/// The journals that may hold the records of a workflow, for people in a login shell, where nothing says which one it is.
///
/// A job does not search: what it reads and writes does not depend on what else is on the machine.
package struct JournalSearch: Sendable {
    /// A journal, and the run of the Cylc workflow that keeps it.
    package struct Place: Hashable, Sendable {
        package var journal: Journal
        /// `run1`; `nil` of a journal that no run has to itself.
        package var run: String?

        package init(_ journal: Journal, run: String? = nil) { (self.journal, self.run) = (journal, run) }
    }

    /// The workflow as records call it, without a run that was named with it; `nil` stands for all.
    package private(set) var workflow: String?
    /// The run that was named with the workflow: `run2` of `u-ab123/run2`.
    package private(set) var run: String?
    /// The journals with records of the workflow, each once, in the order of the runs.
    package private(set) var places: [Place] = []
    /// Where runs from this environment keep their records.
    package let standard: Journal
    /// Whether the caller, a variable or the job names the one journal that is meant.
    package let isNamed: Bool
    /// Where Cylc would have installed a workflow of this name; `nil` if the search does not look there.
    package private(set) var runDirectory: String?
    /// The other journals in which was looked.
    package private(set) var others: [Place] = []

    private let isRehearsal: Bool

    package enum Extent: Sendable {
        /// The journal alone that runs from this environment write.
        case standard
        /// Unless a job or a variable says which journal it is, those of installed workflows too.
        case likely
        /// Whatever a job or a variable says.
        case everywhere
    }

    /// - Parameters:
    ///   - workflow: as people call it: `u-ab123`, or `u-ab123/run2` for one of its runs; `nil` looks for all workflows.
    ///   - given: the directory that the caller names.
    ///   - extent: how far is looked where the caller names no directory.
    package init(
        workflow: String?, given: String? = nil, extent: Extent = .likely, environment: [String: String], isRehearsal: Bool = false
    ) {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        // A shell that completes the name in ~/cylc-run ends it with a slash.
        let workflow = workflow?.withoutEndingSlashes

        let isOfJob = set("CYLC_WORKFLOW_SHARE_DIR") != nil || set("CYLC_SUITE_SHARE_DIR") != nil
        let variable = set(Journal.variable)
        var standard = Journal(environment: environment, given: given, isRehearsal: isRehearsal && given == nil)
        // Who names a directory means its records, and no copies.
        if given != nil { standard.receipts = nil }
        self.standard = standard
        isNamed = given != nil || extent != .everywhere && (isOfJob || variable != nil && workflow == nil)
        self.isRehearsal = isRehearsal && given == nil
        self.workflow = workflow
        let root = set("HOME").map { $0.withoutEndingSlashes + "/cylc-run" }
        var candidates = [Place(standard, run: Self.run(of: standard, below: root))]
        guard !isNamed, extent != .standard else {
            choose(among: candidates)
            return
        }
        if variable != nil {
            var unset = environment
            unset[Journal.variable] = nil
            candidates.append(Place(Journal(environment: unset, isRehearsal: isRehearsal)))
        }
        if let root, let workflow, RecordName.isWorkflow(workflow) {
            let directory = root + "/" + workflow
            runDirectory = directory
            candidates += runs(in: directory)
            choose(among: Self.once(candidates))
            guard places.isEmpty else { return }
            // A description may call its workflow otherwise than Cylc does.
            candidates += installed(below: root)
        } else if let root, workflow == nil {
            candidates += installed(below: root)
        }
        choose(among: Self.once(candidates))
    }

    /// Sorts candidates into those with records of the workflow and others.
    private mutating func choose(among candidates: [Place]) {
        guard let workflow else {
            places = candidates.filter { !$0.journal.workflows().isEmpty }
            others = candidates.filter { !places.contains($0) }
            return
        }
        places = candidates.filter { $0.journal.holds(workflow) }
        if places.isEmpty, let (flow, name) = Self.parts(workflow) {
            let run = name == "runN" ? runDirectory.flatMap { Self.runName(of: $0) } ?? name : name
            places = candidates.filter { $0.run == run && $0.journal.holds(flow) }
            if !places.isEmpty { (self.workflow, self.run) = (flow, run) }
        }
        others = candidates.filter { !places.contains($0) }
    }

    /// `u-ab123` and `run2` of `u-ab123/run2`.
    private static func parts(_ workflow: String) -> (flow: String, run: String)? {
        guard let run = workflow.parts(at: "/").last, run.utf8.count + 1 < workflow.utf8.count else { return nil }
        return (String(workflow.dropLast(run.count + 1)), String(run))
    }

    /// One of several names of a journal: the first.
    private static func once(_ places: [Place]) -> [Place] {
        var seen: Set<String> = []
        return places.filter { seen.insert(resolvedPath($0.journal.directory) ?? $0.journal.directory).inserted }
    }

    // MARK: run directories

    /// The journals of a run directory, and of the runs in it.
    private func runs(in directory: String) -> [Place] {
        let names = DurableFile.names(in: directory).sorted { Self.order($0) < Self.order($1) }
        let runs = names.filter { !Self.inRun.contains($0) }.map { directory + "/" + $0 }
        return ([directory] + runs).compactMap { place(ofRun: $0) }
    }

    private func place(ofRun path: String) -> Place? {
        var directory = path
        // By the run's own name, as long as that leads to the same place.
        if path.lastName == "runN", let there = resolvedPath(path), let parent = path.directory,
            resolvedPath(parent + "/" + there.lastName) == there
        {
            directory = parent + "/" + there.lastName
        }
        let base = directory + "/share/pptransfer"
        let journal = isRehearsal ? base + Journal.rehearsals : base
        guard DirectoryState(journal) != .nothing else { return nil }
        var found = Journal(directory: journal)
        found.receipts = standard.receipts
        return Place(found, run: Self.runName(of: directory))
    }

    /// Every journal of the workflows that are installed: a workflow's name may have several parts.
    private func installed(below root: String, depth: Int = 0) -> [Place] {
        DurableFile.names(in: root).sorted { Self.order($0) < Self.order($1) }.flatMap { name -> [Place] in
            guard !name.hasPrefix("."), !Self.inRun.contains(name) else { return [] }
            let directory = root + "/" + name
            if let place = place(ofRun: directory) { return [place] }
            // What has a log is a run, which holds no other.
            guard depth < 4, DirectoryState(directory) == .directory, DirectoryState(directory + "/log") != .directory else { return [] }
            return installed(below: directory, depth: depth + 1)
        }
    }

    /// Directories of a run that hold no runs.
    private static let inRun: Set = ["share", "work", "log", "_cylc-install", "etc", "app", "bin", "lib", "opt", "meta"]

    /// `run2` before `run10`, the link `runN` to one of them after both.
    private static func order(_ name: String) -> (Int, String) { (name.hasPrefix("run") ? Int(name.dropFirst(3)) ?? .max : .max, name) }

    /// The name of a run among those of its workflow; `nil` of a workflow that was installed without one.
    private static func runName(of directory: String) -> String? {
        var name = directory.lastName
        if name == "runN", let latest = resolvedPath(directory)?.lastName { name = latest }
        if name.hasPrefix("run"), Int(name.dropFirst(3)) != nil { return name }
        let isRun = directory.directory.map { DirectoryState($0 + "/_cylc-install") == .directory } ?? false
        return isRun ? name : nil
    }

    /// The run that has a journal to itself, by the journal's path.
    private static func run(of journal: Journal, below root: String?) -> String? {
        guard let root, journal.directory.begins(with: root + "/") else { return nil }
        guard let end = journal.directory.firstRange(of: "/share/pptransfer") else { return nil }
        return runName(of: String(journal.directory[..<end.lowerBound]))
    }
}

extension Journal {
    /// Whether there is a record of a workflow.
    package func holds(_ workflow: String) -> Bool { hasPlace && !recordFiles(in: workflowDirectory(workflow)).isEmpty }

    /// Whether somebody in a login shell finds it without being told where it is: it is the user's own, or that of an installed workflow.
    package func isFound(in environment: [String: String]) -> Bool {
        var unset = environment
        for name in [Self.variable, "CYLC_WORKFLOW_SHARE_DIR", "CYLC_SUITE_SHARE_DIR"] { unset[name] = nil }
        let own = Journal(environment: unset)
        if [own.directory, own.directory + Self.rehearsals].contains(directory) { return true }
        if let home = environment["HOME"], directory.begins(with: home.withoutEndingSlashes + "/cylc-run/") { return true }
        // A variable of a job is not set where somebody types what the job has printed.
        guard let named = environment[Self.variable], !named.isEmpty, environment["CYLC_TASK_JOB"] == nil else { return false }
        let journal = Journal(directory: Self.absolute(named))
        return [journal.directory, journal.directory + Self.rehearsals].contains(directory)
    }
}
