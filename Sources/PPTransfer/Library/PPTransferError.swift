import Globus
import PositionedYAML

/// An error of this library: which kind, all issues at once, and what caused it.
///
/// A transfer that fails is no error; its report says how it ended.
public struct PPTransferError: Error, Sendable, CustomStringConvertible {
    /// The kind of an error. Later versions may add kinds.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the kind, as its constant is called.
        public let description: String

        private init(_ name: String) { description = name }

        /// A description, a plan, an id or a site file is wrong.
        public static let invalid = Code("invalid")
        /// A collection that is named is not known, ambiguous or retired.
        public static let collection = Code("collection")
        /// The journal cannot be read or written.
        public static let journal = Code("journal")
        /// Globus refused, or could not be reached; `underlying` is the `GlobusError`.
        public static let service = Code("service")
        /// The source cannot be sent as it is.
        public static let source = Code("source")
        /// The calling task was cancelled.
        public static let cancelled = Code("cancelled")
    }

    /// The kind.
    public let code: Code
    /// All errors that were found in one pass, in the order of the text, and the warnings beside them. At least one.
    public let issues: [Issue]
    /// The error that caused it, if that is another library's.
    public let underlying: (any Error)?

    init(_ problems: Problems) {
        code = problems.errors.allSatisfy { $0.kind == .collection } ? .collection : .invalid
        (issues, underlying) = (problems.all.map { Issue($0) }, nil)
    }

    init(_ problem: JournalProblem) { self.init([problem]) }

    init(_ problems: [JournalProblem]) { (code, issues, underlying) = (.journal, problems.map { Issue($0) }, nil) }

    init(_ error: GlobusError, of name: String) {
        code = error == .cancelled ? .cancelled : .service
        (issues, underlying) = ([Issue(Problem(at: SourcePosition(file: name), "\(error)"))], error)
    }

    init(_ problems: [SourceProblem], of name: String) {
        let remedy = SourceProblem.remedy(of: problems)
        code = .source
        issues = problems.map { Issue(Problem(at: SourcePosition(file: name), key: "from.path", $0.description, remedy: remedy)) }
        underlying = nil
    }

    /// The issues, one a line.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}
