import Globus
package import PositionedYAML

extension TransferPlan {
    /// The plan of a record, as it was made: neither the suite's environment nor its variables are needed again.
    ///
    /// - Parameters:
    ///   - sites: for what they know of the collections besides (whose login they want, which machines mount them).
    ///   - isRehearsal: the source may be anywhere on this machine.
    ///   - personals: the user's Globus Connect Personals on this machine; `nil` for the one in `home`.
    /// - Throws: what cannot be read in the record, as this version reads descriptions; that both ends are one place.
    package init(
        _ record: JournalRecord, sites: SiteCatalogue, isRehearsal: Bool = false, home: String? = nil, personals: ConnectPersonals? = nil
    ) throws(Problems) {
        let (description, file) = (try record.description(), record.journalName)
        let source = try ResolvedEnd(record.plan.source, sites, file), destination = try ResolvedEnd(record.plan.destination, sites, file)
        let mounts = Mounts(home: home, isRehearsal: isRehearsal, personals: personals)
        if let problem = SamePlace.problem(description, from: source, to: destination, mounts) { throw Problems([problem]) }
        self.init(
            description: description, source: source, destination: destination,
            localSource: mounts.source(description.from, source.site, at: record.plan.localSource),
            localDestination: mounts.destination(description.to, destination, at: record.plan.localDestination),
            label: TransferLabel(workflow: record.workflow, cycle: record.cycle, name: record.name))
        personalAccess = mounts.access(from: (description.from, source), to: (description.to, destination))
    }
}

extension JournalRecord {
    /// What messages call the place of its description.
    fileprivate var journalName: String { "journal of \(workflow) \(cycle ?? "")" }

    /// The description as it was run.
    ///
    /// - Throws: what this version cannot read in it.
    func description() throws(Problems) -> TaskDescription {
        let reader = DescriptionReader(variables: Variables(), tolerates: Self.onceAllowed)
        guard let description = try reader.read(Array(plan.description.utf8), file: journalName).first else {
            throw Problems([
                Problem(at: SourcePosition(file: journalName), "it holds no description", remedy: "run the cycle from its description")
            ])
        }
        return description
    }

    /// Keys with which an earlier version accepted what this one refuses. What was archived by it can still be verified, and nothing is
    /// lost: a pattern that matches nothing selects nothing, and what was not compared is not deleted.
    private static let onceAllowed: Set = ["select.include", "select.exclude", "select.required", "clean.source"]
}

extension SiteCatalogue {
    /// The site of a recorded end. One that names its collection by what people call it is known by its alias.
    fileprivate func site(of end: JournalRecord.Plan.End) -> Site? {
        if let site = site(for: end.collection) { return site }
        guard var site = site(named: end.name), site.searchedName != nil else { return nil }
        site.collection = end.collection
        return site
    }
}

extension ResolvedEnd {
    fileprivate init(_ end: JournalRecord.Plan.End, _ sites: SiteCatalogue, _ file: String) throws(Problems) {
        do {
            self.init(
                collection: end.collection, name: end.name, path: try CollectionPath(end.path), site: sites.site(of: end),
                localUser: end.localUser)
        } catch {
            throw Problems([Problem(at: SourcePosition(file: file), "\(error)", remedy: "run the cycle from its description")])
        }
    }
}
