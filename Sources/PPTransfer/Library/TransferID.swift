import CycleCalendar
import PositionedYAML

/// The name of a transfer: its workflow, its cycle, and a word that tells several transfers of one cycle apart.
///
/// The journal keeps one record for each id, and Globus tasks carry it in their label.
public struct TransferID: Sendable, Hashable, CustomStringConvertible {
    /// The workflow: `u-ab123`.
    public let workflow: String
    /// The cycle point as the workflow writes it: `19880901T0000Z`; `nil` for a transfer without cycles, which every run compares afresh.
    public let cycle: String?
    /// A word: `atmos`; `nil` where a cycle has one transfer.
    public let name: String?

    /// Makes an id.
    ///
    /// - Parameters:
    ///   - workflow: without control characters, and without `.`, `..` or nothing between slashes.
    ///   - cycle: 1 to 128 letters, digits and `:+-_.,`.
    ///   - name: without `/` and control characters.
    /// - Throws: `PPTransferError` with code `.invalid` if one of them is not so, or the record's file name would be too long.
    public init(workflow: String, cycle: String? = nil, name: String? = nil) throws(PPTransferError) {
        var problems: [Problem] = []
        func report(_ key: String, _ text: String, _ remedy: String) {
            problems.append(Problem(at: SourcePosition(file: "transfer id"), key: key, "\(shown(text)) cannot be used", remedy: remedy))
        }
        if !RecordName.isWorkflow(workflow) {
            report("workflow", workflow, "write it as in u-ab123: no control characters, no '.', '..' or nothing between slashes")
        }
        if let cycle, CyclePoint(cycle) == nil {
            report("cycle", cycle, "write it as the workflow does, as in 19880901T0000Z or 3: only letters, digits and ':+-_.,'")
        }
        if let name, !RecordName.isName(name) { report("name", name, "write a word without '/' and control characters, as in atmos") }
        if problems.isEmpty, RecordName.length(workflow: workflow, cycle: cycle, name: name) > RecordName.longest {
            report("workflow", workflow, "shorten the workflow's or the transfer's name")
        }
        guard problems.isEmpty else { throw PPTransferError(Problems(problems)) }
        (self.workflow, self.cycle, self.name) = (workflow, cycle, name)
    }

    /// What a description or a record was accepted with.
    init(known workflow: String, cycle: String?, name: String?) { (self.workflow, self.cycle, self.name) = (workflow, cycle, name) }

    init(_ plan: TransferPlan) { (workflow, cycle, name) = (plan.workflow, plan.cycle?.description, plan.name) }

    init(_ record: JournalRecord) { (workflow, cycle, name) = (record.workflow, record.cycle, record.name) }

    /// The id as messages have it: `u-ab123 19880901T0000Z atmos`.
    public var description: String { [workflow, cycle, name].compactMap { $0 }.joined(separator: " ") }
}

extension TransferID: Codable {
    private enum CodingKeys: String, CodingKey { case workflow, cycle, name }

    /// Decodes an id, and checks it as `init(workflow:cycle:name:)` does.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            workflow: try values.decode(String.self, forKey: .workflow), cycle: try values.decodeIfPresent(String.self, forKey: .cycle),
            name: try values.decodeIfPresent(String.self, forKey: .name))
    }
}
