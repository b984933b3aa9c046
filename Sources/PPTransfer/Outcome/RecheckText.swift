import Globus
import PositionedYAML

/// The words for it: what happened, what to do.
extension Recheck {
    /// One sentence without a full stop.
    func whatHappened(_ plan: TransferPlan) -> String {
        switch self {
        case .verified(let receipt):
            "\(amount(receipt, plan)): each is still there with its size, as verified at \(receipt.proven)"
        case .readHere(let receipt, let tally):
            "\(amount(receipt, plan)): each was read on this machine, and is as verified at \(receipt.proven): \(tally)"
        case .lost(let differences, let receipt):
            "\(differences.count) of \(Quantity.count(receipt.files, "file")) at \(plan.destination.text) "
                + "\(differences.count == 1 ? "is" : "are") no longer as verified at \(receipt.proven)"
        case .gone(let differences, let receipt):
            "\(differences.count) of \(Quantity.count(receipt.files, "file")), verified at \(receipt.proven): not at the destination "
                + "\(plan.destination.text), not at the source \(plan.source.text)"
        case .asked(let request): request.sentence
        case .readBack(let receipt):
            "\(amount(receipt, plan)): "
                + (receipt.readBack.map { "read back by \($0.user) on \($0.host), \($0.begun) to \($0.ended): " } ?? "")
                + "\(receipt.tally)"
        case .unreported(let problem): problem.description
        case .notArchived: "not archived: there is nothing to verify"
        }
    }

    /// What a person should do; `nil` where nothing is.
    func whatToDo(_ plan: TransferPlan, in words: RemedyWording) -> Remedy? {
        switch self {
        case .verified, .readHere, .readBack: nil
        case .lost(let differences, let receipt):
            "find out what removed or changed them; if the source still has them, \(words[.sendAgain])\(ifMoved(differences, of: receipt, words))"
        case .gone:
            "find out what removed or changed them; if they are at the destination again, \(words[.confirmReturn]); put back at the source, they are re-sent by the next run"
        case .asked(let request): request.remedy(plan, in: words)
        case .unreported(let problem): problem.remedy(in: words)
        case .notArchived: words[.lookAtRecord]
        }
    }

    /// Only if all of them are missing is it likely that somebody has moved them.
    private func ifMoved(_ differences: [FileDifference], of receipt: JournalRecord.Receipt, _ words: RemedyWording) -> Remedy {
        guard differences.count == receipt.files, differences.allSatisfy(\.isMissing) else { return "" }
        return "; if somebody moved them, \(words[.recordMove])"
    }

    /// The particulars, one a line.
    var details: [String] {
        switch self {
        case .lost(let differences, _), .gone(let differences, _): Quantity.list(differences.map(\.description))
        case .asked(let request): request.details
        case .unreported(.unread(let paths, _)): Quantity.list(paths)
        case .verified, .readHere, .readBack, .unreported, .notArchived: []
        }
    }

    private func amount(_ receipt: JournalRecord.Receipt, _ plan: TransferPlan) -> String {
        "\(Quantity.count(receipt.files, "file")), \(Quantity.bytes(receipt.bytes)) at \(plan.destination.text)"
    }
}
