import Globus
import PositionedYAML

/// The Cylc job that we run in.
package struct CylcJob: Hashable, Sendable {
    /// `u-ab123/run1`; at Cylc 7 `u-ab123`.
    package var workflow: String
    /// `19880901T0000Z/pptransfer/02`: point, task and submit number.
    package var job: String
    /// Where the job's own logs are, if that is told.
    package var logDirectory: String?

    /// - Returns: `nil` outside of Cylc jobs.
    package init?(_ environment: [String: String]) {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

        guard let job = set("CYLC_TASK_JOB"), let workflow = set("CYLC_WORKFLOW_ID") ?? set("CYLC_SUITE_NAME") else { return nil }
        (self.job, self.workflow) = (job, workflow)
        logDirectory = set("CYLC_TASK_LOG_DIR")
    }

    /// Those of `cylc message`: the same form at Cylc 8 and at Cylc 7 (since 7.6), which differ in what they call the workflow alone.
    func arguments(for messages: [CylcMessage]) -> [String] { ["message", "--", workflow, job] + messages.map(\.argument) }
}

/// What a scheduler can be told: a text which Cylc accepts and, if an output has that text, triggers on.
package struct CylcMessage: Hashable, Sendable {
    package enum Severity: String, Sendable {
        case info = "INFO"
        case warning = "WARNING"
    }

    package let text: String
    package let severity: Severity

    /// Colons mark a severity and nothing else; a message is one line.
    init(_ text: String, _ severity: Severity = .info) {
        self.text = Outlet.line(String(Secrets.inUse.redacted(text).map { $0 == ":" ? "-" : $0.isNewline ? " " : $0 }))
        self.severity = severity
    }

    var argument: String { "\(severity.rawValue):\(text)" }
}

extension CylcMessage {
    /// How every text begins. It is more than a habit: `submitted`, `failed` and `expired` by themselves are Cylc's own words, by which
    /// a task tells what became of its job, and `cylc message failed` would make it a failed one.
    private static let beginning = "pptransfer"

    /// - Parameter name: of one transfer among the run's; `nil` speaks of all of them.
    private init(word: String, name: String?, _ severity: Severity = .info) {
        self.init([Self.beginning, word, name].compactMap { $0 }.joined(separator: " "), severity)
    }

    /// Globus has it.
    static func submitted(_ name: String? = nil) -> CylcMessage { CylcMessage(word: "submitted", name: name) }

    /// How it ended: `archived`, or the status's name.
    static func ended(_ status: ExitStatus, _ name: String? = nil) -> CylcMessage {
        switch status {
        case .ok: CylcMessage(word: "archived", name: name)
        case .running: CylcMessage(word: status.name, name: name)
        default: CylcMessage(word: status.name, name: name, .warning)
        }
    }
}
