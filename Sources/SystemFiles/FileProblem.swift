/// A file that cannot be read or written, and why. Whoever called knows what file it is, what that comes to, and what helps.
package struct FileProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Operation: String, Hashable, Sendable { case read, write }

    package var operation: Operation
    package var path: String
    /// The system's error number; `nil` if it was not the system that objected.
    package var code: Int32?
    package var reason: String

    /// - Parameter code: the system's error number.
    package init(_ operation: Operation, _ path: String, code: Int32 = errno) {
        (self.operation, self.path, self.code, reason) = (operation, path, code, SystemReason.words(code))
    }

    package init(_ operation: Operation, _ path: String, reason: String) {
        (self.operation, self.path, self.reason) = (operation, path, reason)
    }

    package var description: String { "cannot \(operation.rawValue) '\(path)': \(reason)" }
}

/// What can tell of a file that cannot be read or written.
package protocol FileFailure: Error {
    init(_ problem: FileProblem)
}

extension FileProblem: FileFailure {
    package init(_ problem: FileProblem) { self = problem }
}

/// The system's error numbers in words.
package enum SystemReason {
    /// Of `errno`, fit for the middle of a sentence.
    package static var current: String { text(errno) }

    /// Fit for the middle of a sentence.
    package static func text(_ code: Int32) -> String {
        let words = words(code)
        // "Input/output error" becomes a word like others; an acronym (RPC …) stays.
        let second = words.dropFirst().first
        return second?.isLowercase == true ? words.prefix(1).lowercased() + words.dropFirst() : words
    }

    /// As the system has them.
    package static func words(_ code: Int32 = errno) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
