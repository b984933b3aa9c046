import Globus
import Synchronization

/// Lets a few through at a time; the others wait in the order of their arrival.
///
/// Whoever is inside must leave soon after its task is cancelled, so that nobody waits for long.
final class Gate: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ width: Int) { state = Mutex(State(free: width)) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

/// How much the transfers of a run do at the same time. Work of one kind does not wait for work of another.
struct Gates: Sendable {
    /// Scans of this machine's files.
    let scans = Gate(4)
    /// Passes that read whole files.
    let digests = Gate(3)
    /// Listings of collections.
    let listings = Gate(8)
    /// All other requests.
    let requests = Gate(8)
}

/// The service as many transfers use it side by side.
struct GatedService: TransferService {
    /// What a request may take although the time of waiting is over.
    static let grace = Duration.seconds(60)

    let service: any TransferService
    let gates: Gates
    let time: any Timekeeper
    /// The instant at which the transfer's time of waiting is over: a request that begins later, or shortly before, has `grace`.
    var limit: Duration?

    func acting(as users: [CollectionID: String]) -> Self {
        GatedService(service: service.acting(as: users), gates: gates, time: time, limit: limit)
    }

    var clockSkew: Duration? { service.clockSkew }
    func now(_ time: any Timekeeper) -> Timestamp { service.now(time) }

    private func pass<Value: Sendable>(
        _ gate: Gate, _ request: () async throws(GlobusError) -> Value
    ) async throws(GlobusError) -> Value {
        await gate.enter()
        defer { gate.leave() }
        let bounds = [RequestDeadline.current, limit.map { max($0, time.elapsed + Self.grace) }].compactMap { $0 }
        do {
            return try await RequestDeadline.$current.withValue(bounds.min()) { try await request() }
        } catch {
            throw error as? GlobusError ?? .cancelled
        }
    }

    func newSubmissionID() async throws(GlobusError) -> SubmissionID {
        try await pass(gates.requests) { () throws(GlobusError) in try await service.newSubmissionID() }
    }

    func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult {
        try await pass(gates.requests) { () throws(GlobusError) in try await service.submit(body) }
    }

    func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
        try await pass(gates.requests) { () throws(GlobusError) in try await service.task(id) }
    }

    func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] {
        try await pass(gates.requests) { () throws(GlobusError) in try await service.tasks(matching: filter) }
    }

    func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] {
        try await pass(gates.requests) { () throws(GlobusError) in
            try await service.events(of: task, limit: limit, errorsOnly: errorsOnly)
        }
    }

    func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo {
        try await pass(gates.requests) { () throws(GlobusError) in try await service.pauseInfo(of: task) }
    }

    func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        try await pass(gates.requests) { () throws(GlobusError) in try await service.successfulTransfers(of: task, from: marker) }
    }

    func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> {
        try await pass(gates.requests) { () throws(GlobusError) in try await service.skippedErrors(of: task, from: marker) }
    }

    func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument {
        try await pass(gates.requests) { () throws(GlobusError) in try await service.cancel(task) }
    }

    func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo {
        try await pass(gates.requests) { () throws(GlobusError) in try await service.collection(id) }
    }

    func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        try await pass(gates.listings) { () throws(GlobusError) in
            try await service.list(path, on: collection, offset: offset, limit: limit)
        }
    }

    func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry {
        try await pass(gates.listings) { () throws(GlobusError) in try await service.stat(path, on: collection) }
    }
}
