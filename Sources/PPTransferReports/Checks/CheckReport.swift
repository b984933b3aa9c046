package import Globus
package import PPTransfer
import PositionedYAML

/// What a preflight found: a checklist, and what a person must type.
package struct CheckReport: Sendable {
    package struct Item: Sendable {
        /// A note is worth knowing and stands in nobody's way.
        package enum State: String, Sendable, CaseIterable { case ok, note, warning, failed, unknown }

        /// `jasmin`, `login`, `transfer.api.globus.org`
        package var subject: String
        package var state: State
        package var text: String
        package var exitStatus: Int32
        package var requestID: String?

        /// `ok       jasmin: …`
        package var line: String {
            let words = [State.ok: "ok", .note: "note", .warning: "WARNING", .failed: "FAILED", .unknown: "unknown"]
            let word = words[state] ?? ""
            return Outlet.line(word + String(repeating: " ", count: max(1, 9 - word.utf8.count)) + subject + ": " + text)
        }
    }

    package internal(set) var items: [Item] = []
    /// Ready to paste, a line each.
    package internal(set) var commands: [String] = []
    package var isRehearsal: Bool

    init(isRehearsal: Bool) { self.isRehearsal = isRehearsal }

    /// There was nothing to log in with, so that nothing else could be looked at.
    package init(noLogin error: GlobusError, isRehearsal: Bool) {
        self.init(isRehearsal: isRehearsal)
        add("login", .failed, "\(error)", ExitStatus(error, during: .submission))
        var needs = LoginNeeds()
        needs.login = true
        commands = needs.commands(for: nil, in: .commands)
    }

    package var status: ExitStatus { ExitStatus.mostSerious(of: items.map { ExitStatus(number: $0.exitStatus) }) }

    mutating func add(_ subject: String, _ state: Item.State, _ text: String, _ status: ExitStatus = .ok, requestID: String? = nil) {
        items.append(Item(subject: subject, state: state, text: text, exitStatus: status.number, requestID: requestID))
    }

    package var text: String {
        var lines = items.map(\.line)
        if !commands.isEmpty { lines += ["to be typed:"] + commands.map { "    " + Outlet.line($0) } }
        return (lines + [Self.summary(status, items)]).joined(separator: "\n")
    }

    /// The last line: `ok (0): 12 items looked at, 0 failures, 1 warning`
    static func summary(_ status: ExitStatus, _ items: [Item]) -> String {
        let failures = items.count { $0.state == .failed }, warnings = items.count { $0.state == .warning }
        return "\(status): \(Quantity.count(items.count, "item")) looked at, \(Quantity.count(failures, "failure")), "
            + Quantity.count(warnings, "warning")
    }
}

extension CheckReport: ReportBody {
    package static let document = SchemaDocument.check
    package static let fields: [JSONField<Self>] = [
        .rehearsal(\.isRehearsal), JSONField("items", \.items), JSONField("commands", \.commands, "What a person must type."),
    ]
}

extension CheckReport.Item: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("subject", \.subject), JSONField("state", \.state), JSONField("text", \.text), .exitStatus(\.exitStatus),
        JSONField("request_id", \.requestID),
    ]
}

extension CheckReport.Item.State: JSONChoice {}
