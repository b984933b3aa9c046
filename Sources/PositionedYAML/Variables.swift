/// Where `${NAME}` gets its value: what the command line set, else the environment.
package struct Variables: Sendable, Equatable {
    package var set: [String: String]
    package var environment: [String: String]

    package init(set: [String: String] = [:], environment: [String: String] = [:]) {
        (self.set, self.environment) = (set, environment)
    }

    /// - Returns: `nil` if unset; an empty value is a value.
    package subscript(name: String) -> String? { self.set[name] ?? environment[name] }

    /// The value, unless it is unset or empty.
    package func nonEmpty(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }
}
