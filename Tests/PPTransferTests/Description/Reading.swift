import PPTransfer
import PositionedYAML
import Testing

/// What a reader makes of a text: the descriptions, or the exact lines that a person sees.
func read(
    _ text: String, set: [String: String] = [:], environment: [String: String] = [:], file: String = "task.yaml"
) throws(Problems) -> [TaskDescription] {
    try DescriptionReader(variables: Variables(set: set, environment: environment)).read(text.utf8, file: file)
}

func lines(_ text: String, environment: [String: String] = [:]) -> [String] {
    lines { () throws(Problems) in try read(text, environment: environment) }
}

func lines(_ body: () throws(Problems) -> [TaskDescription]) -> [String] {
    do {
        return try body().flatMap(\.warnings).map(\.description)
    } catch {
        return error.all.map(\.description)
    }
}

/// A description that says only what it must, with `more` after it.
func minimal(_ more: String = "", from: String = "/work/n02/data", to: String = "/gws/nopw/j04/canari") -> String {
    """
    pptransfer: 1
    from: {collection: archer2, path: \(from)}
    to:   {collection: jasmin, path: \(to)}
    \(more)
    """
}

/// One row of a table of texts and the lines they give.
struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var lines: [String]
    var environment: [String: String]

    init(_ name: String, _ text: String, environment: [String: String] = [:], _ lines: String...) {
        (testDescription, self.text, self.lines, self.environment) = (name, text, lines, environment)
    }
}
