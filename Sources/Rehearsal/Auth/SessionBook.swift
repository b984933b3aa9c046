import FoundationEssentials
import Synchronization

/// When each identity was last logged in with, for each person and client. A refreshed token does not renew a session; a login does.
final class SessionBook: Sendable {
    struct Session: Sendable {
        let id: String
        /// By the identity's id. One that is absent is not in session.
        fileprivate(set) var times: [String: Date] = [:]
        /// Of those logins that were made with a second factor.
        fileprivate(set) var strongTimes: [String: Date] = [:]

        /// Of the logins that a collection counts.
        func times(for collection: StandInCollection) -> [String: Date] { collection.requiresSecondFactor ? strongTimes : times }
    }

    private struct Key: Hashable { let person: String, client: String? }

    private let sessions = Mutex<[Key: Session]>([:])

    /// Of `person`'s logins with `client`; empty before the first.
    func session(of person: Person, client: String?) -> Session {
        let key = Key(person: person.primary.id, client: client)
        return sessions.withLock { sessions in
            let session = sessions[key] ?? Session(id: RandomText.uuid())
            sessions[key] = session
            return session
        }
    }

    func renew(_ identities: [Identity], of person: Person, client: String?, at now: Date, isStrong: Bool = false) {
        let key = Key(person: person.primary.id, client: client)
        sessions.withLock { sessions in
            var session = sessions[key] ?? Session(id: RandomText.uuid())
            for identity in identities {
                session.times[identity.id] = now
                if isStrong { session.strongTimes[identity.id] = now }
            }
            sessions[key] = session
        }
    }

    /// With whatever client.
    func latestTimes(of person: Person) -> [String: Date] { latest(of: person).times }

    /// The latest of each time, with whatever client.
    func latest(of person: Person) -> Session {
        sessions.withLock { sessions in
            sessions.filter { $0.key.person == person.primary.id }.values.reduce(into: Session(id: "")) { latest, session in
                latest.times.merge(session.times) { max($0, $1) }
                latest.strongTimes.merge(session.strongTimes) { max($0, $1) }
            }
        }
    }
}

extension StandInCollection {
    var hasSessionRule: Bool { identityDomain != nil || sessionLifetime != nil || requiresSecondFactor }
}
