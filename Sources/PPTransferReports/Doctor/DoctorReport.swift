package import PPTransfer

/// What of the machine would get in a transfer's way: a line for each thing that was looked at.
package struct DoctorReport: Sendable {
    package private(set) var items: [CheckReport.Item] = []

    /// That of the worst failure; warnings and notes do not count.
    package var status: ExitStatus { ExitStatus.mostSerious(of: items.map { ExitStatus(number: $0.exitStatus) }) }

    mutating func ok(_ subject: String, _ text: String) { add(subject, .ok, text) }
    mutating func note(_ subject: String, _ text: String) { add(subject, .note, text) }
    mutating func warn(_ subject: String, _ text: String) { add(subject, .warning, text) }
    mutating func fail(_ subject: String, _ text: String, _ status: ExitStatus) { add(subject, .failed, text, status) }

    private mutating func add(_ subject: String, _ state: CheckReport.Item.State, _ text: String, _ status: ExitStatus = .ok) {
        // One line, whatever the environment holds.
        let line = String(text.map { $0.isNewline ? " " : $0 })
        items.append(CheckReport.Item(subject: subject, state: state, text: line, exitStatus: status.number))
    }

    package var text: String { (items.map(\.line) + [CheckReport.summary(status, items)]).joined(separator: "\n") }
}

extension DoctorReport: ReportBody {
    package static let document = SchemaDocument.doctor
    package static let fields: [JSONField<Self>] = [JSONField("items", \.items)]
}
