/// Who submitted a Globus task: the identity or the client that only may see it.
package struct TaskOwner: Codable, Hashable, Sendable, CustomStringConvertible {
    /// Globus's id of it.
    package var id: String
    /// As people know it (`someone@accounts.jasmin.ac.uk`); absent if that was not known.
    package var name: String?

    /// Of an access token that somebody else obtained, while Globus has not told whose it is.
    static let bareToken = TaskOwner(id: "access token")

    /// Whether only the kind of the login is known.
    var isUnknown: Bool { self == .bareToken }

    package init(id: String, name: String? = nil) { (self.id, self.name) = (id, name) }

    /// `someone@accounts.jasmin.ac.uk (1c2d…)`
    package var description: String { isUnknown ? "an access token" : name.map { "\($0) (\(id))" } ?? id }
}
