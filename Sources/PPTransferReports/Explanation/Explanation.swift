package import PPTransfer

/// What there is to say of an exit status, or of a code of Globus: what it means, whence it comes, what to do.
package struct Explanation: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
        case status(ExitStatus)
        /// A code of the service, and the status with which a run leaves that it ends.
        case code(ExitStatus)
    }

    /// Something to do, with commands to paste.
    package struct Remedy: Sendable, Equatable, Encodable {
        package var text: String
        package var commands: [String]
    }

    package var subject: Subject
    /// The first is the page's title; the service's other spellings follow.
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

    /// Every command that the page tells.
    package var commands: [String] { remedies.flatMap(\.commands) }

    /// The page's first line.
    package var headline: String {
        switch subject {
        case .status(let status): "\(status): \(status.meaning); \(status.again.sentence)"
        case .code(let status):
            names.joined(separator: ", ") + (httpStatus.map { ", with \($0)" } ?? ", an error of a Globus task")
                + ": leaves with \(status); "
                + status.again.sentence
        }
    }
}

extension Explanation: Encodable {
    private enum CodingKeys: String, CodingKey {
        case kind, names, status
        case exitStatus = "exit_status"
        case httpStatus = "http_status"
        case again, summary, meaning, causes, remedies
        case nextRun = "next_run"
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(isOfStatus ? "status" : "code", forKey: .kind)
        try values.encode(names, forKey: .names)
        try values.encode(status.name, forKey: .status)
        try values.encode(status.number, forKey: .exitStatus)
        try values.encodeIfPresent(httpStatus, forKey: .httpStatus)
        try values.encode(status.again.rawValue, forKey: .again)
        try values.encode(status.meaning, forKey: .summary)
        try values.encode(meaning, forKey: .meaning)
        try values.encode(causes, forKey: .causes)
        try values.encode(remedies, forKey: .remedies)
        try values.encode(nextRun, forKey: .nextRun)
    }
}
