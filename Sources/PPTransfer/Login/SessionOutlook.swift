package import Globus

/// How much longer a login is good for one collection.
package struct SessionOutlook: Hashable, Sendable {
    /// The collection's identity domain: `accounts.jasmin.ac.uk`.
    var domain: String
    /// The linked identity of that domain; `nil` if there is none.
    package var identity: LinkedIdentity?
    /// When the login lapses; `nil` if it was not used in this session.
    package var lapses: Timestamp?

    /// - Parameter times: when each identity was last logged in with, by its id.
    package init(_ domain: String, lifetime: Duration, identities: [LinkedIdentity], times: [String: Timestamp]) {
        self.domain = domain
        // Of several accounts of one domain the freshest counts.
        let ours = identities.filter { $0.domain == domain }
        identity = ours.max { times[$0.id]?.secondsSince1970 ?? 0 < times[$1.id]?.secondsSince1970 ?? 0 }
        lapses = identity.flatMap { times[$0.id] }.map { $0 + lifetime }
    }

    func daysLeft(_ now: Timestamp) -> Int64? { lapses.map { max(0, ($0 - now).components.seconds / 86_400) } }

    package enum Standing: Hashable {
        case good(days: Int64)
        /// Fewer days than one wants to be told of.
        case ending(days: Int64)
        case lapsed
        case unlinked
    }

    package func standing(_ now: Timestamp, warnDays: Int) -> Standing {
        guard identity != nil else { return .unlinked }
        guard let lapses, lapses > now else { return .lapsed }
        let days = (lapses - now).components.seconds / 86_400
        return days < warnDays ? .ending(days: days) : .good(days: days)
    }
}
