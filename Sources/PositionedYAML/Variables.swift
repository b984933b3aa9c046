/// Where `${NAME}` gets its value: what the command line set, else the environment.
package struct Variables: Sendable, Equatable {
    package var set: [String: String]
    package var environment: [String: String]

    /// Whether a program passes the values in its code, rather than a person on a command line.
    package var isPassed = false

    package init(set: [String: String] = [:], environment: [String: String] = [:]) {
        (self.set, self.environment) = (set, environment)
    }

    /// Makes variables whose values a program passes.
    package init(passed values: [String: String]) { (set, environment, isPassed) = (values, [:], true) }

    /// What a person, or a program, does about a variable without a value.
    ///
    /// - Parameters:
    ///   - other: what else a person can do.
    ///   - kind: what its value is.
    package func remedy(unset name: String, orElse other: String, kind: String) -> String {
        isPassed ? "pass a value for \(name)" : "\(other), give '--set \(name)=\(kind)'"
    }

    /// - Returns: `nil` if unset; an empty value is a value.
    package subscript(name: String) -> String? { self.set[name] ?? environment[name] }

    /// The value, unless it is unset or empty.
    package func nonEmpty(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }
}
