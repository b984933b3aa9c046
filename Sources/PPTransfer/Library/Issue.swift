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

    /// A place in a text. Lines and columns count from 1, columns in characters.
    public struct Position: Sendable, Hashable, CustomStringConvertible {
        /// The name that the text was given.
        public let file: String
        /// The line; 0 stands for the text as a whole.
        public let line: Int
        /// The column.
        public let column: Int

        /// The place as messages have it: `task.yaml:3:16`.
        public var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
    }

    /// The degree.
    public let severity: Severity
    /// The place; without a line for a plan that was made in code.
    public let position: Position
    /// The dotted path of the key (`transfer.deadline`); empty where the issue is not one key's.
    public let key: String
    /// What is wrong, in one sentence without a full stop.
    public let what: String
    /// What to do about it, if that is known.
    public let remedy: String?

    init(_ problem: Problem) {
        (severity, key) = (problem.severity == .error ? .error : .warning, problem.key)
        position = Position(file: problem.position.file, line: problem.position.line, column: problem.position.column)
        (what, remedy, description) = (problem.what, problem.remedy, problem.description)
    }

    init(_ problem: JournalProblem) {
        severity = problem.isWarning ? .warning : .error
        (position, key) = (Position(file: "journal", line: 0, column: 0), "")
        (what, remedy, description) = (problem.description, problem.remedy, "journal: \(problem); \(problem.remedy)")
    }

    /// The issue in one line: `task.yaml:3:16: error: to.path: 'gws' is relative; give the path from the collection root, …`.
    public let description: String
}
