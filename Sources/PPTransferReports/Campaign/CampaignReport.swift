package import Globus
package import PPTransfer

/// One or several workflows as their journal has them, for people who look at a whole campaign. Asks nobody.
package struct CampaignReport: Sendable {
    /// In the order of their names.
    package var workflows: [CampaignWorkflow]
    /// Records that could not be read.
    package var problems: [JournalProblem]
    /// Archived transfers whose list of verified files is lost.
    package var lostLists: [JournalProblem] = []
    /// When the logins lapse, by the sites' aliases.
    package var logins: [String: KnownLogins.Login] = [:]
    /// Where the records are.
    package var places: [JournalSearch.Place]
    package var now: Timestamp
    /// What the collections require of a login.
    package var sites: SiteCatalogue?
    /// Whether only the transfers are here that somebody has selected.
    package var isPart = false
    /// What is said in the place of workflows if there are none.
    package var nothing = "The journal has no record of these workflows."
    /// Which kind of login is in use: it decides which commands renew it.
    package var login: LoginKind?
    /// The directory of the second copies of receipts that a workflow is from; `nil`: all are the journal's.
    package var copies: String?

    /// - Parameter names: the workflows; empty stands for all that the journal has.
    package init(_ journal: Journal, workflows names: [String], now: Timestamp) {
        let places = [JournalSearch.Place(journal)]
        self.init(names.isEmpty ? [(nil, places)] : Set(names).sorted().map { ($0, places) }, now: now)
    }

    /// - Parameters:
    ///   - sources: workflows, `nil` for all, and the journals of each.
    ///   - environment: of a shell in which the commands of the report are typed.
    package init(
        _ sources: [(workflow: String?, places: [JournalSearch.Place])], now: Timestamp, environment: [String: String]? = nil
    ) {
        self.now = now
        (places, problems, workflows) = ([], [], [])
        var transfers: [CampaignTransfer] = []
        var seen: Set<[String?]> = []
        for (name, places) in sources {
            // A workflow, and one of its runs, may both be named.
            for place in places where seen.insert([name, place.journal.directory]).inserted {
                let found = place.journal.summariesOrCopies(of: name)
                copies = copies ?? found.copies
                let isFound = environment.map { place.journal.isFound(in: $0) } ?? true
                transfers += found.summaries.map { record in
                    var transfer = CampaignTransfer(record, now: now)
                    if found.copies == nil { (transfer.row.run, transfer.row.journal) = (place.run, place.journal.directory) }
                    transfer.isFound = isFound
                    return transfer
                }
                problems += found.problems.filter { !problems.contains($0) }
                if found.copies == nil {
                    lostLists += place.journal.listProblems(of: found.summaries).filter { !lostLists.contains($0) }
                }
                guard !self.places.contains(place) else { continue }
                self.places.append(place)
                logins.merge(KnownLogins.read(place.journal)) { $0.seen < $1.seen ? $1 : $0 }
            }
        }
        if places.count > 1 { Self.divide(&transfers) }
        add(transfers)
    }

    /// Gives each run of a workflow that has several a section of its own.
    private static func divide(_ transfers: inout [CampaignTransfer]) {
        let journals = Dictionary(grouping: transfers, by: \.row.workflow).mapValues { Set($0.map(\.row.journal)).count }
        for index in transfers.indices {
            let row = transfers[index].row
            if journals[row.workflow] ?? 0 > 1, let run = row.run { transfers[index].section = "\(row.workflow)/\(run)" }
        }
        transfers.sort { one, other in
            one.section == other.section ? StatusReport.Row.isEarlier(one.row, other.row) : one.section < other.section
        }
    }

    /// - Parameter transfers: in the order of the sections.
    private mutating func add(_ transfers: [CampaignTransfer]) {
        for transfer in transfers {
            if workflows.last?.name != transfer.section { workflows.append(CampaignWorkflow(name: transfer.section)) }
            workflows[workflows.count - 1].transfers.append(transfer)
        }
    }

    /// Every transfer, ordered by workflow, cycle and name.
    var transfers: [CampaignTransfer] { workflows.flatMap(\.transfers) }

    /// What still has to leave sites that have ended, or end soon, a sentence each.
    var endedSites: [String] { sites.map { EndedSite.all(transfers.map(\.row), $0, now: now).map(\.text) } ?? [] }

    /// Whether a login is why something failed.
    package var lacksLogins: Bool { transfers.contains { [.auth, .session].contains($0.row.status) } }

    /// The same numbers as a table: what `status` shows.
    package var status: StatusReport { StatusReport(rows: transfers.map(\.row), problems: allProblems, copies: copies) }

    /// Leaves the transfers of a table that was made from `status`, and adds those of which there is no record.
    package mutating func keep(_ report: StatusReport) {
        var known: [StatusReport.Row.Key: CampaignTransfer] = [:]
        for transfer in transfers { known[transfer.row.key] = transfer }
        workflows = []
        var kept = report.rows.map { known[$0.key] ?? CampaignTransfer(absent: $0) }
        if places.count > 1 { kept.sort { $0.section < $1.section } }
        add(kept)
    }
}

extension StatusReport.Row {
    /// Which one among all that are on record.
    struct Key: Hashable {
        var workflow: String
        var run: String?
        var cycle: String?
        var name: String?
        var journal: String?
    }

    var key: Key { Key(workflow: workflow, run: run, cycle: cycle, name: name, journal: journal) }
}

extension CampaignReport {
    /// What of the journal cannot be read or used.
    var allProblems: [JournalProblem] { problems + lostLists }
}
