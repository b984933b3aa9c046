import FoundationEssentials
import Synchronization

/// When each identity was last logged in with, for each person and client. A refreshed token does not renew a session; a login does.
final class SessionBook: Sendable {
    struct Session: Sendable {
        let id: String
        /// By the identity's id. One that is absent is not in session.
        fileprivate(set) var times: [String: Date] = [:]
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

    func renew(_ identities: [Identity], of person: Person, client: String?, at now: Date) {
        let key = Key(person: person.primary.id, client: client)
        sessions.withLock { sessions in
            var session = sessions[key] ?? Session(id: RandomText.uuid())
            for identity in identities { session.times[identity.id] = now }
            sessions[key] = session
        }
    }

    /// With whatever client.
    func latestTimes(of person: Person) -> [String: Date] {
        sessions.withLock { sessions in
            sessions.filter { $0.key.person == person.primary.id }.values.reduce(into: [:]) { times, session in
                times.merge(session.times) { max($0, $1) }
            }
        }
    }
}

extension StandInCollection {
    var hasSessionRule: Bool { identityDomain != nil || sessionLifetime != nil }
}
