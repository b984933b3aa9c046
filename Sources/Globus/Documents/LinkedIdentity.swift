/// One of a person's identities: `someone@accounts.jasmin.ac.uk`.
public struct LinkedIdentity: Hashable, Sendable, Codable {
    /// The UUID of the identity, as Globus Auth gives it (`sub`); for a service account, the id of its client.
    public package(set) var id: String
    /// The username of the identity, with the domain of its provider: `someone@accounts.jasmin.ac.uk`.
    public package(set) var username: String
    /// Who vouches for it: `JASMIN`.
    public package(set) var provider: String?

    package init(id: String, username: String, provider: String? = nil) {
        (self.id, self.username, self.provider) = (id, username, provider)
    }

    /// `accounts.jasmin.ac.uk`
    public var domain: String { username.split(separator: "@").last.map(String.init) ?? username }
}
