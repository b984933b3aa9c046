/// The application that a person logged in with, as Globus Auth knows it.
package enum LoginClient: Sendable, Equatable {
    /// It has no secret: what it asks for names its id.
    case native(id: String)
    /// Each installation of the Globus CLI is one of these.
    case confidential(id: String, secret: AccessToken)
}
