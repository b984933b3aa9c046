extension SiteCatalogue {
    /// The collection that a word on the command line means: what could be an alias, and is none of the sites', is a name.
    package func reference(meantBy reference: CollectionReference) -> CollectionReference {
        if case .alias(let word) = reference, site(named: word) == nil { .search(word) } else { reference }
    }

    /// The collection that a word on the command line means.
    ///
    /// - Throws: as `CollectionReference(word:)`.
    package func reference(_ word: String) throws(PlaceProblem) -> CollectionReference {
        reference(meantBy: try CollectionReference(word: word))
    }
}
