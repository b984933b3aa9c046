package import PPTransfer
package import PositionedYAML
import Testing

/// What a reader makes of a text: the descriptions, or the exact lines that a person sees.
package func read(
    _ text: String, set: [String: String] = [:], environment: [String: String] = [:], file: String = "task.yaml"
) throws(Problems) -> [TaskDescription] {
    try DescriptionReader(variables: Variables(set: set, environment: environment)).read(text.utf8, file: file)
}

package func lines(_ text: String, environment: [String: String] = [:]) -> [String] {
    lines { () throws(Problems) in try read(text, environment: environment) }
}

package func lines(_ body: () throws(Problems) -> [TaskDescription]) -> [String] {
    do {
        return try body().flatMap(\.warnings).map(\.description)
    } catch {
        return error.all.map(\.description)
    }
}

/// A description that says only what it must, with `more` after it.
package func minimal(_ more: String = "", from: String = "/work/n02/data", to: String = "/gws/nopw/j04/canari") -> String {
    """
    pptransfer: 1
    from: {collection: archer2, path: \(from)}
    to:   {collection: jasmin, path: \(to)}
    \(more)
    """
}

/// One row of a table of texts and the lines they give.
package struct Row: CustomTestStringConvertible, Sendable {
    package var testDescription: String
    package var text: String
    package var lines: [String]
    package var environment: [String: String]

    package init(_ name: String, _ text: String, environment: [String: String] = [:], _ lines: String...) {
        (testDescription, self.text, self.lines, self.environment) = (name, text, lines, environment)
    }
}
