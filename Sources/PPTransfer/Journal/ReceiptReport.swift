import Globus

/// The receipts of one cycle: what is proven to be at the destination, and whether that is all of it.
public struct ReceiptReport: Sendable {
    /// One transfer's.
    public struct Entry: Sendable {
        public var workflow: String
        public var cycle: String?
        public var name: String?
        public var receipt: JournalRecord.Receipt

        /// - Returns: `nil` unless the transfer is archived, and was proven rather than believed.
        public init?(_ record: JournalRecord) {
            guard record.standing == .archived, let receipt = record.receipt,
                receipt.level != TaskDescription.VerifyOptions.Level.none.rawValue
            else { return nil }
            (workflow, cycle, name, self.receipt) = (record.workflow, record.cycle, record.name, receipt)
        }

        public var text: String {
            var lines = [
                "\([workflow, cycle, name].compactMap { $0 }.joined(separator: " ")): archived",
                "  files    \(receipt.files), \(Quantity.bytes(receipt.bytes)) (\(receipt.bytes) bytes)",
                "  from     \(receipt.source.name):\(receipt.source.path)",
                "  to       \(receipt.destination.name):\(receipt.destination.path)",
                "  proven   \(receipt.proven), each file by \(receipt.level)",
            ]
            if let digested = receipt.byDigest {
                lines.append(
                    "  digests  attested by Globus of \(digested) of \(Quantity.count(receipt.files, "file")), as sent; "
                        + (receipt.readBack == nil ? "nobody has read them at the destination since" : "read at the destination since:"))
            }
            if let read = receipt.readBack {
                lines.append(
                    "  read     back at the destination by \(read.user) on \(read.host), \(read.begun) to \(read.ended), in "
                        + "\(read.directory): \(receipt.byReport ?? 0) of \(Quantity.count(receipt.files, "file")) have the manifest's digest"
                )
            }
            if let unsent = receipt.unsent, unsent.files > 0 {
                lines.append(
                    "  unsent   \(Quantity.count(unsent.files, "file")) skipped by Globus without comparing contents: not to be deleted")
            }
            if let tally = receipt.recordedTally { lines.append("  tally    \(tally)") }
            if let manifest = receipt.manifest { lines.append("  manifest \(manifest)") }
            if let checked = receipt.checked { lines.append("  checked  \(checked), all still there") }
            if receipt.rate > 0 { lines.append("  rate     \(Quantity.rate(receipt.rate))") }
            lines += receipt.tasks.map { "  task     \($0), \($0.webPage)" }
            return lines.map(Outlet.line).joined(separator: "\n")
        }
    }

    public var workflow: String?
    public var cycle: String
    public var entries: [Entry] = []
    /// What there is no receipt for, and how it stands with it.
    public var missing: [String] = []
    public var problems: [JournalProblem]

    /// - Parameter names: transfers that there must be; empty asks for those of which there is a record, at least one.
    public init(_ journal: Journal, workflow: String?, cycle: String, names: [String] = []) {
        (self.workflow, self.cycle) = (workflow, cycle)
        var selection = RecordSelection(workflow: workflow)
        selection.cycles = [cycle]
        let found = selection.records(in: journal)
        problems = found.problems
        let records = found.records.filter { names.isEmpty || names.contains($0.name ?? "") }
        for record in records {
            // The problem tells; an older record proves nothing of the transfer as it is now.
            if journal.isDamaged(record, problems) { continue }
            do throws(JournalProblem) { try journal.requireProof(of: record) } catch {
                problems.append(error)
                continue
            }
            if let entry = Entry(record) { entries.append(entry) } else { missing.append(Self.standing(of: record)) }
        }
        let known = Set(records.compactMap(\.name))
        let title = [workflow, cycle].compactMap { $0 }.joined(separator: " ")
        missing += names.filter { !known.contains($0) }.map { "\(title) \($0): no record" }
        if names.isEmpty, records.isEmpty, problems.isEmpty { missing.append("\(title): no record in \(journal.directory)") }
    }

    private static func standing(of record: JournalRecord) -> String {
        let title = [record.workflow, record.cycle, record.name].compactMap { $0 }.joined(separator: " ")
        if record.standing == .archived { return "\(title): sent, but never proven (verify: {level: none})" }
        let row = StatusReport.Row(JournalRecord.Summary(record), now: Timestamp(secondsSince1970: 0))
        return "\(title): not archived (\(row.state))" + (row.message.map { ": \($0)" } ?? "")
    }

    /// `ok` only if every transfer that was asked for is proven.
    public var status: ExitStatus {
        ExitStatus.mostSerious(of: problems.map(\.status) + (missing.isEmpty && !entries.isEmpty ? [] : [.unverified]))
    }

    public var text: String { entries.map(\.text).joined(separator: "\n") }
}

extension JournalRecord.Receipt {
    /// How many files are proven in which way.
    public var tally: Tally {
        recordedTally
            ?? (level == TaskDescription.VerifyOptions.Level.none.rawValue
                ? Tally(byDigest: 0, bySize: 0, unproven: files)
                : Tally(byDigest: byDigest ?? 0, bySize: files.clampedDifference(byDigest ?? 0), unproven: 0))
    }

    /// `nil` in records of earlier versions.
    fileprivate var recordedTally: Tally? {
        guard let bySize, let unproven else { return nil }
        return Tally(byDigest: max(byDigest ?? 0, byReport ?? 0), bySize: bySize, unproven: unproven)
    }
}

extension ReceiptReport.Entry: Encodable {
    enum CodingKeys: String, CodingKey { case workflow, cycle, name, receipt }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(workflow, forKey: .workflow)
        try container.encodeIfPresent(cycle, forKey: .cycle)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encode(receipt, forKey: .receipt)
    }
}

extension ReceiptReport: Encodable {
    enum CodingKeys: String, CodingKey {
        case format = "pptransfer_receipt"
        case status
        case exitStatus = "exit_status"
        case cycle, transfers, missing, problems
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(1, forKey: .format)
        try container.encode(status.name, forKey: .status)
        try container.encode(status.number, forKey: .exitStatus)
        try container.encode(cycle, forKey: .cycle)
        try container.encode(entries, forKey: .transfers)
        try container.encode(missing, forKey: .missing)
        try container.encode(problems.map(\.description), forKey: .problems)
    }
}
