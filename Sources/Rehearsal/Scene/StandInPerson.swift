/// One of a person's identities: a user name that an identity provider vouches for.
public struct StandInIdentity: Sendable, Hashable {
    /// `someone@safe.archer2.ac.uk`
    public var username: String
    /// Who vouches for it, as people know it: `ARCHER2 SAFE`.
    public var provider: String

    public init(_ username: String, provider: String) { (self.username, self.provider) = (username, provider) }
}

/// Whoever sits at the browser when somebody logs in: has linked identities and approves of everything.
public struct StandInPerson: Sendable, Hashable {
    public var name: String
    /// The one that tokens speak for.
    public var primary: StandInIdentity
    public var linked: [StandInIdentity]

    public init(name: String, primary: StandInIdentity, linked: [StandInIdentity] = []) {
        (self.name, self.primary, self.linked) = (name, primary, linked)
    }

    public static let example = StandInPerson(
        name: "A Scientist", primary: StandInIdentity("scientist@globusid.org", provider: "Globus ID"),
        linked: [
            StandInIdentity("scientist@safe.archer2.ac.uk", provider: "ARCHER2 SAFE"),
            StandInIdentity("scientist@accounts.jasmin.ac.uk", provider: "JASMIN"),
        ])
}
