import Globus
import PositionedYAML
import SystemFiles

/// The receipt of one transfer: what is proven to be at the destination.
package struct ReceiptEntry: Sendable {
    package var workflow: String
    package var cycle: String?
    package var name: String?
    package var receipt: JournalRecord.Receipt
    /// Where the files are now, as somebody has noted it.
    package var elsewhere: String?
    /// Files and directories of the source that are not in it, because they could not be read.
    package var unreadable: [String]

    /// - Returns: `nil` unless the transfer is archived, and was proven rather than believed.
    package init?(_ record: JournalRecord) {
        guard record.standing == .archived, let receipt = record.receipt,
            receipt.level != TaskDescription.VerifyOptions.Level.none.rawValue
        else { return nil }
        (workflow, cycle, name, self.receipt) = (record.workflow, record.cycle, record.name, receipt)
        elsewhere = record.elsewhere
        unreadable = record.unreadable ?? []
    }

    package var text: String {
        var lines = [
            "\([workflow, cycle, name].compactMap { $0 }.joined(separator: " ")): archived",
            "  files    \(receipt.files), \(Quantity.bytes(receipt.bytes)) (\(receipt.bytes) bytes)",
            "  from     \(receipt.source.name):\(receipt.source.path)",
            "  to       \(receipt.destination.name):\(receipt.destination.path)",
            "  verified \(receipt.proven), each file by \(receipt.level)",
        ]
        if let digested = receipt.byDigest, let read = receipt.readHere {
            lines.append(
                "  digests  \(digested) of \(Quantity.count(receipt.files, "file")) read where they arrived, at \(read), each with the "
                    + "confirmed digest")
        } else if let digested = receipt.byDigest {
            lines.append(
                "  digests  confirmed by Globus for \(digested) of \(Quantity.count(receipt.files, "file")), as sent; "
                    + (receipt.readBack == nil ? "not read at the destination since" : "read at the destination since:"))
        }
        if let read = receipt.readBack {
            lines.append(
                "  read     back at the destination by \(read.user) on \(read.host), \(read.begun) to \(read.ended), in "
                    + "\(read.directory): \(receipt.byReport ?? 0) of \(Quantity.count(receipt.files, "file")) have the manifest's digest"
            )
        }
        if let unsent = receipt.unsent, unsent.files > 0 {
            lines.append(
                "  unsent   \(Quantity.count(unsent.files, "file")) skipped by Globus without comparing contents: must not be deleted")
        }
        if !unreadable.isEmpty {
            let names = Quantity.list(unreadable, most: 5).joined(separator: ", ")
            lines.append("  not sent \(names): the run could not read them (partial: succeed)")
        }
        if let tally = receipt.recordedTally { lines.append("  tally    \(tally)") }
        if let manifest = receipt.manifest { lines.append("  manifest \(manifest)") }
        if let checked = receipt.checked { lines.append("  checked  \(checked), all still there") }
        lines += (receipt.moved ?? []).map { "  moved    \($0)" }
        if let elsewhere { lines.append("  note     lies elsewhere now: \(elsewhere)") }
        if receipt.rate > 0 { lines.append("  rate     \(Quantity.rate(receipt.rate))") }
        lines += receipt.tasks.map { "  task     \($0), \($0.webPage)" }
        return lines.map(Outlet.line).joined(separator: "\n")
    }
}

extension JournalRecord.Receipt {
    /// How many files are proven in which way.
    package var tally: Tally {
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
