import PositionedYAML

/// One thing that is wrong, or looks wrong, in a plan, a description, a site file or a journal.
public struct Issue: Sendable, Hashable, CustomStringConvertible {
    /// How serious an issue is. There will be no third degree.
    public enum Severity: String, Sendable, Hashable, Codable {
        /// Nothing is done until it is mended.
        case error
        /// It does not stop the transfer.
        case warning
    }

    /// The degree.
    public let severity: Severity
    /// The name of the text: the path of a file, the name that was given to `parse`, the id of a plan that was made in code, `journal`.
    public let file: String
    /// The line, from 1; `nil` for the text as a whole, and for a plan that was made in code.
    public let line: Int?
    /// The column, from 1, in characters; `nil` likewise.
    public let column: Int?
    /// The dotted path of the key (`transfer.deadline`); empty where the issue is not one key's.
    public let key: String
    /// What is wrong, in one sentence without a full stop.
    public let message: String
    /// What to do about it, if that is known.
    public let remedy: String?

    init(_ problem: Problem) {
        (severity, key) = (problem.severity == .error ? .error : .warning, problem.key)
        let position = problem.position
        file = position.file
        (line, column) = position.line == 0 ? (nil, nil) : (position.line, position.column)
        (message, remedy, description) = (problem.what, problem.remedy, problem.description)
    }

    init(_ problem: JournalProblem) {
        severity = problem.isWarning ? .warning : .error
        (file, line, column, key) = ("journal", nil, nil, "")
        let remedy = problem.remedy(in: .library)
        (message, self.remedy, description) = (problem.description, remedy, "journal: \(problem); \(remedy)")
    }

    /// The issue in one line: `task.yaml:3:16: error: to.path: 'gws' is relative; give the path from the collection root, …`.
    public let description: String
}
