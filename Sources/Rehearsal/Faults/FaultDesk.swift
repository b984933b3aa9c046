import Globus
import Synchronization
import SystemFiles

/// The faults in force, and how far each has got. Whoever might go wrong asks here.
final class FaultDesk: Sendable {
    private struct State {
        var faults: StandInFaults
        var routes: [FaultRoutePattern]
        var paths: [FilePattern]
        var http: [FaultCounter]
        var tasks: [FaultCounter]
        var storage: [FaultCounter]
        var acceptedTasks = 0

        init(_ faults: StandInFaults) {
            self.faults = faults
            routes = faults.http.map { FaultRoutePattern($0.route) }
            paths = faults.storage.map { FilePattern($0.path) }
            http = faults.http.map { FaultCounter($0.count) }
            tasks = faults.tasks.map { FaultCounter($0.count) }
            storage = faults.storage.map { FaultCounter($0.count) }
        }
    }

    let clock: ServiceClock
    private let state: Mutex<State>
    private let places: CollectionPlaces

    init(_ configuration: StandInConfiguration) {
        state = Mutex(State(configuration.faults))
        clock = ServiceClock(shift: configuration.faults.clockShift)
        places = CollectionPlaces(configuration.collections)
    }

    /// Puts others in their place; all counts begin anew.
    func set(_ faults: StandInFaults) {
        clock.set(shift: faults.clockShift)
        state.withLock { $0 = State(faults) }
    }

    var uses: FaultUses {
        state.withLock { FaultUses(http: $0.http.map(\.used), tasks: $0.tasks.map(\.used), storage: $0.storage.map(\.used)) }
    }

    func effect(on request: Request) -> HTTPFault.Effect? {
        state.withLock { state in
            for index in state.http.indices where state.routes[index].matches(request) {
                if state.http[index].take(seed: state.faults.seed, stream: index) { return state.faults.http[index].effect }
            }
            return nil
        }
    }

    /// What will happen to a task that is being accepted.
    func faults(ofTaskLabelled label: String?) -> [TaskFault] {
        state.withLock { state in
            state.acceptedTasks += 1
            return state.faults.tasks.indices.compactMap { index in
                let fault = state.faults.tasks[index]
                let isMeant =
                    switch fault.selection {
                    case .ordinal(let ordinal): ordinal == state.acceptedTasks
                    case .label(let pattern): Glob(pattern).matches(label ?? "")
                    }
                guard isMeant, state.tasks[index].take(seed: state.faults.seed, stream: 1 << 20 + index) else { return nil }
                return fault
            }
        }
    }

    var hasStorageFaults: Bool { state.withLock { !$0.faults.storage.isEmpty } }

    /// - Parameter moment: only of rules for files that are kept.
    func effect(
        on path: LocalPath, _ operation: StorageFault.Effect.Operation, _ moment: StorageFault.Moment? = nil
    ) -> StorageFault.Effect? {
        state.withLock { state in
            guard !state.faults.storage.isEmpty else { return nil }
            lazy var shown = places.paths(of: path)
            for index in state.storage.indices {
                let fault = state.faults.storage[index]
                guard fault.effect.operation == operation, moment == nil || fault.when == moment else { continue }
                guard shown.contains(where: state.paths[index].matches) else { continue }
                if state.storage[index].take(seed: state.faults.seed, stream: 1 << 21 + index) { return fault.effect }
            }
            return nil
        }
    }
}

/// Where local paths lie in collections.
struct CollectionPlaces: Sendable {
    private let mounts: [(root: LocalPath, path: String)]

    init(_ collections: [StandInCollection]) {
        mounts = collections.flatMap(\.mounts).map { mount in
            let path = mount.path.description
            let directory = mount.directory.withoutEndingSlashes
            return (LocalPath(directory), path == "/" ? "" : path.withoutEndingSlashes)
        }
    }

    /// As many as there are mounts that hold it; for what lies in none, the local path.
    func paths(of local: LocalPath) -> [String] {
        let found = mounts.filter { local.isInside($0.root) }.map { mount in
            let rest = WirePath.text(Array(local.bytes.dropFirst(mount.root.bytes.count).drop { $0 == UInt8(ascii: "/") }))
            return mount.path + "/" + rest
        }
        return found.isEmpty ? [local.text] : found
    }
}
