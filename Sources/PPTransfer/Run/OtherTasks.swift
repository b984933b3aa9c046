import Globus

/// Live tasks that the journal does not know of: are they this transfer's?
extension Submitter {
    /// What a live task with this transfer's label is.
    private enum Kinship: Hashable {
        case ours
        /// A task of an earlier version, whose label does not tell for which paths it is, and Globus does not tell either.
        case perhaps
        /// It works for another place, or on other files.
        case elsewhere(String)
    }

    /// Before anything is submitted: whether a task of this transfer is at work that must be adopted instead.
    ///
    /// - Throws: if one is at work that bears its label and does something else.
    func found(insteadOf manifest: Manifest) async throws(Stop) -> Begun? {
        guard let (task, kinship) = try await liveTask() else { return nil }
        log.warning(
            "found Globus task \(task.id), which works on this transfer and is not in the journal",
            metadata: .event(.adopted, task: task.id))
        return try adopt(task, kinship, bringing: manifest)
    }

    /// Globus refuses to work twice on the same paths: is the other task ours?
    func resolve(_ conflict: GlobusError, bringing manifest: Manifest) async throws(Stop) -> Begun {
        if let (task, kinship) = try await liveTask() {
            log.warning("Globus task \(task.id) works on this transfer already", metadata: .event(.adopted, task: task.id))
            return try adopt(task, kinship, bringing: manifest)
        }
        let others = (try? await service.tasks(matching: "status:ACTIVE,INACTIVE/type:TRANSFER")) ?? []
        throw Stop(.conflict(conflict, blocking: others.filter(isBetweenTheSame).map(\.id).filter { $0 != .null }))
    }

    private func adopt(_ task: TransferTask, _ kinship: Kinship, bringing manifest: Manifest) throws(Stop) -> Begun {
        // When the task read the files, they may have been others.
        let manifest = manifest.unstamped
        let owner = task.ownerID.map { caller.remember(TaskOwner(id: $0)) } ?? caller.known
        try recorded { () throws(JournalProblem) in
            try journal?.adopt(task.id, expecting: manifest, by: owner, pathsUnknown: kinship == .perhaps)
        }
        return Begun(task: task.id, manifest: manifest, origin: .found, pathsUnknown: kinship == .perhaps)
    }

    /// - Returns: the live task of this transfer; `nil` if there is none.
    private func liveTask() async throws(Stop) -> (TransferTask, Kinship)? {
        var tasks: [(task: TransferTask, kinship: Kinship)] = []
        for task in try await tasksOfOurs() where try await isStillLive(task) { tasks.append((task, kinship(task))) }
        if let ours = tasks.first(where: { $0.kinship == .ours }) ?? tasks.first(where: { $0.kinship == .perhaps }) { return ours }
        if let other = tasks.first, case .elsewhere(let place) = other.kinship {
            throw Stop(.sameLabel(other.task.id, doing: place, hasEnded: false))
        }
        return nil
    }

    /// Live tasks of this workflow, cycle and name, whatever they send.
    func tasksOfOurs() async throws(Stop) -> [TransferTask] {
        do throws(GlobusError) {
            let tasks = try await service.tasks(matching: "status:ACTIVE,INACTIVE/type:TRANSFER/label:\(plan.label.search)")
            return tasks.filter { task in task.label.flatMap { plan.label.fingerprint(in: $0) } != nil && task.id != .null }
        } catch {
            throw Stop(error, .submission)
        }
    }

    /// The service's list may lag behind: a task that has just ended must not be waited for again.
    private func isStillLive(_ task: TransferTask) async throws(Stop) -> Bool {
        do throws(GlobusError) {
            return !(try await service.task(task.id).status.hasEnded)
        } catch {
            throw Stop(error, .submission)
        }
    }

    // MARK: label and paths

    private func kinship(_ task: TransferTask) -> Kinship {
        guard let fingerprint = plan.label.fingerprint(in: task.label ?? "") else { return .elsewhere("something else") }
        for (told, own) in [(task.sourceCollection, plan.source), (task.destinationCollection, plan.destination)] {
            if let told, told != own.collection { return .elsewhere("sends between other collections") }
        }
        let agreement = [
            lies(task.sourceBasePath, in: plan.source, isFile: plan.localSource?.isFile ?? true),
            lies(task.destinationBasePath, in: plan.destination, isFile: false),
        ]
        if agreement.contains(false) {
            let paths = [task.sourceBasePath, task.destinationBasePath].map { $0 ?? "a path that Globus does not report" }
            return .elsewhere("sends from \(paths[0]) to \(paths[1])")
        }
        if fingerprint == plan.fingerprint { return .ours }
        if !fingerprint.isEmpty { return .elsewhere("sends between other paths or selects other files") }
        return agreement == [true, true] ? .ours : .perhaps
    }

    /// - Returns: `nil` if it cannot be told: the service tells no path, or one of them is from a home directory.
    private func lies(_ base: String?, in end: ResolvedEnd, isFile: Bool) -> Bool? {
        guard let base, let path = try? CollectionPath(base), !path.isHomeRelative, !end.path.isHomeRelative else { return nil }
        return path == end.path || path.isInside(end.path) || (isFile && path == end.path.parent)
    }

    private func isBetweenTheSame(_ task: TransferTask) -> Bool {
        task.sourceCollection == plan.source.collection && task.destinationCollection == plan.destination.collection
    }
}

/// What a task that only its label connects with a transfer has really sent.
enum FoundPaths: Hashable {
    /// Files between the two ends.
    case between
    /// This file, which is of another transfer.
    case other(String)
    /// Globus does not tell, or nothing was sent.
    case untold

    /// Pages of the list that are read at most: one file decides, the others confirm.
    private static let mostPages = 100

    init(of task: TaskID, _ plan: TransferPlan, through service: any TransferService) async {
        let ends = [plan.source.path, plan.destination.path]
        guard !ends.contains(where: \.isHomeRelative) else {
            self = .untold
            return
        }
        var marker: Int64?
        var result = Self.untold
        for _ in 0..<Self.mostPages {
            guard let page = try? await service.successfulTransfers(of: task, from: marker) else { break }
            for file in page.items {
                for (path, end) in zip([file.sourcePath, file.destinationPath], ends) {
                    guard let path, let place = try? CollectionPath(path) else { continue }
                    guard place == end || place.isInside(end) else {
                        self = .other(path)
                        return
                    }
                }
                if file.destinationPath != nil { result = .between }
            }
            guard let next = page.nextMarker, next != marker else { break }
            marker = next
        }
        self = result
    }
}
