package import Globus
package import PositionedYAML

/// Finds collections by what people call them.
package struct CollectionSearch: Sendable {
    /// What a name means.
    package enum Answer: Sendable {
        case one(CollectionInfo)
        /// Several have this name.
        case several([CollectionInfo])
        /// None has it; these have names or descriptions that hold its words.
        case none(similar: [CollectionInfo])
    }

    /// Why names are not collections.
    package enum Failure: Error {
        /// A problem for each name that none or several are called by, with the candidates.
        case problems(Problems)
        /// Globus was asked for the name in vain.
        case service(GlobusError, Problem)
    }

    private let service: any CollectionService
    private let words: RemedyWording

    package init(service: any CollectionService, words: RemedyWording) { (self.service, self.words) = (service, words) }

    /// Looks for the collection that is called exactly so, and if there is none, for one whose name differs in capitals alone.
    package func collection(called name: String) async throws(GlobusError) -> Answer {
        var seen: Set<CollectionID> = []
        let candidates = try await service.search(name).filter { !$0.isNonFunctional && $0.id != .null && seen.insert($0.id).inserted }
        let exact = candidates.filter { $0.displayName == name }
        let found = exact.isEmpty ? candidates.filter { $0.displayName?.lowercased() == name.lowercased() } : exact
        return found.isEmpty ? .none(similar: candidates) : found.count == 1 ? .one(found[0]) : .several(found)
    }

    /// - Returns: for each name that the descriptions search for, the one collection that is called so.
    package func collections(for descriptions: [TaskDescription], _ sites: SiteCatalogue) async throws(Failure) -> [String: CollectionID] {
        var found: [String: CollectionID] = [:]
        var problems: [Problem] = []
        for (key, reference) in descriptions.flatMap({ [("from", $0.from.collection), ("to", $0.to.collection)] }) {
            guard let name = sites.searchedName(of: reference.value), found[name] == nil else { continue }
            let key = "\(key).collection"
            do throws(GlobusError) {
                switch try await collection(called: name) {
                case .one(let collection): found[name] = collection.id
                case .several(let candidates):
                    problems.append(
                        problem(name, "\(candidates.count) collections are called '\(name)'", candidates, at: reference.position, key: key))
                case .none(let similar):
                    problems.append(problem(name, "no collection is called '\(name)'", similar, at: reference.position, key: key))
                }
            } catch {
                throw .service(
                    error,
                    Problem(
                        kind: .collection, at: reference.position, key: key, "'\(name)' cannot be searched for: \(error)",
                        remedy: "write the collection's UUID, or correct that"))
            }
        }
        guard problems.isEmpty else { throw .problems(Problems(problems)) }
        return found
    }

    private func problem(
        _ name: String, _ what: String, _ candidates: [CollectionInfo], at position: SourcePosition, key: String
    ) -> Problem {
        let list = candidates.prefix(5).map { "\($0.id) ('\($0.displayName ?? "")', \($0.particulars))" }
        let more = candidates.count > 5 ? ", and \(candidates.count - 5) more" : ""
        return Problem(
            kind: .collection, at: position, key: key, what,
            remedy: list.isEmpty
                ? "\(words[.searchCollections]), and write its whole name or its UUID"
                : "write the UUID of the right one: \(list.joined(separator: ", "))\(more)")
    }
}

extension SiteCatalogue {
    /// The name by which a collection is to be looked up; `nil` if its id is known without the service.
    package func searchedName(of reference: CollectionReference) -> String? {
        switch reference {
        case .search(let name): name
        case .alias(let alias): site(named: alias)?.searchedName
        case .id, .globusConnectPersonal: nil
        }
    }
}
