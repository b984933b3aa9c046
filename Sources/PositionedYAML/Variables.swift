/// Where `${NAME}` gets its value: what the command line set, else the environment.
public struct Variables: Sendable, Equatable {
    public var set: [String: String]
    public var environment: [String: String]

    public init(set: [String: String] = [:], environment: [String: String] = [:]) {
        (self.set, self.environment) = (set, environment)
    }

    /// - Returns: `nil` if unset; an empty value is a value.
    public subscript(name: String) -> String? { self.set[name] ?? environment[name] }

    /// The value, unless it is unset or empty.
    public func nonEmpty(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }
}
