import CycleCalendar
import Globus
import PPTransfer
import PositionedYAML
import SystemFiles

/// Reads descriptions for every cycle that is asked for, and keeps what was found.
struct DescriptionValidation {
    private(set) var problems: [Problem] = []
    private(set) var transfers: [PlacedTransfer] = []
    /// The longest wait of each file, by its name without directories.
    private(set) var waits: [String: Duration] = [:]

    private var seen: Set<Place> = []
    private var variablesUsed: Set<String> = []
    /// The one whose description is read.
    private var job: Job?
    private let validation: Validation
    private var sites: SiteCatalogue
    /// What the suite's jobs set for themselves.
    private let jobVariables: JobVariables

    private struct Place: Hashable {
        var position: SourcePosition
        var cycle: String?
    }

    /// Whether there is a workflow's definition among the files.
    private let isSuite: Bool

    init(_ validation: Validation, sites: SiteCatalogue, jobVariables: JobVariables, isSuite: Bool) {
        (self.validation, self.sites, self.jobVariables, self.isSuite) = (validation, sites, jobVariables, isSuite)
    }

    mutating func read(_ path: String) {
        let bytes: [UInt8]
        let isStandardInput = path == SuiteFiles.standardInput
        let path = isStandardInput ? DescriptionReader.standardInputName : path
        do {
            bytes =
                try isStandardInput
                ? FileBytes.read(0, limit: YAMLLimits.fileBytes) : FileBytes.read(path, limit: YAMLLimits.fileBytes)
        } catch {
            return problems.append(Problem(at: SourcePosition(file: path), error.what, remedy: error.remedy))
        }
        let stream = YAMLReader.read(bytes, file: path)
        if stream.documents.isEmpty, stream.problems.isEmpty { problems.append(DescriptionReader.nothing(in: bytes, path)) }
        problems += stream.documents.flatMap { YAMLTraps.problems(in: $0) }
        let examples = ExampleComments(bytes, file: path)
        let builtIn = sites
        if let catalogue = examples.sites(validation.environment) { sites = catalogue }
        defer { sites = builtIn }
        let isOfJob = isOfJob(stream, bytes, isStandardInput ? nil : path)
        let apps = isStandardInput ? [JobVariables()] : SuiteFiles.app(of: path).map { RoseApp($0).variables } ?? [JobVariables()]
        for app in apps {
            for cycle in isOfJob || !validation.cycles.isEmpty ? cycles : [(nil, false)] {
                let point = cycle.point ?? KnownVariables.placeholderCycles[0]
                let job = Job(jobVariables, app, examples, mentionedIn: bytes, stream, cycle: point, known: isKnown)
                self.job = job
                let variables = variables(cycle.point, job, isOfJob: isOfJob, mentionedIn: bytes)
                let (descriptions, all, ends) = DescriptionReader(variables: variables).read(stream, file: path)
                // Nothing is said of a value that only the job knows.
                let found = all.filter { !job.hides($0) }
                problems += found
                let unread = ends.filter { end in !descriptions.contains { $0.from == end.end || $0.to == end.end } }
                for end in unread { lookUp(end) }
                for description in descriptions { add(description, of: stream, in: cycle, variables) }
                // A mistake of one cycle is most often that of all.
                if all.contains(where: { $0.severity == .error }) { break }
            }
        }
    }

    private func isKnown(_ name: String) -> Bool { validation.set[name] != nil || validation.environment[name] != nil }

    /// What `--set` gave and nothing asked for; not told while the text itself is wrong, as in a run.
    var unusedSettings: [Problem] {
        guard problems.allSatisfy({ $0.severity == .warning }) else { return [] }
        return validation.set.keys.filter { !variablesUsed.contains($0) }.sorted().map {
            Problem(unused: RemedyWording.commands[.setting($0)].oneLine)
        }
    }

    /// What stands for all cycles counts once.
    var count: Int { transfers.count { !($0.isOfAnyCycle && $0.cycle == KnownVariables.placeholderCycles.last) } }

    private typealias Cycle = (point: String?, isPlaceholder: Bool)

    private var cycles: [Cycle] {
        if !validation.cycles.isEmpty { return validation.cycles.map { ($0.description, false) } }
        let known = Variables(set: validation.set, environment: validation.environment).nonEmpty("CYLC_TASK_CYCLE_POINT")
        return known == nil ? KnownVariables.placeholderCycles.map { ($0, true) } : [(nil, false)]
    }

    /// Whether a description is for the jobs of a workflow, each with its cycle: it names a cycle or what depends on one, is in a suite, or
    /// this is such a job. Any other is for people, who run it when they like.
    private func isOfJob(_ stream: YAMLStream, _ text: [UInt8], _ path: String?) -> Bool {
        let environment = Variables(set: validation.set, environment: validation.environment)
        return isSuite || ["CYLC_TASK_CYCLE_POINT", "CYLC_WORKFLOW_NAME", "CYLC_SUITE_NAME"].contains { environment.nonEmpty($0) != nil }
            || stream.documents.contains { $0.node(at: "cycle").map { !$0.isNull } ?? false }
            || KnownVariables.mentionsCycle(text) || path.map(SuiteFiles.liesInSuite) ?? false
    }

    private func variables(_ cycle: String?, _ job: Job, isOfJob: Bool, mentionedIn text: [UInt8]) -> Variables {
        let set = job.values.merging(validation.set) { $1 }
        return KnownVariables.variables(set: set, environment: validation.environment, cycle: cycle, isOfJob: isOfJob, mentionedIn: text)
    }

    private mutating func add(_ description: TaskDescription, of stream: YAMLStream, in cycle: Cycle, _ variables: Variables) {
        variablesUsed.formUnion(description.variablesUsed)
        let source = resolve(description.from, "from")
        let destination = resolve(description.to, "to")
        guard let source, let destination, let node = stream.documents.first(where: { $0.position == description.position }) else { return }
        var description = description
        if description.isNamedByFile {
            description.workflow.value = RecordName.name(after: description.workflow.value, from: source, to: destination)
        }
        let base = description.position.file.lastName
        waits[base] = max(waits[base] ?? .zero, description.wait.limit)
        let point = description.cycle?.value.description
        var environment = validation.environment.merging(validation.set) { $1 }
        environment["HOME"] = KnownVariables.placeholderRoot + "/HOME"
        environment["XDG_STATE_HOME"] = nil
        let transfer = PlacedTransfer(
            description: description, source: source, destination: destination, node: node, journal: Journal(environment: environment),
            isOfAnyCycle: cycle.isPlaceholder && point.map { KnownVariables.placeholderCycles.contains($0) } ?? false)
        // A description with a cycle of its own is the same for every cycle.
        guard seen.insert(Place(position: description.position, cycle: point)).inserted else { return }
        transfers.append(transfer)
        problems += TransferChecks.problems(of: transfer)
    }

    private mutating func lookUp(_ end: UnplannedEnd) {
        guard let whole = end.end else {
            let found = sites.resolve(
                end.collection, key: end.key, today: validation.today, localConnectPersonal: { .success(.null) }, named: .played)
            problems += found.problems.filter { job?.hides($0) != true }
            return
        }
        _ = resolve(whole, end.key)
    }

    /// As a run does, but for what only the job's machine knows.
    private mutating func resolve(_ end: TaskDescription.End, _ key: String) -> ResolvedEnd? {
        let (found, problems) = sites.resolve(
            end, key: key, today: validation.today, localConnectPersonal: { .success(.null) }, named: .played,
            rootsOnlyWarn: end.isPlaceholder)
        self.problems += problems.filter {
            !(end.isPlaceholder && $0.severity == .warning && $0.key == "\(key).path") && job?.hides($0) != true
        }
        return found
    }
}
