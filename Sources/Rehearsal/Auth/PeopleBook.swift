import Synchronization

/// Everyone who is known, and which identities belong together.
final class PeopleBook: Sendable {
    /// Whoever sits at the browser.
    let visitor: Person
    /// The service account, the visitor, and those who were logged in by name.
    private let people: Mutex<[Person]>

    init(_ configuration: StandInConfiguration) {
        let name = configuration.person.name
        func identity(_ played: StandInIdentity) -> Identity { .person(played.username, name: name, provider: played.provider) }
        visitor = Person(primary: identity(configuration.person.primary), linked: configuration.person.linked.map(identity))
        let account = Person(primary: .serviceAccount(configuration.clientID), linked: [])
        people = Mutex([visitor] + (configuration.hasServiceAccount ? [account] : []))
    }

    /// The person with this identity. A username that is new becomes a person with no other.
    func person(named username: String) -> Person {
        people.withLock { people in
            if let known = people.first(where: { $0.identities.contains { $0.username == username } }) { return known }
            people.append(Person(primary: .person(username), linked: []))
            return people[people.count - 1]
        }
    }

    func person(of identity: Identity) -> Person {
        people.withLock { people in people.first { $0.identities.contains(identity) } } ?? Person(primary: identity, linked: [])
    }

    func identity(_ idOrName: String) -> Identity? {
        people.withLock { people in
            people.lazy.flatMap(\.identities).first { $0.id == idOrName.lowercased() || $0.username == idOrName }
        }
    }
}
