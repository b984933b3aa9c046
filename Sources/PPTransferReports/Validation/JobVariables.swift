import PositionedYAML

/// The variables that the jobs of a suite have besides those of Cylc and Rose: what its tasks, its Rose apps and its scripts set.
struct JobVariables {
    enum Value: Equatable {
        case known(String)
        /// It comes from a template language, from another variable, or differs from task to task.
        case unknown
    }

    private(set) var values: [String: Value] = [:]
    /// Whether a template language makes names, too: then any variable may be set.
    private(set) var mayHaveAny = false

    /// Adds what one place sets. Another value for the same name makes it unknown.
    mutating func add(_ name: String, _ text: String?) {
        guard Self.isName(name) else {
            if name.contains("{{") || name.contains("%(") { mayHaveAny = true }
            return
        }
        let value = text.map(Self.value) ?? .unknown
        values[name] = values[name].map { $0 == value ? value : .unknown } ?? value
    }

    mutating func add(_ settings: some Sequence<(name: String, setting: RoseConfiguration.Setting)>) {
        for (name, setting) in settings { add(name, setting.value) }
    }

    /// Lets the values of an app replace those of the task that runs it, as Rose does.
    mutating func override(with app: JobVariables) { values.merge(app.values) { $1 } }

    /// Adds `NAME=value` and `export NAME=value` of a script, whose values only the job knows.
    mutating func add(script: String) {
        for (_, line) in TextLines.of(Array(script.utf8)) {
            for word in line.split(whereSeparator: { " \t;&|(".contains($0) }) {
                guard let equals = word.firstIndex(of: "="), Self.isName(String(word[..<equals])) else { continue }
                values[String(word[..<equals])] = .unknown
            }
        }
    }

    private static func value(_ text: String) -> Value {
        ["$", "{{", "{%", "%(", "`", "~"].contains { text.contains($0) } ? .unknown : .known(text)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        return Template.begins(first) && text.unicodeScalars.allSatisfy(Template.continues)
    }
}
