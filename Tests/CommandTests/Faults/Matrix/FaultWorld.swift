import Foundation
import Globus
import Synchronization

@testable import Rehearsal

/// A user's files, a stand-in of Globus that really moves them, and a client's clock that passes by being slept through. One thing goes
/// wrong in it; then it is judged.
final class FaultWorld: Sendable {
    /// How one run ended, and all that it said.
    struct Ended: Sendable {
        var status: Int32
        var text: String
        /// Of the client's clock.
        var took: Duration
    }

    struct State {
        var verdict = FaultVerdict()
        var statuses: [Int32] = []
        /// What people read, and what programs read.
        var texts: [String] = []
        var documents: [String] = []
        var secrets: Set<String> = []
        var requests = 0
        var onRequest: @Sendable (StandInRequest) -> Void = { _ in }
        /// Stops the run under way.
        var stop: @Sendable () -> Void = {}
        /// Conflicts that the case itself arranged.
        var explainedConflicts = 0
        /// A task that only meets errors is as still as it will be.
        var retriesForEver = false
        var selects: @Sendable (String) -> Bool = { _ in true }
        var source: String
        var followsLinks = false
        /// Where a success must have brought everything.
        var destination = "jasmin/gws/canari/19880901T0000Z"
        /// Runs in this process know whose login they use, as the program does.
        var tellsLogin = false
        /// Who else has logged in.
        var people: [Identity] = []
    }

    let desk: Desk
    let standIn: StandIn
    let time = FaultClock()
    let state: Mutex<State>
    /// More than any case needs.
    private static let requestBound = 15_000

    var journal: String { desk.path("journal") }
    /// What points the program at the stand-in.
    var environment: [String: String] { Dictionary(standIn.environment.map { ($0.name, $0.value) }) { _, last in last } }
    private var owner: Identity { .serviceAccount(standIn.service.configuration.clientID) }

    private init(_ desk: Desk, _ standIn: StandIn) {
        (self.desk, self.standIn) = (desk, standIn)
        state = Mutex(State(source: desk.data))
    }

    /// With two files to send: `a.pp` and `sub/b.nc`.
    static func open() async throws -> FaultWorld {
        let desk = try Desk()
        for name in ["jasmin", "far", "there"] {
            try FileManager.default.createDirectory(atPath: desk.path(name), withIntermediateDirectories: true)
        }
        guard let archer2 = CollectionID(Desk.archer2), let jasmin = CollectionID(Desk.jasmin), let vault = CollectionID(Desk.vault) else {
            throw CocoaError(.coderInvalidValue)
        }
        var configuration = StandInConfiguration(collections: [
            StandInCollection(
                id: archer2, displayName: "Archer2 file systems",
                mounts: [
                    .init("/", isWritable: false), .init(desk.path("far"), at: try CollectionPath("/far-away"), isWritable: false),
                    // At this path this machine may have something else.
                    .init(desk.path("there"), at: try CollectionPath(desk.path("twin")), isWritable: false),
                ]),
            StandInCollection(id: jasmin, displayName: "JASMIN Default Collection", root: desk.path("jasmin")),
            // Over the same disk as ARCHER2.
            StandInCollection(id: vault, displayName: "Vault", mounts: [.init(desk.path(""), at: try CollectionPath("/vault"))]),
        ])
        configuration.backOff = StandInBackOff(first: .milliseconds(2), limit: .milliseconds(20))
        configuration.markerPageSize = 1
        let door = RequestDoor()
        configuration.onRequest = { door.pass($0) }
        let world = FaultWorld(desk, try await StandIn.start(configuration))
        door.open { [weak world] in world?.noticed($0) }
        world.time.wire(settle: { [weak world] in await world?.settle() }, isOver: { [weak world] in world?.hang("no end in a day") })
        try desk.write("data/a.pp", Data((0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }))
        try desk.write("data/sub/b.nc", Data((0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 17 >> 2) }))
        try world.describe()
        return world
    }

    func close() async {
        await standIn.stop()
        // What cases left behind may hold the world, and with it its directory.
        state.withLock { ($0.onRequest, $0.stop) = ({ _ in }, {}) }
        time.clear()
    }

    // MARK: arranging

    func describe(_ more: String = "", from: String? = nil) throws { try desk.describe(desk.description(more, from: from)) }

    /// To a directory of the desk, by the collection that shows all of it.
    func describe(_ more: String = "", toVault path: String) throws {
        try desk.describe(desk.description(more, to: "/vault/" + path).replacing("collection: jasmin", with: "collection: vault"))
    }

    /// Logs somebody in beside the service account, as the Globus CLI does.
    ///
    /// - Returns: what lets the program use that login.
    func logIn() async throws -> [String: String] {
        try await standIn.logIn(desk)
        state.withLock { $0.people = [.person("me@safe.archer2.ac.uk")] }
        return ["GLOBUS_CLI_CLIENT_ID": "", "GLOBUS_CLI_CLIENT_SECRET": ""]
    }

    func logOut() throws { try FileManager.default.removeItem(atPath: desk.path("home/.globus")) }

    func faults(http: [HTTPFault] = [], tasks: [TaskFault] = [], storage: [StorageFault] = []) async {
        await standIn.setFaults(StandInFaults(http: http, tasks: tasks, storage: storage))
    }

    func noFaults() async { await standIn.setFaults(.none) }

    /// Every transfer that the service accepted, oldest first.
    func tasks() async -> [TaskRecord] {
        var tasks = await standIn.service.board.records(owner: owner)
        for person in state.withLock({ $0.people }) { tasks += await standIn.service.board.records(owner: person) }
        return tasks.sorted { $0.spec.requested < $1.spec.requested }
    }

    /// The only one that has not ended.
    func liveTask() async throws -> TaskID {
        guard let task = await tasks().first(where: { !$0.hasEnded }) else { throw CocoaError(.coderValueNotFound) }
        return task.id
    }

    func isIdle() async -> Bool { await tasks().allSatisfy(\.hasEnded) }

    /// How far the latest one got.
    func last() async throws -> TaskProgress {
        guard let task = await tasks().last else { throw CocoaError(.coderValueNotFound) }
        return task.progress
    }

    /// Lets every task that is held go on.
    func resumeAll() async {
        for task in await tasks() where !task.hasEnded { await standIn.resume(task.id) }
    }

    func onRequest(_ action: @escaping @Sendable (StandInRequest) -> Void) { state.withLock { $0.onRequest = action } }

    /// Nothing more happens by itself: every task has ended, or waits for somebody.
    func settle() async {
        while !Task.isCancelled {
            let retriesForEver = state.withLock { $0.retriesForEver }
            let isStill = await tasks().allSatisfy { task in
                let progress = task.progress
                if case .held = progress.standing { return true }
                return progress.status.hasEnded || retriesForEver && progress.latestError != nil
            }
            if isStill { return }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    // MARK: watching

    /// Demands something that the judge cannot know.
    func demand(_ condition: Bool, _ text: String) { if !condition { state.withLock { $0.verdict.others.append(text) } } }

    func demand(_ end: Ended, says words: String...) {
        for word in words { demand(end.text.contains(word), "'\(word)' is not said in: \(end.text)") }
    }

    private func noticed(_ request: StandInRequest) {
        let (action, isTooMany) = state.withLock { state in
            state.requests += 1
            return (state.onRequest, state.requests == Self.requestBound)
        }
        action(request)
        if isTooMany { hang("\(Self.requestBound) requests") }
    }

    private func hang(_ text: String) {
        let stop = state.withLock { state in
            state.verdict.hangs.append(text)
            return state.stop
        }
        stop()
    }

    /// Notes how a run ended; with status 0, every file that it was to send must be there.
    func note(_ end: Ended, of source: [[UInt8]: Data]) {
        var losses: [String] = []
        if end.status == 0 {
            let arrived = FileTree.read(desk.path(state.withLock { $0.destination }), followingLinks: false)
            losses = source.filter { arrived[$0.key] != $0.value }.map { String(decoding: $0.key, as: UTF8.self) }
        }
        state.withLock { state in
            state.statuses.append(end.status)
            state.texts.append(end.text)
            state.verdict.silentLosses += losses
        }
    }

    /// What is selected, as it is now: a file that comes later is the next run's.
    func sourceFiles() -> [[UInt8]: Data] {
        let (source, selects, follows) = state.withLock { ($0.source, $0.selects, $0.followsLinks) }
        return FileTree.read(source, followingLinks: follows).filter { selects(String(decoding: $0.key, as: UTF8.self)) }
    }
}

/// Requests go to the world once it is there.
private final class RequestDoor: Sendable {
    private let action = Mutex<@Sendable (StandInRequest) -> Void>({ _ in })

    func open(_ action: @escaping @Sendable (StandInRequest) -> Void) { self.action.withLock { $0 = action } }
    func pass(_ request: StandInRequest) { action.withLock { $0 }(request) }
}
