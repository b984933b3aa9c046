package import PositionedYAML

/// Other places for recorded transfers: where files that have moved are now, or where the files are to go instead.
package struct OtherEnds: Sendable {
    /// One end of all of them.
    private struct Place {
        /// `nil`: the recorded collection.
        var collection: CollectionReference?
        /// May hold words in braces, as a description's path does: `/gws/ssde/j25b/canari/{cycle}`.
        var path: String

        /// - Throws: what is wrong with the text, and what to write instead.
        init(_ text: String, as role: PlaceArgument.Role, workingDirectory: String, home: String?) throws(PlaceProblem) {
            if text.begins(with: "/") || text.begins(with: "~") {
                (collection, path) = (nil, text)
            } else {
                let place = try PlaceArgument(text, as: role, workingDirectory: workingDirectory, home: home)
                (collection, path) = (place.collection, place.path)
            }
        }
    }

    private let source: Place?
    private let destination: Place?

    /// - Parameters:
    ///   - source: `COLLECTION:/path`, a link of the web app, or a path alone, on the recorded collection; `nil` keeps the recorded source.
    ///   - destination: the same for the destination.
    ///   - workingDirectory: absolute; a relative path of this machine begins there.
    ///   - home: of the user, for `~/`; `nil` if it is not known.
    /// - Throws: what is wrong with one of them, and what to write instead.
    package init(source: String?, destination: String?, workingDirectory: String, home: String?) throws(PlaceProblem) {
        func place(_ text: String?, _ role: PlaceArgument.Role) throws(PlaceProblem) -> Place? {
            guard let text else { return nil }
            return try Place(text, as: role, workingDirectory: workingDirectory, home: home)
        }
        self.source = try place(source, .source)
        self.destination = try place(destination, .destination)
    }

    /// Whether an argument names a place. A cycle point never holds `:/`.
    package static func isPlace(_ text: String) -> Bool {
        text.begins(with: "/") || text.begins(with: "~") || text.contains(":/") || text.contains(":~") || WebAppLink.isLink(text)
    }

    /// The descriptions of records with these ends, as one YAML text.
    ///
    /// - Throws: what cannot be read in a record.
    package func yaml(of records: [JournalRecord], _ sites: SiteCatalogue) throws(Problems) -> String {
        var documents: [String] = []
        for record in records {
            var description = try record.description()
            Self.put(source, record.plan.source, into: &description.from, sites)
            Self.put(destination, record.plan.destination, into: &description.to, sites)
            let expanding = (source == nil ? [] : ["from"]) + (destination == nil ? [] : ["to"])
            documents.append(description.yaml(expandingPathOf: Set(expanding)))
        }
        return documents.joined(separator: "---\n")
    }

    /// An end that stays is on its recorded collection, whatever its alias means by now.
    private static func put(
        _ place: Place?, _ recorded: JournalRecord.Plan.End, into end: inout TaskDescription.End, _ sites: SiteCatalogue
    ) {
        if let place { end.path.value = place.path }
        if let collection = place?.collection {
            end.collection.value = collection
            return
        }
        switch end.collection.value {
        case .alias(let alias) where sites.site(named: alias)?.collection == recorded.collection: break
        case .globusConnectPersonal: break
        case .alias, .id, .search: end.collection.value = .id(recorded.collection)
        }
    }

    /// - Parameters:
    ///   - planned: made of the text above.
    ///   - recorded: as the record has it.
    /// - Returns: the plan, with the recorded end where no other is named.
    package func plan(_ planned: TransferPlan, _ recorded: TransferPlan) -> TransferPlan {
        var plan = planned
        if source == nil { (plan.source, plan.localSource) = (recorded.source, recorded.localSource) }
        if destination == nil { (plan.destination, plan.localDestination) = (recorded.destination, recorded.localDestination) }
        return plan
    }
}
