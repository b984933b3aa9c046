import Globus
package import PPTransfer
import PositionedYAML

/// The receipts of one cycle: what is proven to be at the destination, and whether that is all of it.
package struct ReceiptReport: Sendable {
    package var workflow: String?
    /// `nil`: the transfers without a cycle are meant.
    package var cycle: String?
    package var entries: [ReceiptEntry] = []
    /// What there is no receipt for, and how it stands with it.
    package var missing: [String] = []
    package var problems: [JournalProblem]
    /// The records that were found.
    package private(set) var records: [JournalRecord] = []
    /// What a directory holds that is to be deleted; `nil` if nobody asked.
    package var staged: StagedCheck.Report?
    /// The directory of the second copies that the receipts are from; `nil`: they are the journal's.
    package var copies: String?

    /// - Parameter usesCopies: whether a second copy of a receipt counts where the journal has nothing of the workflow. It must not where
    ///   files are deleted: another run of the workflow may have written it.
    /// - Parameter names: transfers that there must be; empty asks for those of which there is a record, at least one.
    package init(_ journal: Journal, workflow: String?, cycle: String?, names: [String] = [], usesCopies: Bool = false) {
        (self.workflow, self.cycle) = (workflow, cycle)
        var selection = RecordSelection(workflow: workflow)
        selection.cycles = [cycle ?? RecordSelection.noCycle]
        let found = selection.records(in: journal)
        problems = found.problems
        var records = found.records
        if usesCopies, records.isEmpty, problems.isEmpty {
            records = journal.copies(of: workflow).filter { $0.cycle == cycle }
            if !records.isEmpty { copies = journal.receipts?.directory }
        }
        records = records.filter { names.isEmpty || names.contains($0.name ?? "") }
        self.records = records
        for record in records {
            // The problem tells; an older record proves nothing of the transfer as it is now.
            if journal.isDamaged(record, problems) { continue }
            do throws(JournalProblem) { if copies == nil { try journal.requireProof(of: record) } } catch {
                problems.append(error)
                continue
            }
            if let entry = ReceiptEntry(record) { entries.append(entry) } else { missing.append(Self.standing(of: record)) }
        }
        let known = Set(records.compactMap(\.name))
        let title = [workflow, cycle].compactMap { $0 }.joined(separator: " ")
        missing += names.filter { !known.contains($0) }.map { "\(title) \($0): no record" }
        if names.isEmpty, records.isEmpty, problems.isEmpty { missing.append("\(title): no record in \(journal.directory)") }
    }

    /// What a transfer that is not verified is instead.
    package static func standing(of record: JournalRecord) -> String {
        let title = [record.workflow, record.cycle, record.name].compactMap { $0 }.joined(separator: " ")
        if record.standing == .archived { return "\(title): sent, but never verified (verify: {level: none})" }
        if case .unfound(let look) = record.standing, let receipt = record.receipt {
            return
                "\(title): archived, verified at \(receipt.proven): \(Quantity.count(receipt.files, "file")), "
                + "\(Quantity.bytes(receipt.bytes)) at \(receipt.destination.text); \(look.count) there since \(look.since), "
                + "last looked at \(look.time)"
        }
        let row = StatusReport.Row(JournalRecord.Summary(record), now: Timestamp(secondsSince1970: 0))
        return "\(title): not archived (\(row.state))" + (row.message.map { ": \($0)" } ?? "")
    }

    /// `ok` only if every transfer that was asked for is proven.
    package var status: ExitStatus {
        let isHolding = staged.map { !$0.unproven.isEmpty } ?? false
        let isProven = missing.isEmpty && !entries.isEmpty && !isHolding
        return ExitStatus.mostSerious(
            of: problems.map(\.status) + (isProven ? [] : [.unverified]) + (staged?.isMissing == true ? [.sourceMissing] : []))
    }

    package var text: String { entries.map(\.text).joined(separator: "\n") }
}

extension ReceiptReport: ReportBody {
    package static let document = SchemaDocument.receipt
    package static let fields: [JSONField<Self>] = [
        .nullable("cycle", \.cycle), JSONField("transfers", \.entries),
        JSONField("missing", \.missing, "The transfers without a receipt, and why."),
        JSONField("staged", \.staged, "What the directory of '--staged' holds."),
        JSONField("problems") { $0.problems.map(\.description) },
        JSONField("copies", \.copies, "The directory of the second copies that the receipts are from; absent if they are the journal's."),
    ]
}
