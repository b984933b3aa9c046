import Globus

extension TransferPlan {
    /// The plan of a record, as it was made: neither the suite's environment nor its variables are needed again.
    ///
    /// - Parameter sites: for what they know of the collections besides (whose login they want).
    /// - Throws: what cannot be read in the record, as this version reads descriptions.
    public init(_ record: JournalRecord, sites: SiteCatalogue) throws(Problems) {
        let file = "journal of \(record.workflow) \(record.cycle ?? "")"
        let read = try DescriptionReader(variables: Variables()).read(Array(record.plan.description.utf8), file: file)
        guard let description = read.first else {
            throw Problems([
                Problem(at: SourcePosition(file: file), "it holds no description", remedy: "run the cycle from its description")
            ])
        }
        let source = try ResolvedEnd(record.plan.source, sites, file), destination = try ResolvedEnd(record.plan.destination, sites, file)
        self.init(
            description: description, source: source, destination: destination,
            localSource: LocalSource(ifAnythingIsAt: record.plan.localSource ?? description.from.path.value),
            label: TransferLabel(workflow: record.workflow, cycle: record.cycle, name: record.name))
    }
}

extension ResolvedEnd {
    fileprivate init(_ end: JournalRecord.Plan.End, _ sites: SiteCatalogue, _ file: String) throws(Problems) {
        do {
            self.init(collection: end.collection, name: end.name, path: try CollectionPath(end.path), site: sites.site(for: end.collection))
        } catch {
            throw Problems([Problem(at: SourcePosition(file: file), "\(error)", remedy: "run the cycle from its description")])
        }
    }
}
