package import PPTransfer

/// The page of an exit status or of a code of Globus: its meaning, the usual causes, what to do, and what the next run does.
package struct Explanation: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
        case status(ExitStatus)
        /// A code of Globus, and the status with which a run exits that it ends.
        case code(ExitStatus)
    }

    /// An action, with commands to paste.
    package struct Remedy: Sendable, Equatable {
        package var text: String
        package var commands: [String]
    }

    package var subject: Subject
    /// The first is the page's title; the other names in Globus follow.
    package var names: [String]
    /// The status of the answer that carries the code; `nil` for a status and for a code of tasks.
    package var httpStatus: Int?
    package var meaning: String
    package var causes: [String]
    package var remedies: [Remedy]
    package var nextRun: String

    package var status: ExitStatus {
        switch subject {
        case .status(let status), .code(let status): status
        }
    }

    package var isOfStatus: Bool { if case .status = subject { true } else { false } }

    /// Every command of the page.
    package var commands: [String] { remedies.flatMap(\.commands) }

    /// The page's first line.
    package var headline: String {
        switch subject {
        case .status(let status): "\(status): \(status.meaning); \(status.again.sentence)"
        case .code(let status):
            names.joined(separator: ", ") + (httpStatus.map { " (HTTP \($0))" } ?? " (error of a Globus task)")
                + ": exits with status \(status); "
                + status.again.sentence
        }
    }
}

extension Explanation: JSONDocument {
    enum Kind: String, JSONChoice { case status, code }

    package static let fields: [JSONField<Self>] = [
        JSONField("kind") { $0.isOfStatus ? Kind.status : .code }, JSONField("names", \.names), .statusName(\.status.name),
        .exitStatus(\.status.number), JSONField("http_status", \.httpStatus), JSONField("again", \.status.again),
        JSONField("summary", \.status.meaning), JSONField("meaning", \.meaning), JSONField("causes", \.causes),
        JSONField("remedies", \.remedies), JSONField("next_run", \.nextRun),
    ]
}

extension Explanation.Remedy: JSONDocument {
    package static let fields: [JSONField<Self>] = [JSONField("text", \.text), JSONField("commands", \.commands, "To be pasted.")]
}
