package import Globus
package import PositionedYAML

/// Finds the collections that descriptions name only by what people call them.
package struct CollectionSearch: Sendable {
    private let service: any CollectionService
    private let words: RemedyWording

    package init(service: any CollectionService, words: RemedyWording) { (self.service, self.words) = (service, words) }

    /// - Returns: for each name that the descriptions search for, the one collection that is called exactly so.
    /// - Throws: a problem for each name that none or several are called by, with the candidates.
    package func collections(for descriptions: [TaskDescription]) async throws(Problems) -> [String: CollectionID] {
        var found: [String: CollectionID] = [:]
        var problems: [Problem] = []
        for (key, end) in descriptions.flatMap({ [("from", $0.from), ("to", $0.to)] }) {
            guard case .search(let name) = end.collection.value, found[name] == nil else { continue }
            let key = "\(key).collection.search"
            do throws(GlobusError) {
                let candidates = try await service.search(name).filter { !$0.isNonFunctional }
                let exact = candidates.filter { $0.displayName == name }
                if exact.count == 1, let id = exact[0].id {
                    found[name] = id
                } else {
                    problems.append(problem(name, exact.isEmpty ? candidates : exact, at: end.collection.position, key: key))
                }
            } catch {
                problems.append(
                    Problem(
                        kind: .collection, at: end.collection.position, key: key, "'\(name)' cannot be looked up: \(error)",
                        remedy: "write the collection's UUID, or mend that"))
            }
        }
        guard problems.isEmpty else { throw Problems(problems) }
        return found
    }

    private func problem(_ name: String, _ candidates: [CollectionInfo], at position: SourcePosition, key: String) -> Problem {
        let list = candidates.prefix(5).map { "'\($0.displayName ?? "")' \($0.id?.description ?? "")\($0.owner.map { " of \($0)" } ?? "")" }
        let isAmbiguous = candidates.first?.displayName == name
        let what = isAmbiguous ? "\(candidates.count) collections are called '\(name)'" : "no collection is called '\(name)'"
        let more = candidates.count > 5 ? " and \(candidates.count - 5) more" : ""
        return Problem(
            kind: .collection, at: position, key: key, what,
            remedy: list.isEmpty
                ? "\(words[.searchCollections]), and write its whole name or its UUID"
                : "write the UUID of the right one: \(list.joined(separator: ", "))\(more)")
    }
}

extension TaskDescription {
    /// The names that collections are to be found by.
    package var searches: [String] {
        [from, to].compactMap { end in if case .search(let name) = end.collection.value { name } else { nil } }
    }
}
