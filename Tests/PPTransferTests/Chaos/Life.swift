import Foundation
import Globus
import GlobusTesting
import Synchronization

/// One process's life: the client's clock, and the moment at which it ends.
///
/// Steps are counted: the beginning and the end of each request, each pause, each look at the clock (there is one before each record).
/// Simulated time costs nothing; each pause gives the tasks of the stand-in, which really move files, a moment of real time.
final class Life: Timekeeper {
    enum End: Sendable { case killed, signalled, hung }

    private struct State {
        var steps = 0
        var end: End?
        var work: Task<Void, Never>?
    }

    /// More than any run takes that ends at all.
    static let mostSteps = 20_000

    private let clock: SteppedTimekeeper
    private let stop: ChaosPlan.Stop?
    private let jump: ChaosSurroundings.ClockJump?
    private let journal: String
    private let next: String
    private let state = Mutex(State())

    /// - Parameters:
    ///   - journal: the directory that this life writes.
    ///   - next: where it is copied to at the moment of a kill.
    init(
        _ clock: SteppedTimekeeper, _ stop: ChaosPlan.Stop?, _ jump: ChaosSurroundings.ClockJump? = nil, journal: String, next: String
    ) {
        (self.clock, self.stop, self.jump, self.journal, self.next) = (clock, stop, jump, journal, next)
    }

    /// Lives until `body` ends; from a kill on, nothing of it has an effect on the world.
    func live(_ body: @escaping @Sendable () async -> Void) async {
        let work = Task(operation: body)
        let isOver = state.withLock { state in
            state.work = work
            return state.end != nil
        }
        if isOver { work.cancel() }
        await work.value
    }

    var end: End? { state.withLock { $0.end } }
    var isDead: Bool { end == .killed }

    func step() {
        let work: Task<Void, Never>? = state.withLock { state in
            guard state.end == nil else { return nil }
            state.steps += 1
            switch stop {
            case .kill(let step) where step == state.steps:
                try? FileManager.default.copyItem(atPath: journal, toPath: next)
                state.end = .killed
            case .signal(let step) where step == state.steps: state.end = .signalled
            default: if state.steps >= Self.mostSteps { state.end = .hung }
            }
            return state.end == nil ? nil : state.work
        }
        work?.cancel()
    }

    var now: Timestamp {
        step()
        guard let jump, state.withLock({ $0.steps >= jump.step }) else { return clock.now }
        return clock.now + jump.by
    }

    var elapsed: Duration { clock.elapsed }

    func sleep(for duration: Duration) async {
        step()
        await clock.sleep(for: duration)
        try? await Task.sleep(for: .microseconds(500))
    }
}

/// The service, as far as a process reaches it while it lives.
struct MortalService: TransferService {
    let service: any TransferService
    let life: Life

    var clockSkew: Duration? { service.clockSkew }
    func now(_ time: any Timekeeper) -> Timestamp { service.now(time) }

    private func alive<Value: Sendable>(_ body: () async throws(GlobusError) -> Value) async throws(GlobusError) -> Value {
        life.step()
        guard !life.isDead else { throw .cancelled }
        let value = try await body()
        life.step()
        guard !life.isDead else { throw .cancelled }
        return value
    }

    func newSubmissionID() async throws(GlobusError) -> SubmissionID {
        try await alive { () async throws(GlobusError) in try await service.newSubmissionID() }
    }
    func submit(_ body: RequestBody) async throws(GlobusError) -> TransferResult {
        try await alive { () async throws(GlobusError) in try await service.submit(body) }
    }
    func task(_ id: TaskID) async throws(GlobusError) -> TransferTask {
        try await alive { () async throws(GlobusError) in try await service.task(id) }
    }
    func tasks(matching filter: String) async throws(GlobusError) -> [TransferTask] {
        try await alive { () async throws(GlobusError) in try await service.tasks(matching: filter) }
    }
    func events(of task: TaskID, limit: Int, errorsOnly: Bool) async throws(GlobusError) -> [TaskEvent] {
        try await alive { () async throws(GlobusError) in try await service.events(of: task, limit: limit, errorsOnly: errorsOnly) }
    }
    func pauseInfo(of task: TaskID) async throws(GlobusError) -> PauseInfo {
        try await alive { () async throws(GlobusError) in try await service.pauseInfo(of: task) }
    }
    func successfulTransfers(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SentFile> {
        try await alive { () async throws(GlobusError) in try await service.successfulTransfers(of: task, from: marker) }
    }
    func skippedErrors(of task: TaskID, from marker: Int64?) async throws(GlobusError) -> MarkerPage<SkippedFile> {
        try await alive { () async throws(GlobusError) in try await service.skippedErrors(of: task, from: marker) }
    }
    func cancel(_ task: TaskID) async throws(GlobusError) -> ResultDocument {
        try await alive { () async throws(GlobusError) in try await service.cancel(task) }
    }
    func collection(_ id: CollectionID) async throws(GlobusError) -> CollectionInfo {
        try await alive { () async throws(GlobusError) in try await service.collection(id) }
    }
    func list(_ path: CollectionPath, on collection: CollectionID, offset: Int, limit: Int) async throws(GlobusError) -> FileList {
        try await alive { () async throws(GlobusError) in
            try await service.list(path, on: collection, offset: offset, limit: limit)
        }
    }
    func stat(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> DirectoryEntry {
        try await alive { () async throws(GlobusError) in try await service.stat(path, on: collection) }
    }
}
