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

extension ReceiptReport: ReportBody {
    package static let document = SchemaDocument.receipt
    package static let fields: [JSONField<Self>] = [
        JSONField("cycle", \.cycle), JSONField("transfers", \.entries),
        JSONField("missing", \.missing, "What there is no receipt for, and why."),
        JSONField("problems") { $0.problems.map(\.description) },
    ]
}

extension ReceiptReport.Entry: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("workflow", \.workflow), JSONField("cycle", \.cycle), JSONField("name", \.name), JSONField("receipt", \.receipt),
    ]
}

/// As it is printed. The journal's record of it is `Codable`.
extension JournalRecord.Receipt: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("files", \.files), JSONField("bytes", \.bytes),
        .text("level", TaskDescription.VerifyOptions.Level.self, \.level, "The weakest proof among the files."),
        JSONField("proven", \.proven, "When: 2026-11-20T23:17:08Z."), JSONField("tasks", \.tasks, "The Globus tasks that sent the files."),
        JSONField("rate", \.rate, "Bytes per second over the last task's life."), JSONField("source", \.source),
        JSONField("destination", \.destination),
        JSONField("by_digest", \.byDigest, "Files whose digest Globus attested when it sent them."),
        JSONField("by_size", \.bySize, "Files proven by their size at the destination alone."),
        JSONField("unproven", \.unproven, "Files that should be there and are not proven."),
        JSONField("manifest", \.manifest, "SHA-256 of the manifest of what is proven: sha256:9f86…"),
        JSONField(
            "by_report", \.byReport, "Files that were read back at the destination, each with the manifest's size and digest."),
        JSONField("read_back", \.readBack, "The job that read them, by its own clock."),
        JSONField(
            "unsent", \.unsent, "Files that Globus skipped without comparing their contents: they must stay at the source."),
        JSONField("links", \.links, "Files that are symbolic links at the destination: they must stay at the source."),
        JSONField("checked", \.checked, "When the files were last found at the destination."),
        JSONField("cleaned", \.cleaned, "When all that is proven was gone at the source."),
    ]
}

extension JournalRecord.Listed: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("files", \.files), JSONField("manifest", \.manifest, "SHA-256 of the list; absent if it is empty."),
    ]
}

extension JournalRecord.ReadBack: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("user", \.user), JSONField("host", \.host), JSONField("directory", \.directory), JSONField("begun", \.begun),
        JSONField("ended", \.ended), JSONField("manifest", \.manifest), JSONField("asked", \.asked),
    ]
}

extension JournalRecord.Plan.End: JSONDocument {
    package static let fields: [JSONField<Self>] = [
        JSONField("name", \.name), JSONField("collection", \.collection), JSONField("path", \.path),
    ]
}
