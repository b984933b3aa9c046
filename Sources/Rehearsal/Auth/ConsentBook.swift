import FoundationEssentials
import Synchronization

/// Which scopes each person has granted to each client, with what they depend on.
final class ConsentBook: Sendable {
    struct Consent: Sendable {
        let id: Int64
        let client: String?
        /// The scope, after those that it serves.
        let path: [String]
        /// The ids of the consents along the path, its own last.
        let dependencyPath: [Int64]
        let isOptional: Bool
        let created: Date
        fileprivate(set) var updated: Date
    }

    private struct Key: Hashable { let identity: String, client: String?, path: [String] }

    private struct State {
        var consents: [Key: Consent] = [:]
        var count: Int64 = 0
    }

    private let state = Mutex(State())

    func grant(_ scopes: ScopeList, by identity: Identity, to client: String?, at now: Date) {
        state.withLock { state in
            for scope in scopes.scopes { ConsentBook.add(scope, below: nil, by: identity.id, to: client, at: now, &state) }
        }
    }

    private static func add(
        _ scope: ScopeList.Scope, below parent: Consent?, by identity: String, to client: String?, at now: Date, _ state: inout State
    ) {
        let path = (parent?.path ?? []) + [scope.name]
        let key = Key(identity: identity, client: client, path: path)
        if state.consents[key] == nil {
            state.count += 1
            state.consents[key] = Consent(
                id: state.count, client: client, path: path, dependencyPath: (parent?.dependencyPath ?? []) + [state.count],
                isOptional: scope.isOptional, created: now, updated: now)
        }
        state.consents[key]?.updated = now
        for dependency in scope.dependencies { add(dependency, below: state.consents[key], by: identity, to: client, at: now, &state) }
    }

    func has(_ path: [String], by identity: Identity, to client: String?) -> Bool {
        state.withLock { $0.consents[Key(identity: identity.id, client: client, path: path)] != nil }
    }

    /// In the order in which they were given first.
    func consents(of identity: Identity) -> [Consent] {
        state.withLock { state in state.consents.filter { $0.key.identity == identity.id }.values.sorted { $0.id < $1.id } }
    }
}
