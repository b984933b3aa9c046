package import Globus
package import PPTransfer

/// One or several workflows as their journal has them, for people who look at a whole campaign. Asks nobody.
package struct CampaignReport: Sendable {
    /// In the order of their names.
    package var workflows: [CampaignWorkflow]
    /// Records that could not be read.
    package var problems: [JournalProblem]
    /// When the logins lapse, by the sites' aliases.
    package var logins: [String: KnownLogins.Login]
    package var journal: Journal
    package var now: Timestamp
    /// The directory of the second copies of receipts that a workflow is from; `nil`: all are the journal's.
    package var copies: String?

    /// - Parameter names: the workflows; empty stands for all that the journal has.
    package init(_ journal: Journal, workflows names: [String], now: Timestamp) {
        (self.journal, self.now) = (journal, now)
        logins = KnownLogins.read(journal)
        var transfers: [CampaignTransfer] = []
        problems = []
        let chosen: [String?] = names.isEmpty ? [nil] : Set(names).sorted()
        for name in chosen {
            let found = journal.summariesOrCopies(of: name)
            copies = copies ?? found.copies
            transfers += found.summaries.map { CampaignTransfer($0, now: now) }
            problems += found.problems
        }
        workflows = []
        // They come in the order of the workflows.
        for transfer in transfers {
            if workflows.last?.name != transfer.row.workflow {
                workflows.append(CampaignWorkflow(name: transfer.row.workflow, journal: journal))
            }
            workflows[workflows.count - 1].transfers.append(transfer)
        }
    }

    /// Every transfer, ordered by workflow, cycle and name.
    var transfers: [CampaignTransfer] { workflows.flatMap(\.transfers) }

    /// The same numbers as a table: what `status` shows.
    package var status: StatusReport { StatusReport(rows: transfers.map(\.row), problems: problems, copies: copies) }

    /// What nobody can tell from the journal, for it is not there: workflows that were asked for by name.
    package func missing(_ names: [String]) -> [String] {
        let known = Set(workflows.map(\.name))
        return Set(names).subtracting(known).sorted()
    }
}
