import Globus

/// The environment variables that decide about the login; an empty one counts as unset.
struct LoginVariables: Sendable {
    /// What the program calls its own; `nil` if it has no login of its own.
    let names: LoginNames?
    private let variables: [String: String]

    init(_ variables: [String: String], _ names: LoginNames?) { (self.variables, self.names) = (variables, names) }

    subscript(name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Of Globus: `production` unless the SDK's variable says otherwise.
    var environment: String { self["GLOBUS_SDK_ENVIRONMENT"] ?? "production" }

    /// Which Globus Auth a login of our own is good for: the address if one is given, so that a stand-in's login and a real one never
    /// take each other's place.
    var authority: String {
        guard let base = self["GLOBUS_SDK_SERVICE_URL_AUTH"] else { return environment }
        return base.hasSuffix("/") ? String(base.dropLast()) : base
    }
}
