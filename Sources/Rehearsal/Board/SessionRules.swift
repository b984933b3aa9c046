import FoundationEssentials

/// Until when collections accept a login.
struct SessionRules: Sendable {
    let people: PeopleBook
    let sessions: SessionBook

    enum Standing: Equatable, Sendable {
        /// Until this moment, if nothing is renewed.
        case good(until: Date)
        /// The identities that the collection wants are not in session, or were logged in with too long ago.
        case lapsed
        /// None of the person's identities is of the domain that the collection wants.
        case notLinked
    }

    /// How a collection sees the login behind a token of `client`. Service accounts are exempt.
    func standing(of identity: Identity, client: String?, at collection: StandInCollection, now: Date) -> Standing {
        let person = people.person(of: identity)
        return standing(of: person, sessions.session(of: person, client: client), at: collection, now: now)
    }

    /// When a task's owner, with whatever client the latest login was, is no longer accepted by one of the collections.
    func end(of spec: TaskSpec, now: Date) -> Date {
        let collections = spec.collections.map(\.settings).filter(\.hasSessionRule)
        guard !collections.isEmpty else { return .distantFuture }
        let person = people.person(of: spec.owner)
        let latest = sessions.latest(of: person)
        return collections.reduce(.distantFuture) { end, collection in
            guard case .good(let until) = standing(of: person, latest, at: collection, now: now) else { return .distantPast }
            return min(end, until)
        }
    }

    private func standing(of person: Person, _ session: SessionBook.Session, at collection: StandInCollection, now: Date) -> Standing {
        guard collection.hasSessionRule, !person.primary.isServiceAccount else { return .good(until: .distantFuture) }
        let wanted = collection.identityDomain.map(person.identities(of:)) ?? person.identities
        guard !wanted.isEmpty else { return .notLinked }
        let times = session.times(for: collection)
        guard let lifetime = collection.sessionLifetime else {
            let isGood = !collection.requiresSecondFactor || wanted.contains { times[$0.id] != nil }
            return isGood ? .good(until: .distantFuture) : .lapsed
        }
        guard let latest = wanted.compactMap({ times[$0.id] }).max() else { return .lapsed }
        let end = latest.addingTimeInterval(lifetime / .seconds(1))
        return end > now ? .good(until: end) : .lapsed
    }
}
